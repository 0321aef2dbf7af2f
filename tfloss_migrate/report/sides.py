"""An old and a new text side by side (HTML), line by line, what differs between them marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape

from tfloss_migrate.report.plain import clean

_WORD = re.compile(r"\w+(?:\.\w+)*|\s|.", re.DOTALL)
#: So many unchanged lines are kept around those that change.
_CONTEXT = 3
#: Pieces of text above which words are not compared one by one, for it takes too long.
_LARGEST = 3000

#: A piece of a page.
Html = str


def side_by_side(old: str, new: str) -> str:
    """Both texts as rows of a table; without a new text there is one column. Long unchanged stretches are left out."""
    before, after = (clean(text).rstrip("\n").split("\n") for text in (old, new))
    rows = [_row(one, other) for one, other in _rows(before, after)]
    return f'<table class="sides"><tbody>{"".join(rows)}</tbody></table>'


def alone(text: str) -> str:
    """A text for which there is no other."""
    return f'<pre class="code">{escape(clean(text))}</pre>'


def _row(old: Html | None, new: Html | None) -> str:
    if old is None and new is None:
        return '<tr class="cut"><td>&#8943;</td><td>&#8943;</td></tr>'
    cells = [
        f'<td class="{side}"><code>{line}</code></td>' if line is not None else '<td class="none"></td>'
        for side, line in (("old", old), ("new", new))
    ]
    kept = ' class="kept"' if old == new else ""
    return f"<tr{kept}>{''.join(cells)}</tr>"


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Html | None, Html | None]]:
    """What is kept line by line, what changes as a whole."""
    for tag, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from _same(before[first:last], at_start=first == 0, at_end=last == len(before))
        else:
            old, new = _marked("\n".join(before[first:last]), "\n".join(after[begin:end]))
            yield old if last > first else None, new if end > begin else None


def _same(lines: Sequence[str], *, at_start: bool, at_end: bool) -> Iterator[tuple[Html | None, Html | None]]:
    """Lines that stay, without the middle of many."""
    first = 0 if at_start else _CONTEXT
    last = len(lines) - (0 if at_end else _CONTEXT)
    for at, line in enumerate(lines):
        if first <= at < last and last - first > 1:
            if at == first:
                yield None, None
        else:
            yield escape(line), escape(line)


def _marked(old: str, new: str) -> tuple[Html, Html]:
    """Two texts, with marks around the words that are not in both."""
    olds, news = _WORD.findall(old), _WORD.findall(new)
    if not old or not new or len(olds) + len(news) > _LARGEST:
        return escape(old), escape(new)
    marked: tuple[list[Html], list[Html]] = ([], [])
    for tag, first, last, begin, end in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        marked[0].append(_mark("".join(olds[first:last]), "del", tag))
        marked[1].append(_mark("".join(news[begin:end]), "ins", tag))
    return "".join(marked[0]), "".join(marked[1])


def _mark(text: str, mark: str, tag: str) -> Html:
    return escape(text) if tag == "equal" or not text.strip() else f"<{mark}>{escape(text)}</{mark}>"
