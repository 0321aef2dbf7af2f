"""What becomes of findings under the given flags: which rewrite is written, which place has which owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tfloss_migrate.model import (
    STATUSES,
    WITHIN,
    Edit,
    Finding,
    Offer,
    Question,
    Rewrite,
    Settled,
    Severity,
    Status,
    Verdict,
)


@dataclass(frozen=True)
class Allowed:
    """Which verdicts may be written. `strict`: only those that need no promise that the code does not show."""

    unsafe: bool = False
    repair: bool = False
    strict: bool = False

    def refusal_of(self, verdict: Verdict) -> str | None:
        """Why what has this verdict is not written, None if it is."""
        status: Status = verdict.status
        if status == "different":
            return f"old and new differ: {verdict.sentence}"
        if status == "repaired" and not self.repair:
            return "a bug is kept as it is by default; --repair mends it"
        if status in ("shifted", "unknown") and not self.unsafe:
            return f"{status}: {verdict.sentence}; --unsafe writes it"
        return None

    def refusal(self, rewrite: Rewrite, verdict: Verdict) -> str | None:
        """Why a rewrite is not written, None if it is."""
        refusal = self.refusal_of(verdict)
        if refusal is not None:
            return refusal
        if rewrite.repair and not self.repair:
            return "a bug is kept as it is by default; --repair mends it"
        promises = rewrite.question.promises if rewrite.question is not None else ()
        if self.strict and promises:
            return f"--strict: it holds for {', '.join(promises)}, which the code does not show"
        return None


@dataclass(frozen=True)
class _Choice:
    rewrite: Rewrite | None
    verdict: Verdict | None
    reason: str | None
    offered: Offer | None


def settle(
    findings: Sequence[Finding], verdicts: Mapping[Question, Verdict], allowed: Allowed
) -> tuple[tuple[Settled, ...], tuple[Edit, ...]]:
    """Each finding with what becomes of it, in the order of the text, and all edits.

    One place has one owner, the outermost finding that may be written; what lies inside it is left to the owner.
    """
    choices = [(finding, _choose(finding, verdicts, allowed)) for finding in findings]
    order = sorted(range(len(choices)), key=lambda i: _precedence(*choices[i]))
    edits: list[Edit] = []
    owners: list[tuple[Finding, Rewrite]] = []
    settled: dict[int, Settled] = {}
    for index in order:
        finding, choice = choices[index]
        if choice.rewrite is not None:
            owner = _owner(finding, choice.rewrite, owners)
            if owner is None:
                owners.append((finding, choice.rewrite))
                edits.extend(edit for edit in choice.rewrite.edits if edit not in edits)
            else:
                choice = replace(choice, rewrite=None, reason=f"{WITHIN}{owner}", offered=None, verdict=None)
        settled[index] = _settled(finding, choice)
    in_order = sorted(range(len(choices)), key=lambda i: (findings[i].span.start, -findings[i].span.end, i))
    return tuple(settled[i] for i in in_order), tuple(edits)


def _choose(finding: Finding, verdicts: Mapping[Question, Verdict], allowed: Allowed) -> _Choice:
    offered: Offer | None = None
    reason, shown = finding.reason, None
    for rewrite in finding.rewrites:
        verdict = rewrite.verdict
        if verdict is None and rewrite.question is not None:
            verdict = verdicts.get(rewrite.question)
        if verdict is None:
            continue
        refusal = allowed.refusal(rewrite, verdict)
        if refusal is None:
            return _Choice(rewrite, verdict, None, offered)
        if verdict.status == "different":
            shown = shown or verdict
        elif offered is None:
            offered = Offer(rewrite.new, verdict)
        reason = reason or refusal
    return _Choice(None, shown, reason, offered)


def _precedence(finding: Finding, choice: _Choice) -> tuple[bool, int, int]:
    """Writable repairs first, then from the outside in."""
    repairs = choice.rewrite is not None and choice.rewrite.repair
    return (not repairs, finding.span.start - finding.span.end, finding.span.start)


def _owner(finding: Finding, rewrite: Rewrite, owners: Sequence[tuple[Finding, Rewrite]]) -> str | None:
    for other, taken in owners:
        for edit in rewrite.edits:
            if any(edit != theirs and _overlap(edit, theirs) for theirs in taken.edits):
                return other.rule
    return None


def _overlap(one: Edit, other: Edit) -> bool:
    if one.start == one.end and other.start == other.end:
        return False  # two insertions at one place follow one another
    return one.start < other.end and other.start < one.end


def _settled(finding: Finding, choice: _Choice) -> Settled:
    severity: Severity = finding.severity
    if choice.rewrite is None and choice.offered is not None and choice.offered.verdict.status == "shifted":
        severity = "info"  # the formula as it stands is the right one, as long as its names are
    new = choice.rewrite.new if choice.rewrite is not None else None
    return Settled(finding, new, choice.reason, choice.verdict, severity, choice.offered)


def apply(text: str, edits: Sequence[Edit]) -> str:
    """`text` with all edits made. Edits do not overlap; insertions at one place keep their order."""
    pieces, position = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def moved(start: int, end: int, edits: Sequence[Edit]) -> tuple[int, int]:
    """Where the text from `start` to `end` is once the edits are made; what an edit cuts into, it takes over."""
    new_start, new_end = start, end
    for edit in edits:
        longer = len(edit.text) - (edit.end - edit.start)
        if edit.end <= start:
            new_start += longer
        elif edit.start < start:
            new_start -= start - edit.start
        if edit.start < end:
            new_end += longer + max(0, edit.end - end)
    return new_start, new_end


def worst(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The least reassuring of several verdicts."""
    return max(verdicts, key=lambda verdict: STATUSES.index(verdict.status), default=None)
