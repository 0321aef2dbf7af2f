"""Takes out of comments what silences nothing, and nothing else."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Mapping

from tfloss_migrate.model import Edit, Finding, Settled, Span, Verdict
from tfloss_migrate.source.failures import KINDS
from tfloss_migrate.source.suppress import COMMENT, comments

_KIND = KINDS["TFL910"]
_SAME = Verdict("same", "a comment computes nothing; nothing was run")
_MOVED = "the comments of this file are others once it is rewritten; take it out by hand"


def told(text: str, idle: Iterable[tuple[int, str]]) -> list[Finding]:
    """A finding for each entry, given with its line, at the comment in which it stands."""
    at = {span.line: (span, comment) for span, comment in _marks(text)}
    found = []
    for line, entry in idle:
        message = f"nothing is silenced here by {entry!r}" if entry else "nothing is silenced here"
        span, comment = at[line]
        found.append(Finding(_KIND.id, _KIND.name, _KIND.severity, message, span, comment))
    return found


def tidy(before: str, now: str, idle: Collection[tuple[int, str]]) -> tuple[tuple[Settled, ...], tuple[Edit, ...]]:
    """What becomes of entries that silence nothing in a text, and the edits of what that text is by `now`."""
    marks, marks_now, entries = _marks(before), _marks(now), _by_line(idle)
    if [comment for _, comment in marks] != [comment for _, comment in marks_now]:
        return tuple(Settled(one, None, _MOVED, None, one.severity) for one in told(before, idle)), ()
    new = {span.line: _without(comment, entries[span.line]) for span, comment in marks if span.line in entries}
    settled = [Settled(one, new[one.span.line], None, _SAME, one.severity) for one in told(before, idle)]
    edits = []
    for (span, _), (span_now, _) in zip(marks, marks_now, strict=True):
        if span.line in new:
            start = span_now.start if new[span.line] else len(now[: span_now.start].rstrip(" \t"))
            edits.append(Edit(start, span_now.end, new[span.line]))
    return tuple(settled), tuple(edits)


def _by_line(idle: Iterable[tuple[int, str]]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    for line, entry in idle:
        found.setdefault(line, set()).add(entry)
    return found


def _marks(text: str) -> list[tuple[Span, str]]:
    """The comments that silence rules, each with its place."""
    starts = [0]
    for written in io.StringIO(text, newline=""):
        starts.append(starts[-1] + len(written))
    found = []
    for line, column, comment in comments(text):
        if re.search(COMMENT, comment):
            start = starts[line - 1] + column
            found.append((Span(start, start + len(comment), line, column, line, column + len(comment)), comment))
    return found


def _without(comment: str, entries: set[str]) -> str:
    """A comment without these entries; what else it says stays."""

    def kept(found: re.Match[str]) -> str:
        if found["file"] is not None or found["ids"] is None:
            return found[0] if found["file"] is not None or "" not in entries else "#"
        ids = [one for one in map(str.strip, found["ids"].split(",")) if one and one not in entries]
        whole, start = found[0], found.start("ids") - found.start()
        return f"{whole[:start]}{', '.join(ids)}{whole[start + len(found['ids']) :]}" if ids else "#"

    new = re.sub(COMMENT, kept, comment)
    return re.sub(r"#\s*(?=#|\Z)", "", new).rstrip()
