"""What a function computes of the graph only to fetch it stands in the fetch.

def predict(x):
    best = tf.argmax(logits, 1)
    return sess.run(best, {inputs: x})
"""

from __future__ import annotations

import ast

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.nodes import nodes


def fetched(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that write such a value where it is fetched, if that is the only place."""
    if ".run(" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    gone, edits = [], []
    for node in sights.all(ast.Assign):
        load = _only_fetch(node, sights)
        if load is not None:
            span = layout.spans.of(load)
            edits.append(Edit(span.start, span.end, layout.in_line(node.value)))
            gone.append(node)
    return [*edits, *Removal(layout).edits(gone)]


def _only_fetch(node: ast.Assign, sights: Sights) -> ast.Name | None:
    """The one place that reads what a statement of a function computes of the graph around it: a fetch."""
    target, scope = node.targets[0], sights.place(node).scope
    function = sights.function_around(node)
    if len(node.targets) > 1 or not isinstance(target, ast.Name) or not isinstance(function, ast.FunctionDef):
        return None
    if (
        scope.node is not function
        or len(scope.bindings.get(target.id, [])) != 1
        or not _is_of_graph(node.value, sights)
    ):
        return None
    loads = sights.loads(target.id, scope)
    above = sights.parent(loads[0]) if len(loads) == 1 else None
    run = isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) and above.func.attr == "run"
    return loads[0] if run and isinstance(above, ast.Call) and above.args[:1] == [loads[0]] else None


def _is_of_graph(value: ast.expr, sights: Sights) -> bool:
    """Whether a call of TensorFlow draws nothing, and reads only names of the module that are bound once."""
    if not isinstance(value, ast.Call):
        return False
    for node in nodes(value):
        if isinstance(node, ast.Call) and sights.called(node) not in symbols.TENSORS:
            return False
        if isinstance(node, ast.Name):
            owner = sights.place(node).scope.owner_of(node.id)
            if owner is not sights.names.module or len(owner.bindings[node.id]) != 1:
                return False
    return True
