"""Where the number of a dimension is read, as TF1 spells it: `x.get_shape()[1].value`, `[d.value for d in x.shape]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.origins import Origins
from tfloss_migrate.syntax.scopes import Binding, Place


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
        if isinstance(node, ast.Call):
            is_shape = isinstance(node.func, ast.Attribute) and node.func.attr == "get_shape" and not node.args
        else:
            is_shape = isinstance(node, ast.Attribute) and node.attr == "shape"
        if not is_shape:
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
