"""Text for a terminal: painted, counted, and harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterator

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Style = Literal["place", "rule", "error", "warning", "info", "old", "new", "good", "bad", "faint"]
else:
    Style = str

#: Colours a piece of text, or leaves it as it is.
Paint = Callable[[str, Style], str]


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
