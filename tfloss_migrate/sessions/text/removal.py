"""Takes statements out of a text: whole lines where they have them, with the blank lines that are then too many."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from tfloss_migrate.model import Edit, Span
from tfloss_migrate.sessions.text.layout import Layout


class Removal:
    """Edits that take statements out of one text. Comments on their lines stay, on lines of their own."""

    def __init__(
        self, layout: Layout, indent: Callable[[int], str] | None = None, *, keeps: Callable[[int], bool] | None = None
    ) -> None:
        """`indent` tells with which indentation the comment of a line is kept, by default with that of the line.

        `keeps` tells of which lines the comments are kept, by default of all.
        """
        self._layout, self._indent, self._keeps = layout, indent or layout.indent, keeps or (lambda line: True)

    def edits(
        self,
        statements: Iterable[ast.stmt],
        replaced: Iterable[ast.stmt] = (),
        lines: Iterable[tuple[int, int]] = (),
    ) -> Iterator[Edit]:
        """The edits that remove `statements` and ranges of `lines`; `replaced` leave a `pass`."""
        whole = list(lines)
        for first, last in self._neighbours(statements):
            if self._owns_lines(first, last):
                whole.append((first.line, last.end_line))
            else:
                yield self._part(first.start, last.end)
        for statement in replaced:
            span = self._layout.spans.of(statement)
            yield Edit(span.start, span.end, "pass")
        yield from self._lines(sorted(whole))

    def _neighbours(self, statements: Iterable[ast.stmt]) -> list[tuple[Span, Span]]:
        """The first and the last of statements that follow one another on a line, with nothing but `;` between."""
        found: list[tuple[Span, Span]] = []
        for span in sorted(map(self._layout.spans.of, statements), key=lambda span: span.start):
            between = self._layout.text[found[-1][1].end : span.start] if found else "\n"
            if ";" in between and not between.strip("; \t"):
                found[-1] = (found[-1][0], span)
            else:
                found.append((span, span))
        return found

    def _owns_lines(self, first: Span, last: Span) -> bool:
        layout = self._layout
        after = layout.line(last.end_line)[last.end_column :].strip("; \t")
        return not layout.line(first.line)[: first.column].strip() and (not after or after.startswith("#"))

    def _part(self, start: int, end: int) -> Edit:
        """One of several statements of a line, with its semicolon."""
        text = self._layout.text
        rest = text[end:].lstrip(" \t")
        if rest.startswith(";"):
            after = text.index(";", end) + 1
            return Edit(start, after + len(text[after:]) - len(text[after:].lstrip(" \t")), "")
        before = text[:start].rstrip(" \t")
        return Edit(len(before) - 1, end, "") if before.endswith(";") else Edit(start, end, "pass")

    def _lines(self, ranges: list[tuple[int, int]]) -> Iterator[Edit]:
        layout = self._layout
        runs: list[list[tuple[int, int]]] = []
        for one in ranges:
            if runs and all(layout.blank(line) for line in range(runs[-1][-1][1] + 1, one[0])):
                runs[-1].append(one)
            else:
                runs.append([one])
        for run in runs:
            first, last = run[0][0], run[-1][1]
            kept = [self._comments(*one) for one in run]
            if not any(kept):
                yield from self._blank_lines(first, last)
            yield Edit(layout.start_of(first), layout.start_of(last + 1), "".join(kept))

    def _comments(self, first: int, last: int) -> str:
        layout = self._layout
        lines = range(first, last + 1)
        comments = [layout.comments[n].text for n in lines if n in layout.comments and self._keeps(n)]
        return "".join(f"{self._indent(first)}{text}{layout.newline}" for text in comments)

    def _blank_lines(self, first: int, last: int) -> Iterator[Edit]:
        """Blank lines before and after removed lines become one group of them."""
        layout = self._layout
        before = first - 1
        while layout.blank(before):
            before -= 1
        after = last + 1
        while layout.blank(after):
            after += 1
        above, below = first - 1 - before, after - last - 1
        if after > layout.count:
            yield Edit(layout.start_of(before + 1), layout.start_of(first), "")
            return
        opens = before == 0 or layout.line(before).split("#")[0].rstrip().endswith(":")
        if opens and before and above:
            yield Edit(layout.start_of(before + 1), layout.start_of(first), "")
        gone = below if opens and (before or not above) else min(above, below)
        yield Edit(layout.start_of(last + 1), layout.start_of(last + 1 + gone), "")
