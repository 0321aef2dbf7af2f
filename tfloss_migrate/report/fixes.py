"""The changes of a file's text, each put down to the finding that it mends."""

from __future__ import annotations

import io
from collections.abc import Sequence
from difflib import SequenceMatcher

from tfloss_migrate.model import FileOutcome, Settled
from tfloss_migrate.record import dataclass


@dataclass(frozen=True)
class Replacement:
    """`text` for the old text between two places. Lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fixes:
    """What changes in one file: the places of findings where that is all, else lines.

    Lines that belong to no finding, as those of an import, are `shared`: part of every fix.
    """

    def __init__(self, outcome: FileOutcome) -> None:
        self._written = [one for one in outcome.findings if one.new is not None]
        old, new = outcome.old_text, outcome.new_text
        self._in_place = old is not None and _rewritten(old, self._written) == new
        in_lines = old is not None and new is not None and not self._in_place
        self._hunks = _hunks(_lines(old or ""), _lines(new or "")) if in_lines else []
        self.shared = [hunk for hunk in self._hunks if not any(_meet(hunk, one) for one in self._written)]

    def of(self, settled: Settled) -> list[Replacement]:
        """The replacements that mend a finding, in the order of the text; none if it stays."""
        if settled.new is None:
            return []
        if self._in_place:
            span = settled.finding.span
            return [Replacement(span.line, span.column + 1, span.end_line, span.end_column + 1, settled.new)]
        if not any(_meet(hunk, settled) for hunk in self._hunks):
            return []
        return [hunk for hunk in self._hunks if hunk in self.shared or _meet(hunk, settled)]


def _rewritten(text: str, written: Sequence[Settled]) -> str | None:
    """The text with each finding's new text in its place; None where that cannot be, as in a notebook."""
    pieces, at = [], 0
    for one in written:
        span = one.finding.span
        if one.finding.cell is not None or span.start < at or one.new is None:
            return None
        pieces += [text[at : span.start], one.new]
        at = span.end
    return "".join([*pieces, text[at:]])


def _hunks(old: Sequence[str], new: Sequence[str]) -> list[Replacement]:
    hunks = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            unended = last == len(old) and bool(old) and not old[-1].endswith(("\n", "\r"))
            until = (last, len(old[-1]) + 1) if unended else (last + 1, 1)
            hunks.append(Replacement(first + 1, 1, *until, "".join(new[begin:end])))
    return hunks


def _meet(hunk: Replacement, settled: Settled) -> bool:
    """Whether lines that change are lines of a finding. What a place in a cell of a notebook changes is not known."""
    span = settled.finding.span
    after = hunk.end_line if hunk.end_column == 1 else hunk.end_line + 1
    return settled.finding.cell is None and hunk.line <= span.end_line and span.line < after


def _lines(text: str) -> list[str]:
    """Lines as Python counts them."""
    return io.StringIO(text, newline="").readlines()
