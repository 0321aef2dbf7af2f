"""Moves the bodies of `with` statements out, to where these began: for headers that a rewrite takes away."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import Layout


def outdented(gone: Mapping[ast.With, Sequence[str]], layout: Layout) -> Iterator[Edit]:
    """The edits that put lines in the place of headers, some of which may stand in others, and move what is below."""
    headers = {number for one in gone for number in _header(one, layout)}
    inside = {number for one in gone for number in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
    for number in sorted(inside - headers):
        if not layout.blank(number) and number not in layout.within_strings:
            indent, new = layout.indent(number), _indent(number, gone, layout)
            if indent != new:
                yield Edit(layout.start_of(number), layout.start_of(number) + len(indent), new)
    for one, lines in gone.items():
        header, indent = _header(one, layout), _indent(one.lineno, gone, layout)
        text = "".join(f"{indent if line else ''}{line}{layout.newline}" for line in lines)
        yield Edit(layout.start_of(header[0]), layout.start_of(header[-1] + 1), text)


def said_in(node: ast.With, layout: Layout) -> list[str]:
    """The comments in the header of a `with`."""
    return [layout.comments[number].text for number in _header(node, layout) if number in layout.comments]


def _header(node: ast.With, layout: Layout) -> range:
    return range(node.lineno, layout.line_of(layout.header_end(node)) + 1)


def _indent(number: int, gone: Collection[ast.With], layout: Layout) -> str:
    """The indentation of a line without the headers above it that go."""
    indent = layout.indent(number)
    around = [one for one in gone if _header(one, layout)[-1] < number <= (one.end_lineno or one.lineno)]
    for one in sorted(around, key=lambda one: one.lineno, reverse=True):
        inner, outer = layout.indent(one.body[0].lineno), layout.indent(one.lineno)
        if indent.startswith(inner):
            indent = outer + indent[len(inner) :]
    return indent
