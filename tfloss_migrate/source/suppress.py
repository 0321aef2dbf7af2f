"""Comments that silence findings: `# tfloss: ignore[TFL310] reason`, `# tfloss: ignore`, `# tfloss: ignore-file`.

In brackets stand ids, prefixes of ids and names, with commas between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tfloss_migrate.model import Finding, Span
from tfloss_migrate.record import dataclass, field
from tfloss_migrate.source.failures import KINDS

_MARK = "tfloss:"
COMMENT = r"#\s*tfloss:\s*ignore(?:(?P<file>-file)(?![\w-])|\s*\[(?P<ids>[^\]]*)\]|(?!\s*\[)(?![\w-]))"
_EVERYTHING = ("",)

#: Families of rules of which a lint does not find all.
_NOT_BY_LINT = ("TFL3", "TFL5")


@dataclass(frozen=True)
class Suppressions:
    """What the comments of one file hide: prefixes of rule ids and names, by line; every id begins with the empty one.

    `said` are the entries as they were written, each with its line. `used` are those of them that hid something, and
    `asked` the lines of all findings, as `hides` was asked.
    """

    whole_file: bool = False
    by_line: dict[int, tuple[str, ...]] = field(default_factory=dict)
    said: tuple[tuple[int, str], ...] = ()
    used: set[tuple[int, str]] = field(default_factory=set, compare=False)
    asked: set[int] = field(default_factory=set, compare=False)

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
        for line, _, comment in comments(text):
            for found in re.finditer(COMMENT, comment):
                whole_file = whole_file or found["file"] is not None
                if found["ids"] is not None:
                    ids = tuple(entry.strip() for entry in found["ids"].split(",") if entry.strip())
                else:
                    ids = _EVERYTHING
                said += [(line, entry) for entry in ids if found["file"] is None]
                by_line[line] = by_line.get(line, ()) + ids
        return Suppressions(whole_file, by_line, tuple(said))

    def hides(self, rule_id: str, name: str, line: int, end_line: int) -> bool:
        """Whether a finding of this rule, from `line` to `end_line`, is silenced: on its first or on its last line."""
        if not self.by_line:
            return False
        self.asked.update((line, end_line))
        entries = [(at, entry) for at in (line, end_line) for entry in self.by_line.get(at, ())]
        meant = [entry for entry in entries if _is_meant(entry[1], rule_id, name)]
        self.used.update(meant)
        return self.whole_file or bool(meant)

    def also_used(self, later: Suppressions) -> None:
        """Counts as used what hid something in a `later` text of the same file, in which lines are others."""
        hid = {entry for _, entry in later.used}
        self.used.update(said for said in self.said if said[1] in hid)

    def void(self, rules: Sequence[tuple[str, str]]) -> Iterator[Finding]:
        """A finding for each entry that means none of the rules, given as (id, name)."""
        kind = KINDS["TFL909"]
        for line, entry in self.said:
            if not any(_is_meant(entry, *rule) for rule in rules):
                message = f"no rule is called {entry!r}: nothing is silenced by it"
                yield Finding(kind.id, kind.name, kind.severity, message, Span(0, 0, line, 0, line, 0), "")

    def idle(
        self, rules: Sequence[tuple[str, str]], wants: Callable[[str, str], bool], lint: bool
    ) -> Iterator[tuple[int, str]]:
        """Each entry that hid nothing, with its line, once all findings were asked for.

        Nothing is said of rules that were not looked for: those that are not wanted, and for a `lint` those that may be
        found by what code computes, or in a line in which another rule found something.
        """
        for line, entry in self.said if not self.whole_file else ():
            meant = [rule for rule in rules if _is_meant(entry, *rule)]
            sure = not lint or (line not in self.asked and not any(rule[0].startswith(_NOT_BY_LINT) for rule in meant))
            if meant and sure and (line, entry) not in self.used and all(wants(*rule) for rule in meant):
                yield line, entry


def _is_meant(entry: str, rule_id: str, name: str) -> bool:
    return rule_id.startswith(entry.upper()) or name == entry


_NONE = Suppressions()


def comments(text: str) -> Iterator[tuple[int, int, str]]:
    """The comments of a text with their lines, from 1, and columns, from 0."""
    import io
    import tokenize

    lines = io.StringIO(text, newline=None)
    try:
        for token in tokenize.generate_tokens(lines.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.start[1], token.string
    except (tokenize.TokenError, SyntaxError):
        return
