"""Where a long expression is broken over two lines."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator


def break_in(text: str, first: int, second: int) -> int | None:
    """The offset at which an expression of one line becomes two; None where it has no bracket to break behind.

    Behind the innermost bracket that opens a loss, as its arguments belong together; else behind the outermost bracket,
    or comma inside it, that leaves at most `first` and `second` characters on the two lines. Where nothing does, behind
    the one that leaves the shortest longest line.
    """
    points = list(_points(text))
    if not points:
        return None
    loss = text.find("(", text.rfind(".losses.")) + 1 if ".losses." in text else 0

    def order(point: tuple[int, int]) -> tuple[bool, int, bool, int, int]:
        at, depth = point
        over = max(len(text[:at].rstrip()) - first, len(text[at:].lstrip()) - second, 0)
        return over > 0, over, at != loss, depth, -at

    return min(points, key=order)[0]


def _points(text: str) -> Iterator[tuple[int, int]]:
    """The offsets behind opening brackets and behind the commas inside them, each with its depth."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.OP:
            continue
        if token.string in "([{":
            depth += 1
            if not text[token.end[1] :].lstrip().startswith((")", "]", "}")):
                yield token.end[1], depth
        elif token.string in ")]}":
            depth -= 1
        elif token.string == "," and depth:
            yield token.end[1], depth
