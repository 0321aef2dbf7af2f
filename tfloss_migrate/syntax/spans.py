"""Places in a text: from the syntax tree's lines and UTF-8 columns to offsets in characters."""

from __future__ import annotations

import ast

from tfloss_migrate.model import Span


class Spans:
    """Answers where nodes of a text's tree begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.splitlines(keepends=True) if _PLAIN.isdisjoint(text) else _split(text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        """The character offset of a line (from 1) and a column in UTF-8 bytes."""
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column

    def of(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> Span:
        """The span of a node."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        start, end = self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)
        return Span(start, end, node.lineno, start - self.line_start(start), end_line, end - self.line_start(end))

    def source(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node, as written."""
        span = self.of(node)
        return self.text[span.start : span.end]

    def line_start(self, offset: int) -> int:
        """The offset of the beginning of the line that holds `offset`."""
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def indent(self, offset: int) -> str | None:
        """The white space before `offset` on its line, None if there is anything else."""
        before = self.text[self.line_start(offset) : offset]
        return before if not before.strip(" \t") else None


#: Characters at which `str.splitlines` splits and Python's parser does not.
_PLAIN = frozenset("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def _split(text: str) -> list[str]:
    lines, start = [], 0
    while start < len(text):
        ends = [end for end in (text.find("\n", start), text.find("\r", start)) if end >= 0]
        if not ends:
            break
        end = min(ends) + 1
        if text[end - 1] == "\r" and text[end : end + 1] == "\n":
            end += 1
        lines.append(text[start:end])
        start = end
    return [*lines, text[start:]] if start < len(text) else lines
