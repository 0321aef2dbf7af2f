"""Takes sessions, graphs and initialisers out of a program whose evaluations are eager already."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.reading.handing import without_sessions
from tfloss_migrate.sessions.reading.program import Program
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.removal import Removal

#: What the comments say that tell of sessions and initialisers.
_OF_SESSIONS = re.compile(r"initiali[sz]|session|\bsess\b", re.IGNORECASE)


class Scaffold:
    """The edits that remove what is gone, and move the bodies of `with` statements into the blocks around them."""

    def __init__(self, program: Program, tree: ast.Module, layout: Layout) -> None:
        self._program, self._tree, self._layout = program, tree, layout
        self._opened = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.With) and self._is_bare(node) and not self._vanishes(node)
        ]
        self._bodies = [(node, *self._body(node)) for node in self._opened]

    def edits(self) -> Iterator[Edit]:
        """All edits, in no particular order."""
        layout = self._layout
        removed, replaced = self._statements(self._tree.body, whole=False)
        headers: list[tuple[int, int]] = []
        dedented: set[int] = set()
        for node, first, last in self._bodies:
            start, body = layout.spans.of(node).start, layout.spans.of(node.body[0]).start
            if first > last:
                yield Edit(start, body, "")
            else:
                headers.append((node.lineno, first - 1))
                dedented.update(range(first, last + 1))
        told = set(self._told(removed))
        lines = [*headers, *((line, line) for line in told)]
        yield from Removal(layout, self._indent, keeps=lambda line: line not in told).edits(removed, replaced, lines)
        gone = {n for first, last in headers for n in range(first, last + 1)} | told
        for statement in removed:
            gone.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
        for number in sorted(dedented - gone - layout.within_strings):
            start = layout.start_of(number)
            if not layout.blank(number) and self._indent(number) != layout.indent(number):
                yield Edit(start, start + len(layout.indent(number)), self._indent(number))
        yield from self._headers()
        yield from without_sessions(self._program, layout)

    def _told(self, removed: list[ast.stmt]) -> Iterator[int]:
        """The lines of comments that tell of nothing but what is removed right below them."""
        layout = self._layout
        gone = {n for one in removed for n in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
        for statement in removed:
            first, below = statement.lineno, statement.lineno
            while (comment := layout.comments.get(first - 1)) is not None and comment.alone:
                first -= 1
            while below in gone:
                below += 1
            above = range(first, statement.lineno)
            of_sessions = any(_OF_SESSIONS.search(layout.comments[line].text) for line in above)
            if of_sessions and (below > layout.count or layout.blank(below)):
                yield from above

    def _is_bare(self, node: ast.With) -> bool:
        return all(item in self._program.gone_items for item in node.items)

    def _vanishes(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.With) and self._is_bare(statement):
            return all(self._vanishes(inner) for inner in statement.body)
        return statement in self._program.gone

    def _statements(self, block: list[ast.stmt], *, whole: bool) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """The statements of a block, and of the blocks inside, to be removed and to be replaced by `pass`.

        `whole`: the block must not become empty.
        """
        removed = [statement for statement in block if self._vanishes(statement)]
        replaced: list[ast.stmt] = []
        if whole and len(removed) == len(block):
            replaced.append(removed.pop())
        for statement in block:
            if self._vanishes(statement):
                continue
            for inner, must_stay in self._blocks(statement):
                more_removed, more_replaced = self._statements(inner, whole=must_stay)
                removed += more_removed
                replaced += more_replaced
        return removed, replaced

    def _blocks(self, statement: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
        opened = isinstance(statement, ast.With) and self._is_bare(statement)
        for _, value in ast.iter_fields(statement):
            if not isinstance(value, list) or not value:
                continue
            if isinstance(value[0], ast.stmt):
                yield value, not opened
            elif isinstance(value[0], (ast.ExceptHandler, ast.match_case)):
                for handler in value:
                    yield handler.body, True

    def _body(self, node: ast.With) -> tuple[int, int]:
        """The lines of a body, with the comments that end it; none (first > last) where it is on the header's line."""
        layout = self._layout
        first = layout.line_of(layout.header_end(node)) + 1
        last = node.end_lineno or node.lineno
        if node.body[0].lineno < first:
            return first, first - 1
        inner, number = layout.indent(node.body[0].lineno), last + 1
        while layout.blank(number) or (
            (c := layout.comments.get(number)) and c.alone and layout.indent(number) >= inner
        ):
            last = number if not layout.blank(number) else last
            number += 1
        return first, last

    def _indent(self, number: int) -> str:
        """The indentation of a line when the headers around it are gone."""
        indent = self._layout.indent(number)
        within = [node for node, first, last in self._bodies if first <= number <= last]
        for node in sorted(within, key=lambda one: one.lineno, reverse=True):
            inner = self._layout.indent(node.body[0].lineno)
            if indent.startswith(inner):
                indent = self._layout.indent(node.lineno) + indent[len(inner) :]
        return indent

    def _headers(self) -> Iterator[Edit]:
        """Headers that keep some of their items."""
        for node in ast.walk(self._tree):
            if not isinstance(node, ast.With) or self._is_bare(node):
                continue
            kept = [item for item in node.items if item not in self._program.gone_items]
            if len(kept) < len(node.items):
                text = ", ".join(self._layout.text[self._start(item) : self._end(item)] for item in kept)
                yield Edit(self._start(node.items[0]), self._end(node.items[-1]), text)

    def _start(self, item: ast.withitem) -> int:
        return self._layout.spans.of(item.context_expr).start

    def _end(self, item: ast.withitem) -> int:
        return self._layout.spans.of(item.optional_vars or item.context_expr).end
