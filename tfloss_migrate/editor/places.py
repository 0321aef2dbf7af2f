"""Places in a text, as editors count them: lines from 0, and columns in the units of the client, mostly UTF-16."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsprotocol.types import Position, Range

from tfloss_migrate.model import Span

_AFTER_A_NEWLINE = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


class Places:
    """A text by its lines, which end where Python and the protocol say, and not in form feeds and the like."""

    def __init__(self, text: str, units: Callable[[str], int]) -> None:
        self.text, self._units = text, units
        self._lines = _AFTER_A_NEWLINE.split(text)

    def at(self, line: int, column: int) -> Position:
        """The place of a line and a column that count from 0, in characters."""
        if line >= len(self._lines):
            return self.whole.end
        return Position(line, self._units(self._lines[line][:column]))

    def of(self, span: Span) -> Range:
        return Range(self.at(span.line - 1, span.column), self.at(span.end_line - 1, span.end_column))

    @property
    def whole(self) -> Range:
        return Range(Position(0, 0), Position(len(self._lines) - 1, self._units(self._lines[-1])))


def meets(one: Range, other: Range) -> bool:
    """Whether two places have something in common, be it the end of one."""
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(place: Position) -> tuple[int, int]:
    return place.line, place.character
