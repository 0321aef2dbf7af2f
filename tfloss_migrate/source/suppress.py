"""Comments that silence findings: `# tfloss: ignore[TFL310] reason`, `# tfloss: ignore`, `# tfloss: ignore-file`."""

from __future__ import annotations

from collections.abc import Iterator

from tfloss_migrate.record import dataclass, field

_MARK = "tfloss:"
_COMMENT = r"#\s*tfloss:\s*ignore(?:(?P<file>-file)(?![\w-])|\s*\[(?P<ids>[^\]]*)\]|(?!\s*\[)(?![\w-]))"
_EVERYTHING = ("",)


@dataclass(frozen=True)
class Suppressions:
    """What the comments of one file hide: prefixes of rule ids, by line; the prefix of every id is the empty one."""

    whole_file: bool = False
    by_line: dict[int, tuple[str, ...]] = field(default_factory=dict)

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
        for line, comment in _comments(text):
            for found in re.finditer(_COMMENT, comment):
                whole_file = whole_file or found["file"] is not None
                if found["ids"] is not None:
                    ids = tuple(rule_id.strip().upper() for rule_id in found["ids"].split(",") if rule_id.strip())
                else:
                    ids = _EVERYTHING
                by_line[line] = by_line.get(line, ()) + ids
        return Suppressions(whole_file, by_line)

    def hides(self, rule_id: str, line: int, end_line: int) -> bool:
        """Whether a finding of this rule, from `line` to `end_line`, is silenced: on its first or on its last line."""
        return self.whole_file or rule_id.startswith(self.by_line.get(line, ()) + self.by_line.get(end_line, ()))


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
