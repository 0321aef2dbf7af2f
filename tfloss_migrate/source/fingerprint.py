"""What a finding is known by when lines move: its rule, its text, the statement around it, and which of these it is.

What a formatter may change does not count: indentation, line breaks, comments, parentheses, commas in front of a
closing bracket, which quotes are used, how a number is written.
"""

from __future__ import annotations

import hashlib
import io
import tokenize
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import replace

_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_DIGITS = 16


def fingerprinted(outcome: FileOutcome) -> FileOutcome:
    """The same outcome, in which each finding has its fingerprint. It holds within the file: the path is not in it."""
    if all(settled.fingerprint for settled in outcome.findings):
        return outcome
    lines = io.StringIO(outcome.old_text or "", newline=None).readlines()
    starts = [*_statement_starts(lines), len(lines) + 1]
    seen: Counter[tuple[str, ...]] = Counter()
    findings = []
    for settled in outcome.findings:
        finding, around = settled.finding, ""
        if finding.cell is None and finding.old:
            after = bisect_right(starts, finding.span.line)
            around = _squeezed("".join(lines[starts[after - 1] - 1 : starts[after] - 1])) if after else ""
        what = (finding.rule, _squeezed(finding.old), around)
        seen[what] += 1
        told = "\0".join((*what, str(seen[what])))
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        findings.append(replace(settled, fingerprint=digest[:_DIGITS]))
    return replace(outcome, findings=tuple(findings))


def _statement_starts(lines: list[str]) -> Iterator[int]:
    """The lines on which statements begin, or the headers of compound ones; from an error on, each line is one."""
    fresh, last = True, 0
    try:
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type == tokenize.NEWLINE:
                fresh = True
            elif fresh and token.type not in _LAYOUT:
                fresh, last = False, token.start[0]
                yield last
    except (tokenize.TokenError, SyntaxError):
        yield from range(last + 1, len(lines) + 1)


def _squeezed(text: str) -> str:
    """A piece of source without its layout."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline))
    except (tokenize.TokenError, SyntaxError):
        return "".join(text.split())
    words = [_word(token) for token in tokens if token.type not in _LAYOUT]
    kept = (
        word
        for word, after in zip(words, [*words[1:], ""], strict=True)
        if word not in ("(", ")") and not (word == "," and after in (")", "]", "}"))
    )
    return "".join(kept)


def _word(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NUMBER and "." in token.string:
        with suppress(ValueError):
            return str(float(token.string))
    return token.string.replace("'", '"')
