"""The code cells of a notebook file: their sources as text, and new sources in their place, nothing else touched.

A notebook is JSON. What a parser makes of it could not be written back as it was: indentation, the order of keys, how a
character is escaped, whether a source is one string or a list of lines. So the places of the sources are kept, and what
changes is put there, line by line.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

from tfloss_migrate.record import dataclass

#: In valid JSON: a string, a bracket, or a number or word.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s{}\[\]:,"]+')
#: One line of a string as it is written, with the line feed that ends it.
_LINE = re.compile(r"(?:[^\\]|\\(?!n|u000[aA]).)*?(?:\\n|\\u000[aA]|\Z)")
_BEYOND_ASCII = re.compile(r"\\u(?!00[0-7])")

Place = tuple[int, int]


class NotebookError(Exception):
    """Why a file is no notebook whose cells can be read."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its index into `cells`, its source, and where the JSON text has that.

    `pieces` are the places of the strings of a list, or of the lines inside of one string; `inner` is where they all
    are, without the brackets or quotes around them.
    """

    index: int
    source: str
    inner: Place
    pieces: tuple[Place, ...]
    listed: bool


@dataclass(frozen=True)
class Cells:
    """The JSON text of a notebook of format 4, its metadata, and its code cells in order."""

    text: str
    metadata: dict[str, object]
    code: tuple[Cell, ...]

    @staticmethod
    def of(text: str) -> Cells:
        """Reads a notebook. Of a key that comes twice, the last one counts, as for Jupyter.

        Raises:
            ValueError: the text is no valid JSON.
            RecursionError: it is nested too deeply.
            NotebookError: it is no notebook of format 4.
        """
        whole = json.loads(text)
        version = whole.get("nbformat") if isinstance(whole, dict) else None
        if version != 4 or not isinstance(whole.get("cells"), list):
            known = isinstance(version, int)
            raise NotebookError(f"is a notebook of format {version}" if known else "is no notebook: it names no format")
        at = _members(text, text.index("{"))["cells"][0]
        places = list(_children(text, at))
        code = [
            _cell(text, index, places[index][0], cell.get("source"))
            for index, cell in enumerate(whole["cells"])
            if isinstance(cell, dict) and cell.get("cell_type") == "code"
        ]
        metadata = whole.get("metadata")
        return Cells(text, metadata if isinstance(metadata, dict) else {}, tuple(code))

    def rewritten(self, sources: Mapping[int, str]) -> str:
        """The JSON text with new sources, by the index of their cell."""
        made = [one for cell in self.code if cell.index in sources for one in self._changes(cell, sources[cell.index])]
        pieces, position = [], 0
        for start, end, new in made:
            pieces += [self.text[position:start], new]
            position = end
        return "".join([*pieces, self.text[position:]])

    def _changes(self, cell: Cell, new: str) -> Iterator[tuple[int, int, str]]:
        """What of the JSON text is replaced by what, so that a cell has a new source."""
        pieces, (first, last) = cell.pieces, cell.inner
        for i, j, text in _changed_pieces(cell, self.text, new):
            written = self._joiner(cell).join(self._written(cell, line) for line in _lines(text))
            if i == 0 and j == len(pieces) and not written:
                yield first, last, ""
            elif not pieces:
                yield first, last, written
            elif i < j and written:
                yield pieces[i][0], pieces[j - 1][1], written
            elif i < j:
                yield (pieces[i][0], pieces[j][0], "") if j < len(pieces) else (pieces[i - 1][1], pieces[j - 1][1], "")
            elif i < len(pieces):
                yield pieces[i][0], pieces[i][0], written + self._joiner(cell)
            else:
                yield pieces[-1][1], pieces[-1][1], self._joiner(cell) + written

    def _joiner(self, cell: Cell) -> str:
        """What stands between two strings of a list."""
        if not cell.listed:
            return ""
        if len(cell.pieces) > 1:
            return self.text[cell.pieces[0][1] : cell.pieces[1][0]]
        space = self.text[cell.inner[0] : cell.pieces[0][0]] if cell.pieces else ""
        return f",{space}" if space or '": ' not in self.text else ", "

    def _written(self, cell: Cell, line: str) -> str:
        """A line as JSON; what is beyond ASCII is escaped where the cell, or else the notebook, does so."""
        raw = self.text[cell.inner[0] : cell.inner[1]]
        near = raw if not (raw.isascii() and cell.source.isascii()) else self.text
        written = json.dumps(line, ensure_ascii=near.isascii() and _BEYOND_ASCII.search(near) is not None)
        return written if cell.listed else written[1:-1]


def _cell(text: str, index: int, at: int, source: object) -> Cell:
    listed = isinstance(source, list)
    if not isinstance(source, str) and not (isinstance(source, list) and all(isinstance(s, str) for s in source)):
        raise NotebookError(f"has a code cell without a source: cell {index}")
    start, end = _members(text, at)["source"]
    inner = (start + 1, end - 1)
    if listed:
        return Cell(index, "".join(source), inner, tuple(_children(text, start)), True)
    lines = [found.span() for found in _LINE.finditer(text[inner[0] : inner[1]]) if found[0]]
    return Cell(index, "".join(source), inner, tuple((inner[0] + a, inner[0] + b) for a, b in lines), False)


def _children(text: str, start: int) -> Iterator[Place]:
    """Where the values are that stand directly in the container which begins at `start`, keys among them."""
    depth = begun = 0
    for token in _TOKEN.finditer(text, start):
        first = text[token.start()]
        if first in "]}":
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:
            begun = token.start()
        if first in "[{":
            depth += 1
        if depth == 1 and token.start() != start:
            yield begun, token.end()


def _members(text: str, start: int) -> dict[str, Place]:
    """Where the values of an object are, by key."""
    places = list(_children(text, start))
    return {json.loads(text[a:b]): value for (a, b), value in zip(places[::2], places[1::2], strict=True)}


def _lines(text: str) -> list[str]:
    """The lines of a text; only a line feed ends one."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _changed_pieces(cell: Cell, text: str, new: str) -> list[tuple[int, int, str]]:
    """Which pieces, from one index to another, give way to which text; the others are in both."""
    around = "{}" if cell.listed else '"{}"'
    lengths = (len(json.loads(around.format(text[start:end]))) for start, end in cell.pieces)
    starts = list(accumulate(lengths, initial=0))
    merged: list[tuple[int, int, int, int]] = []
    for a, b, c, d in _changed(_lines(cell.source), _lines(new)):
        i = bisect_right(starts, a) - 1
        j = max(i, bisect_left(starts, b))
        change = (i, j, c - (a - starts[i]), d + (starts[j] - b))
        if merged and i < merged[-1][1]:
            change = (merged[-1][0], j, merged.pop()[2], change[3])
        merged.append(change)
    return [(i, j, new[c:d]) for i, j, c, d in merged]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that differ, as offsets into the old and into the new text."""
    before, after = (list(accumulate(map(len, lines), initial=0)) for lines in (old, new))
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield before[a], before[b], after[c], after[d]
