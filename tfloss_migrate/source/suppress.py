"""Comments that silence findings: `# tfloss: ignore[TFL310] reason`, `# tfloss: ignore`, `# tfloss: ignore-file`.

In brackets stand ids, prefixes of ids and names, with commas between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfloss_migrate.model import Finding, Span
from tfloss_migrate.record import dataclass, field
from tfloss_migrate.source.failures import KINDS

_MARK = "tfloss:"
_COMMENT = r"#\s*tfloss:\s*ignore(?:(?P<file>-file)(?![\w-])|\s*\[(?P<ids>[^\]]*)\]|(?!\s*\[)(?![\w-]))"
_EVERYTHING = ("",)


@dataclass(frozen=True)
class Suppressions:
    """What the comments of one file hide: prefixes of rule ids and names, by line; every id begins with the empty one.

    `said` are the entries as they were written, each with its line.
    """

    whole_file: bool = False
    by_line: dict[int, tuple[str, ...]] = field(default_factory=dict)
    said: tuple[tuple[int, str], ...] = ()

    @staticmethod
    def of(text: str) -> Suppressions:
        """Read the comments of a text. Strings that look like comments are none.

        Of a text that Python cannot parse, the comments in front of the error count.
        """
        if _MARK not in text:
            return _NONE
        import re

        whole_file = False
        by_line: dict[int, tuple[str, ...]] = {}
        said: list[tuple[int, str]] = []
        for line, comment in _comments(text):
            for found in re.finditer(_COMMENT, comment):
                whole_file = whole_file or found["file"] is not None
                if found["ids"] is not None:
                    ids = tuple(entry.strip() for entry in found["ids"].split(",") if entry.strip())
                    said += [(line, entry) for entry in ids]
                else:
                    ids = _EVERYTHING
                by_line[line] = by_line.get(line, ()) + ids
        return Suppressions(whole_file, by_line, tuple(said))

    def hides(self, rule_id: str, name: str, line: int, end_line: int) -> bool:
        """Whether a finding of this rule, from `line` to `end_line`, is silenced: on its first or on its last line."""
        entries = self.by_line.get(line, ()) + self.by_line.get(end_line, ())
        return self.whole_file or any(_is_meant(entry, rule_id, name) for entry in entries)

    def void(self, rules: Sequence[tuple[str, str]]) -> Iterator[Finding]:
        """A finding for each entry that means none of the rules, given as (id, name)."""
        kind = KINDS["TFL909"]
        for line, entry in self.said:
            if not any(_is_meant(entry, *rule) for rule in rules):
                message = f"no rule is called {entry!r}: nothing is silenced by it"
                yield Finding(kind.id, kind.name, kind.severity, message, Span(0, 0, line, 0, line, 0), "")


def _is_meant(entry: str, rule_id: str, name: str) -> bool:
    return rule_id.startswith(entry.upper()) or name == entry


_NONE = Suppressions()


def _comments(text: str) -> Iterator[tuple[int, str]]:
    import io
    import tokenize

    lines = io.StringIO(text, newline=None)
    try:
        for token in tokenize.generate_tokens(lines.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):
        return
