"""`global y` in a function that only reads `y` says nothing, and goes where a session runs what `y` holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.nodes import nodes

_RUNNING = ("run", "eval")


def undeclared(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that take such declarations away."""
    if "global " not in text:
        return []
    sights = sights_of(names, tree)
    gone = [node for node in sights.all(ast.Global) if _says_nothing(node, sights)]
    return list(Removal(layout_of(text)).edits(gone)) if gone else []


def _says_nothing(declared: ast.Global, sights: Sights) -> bool:
    """Whether the function of a declaration binds none of its names, and runs one of them."""
    around = sights.function_around(declared)
    bound = set(_bound(around)) if isinstance(around, ast.FunctionDef) else set(declared.names)
    run = {n.id for call in nodes(around) if _runs(call) for n in nodes(call) if isinstance(n, ast.Name)}
    return bound.isdisjoint(declared.names) and not run.isdisjoint(declared.names)


def _runs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RUNNING


def _bound(function: ast.FunctionDef) -> Iterator[str]:
    """Every name that something in a function binds, whatever it is, and in whichever scope in it."""
    for node in nodes(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(getattr(node, "name", None), str) and node is not function:
            yield node.name  # type: ignore[attr-defined]
