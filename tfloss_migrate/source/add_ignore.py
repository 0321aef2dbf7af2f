"""Writes the comments that silence findings: `# tfloss: ignore[TFL310] reason`, where they can stand."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Sequence

from tfloss_migrate.model import Settled
from tfloss_migrate.record import replace
from tfloss_migrate.source.suppress import COMMENT

_NOWHERE = "no comment can stand here: its first and its last line end in a string or in a backslash"
#: More rounds than this have never been needed.
_ROUNDS = 5
_OPENING = [kind for name in ("FSTRING_START", "TSTRING_START") if (kind := getattr(tokenize, name, None)) is not None]
_CLOSING = [kind for name in ("FSTRING_END", "TSTRING_END") if (kind := getattr(tokenize, name, None)) is not None]


def silence(
    text: str, findings: tuple[Settled, ...], reason: str, again: Callable[[str], tuple[Settled, ...]]
) -> tuple[str, tuple[Settled, ...], tuple[Settled, ...]]:
    """As `with_ignores`, for what comes to light once comments are there too; `again` finds in a text."""
    silenced: tuple[Settled, ...] = ()
    for _ in range(_ROUNDS):
        text, done, findings = with_ignores(text, findings, reason)
        if not done:
            break
        silenced += done
        findings = again(text)
    return text, silenced, findings


def with_ignores(
    text: str, findings: Sequence[Settled], reason: str, last: bool = False
) -> tuple[str, tuple[Settled, ...], tuple[Settled, ...]]:
    """A text with comments that silence its errors and warnings; which those are; and which are left, with the reason.

    A comment stands at the end of the first line of a finding, or of its last where it cannot stand there. In a line
    that silences rules already, theirs are added. What is wrong with a file (`TFL9xx`) cannot be silenced in it; what
    is told of a whole program (`TFL5xx`) is silenced `last`, for it may go with the rest.
    """
    lines = io.StringIO(text, newline="").readlines()
    comments, closed = _look(text)
    wanted: dict[int, set[str]] = {}
    silenced: list[Settled] = []
    left: list[Settled] = []
    programs: list[Settled] = []
    for settled in findings:
        span, rule = settled.finding.span, settled.finding.rule
        places = [line for line in (span.line, span.end_line) if line not in closed]
        if settled.severity == "info" or rule.startswith("TFL9"):
            left.append(settled)
        elif not places:
            left.append(replace(settled, new=None, offered=None, reason=_NOWHERE))
        elif rule.startswith("TFL5") and not last:
            programs.append(settled)
        else:
            line = next((line for line in places if _entries(comments.get(line, "")) is not None), places[0])
            wanted.setdefault(line, set()).add(rule)
            silenced.append(settled)
    if programs and not silenced:
        return with_ignores(text, findings, reason, last=True)
    for line, rules in wanted.items():
        lines[line - 1] = _silencing(lines[line - 1], comments.get(line, ""), sorted(rules), reason)
    new = "".join(lines)
    if not _means_the_same(text, new):
        return text, (), tuple(findings)
    return new, tuple(silenced), (*left, *programs)


def _look(text: str) -> tuple[dict[int, str], set[int]]:
    """The comment of each line that has one, and the lines that can have none at their end."""
    comments: dict[int, str] = {}
    closed = {number for number, line in enumerate(io.StringIO(text, newline=None), 1) if line.endswith("\\\n")}
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.string
        elif token.type in _OPENING:
            opened.append(token.start[0])
        elif token.type == tokenize.STRING or token.type in _CLOSING:
            closed.update(range(opened.pop() if token.type in _CLOSING else token.start[0], token.end[0]))
    return comments, closed - set(comments)


def _entries(comment: str) -> re.Match[str] | None:
    """Where a comment silences rules by name."""
    return next((found for found in re.finditer(COMMENT, comment) if found["ids"] is not None), None)


def _silencing(line: str, comment: str, rules: Iterable[str], reason: str) -> str:
    body = line.rstrip("\r\n")
    ending, listed = line[len(body) :], ", ".join(rules)
    body = body.rstrip()
    found = _entries(comment)
    if found is None:
        return f"{body}  # tfloss: ignore[{listed}] {reason}{ending}"
    at = len(body) - len(comment.rstrip()) + found.end("ids")
    before = body[:at].rstrip(", ")
    return f"{before}{'' if before.endswith('[') else ', '}{listed}{body[at:]}{ending}"


def _means_the_same(old: str, new: str) -> bool:
    try:
        return ast.dump(ast.parse(old)) == ast.dump(ast.parse(new))
    except (SyntaxError, ValueError, RecursionError):
        return False
