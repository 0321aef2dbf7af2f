"""A running accuracy: `accuracy = tf.metrics.accuracy(labels, predictions)[1]` as an object that is called.

TF1 counts in local variables, which are set to 0 once; `tf.keras.metrics.Accuracy()` counts in its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.reading.tensors import ACCURACY
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.names import Names

_ACCURACY = "metrics.accuracy"
_LOCAL = frozenset({"local_variables_initializer", "initialize_local_variables", "initializers.local_variables"})


def measured(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that make such objects above the statements that compute an accuracy, and call them there."""
    if _ACCURACY not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    root, taken = sights.root(), {node.id for node in sights.all(ast.Name)}
    edits = []
    for statement, call in _accuracies(sights):
        target, known = statement.targets[0], given(call, ("labels", "predictions"))
        name = f"{target.id}_metric" if isinstance(target, ast.Name) else ""
        span, start = layout.spans.of(statement.value), layout.start_of(statement.lineno)
        if root is None or known is None or set(known) != {"labels", "predictions"} or name in taken:
            continue
        told = layout.lost_comments(span.start, span.end)
        values = ", ".join(layout.in_line(known[one]) for one in ("labels", "predictions"))
        if len(told) > 1 or any(one in values for one in told):
            continue
        comment = "".join(f"  {one}" for one in told)
        made = f"{layout.indent(statement.lineno)}{name} = {root}.{ACCURACY}(){comment}{layout.newline}"
        edits += [Edit(start, start, made), Edit(span.start, span.end, f"{name}({values})")]
    return edits


def _accuracies(sights: Sights) -> Iterator[tuple[ast.Assign, ast.Call]]:
    """The statements that give a name to what an accuracy is once it has counted, and its call; each counts from 0."""
    for node in sights.all(ast.Assign):
        call = node.value.value if isinstance(node.value, ast.Subscript) else None
        if (
            not isinstance(call, ast.Call)
            or sights.called(call) != _ACCURACY
            or not isinstance(node.value, ast.Subscript)
        ):
            continue
        counted = isinstance(node.value.slice, ast.Constant) and node.value.slice.value == 1
        alone = len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        around = sights.function_around(node)
        if counted and alone and sights.parent(node) is around and _starts_once(around, sights):
            yield node, call


def _starts_once(around: ast.AST, sights: Sights) -> bool:
    """Whether the local variables are set once, by the function or the module that makes them."""
    uses = [use for use in sights.uses() if use.symbol in _LOCAL]
    if len(uses) != 1:
        return False
    place: ast.AST = uses[0].node
    statement = sights.statement(place)
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if isinstance(target, ast.Name):
        scope = sights.place(statement).scope.owner_of(target.id)
        loads = sights.loads(target.id, scope) if scope is not None else []
        if len(loads) != 1:
            return False
        place = loads[0]
    return sights.function_around(place) is around and not any(sights.loops(place))
