"""The numbers that a file gives to attributes: of options, flags and arguments of the command line."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import literal

_NUMBERS = (bool, int, float)


def options(sights: Sights) -> dict[str, ast.expr]:
    """The number that each attribute is given, by its name; none for one that is given several."""
    found: dict[str, list[ast.expr]] = {}
    for name, value in _given(sights):
        found.setdefault(name, []).append(value)
    single = {name: values[0] for name, values in found.items() if len({ast.dump(value) for value in values}) == 1}
    return {name: value for name, value in single.items() if isinstance(literal(value), _NUMBERS)}


def _given(sights: Sights) -> Iterator[tuple[str, ast.expr]]:
    for node in sights.nodes:
        if isinstance(node, ast.Assign):
            yield from ((one.attr, node.value) for one in node.targets if isinstance(one, ast.Attribute))
            if isinstance(sights.parent(node), ast.ClassDef):
                yield from ((one.id, node.value) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _defined(node, node.func.attr)


def _defined(call: ast.Call, method: str) -> Iterator[tuple[str, ast.expr]]:
    """`flags.DEFINE_float("rate", 0.1, ...)` and `parser.add_argument("--rate", default=0.1)`."""
    given = {one.arg: one.value for one in call.keywords}
    if method.startswith("DEFINE_"):
        given |= dict(zip(("name", "default"), call.args, strict=False))
    elif method == "add_argument" and call.args:
        given["name"] = call.args[-1]
    else:
        return
    name, default = given.get("name", given.get("flag_name")), given.get("default", given.get("default_value"))
    named = literal(name) if name is not None else None
    if isinstance(named, str) and default is not None:
        yield named.lstrip("-").replace("-", "_"), default
