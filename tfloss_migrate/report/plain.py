"""Text for a terminal: painted, counted, harmless, and folded where its window ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Style = Literal["place", "rule", "error", "warning", "info", "old", "new", "good", "bad", "faint"]
else:
    Style = str

#: Colours a piece of text, or leaves it as it is.
Paint = Callable[[str, Style], str]


_ESCAPE = re.compile(r"\x1b\[[\d;]*m")
_HANG = 4


class Words(str):
    """A line in words: it may go on in a next line, as a line of code may not."""

    __slots__ = ()


def printed(lines: Iterable[str], columns: int | None) -> str:
    """Lines as one text, those in words folded to so many columns, if there is a number."""
    if columns is not None:
        lines = (part for line in lines for part in (_folded(line, columns) if isinstance(line, Words) else (line,)))
    return "".join(f"{line}\n" for line in lines)


def _folded(line: str, columns: int) -> Iterator[str]:
    """A line in pieces that fit, the later ones indented more; a word that is longer is left whole."""
    margin = len(line) - len(line.lstrip(" "))
    hang = " " * min(margin + _HANG, columns // 2)
    piece, *words = line[margin:].split(" ")
    piece = line[:margin] + piece
    for word in words:
        if len(_ESCAPE.sub("", f"{piece} {word}")) <= columns:
            piece = f"{piece} {word}"
        else:
            yield piece
            piece = hang + word
    yield piece


def clean(text: str) -> str:
    """Text that cannot command a terminal: what does not print is spelled out."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in "\n\t" else character.encode("unicode_escape").decode()
        for character in text
    )


def block(text: str, prefix: str) -> Iterator[str]:
    """The lines of a text, each behind a prefix."""
    for line in clean(text.replace("\r\n", "\n").replace("\r", "\n")).rstrip("\n").split("\n"):
        yield f"{prefix}{line}"


def count(number: int, noun: str) -> str:
    """ "1 file", "2 files"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
