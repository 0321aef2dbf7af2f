"""`x = tf.placeholder(tf.float32, [None, 784]) / 255.`, where `x` is fed: the division is never computed.

What is fed to a tensor stands in its place, whatever it was computed from. So this is `x = tf.placeholder(...)`.
"""

from __future__ import annotations

import ast

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.names import Names

_OPERATIONS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
#: The dtypes that what is computed with a plain number has too.
_DTYPES = ("float16", "float32", "float64")
#: What is told of it.
OVERRIDDEN = "what is computed from a placeholder never was, where a session fed its result: it is gone"


def overridden(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that leave the placeholder of what is computed from one and fed itself."""
    if "laceholder(" not in text:
        return []
    sights, spans = sights_of(names, tree), layout_of(text).spans
    edits = []
    for node in sights.all(ast.Assign):
        value = _computed(node.value, sights)
        if value is not None and _is_fed(node, sights):
            start, end = spans.of(value.left).end, spans.of(value.right)
            if text[start : end.start].strip() in ("+", "-", "*", "/"):
                edits.append(Edit(start, end.end, ""))
    return edits


def _computed(node: ast.expr, sights: Sights) -> ast.BinOp | None:
    """What is computed from a placeholder of floats and a plain number."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, _OPERATIONS) or not isinstance(node.left, ast.Call):
        return None
    plain = isinstance(node.right, ast.Constant) and isinstance(node.right.value, (int, float))
    if not plain or sights.called(node.left) != symbols.PLACEHOLDER:
        return None
    dtype = (given(node.left, ("dtype", "shape", "name")) or {}).get("dtype")
    return node if dtype is not None and sights.symbol(dtype) in _DTYPES else None


def _is_fed(statement: ast.Assign, sights: Sights) -> bool:
    """Whether the one thing that a name is given is fed."""
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or len(statement.targets) != 1:
        return False
    scope = sights.place(statement).scope.owner_of(target.id)
    if scope is None or len(scope.bindings[target.id]) != 1:
        return False
    keys = [key for fed in sights.all(ast.Dict) for key in fed.keys]
    return any(load in keys for load in sights.loads(target.id, scope))
