"""Places in a text: from the syntax tree's lines and UTF-8 columns to offsets in characters."""

from __future__ import annotations

import ast
import io
import itertools
from functools import cached_property

from tfloss_migrate.model import Span


class Spans:
    """Answers where nodes of a text's tree begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._has_returns = "\r" in text  # looking back for what is not there goes through all of the text
        self._is_ascii = text.isascii()

    @cached_property
    def _lines(self) -> list[str]:
        return io.StringIO(self.text, newline="").readlines()  # `str.splitlines` splits where the parser does not

    @cached_property
    def _starts(self) -> list[int]:
        return list(itertools.accumulate(map(len, self._lines), initial=0))

    def offset(self, line: int, column: int) -> int:
        """The character offset of a line (from 1) and a column in UTF-8 bytes."""
        return self._starts[line - 1] + self._characters(line, column)

    def of(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias | ast.arg) -> Span:
        """The span of a node."""
        line, end_line, end_column = node.lineno, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        column, end_column = self._characters(line, node.col_offset), self._characters(end_line, end_column)
        starts = self._starts
        return Span(starts[line - 1] + column, starts[end_line - 1] + end_column, line, column, end_line, end_column)

    def _characters(self, line: int, column: int) -> int:
        """The column in characters for a column in UTF-8 bytes."""
        if self._is_ascii or line > len(self._lines):
            return column
        return len(self._lines[line - 1].encode()[:column].decode(errors="ignore"))

    def source(self, node: ast.expr | ast.stmt | ast.arg) -> str:
        """The text of a node, as written."""
        span = self.of(node)
        return self.text[span.start : span.end]

    def line_start(self, offset: int) -> int:
        """The offset of the beginning of the line that holds `offset`."""
        before = self.text.rfind("\n", 0, offset)
        return (max(before, self.text.rfind("\r", 0, offset)) if self._has_returns else before) + 1

    def line_end(self, offset: int) -> int:
        """The offset behind the newline of the line that holds `offset`."""
        ends = [end + 1 for end in (self.text.find("\n", offset), self.text.find("\r", offset)) if end >= 0]
        end = min(ends, default=len(self.text))
        return end + 1 if self.text[end - 1 : end + 1] == "\r\n" else end

    def indent(self, offset: int) -> str | None:
        """The white space before `offset` on its line, None if there is anything else."""
        before = self.text[self.line_start(offset) : offset]
        return before if not before.strip(" \t") else None
