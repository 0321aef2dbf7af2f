"""Makes edits in a text."""

from __future__ import annotations

from collections.abc import Iterable

from tfloss_migrate.model import Edit


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; insertions at one place keep their order. Raises ValueError if edits overlap."""
    pieces, position = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            raise ValueError("edits overlap")
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def lines_after(text: str, edits: Iterable[Edit]) -> tuple[int, ...]:
    """For each line of the text after the edits, the line that it was, or the one at which it was written."""
    found: list[int] = []
    position, line = 0, 1
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        kept = text.count("\n", position, edit.start)
        found += range(line, line + kept)
        line += kept
        found += [line] * edit.text.count("\n")
        line += text.count("\n", edit.start, edit.end)
        position = edit.end
    return (*found, *range(line, line + text.count("\n", position) + 1))
