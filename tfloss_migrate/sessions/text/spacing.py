"""Blank lines around functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.syntax.edits import apply


def spaced(text: str, functions: Iterable[str]) -> str:
    """The text with the blank lines around the named functions that are usual: two at top level, one inside.

    Comments right above a function belong to it.
    """
    for name in functions:
        layout = Layout(text)
        node = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef) and n.name == name)
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        while (comment := layout.comments.get(first - 1)) is not None and comment.alone:
            first -= 1
        usual = layout.newline * (2 if node.col_offset == 0 else 1)
        above, below = first - 1, (node.end_lineno or node.lineno) + 1
        while layout.blank(above):
            above -= 1
        while layout.blank(below):
            below += 1
        opens = above == 0 or layout.line(above).split("#")[0].rstrip().endswith(":")
        end = "" if below > layout.count else usual
        edits = [
            Edit(layout.start_of(above + 1), layout.start_of(first), "" if opens else usual),
            Edit(layout.start_of((node.end_lineno or node.lineno) + 1), layout.start_of(below), end),
        ]
        text = apply(text, edits)
    return text
