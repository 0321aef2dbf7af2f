"""What a program feeds: the entries of the dictionaries whose keys are placeholders."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.values import Values

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.syntax.program import Program

#: So many expressions are followed.
_MANY = 1000


@dataclass(frozen=True)
class Feed:
    """A value that is fed, and what its key may stand for."""

    fed: frozenset[Origin]
    value: ast.expr
    place: Place


def feeds(reader: Reader, values: Values) -> Iterator[Feed]:
    """Every entry of a dictionary, its key taken for what is fed."""
    for node, place in reader.names.dicts:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, (ast.Name, ast.Attribute)):
                yield Feed(frozenset(values.sources(key, place)), value, place)


def fed_one_by_one(program: Program) -> frozenset[Origin]:
    """The placeholders that are only ever fed a batch of one."""
    one, more = set[Origin](), set[Origin]()
    for feed in program.feeds:
        (one if _is_of_one(feed.value) else more).update(feed.fed)
    return frozenset(one - more)


def _is_of_one(node: ast.expr) -> bool:
    """Whether a value is surely a batch of one: `[x]`, `x[None]`, `x.reshape(1, n)`, `np.expand_dims(x, 0)`."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return len(node.elts) == 1 and not isinstance(node.elts[0], (ast.List, ast.Tuple, ast.Starred))
    if isinstance(node, ast.Subscript):
        index = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        return (isinstance(index, ast.Constant) and index.value is None) or (
            isinstance(index, ast.Attribute) and index.attr == "newaxis"
        )
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    name, arguments = node.func.attr, node.args
    if name in ("array", "asarray") and arguments:
        return _is_of_one(arguments[0])
    if name == "expand_dims":
        axis = [k.value for k in node.keywords if k.arg == "axis"] or arguments[1:2]
        return bool(axis) and literal(axis[0]) == 0
    if name == "reshape" and arguments:
        shape = arguments[-1] if isinstance(arguments[-1], (ast.List, ast.Tuple)) else None
        first = shape.elts[0] if shape is not None and shape.elts else arguments[0]
        return literal(first) == 1
    return False


def placeholders_behind(origin: Origin, program: Program) -> frozenset[Origin]:
    """The placeholders that a value is computed from."""
    found, seen, ahead = set[Origin](), set[Origin](), [origin]
    while ahead and len(seen) < _MANY:
        one = ahead.pop()
        if one in seen:
            continue
        seen.add(one)
        operation = program.values.operation(one)
        if operation is not None and operation.name == "placeholder":
            found.add(one)
            continue
        held = program.values.origins.of(one)
        if held != (one,):
            ahead += held
            continue
        for node in ast.iter_child_nodes(one.node):
            inner = node.value if isinstance(node, ast.keyword) else node
            if isinstance(inner, ast.expr):
                ahead.append(Origin(inner, one.place, one.frame))
    return frozenset(found)
