"""Counting outcomes as they come."""

from __future__ import annotations

from collections import Counter

from tfloss_migrate.model import ONLY_V1, STATUSES, FileOutcome
from tfloss_migrate.record import dataclass, field


@dataclass(frozen=True)
class Summary:
    """Counts over all outcomes; `errors` are findings of that severity, and files that failed without a finding."""

    files: int = 0
    changed: int = 0
    findings: int = 0
    rewrites: int = 0
    errors: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)


class Tally:
    """Counts over the outcomes seen so far.

    `remaining` is the number of errors and warnings that the run leaves behind: what was just written does not count,
    nor what was inside it, `info` never does, and a file that failed without a finding counts as one; so does a program
    that did not print the same before and after, of which `runs` has the counts. `left` counts,
    by reason, the errors and warnings that are not rewritten for one, but for those `inside` other rewrites; `informed`
    what is only `info` and stays. `by_v1` are the names that are rewritten to those of `tf.compat.v1`: what remains to
    be migrated by hand. `failed` counts the files that failed, `known` what is in the baseline. The summary's errors
    are the findings that are errors, written or not, and the files that failed without a finding.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()
        self.inside = 0
        self.informed = 0
        self.by_v1 = 0
        self.remaining = 0
        self.failed = 0
        self.known = 0
        self.would_change = 0

    def add(self, outcome: FileOutcome) -> None:
        """Count one more file."""
        self._counts["files"] += 1
        self._counts["changed"] += outcome.status == "changed"
        self.failed += outcome.status == "failed"
        self.known += len(outcome.known)
        self.would_change += outcome.status == "would-change"
        for settled in outcome.findings:
            self._counts["findings"] += 1
            self._counts["errors"] += settled.severity == "error"
            self._counts["rewrites"] += settled.new is not None
            self.by_v1 += bool(settled.new) and settled.finding.rule == ONLY_V1
            if settled.verdict is not None:
                self._verdicts[settled.verdict.status] += 1
            if settled.severity == "info":
                self.informed += settled.new is None
            else:
                inside = settled.inside_another
                gone = settled.new is not None or inside
                self.remaining += not (outcome.status == "changed" and gone)
                self.inside += inside
                if settled.reason is not None and not gone:
                    self.left[settled.reason] += 1
        if outcome.run is not None:
            self.runs[outcome.run.status] += 1
            self.remaining += outcome.run.status != "same"
        if outcome.status == "failed" and not outcome.findings:
            self._counts["errors"] += 1
            self.remaining += 1

    def summary(self) -> Summary:
        """The counts so far."""
        return Summary(
            files=self._counts["files"],
            changed=self._counts["changed"],
            findings=self._counts["findings"],
            rewrites=self._counts["rewrites"],
            errors=self._counts["errors"],
            verdicts={status: self._verdicts[status] for status in STATUSES},
        )
