"""`x, y = tf.placeholder(...), tf.placeholder(...)` as two statements."""

from __future__ import annotations

import ast

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.sights import sights_of
from tfloss_migrate.syntax.names import Names


def placed(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that give each placeholder a statement of its own."""
    if text.count("laceholder(") < 2:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    edits = []
    for node in sights.all(ast.Assign):
        target, value = node.targets[0], node.value
        if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple) or len(node.targets) > 1:
            continue
        named = len(target.elts) == len(value.elts) and all(isinstance(one, ast.Name) for one in target.elts)
        span, source = layout.spans.of(node), layout.spans.source
        before = layout.line(node.lineno)[: span.column]
        if named and not before.strip() and all(sights.called(one) == symbols.PLACEHOLDER for one in value.elts):
            pairs = zip(target.elts, value.elts, strict=True)
            lines = [f"{source(name)} = {source(made)}" for name, made in pairs]
            edits.append(Edit(span.start, span.end, f"{layout.newline}{before}".join(lines)))
    return edits
