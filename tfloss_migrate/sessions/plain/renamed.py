"""Names that are given twice: results called like a variable of the graph, and steps called like an earlier one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts.cell_kinds import stack_of, wrapper_of
from tfloss_migrate.sessions.plain.wrapped import with_dropout
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.scopes import Binding


def renamed(text: str, names: Names, tree: ast.Module) -> str:
    """The text in which `b = sess.run(...)` is `b_value = ...` where `b` is a variable of the same scope.

    A second `step = optimizer.minimize(...)` is `step_2 = ...`, and a cell of another one that has its name is
    `cell_with_dropout` or `stacked_cell`.
    """
    sights, layout = sights_of(names, tree), layout_of(text)
    variables = Variables(sights, Tensors(sights))
    taken = {node.id for node in sights.nodes if isinstance(node, ast.Name)}
    twice = [(name, f"{name}_value", result) for name, result in _results(sights, variables)]
    twice += [(name, f"{name}_2", step) for name, step in _steps(sights)]
    twice += _cells(sights)
    edits = [
        Edit(layout.spans.of(node).start, layout.spans.of(node).end, new)
        for name, new, binding in twice
        if new not in taken
        for node in _uses(name, binding, sights)
    ]
    return apply(text, edits)


def _results(sights: Sights, variables: Variables) -> Iterator[tuple[str, Binding]]:
    """The names of variables that are given a result, or a part of one, once, and the binding that does so."""
    for node in sights.all(ast.Assign):
        if len(node.targets) != 1 or not _is_run(node.value) or any(sights.loops(node)):
            continue
        for target in _names(node.targets[0]):
            scope = sights.place(node).scope.owner_of(target.id)
            held = scope.bindings[target.id] if scope is not None else []
            result = next((one for one in held if one.node is node), None)
            if len(held) == 2 and result is not None and variables.holds(held[0]):
                yield target.id, result


def _names(target: ast.expr) -> list[ast.Name]:
    """The names that an assignment gives."""
    return [node for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _steps(sights: Sights) -> Iterator[tuple[str, Binding]]:
    """The names that are given to a step after something else, and the binding that does so."""
    for node in sights.nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        method = node.value.func if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) else None
        if not isinstance(target, ast.Name) or not isinstance(method, ast.Attribute) or method.attr != "minimize":
            continue
        scope = sights.place(node).scope.owner_of(target.id)
        held = scope.bindings[target.id] if scope is not None else []
        made_of_itself = isinstance(method.value, ast.Name) and method.value.id == target.id
        if len(held) == 2 and held[1].node is node and not made_of_itself:
            yield target.id, held[1]


def _cells(sights: Sights) -> Iterator[tuple[str, str, Binding]]:
    """The names that are given to a cell of cells after something else, the new names, and the binding that does so."""
    for node in sights.all(ast.Assign):
        target = node.targets[0] if len(node.targets) == 1 else None
        wrapper, cells = wrapper_of(node.value, sights), stack_of(node.value, sights)
        if not isinstance(target, ast.Name) or (wrapper is None and cells is None):
            continue
        scope = sights.place(node).scope.owner_of(target.id)
        held = scope.bindings[target.id] if scope is not None else []
        binding = next((one for one in held if one.node is node), None)
        if len(held) > 1 and binding is not None and held[0] is not binding:
            yield target.id, f"stacked_{target.id}" if wrapper is None else with_dropout(target.id), binding


def _is_run(node: ast.expr) -> bool:
    """Whether a value is what a session gives."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("run", "eval")


def _uses(name: str, result: Binding, sights: Sights) -> list[ast.Name]:
    """Where a name is the later one: bound, and read; none where some of them cannot be told from the earlier one."""
    assert isinstance(result.node, ast.Assign)
    loads = [(load, sights.may_hold(load)) for load in sights.loads(name, result.scope)]
    if any(len(held) != 1 for _, held in loads):
        return []
    bound = [one for one in _names(result.node.targets[0]) if one.id == name]
    return [*bound, *(load for load, held in loads if held[0] is result)] if len(bound) == 1 else []
