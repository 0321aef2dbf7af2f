"""Moves the bodies of `with` statements out, to where these began: for headers that a rewrite takes away."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.layout import Layout


def outdented(gone: Collection[ast.With], layout: Layout) -> Iterator[Edit]:
    """The edits of the indentation of all lines below the headers that go, some of which may stand in others."""
    numbers = {number for one in gone for number in range(one.lineno + 1, (one.end_lineno or one.lineno) + 1)}
    for number in sorted(numbers):
        around = [one for one in gone if _holds(one, number, layout)]
        if around and not layout.blank(number) and number not in layout.within_strings:
            indent, new = layout.indent(number), _indent(number, around, layout)
            if indent != new:
                yield Edit(layout.start_of(number), layout.start_of(number) + len(indent), new)


def _holds(node: ast.With, number: int, layout: Layout) -> bool:
    """Whether a line stands below a header."""
    return layout.line_of(layout.header_end(node)) < number <= (node.end_lineno or node.lineno)


def _indent(number: int, around: Collection[ast.With], layout: Layout) -> str:
    indent = layout.indent(number)
    for one in sorted(around, key=lambda one: one.lineno, reverse=True):
        inner, outer = layout.indent(one.body[0].lineno), layout.indent(one.lineno)
        if indent.startswith(inner):
            indent = outer + indent[len(inner) :]
    return indent
