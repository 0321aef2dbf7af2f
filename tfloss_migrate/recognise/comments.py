"""Comments inside of text that is replaced: what is not in the new text moves to lines of its own above."""

from __future__ import annotations

import ast
from collections import Counter

from tfloss_migrate.model import Edit
from tfloss_migrate.syntax.spans import Spans

NO_ROOM = "the comments inside would be lost, and there is no line for them above"


def lost(old: str, new: str) -> list[str]:
    """The comments of one expression or import that are not in another, in order."""
    if "#" not in old:
        return []
    kept = Counter(_comments(new))
    gone = []
    for comment in _comments(old):
        kept[comment] -= 1
        if kept[comment] < 0:
            gone.append(comment)
    return gone


def above(comments: list[str], statement: ast.stmt, spans: Spans, newline: str, owner: int) -> Edit | None:
    """Puts comments of the text at `owner` on lines of their own above a statement; None where no such line is."""
    decorators = getattr(statement, "decorator_list", [])
    start = spans.of(decorators[0] if decorators else statement).start
    line = spans.line_start(start)
    prefix = spans.text[line:start]
    if "'" in prefix or '"' in prefix or spans.text[:line].rstrip("\r\n").endswith("\\"):
        return None  # the line begins within a string, or belongs to the one above it
    indent = prefix[: len(prefix) - len(prefix.lstrip(" \t\f"))]
    return Edit(line, line, "".join(f"{indent}{comment}{newline}" for comment in comments), owner)


def _comments(source: str) -> list[str]:
    import io
    import tokenize

    tokens = tokenize.generate_tokens(io.StringIO(f"({source}\n)", newline=None).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]
