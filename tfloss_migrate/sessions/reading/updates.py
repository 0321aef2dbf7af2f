"""Reads the updates of moving averages that steps take along: `tf.group(optimizer.minimize(loss), update_ops)`."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.reading.program import Program
from tfloss_migrate.sessions.text.sights import Sights

_COLLECTION = "GraphKeys.UPDATE_OPS"


def is_updates(node: ast.AST, sights: Sights) -> bool:
    """Whether a node is `tf.get_collection(tf.GraphKeys.UPDATE_OPS)`, or a name of that."""
    if isinstance(node, ast.Starred):
        return is_updates(node.value, sights)
    if isinstance(node, ast.Name):
        held = sights.may_hold(node)
        return len(held) == 1 and held[0].value is not None and is_updates(held[0].value, sights)
    if sights.called(node) != "get_collection" or not isinstance(node, ast.Call) or node.keywords:
        return False
    return len(node.args) == 1 and sights.symbol(node.args[0]) == _COLLECTION


def group_of(step: ast.Call, sights: Sights) -> ast.Call | None:
    """The group of a step and of the updates that it takes along."""
    group = sights.parent(step)
    if not isinstance(group, ast.Call) or sights.called(group) != "group" or len(group.args) != 2:
        return None
    return group if group.args[0] is step and is_updates(group.args[1], sights) else None


def explain_updates(sights: Sights, program: Program, explained: set[int]) -> None:
    """Names of updates go, where nobody reads them but steps that take them along."""
    taken = [step.call for step in program.steps if step.updates]
    for call in [one for one in sights.all(ast.Call) if is_updates(one, sights)]:
        above = sights.parent(call)
        target = above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
        scope = sights.place(call).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
        loads: list[ast.expr] = [call] if target is None else []
        if isinstance(target, ast.Name) and scope is not None:
            loads = list(sights.loads(target.id, scope))
        groups = [sights.parent(load) for load in loads]
        if (loads or scope is not None) and all(isinstance(one, ast.Call) and one.args[0] in taken for one in groups):
            explained.update(id(node) for node in ast.walk(call))
            if isinstance(above, ast.Assign):
                program.listed.add(above)
