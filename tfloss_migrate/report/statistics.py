"""What was found, rule by rule: how often, how much is rewritten with which verdicts, and why the rest is left."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tfloss_migrate.model import LINT_ONLY, STATUSES, FileOutcome
from tfloss_migrate.report.plain import Paint, Words, clean
from tfloss_migrate.report.verdicts import short


class OfRule:
    """Counts of one rule: what it found, how much of it is rewritten or inside other rewrites, and why not."""

    def __init__(self) -> None:
        self.found = self.rewritten = self.inside = 0
        self.verdicts: Counter[str] = Counter()
        self.left: Counter[str] = Counter()


class Statistics:
    """Counts by rule over the outcomes seen so far."""

    def __init__(self, outcomes: Iterable[FileOutcome] = ()) -> None:
        self._rules: dict[tuple[str, str], OfRule] = {}
        for outcome in outcomes:
            self.add(outcome)

    def add(self, outcome: FileOutcome) -> None:
        """Count one more file."""
        for settled in outcome.findings:
            counts = self._rules.setdefault((settled.finding.rule, settled.finding.name), OfRule())
            counts.found += 1
            counts.rewritten += settled.new is not None
            counts.inside += settled.inside_another
            if settled.verdict is not None:
                counts.verdicts[settled.verdict.status] += 1
            if settled.new is None and settled.reason is not None and not settled.inside_another:
                counts.left[_kind(settled.reason)] += 1

    def lines(self, paint: Paint) -> Iterator[str]:
        """A line for each rule, the most frequent first, and below it why some of what it found is left."""
        if not self._rules:
            return
        width = max(len(f"{rule} {name}") for rule, name in self._rules)
        yield paint(f"{'found':>5}  {'rewritten':>9}  {'inside':>6}  {'rule':<{width}}  verdicts", "faint")
        for (rule, name), counts in self.ordered():
            verdicts = ", ".join(
                f"{counts.verdicts[status]} {status}" for status in STATUSES if counts.verdicts[status]
            )
            told = f"{paint(rule, 'rule')} {name:<{width - len(rule) - 1}}"
            yield f"{counts.found:>5}  {counts.rewritten:>9}  {counts.inside:>6}  {told}  {verdicts}".rstrip()
            for reason, times in counts.left.most_common():
                if reason != LINT_ONLY:
                    yield Words(f"{'':>26}{times}x left: {clean(reason)}")

    def document(self) -> str:
        """The same as JSON: a list with an entry for each rule."""
        entries = [
            {
                "rule": rule,
                "name": name,
                "found": counts.found,
                "rewritten": counts.rewritten,
                "inside": counts.inside,
                "verdicts": {status: counts.verdicts[status] for status in STATUSES},
                "left": dict(counts.left.most_common()),
            }
            for (rule, name), counts in self.ordered()
        ]
        return json.dumps(entries, indent=2) + "\n"

    def ordered(self) -> list[tuple[tuple[str, str], OfRule]]:
        """Id and name of each rule with its counts, the most frequent first."""
        return sorted(self._rules.items(), key=lambda entry: (-entry[1].found, entry[0]))


def _kind(reason: str) -> str:
    """A reason without what is of one place only: its numbers, and what comes after its first part."""
    return reason if reason == LINT_ONLY else re.sub(r"\b\d+\b", "N", short(reason).partition("; ")[0])
