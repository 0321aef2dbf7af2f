"""Where the number of a dimension is read, as TF1 spells it: `x.get_shape()[1].value`, `[d.value for d in x.shape]`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.origins import Origins
from tfloss_migrate.syntax.scopes import Binding, Place
from tfloss_migrate.syntax.shapes import Shape


def sizes_read(names: Names, origins: Origins) -> Iterator[tuple[ast.Attribute, Place]]:
    """Every `.value` of what surely is an entry of a static shape, and where it stands."""
    for read, place in names.read_values:
        if _is_dimension(Origin(read.value, place), origins):
            yield read, place


def _is_dimension(origin: Origin, origins: Origins) -> bool:
    """Whether a value surely is one entry of a shape."""
    if isinstance(origin.node, ast.Name):
        binding = _gone_through(origin.node.id, origin.place)
        if binding is not None:
            return _is_shape(Origin(binding, origin.place), origins)
    found = origins.of(origin)
    return all(
        isinstance(one.node, ast.Subscript)
        and not isinstance(one.node.slice, ast.Slice)
        and not (isinstance(one.node.slice, ast.Constant) and isinstance(one.node.slice.value, str))
        and _is_shape(Origin(one.node.value, one.place, one.frame), origins)
        for one in found
    )


def _is_shape(origin: Origin, origins: Origins) -> bool:
    """Whether a value surely is the static shape of a tensor, or a part of one."""
    for one in origins.of(origin):
        node = one.node
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            node = node.value
        if tensor_of(node) is None:
            return False
    return True


def _gone_through(name: str, place: Place) -> ast.expr | None:
    """What a name takes its values from: `d` in `for d in x.get_shape()` or in `b, d = x.get_shape()`."""
    for generator in getattr(place.scope.node, "generators", ()):
        if isinstance(generator.target, ast.Name) and generator.target.id == name:
            return generator.iter  # type: ignore[no-any-return]
    owner = place.scope.owner_of(name)
    bindings: list[Binding] = owner.bindings[name] if owner is not None else []
    statement = bindings[0].node if len(bindings) == 1 else None
    if isinstance(statement, ast.For) and isinstance(statement.target, ast.Name):
        return statement.iter
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], (ast.Tuple, ast.List)):
        return None if isinstance(statement.value, (ast.Tuple, ast.List)) else statement.value
    return None


def tensor_of(shape: ast.expr) -> ast.expr | None:
    """The tensor whose static shape an expression is: `x.get_shape()`, `x.shape`, either as a list."""
    if isinstance(shape, ast.Call) and isinstance(shape.func, ast.Attribute) and not shape.args:
        if shape.func.attr == "as_list":
            return tensor_of(shape.func.value)
        return shape.func.value if shape.func.attr == "get_shape" else None
    return shape.value if isinstance(shape, ast.Attribute) and shape.attr == "shape" else None


def length(
    node: ast.AST, shape_of: Callable[[ast.expr], Shape | None], named: Mapping[str, ast.expr] | None = None
) -> int | None:
    """The number that `x.shape[1]`, its `.value` or `int` is, by the shape of `x`; `named` are local values."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int" and len(node.args) == 1:
        node = node.args[0]
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    index = literal(node.slice) if isinstance(node, ast.Subscript) else None
    if not isinstance(node, ast.Subscript) or not isinstance(index, int):
        return None
    shape = node.value
    if isinstance(shape, ast.Name) and named is not None and shape.id in named:
        shape = named[shape.id]
    tensor = tensor_of(shape)
    lengths = (shape_of(tensor) if tensor is not None else None) or ()
    return lengths[index] if -len(lengths) <= index < len(lengths) else None
