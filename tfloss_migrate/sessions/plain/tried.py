"""`try` a recurrent loop as TF1 has it, `except` as an earlier version had it: what is tried stays alone."""

from __future__ import annotations

import ast
import textwrap

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts.recurrences import is_recurrent
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names


def tried(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that leave the one call that is tried, where another call of the same function is the way out."""
    if "except" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    edits = []
    for node in sights.all(ast.Try):
        handlers = [one.body for one in node.handlers]
        symbols = [_called(block, sights) for block in (node.body, *handlers)]
        alone = not node.orelse and not node.finalbody and len(handlers) == 1
        first, last = node.body[0], node.body[-1]
        if alone and is_recurrent(symbols[0]) and symbols[0] == symbols[1] and first.lineno > node.lineno:
            start = layout.start_of(node.lineno)
            end = layout.start_of((node.end_lineno or node.lineno) + 1)
            kept = text[layout.start_of(first.lineno) : layout.start_of((last.end_lineno or last.lineno) + 1)]
            edits.append(Edit(start, end, textwrap.indent(textwrap.dedent(kept), layout.indent(node.lineno))))
    return edits


def _called(block: list[ast.stmt], sights: Sights) -> str | None:
    """The symbol of TensorFlow that a block does nothing but to call, for a value with a name."""
    statement = block[0] if len(block) == 1 else None
    return sights.called(statement.value) if isinstance(statement, ast.Assign) else None
