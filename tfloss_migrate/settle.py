"""What becomes of findings under the given flags: which rewrite is written, which place has which owner."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence

from tfloss_migrate.model import (
    ONLY_V1,
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
from tfloss_migrate.record import dataclass, replace

#: Renamed symbols and arguments.
_NAMES = "TFL1"
#: Renamed symbols.
_BARE_NAMES = ("TFL101", "TFL104")
#: Verdicts of rewrites that may change what a program computes.
_CHANGES = frozenset({"repaired", "shifted", "unknown"})


@dataclass(frozen=True)
class Allowed:
    """Which verdicts may be written. `strict`: only those that need no promise that the code does not show.

    `against` is what was seen of the program with its losses rewritten, run whole: then no loss is written, only names.
    """

    unsafe: bool = False
    repair: bool = False
    strict: bool = False
    against: Verdict | None = None

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

    def without_changes(self) -> Allowed:
        """The same, but for rewrites that are meant to change a number, or may."""
        return replace(self, unsafe=False, repair=False)

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
    taken = _Taken()
    settled: dict[int, Settled] = {}
    for index in order:
        finding, choice = choices[index]
        if choice.rewrite is not None:
            owner = next(filter(None, map(taken.owner, choice.rewrite.edits)), None)
            if owner is None:
                taken.add(choice.rewrite.edits, finding.rule)
            else:
                choice = replace(choice, rewrite=None, reason=f"{WITHIN}{owner}", offered=None, verdict=None)
        settled[index] = _settled(finding, choice)
    in_order = sorted(range(len(choices)), key=lambda i: (findings[i].span.start, -findings[i].span.end, i))
    return tuple(settled[i] for i in in_order), tuple(taken.edits)


def _choose(finding: Finding, verdicts: Mapping[Question, Verdict], allowed: Allowed) -> _Choice:
    if allowed.against is not None and finding.rewrites and not finding.rule.startswith(_NAMES):
        return _Choice(None, allowed.against, f"different: run whole, {allowed.against.sentence}", None)
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


def _precedence(finding: Finding, choice: _Choice) -> tuple[bool, bool, int, int]:
    """Writable repairs first, then from the outside in; bare names, in which nothing can be, last."""
    repairs = choice.rewrite is not None and choice.rewrite.repair
    return (not repairs, finding.rule in _BARE_NAMES, finding.span.start - finding.span.end, finding.span.start)


class _Taken:
    """The edits that have an owner. None of them overlap: ordered by where they begin, they are by where they end."""

    def __init__(self) -> None:
        self.edits: dict[Edit, str] = {}
        self._places: list[tuple[int, int]] = []
        self._owners: dict[tuple[int, int], str] = {}

    def add(self, edits: Sequence[Edit], owner: str) -> None:
        for edit in edits:
            if edit not in self.edits:
                self.edits[edit] = owner
                place = (edit.start, edit.end)
                self._places.insert(bisect_right(self._places, place), place)
                self._owners.setdefault(place, owner)

    def owner(self, edit: Edit) -> str | None:
        """The rule that owns some of the text that an edit replaces. Two insertions at one place follow one another."""
        if edit in self.edits:
            return None
        first = bisect_left(self._places, (edit.start, edit.start))
        for place in self._places[max(0, first - 1) : bisect_left(self._places, (edit.end, edit.end))]:
            if place[0] < edit.end and edit.start < place[1]:
                return self._owners[place]
        return None


def _stays(finding: Finding, verdict: Verdict) -> bool:
    """Whether nothing is wrong with code that a verdict keeps from being rewritten."""
    if verdict.status == "shifted":
        return not finding.rule.startswith("TFL6")  # today's Keras refuses the code as it stands
    return verdict.status == "different" and finding.rule.startswith("TFL3")


def _settled(finding: Finding, choice: _Choice) -> Settled:
    severity: Severity = finding.severity
    refused = choice.offered.verdict if choice.offered is not None else choice.verdict
    if choice.rewrite is None and refused is not None and _stays(finding, refused):
        severity = "info"  # the formula as it stands is the right one, as long as its names are
    new = choice.rewrite.new if choice.rewrite is not None else None
    if finding.rewrites:  # they have been weighed, and are a lot to keep
        finding = replace(finding, rewrites=())
    return Settled(finding, new, choice.reason, choice.verdict, severity, choice.offered)


def mover(edits: Sequence[Edit]) -> Callable[[int, int], tuple[int, int]]:
    """Tells where the text between two offsets is once the edits are made; an edit that cuts into it becomes part."""
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    starts, ends = [edit.start for edit in ordered], [edit.end for edit in ordered]
    longer = [0, *itertools.accumulate(len(edit.text) - (edit.end - edit.start) for edit in ordered)]

    def moved(start: int, end: int) -> tuple[int, int]:
        before, until = bisect_right(ends, start), bisect_left(starts, end)
        first = min([start, *starts[before : before + 1]])
        last = max([end, *ends[max(0, until - 1) : until]])
        return first + longer[before], last + longer[until]

    return moved


def keeps(silenced: Finding, other: Finding) -> bool:
    """Whether a silenced finding keeps another as it stands: a loss inside it. Names inside are needed to run."""
    inside = silenced.span.start <= other.span.start and other.span.end <= silenced.span.end
    return inside and not silenced.rule.startswith(_NAMES) and not other.rule.startswith(_NAMES)


def changes(verdicts: Sequence[Verdict]) -> bool:
    """Whether rewrites with these verdicts may well change what a program computes."""
    return any(verdict.status in _CHANGES for verdict in verdicts)


def worst(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The least reassuring of several verdicts."""
    return max(verdicts, key=lambda verdict: STATUSES.index(verdict.status), default=None)


def undone(settled: Settled, rule: str) -> Settled:
    """A finding of a program that is without its session now: nothing of `tf.compat.v1` is left in that."""
    if settled.finding.rule != ONLY_V1 or settled.new is None:
        return settled
    return replace(settled, new=None, verdict=None, reason=f"{WITHIN}{rule}")


def in_order(settled: Sequence[Settled]) -> tuple[Settled, ...]:
    """Findings as they stand in the text, the outer before the inner."""
    return tuple(sorted(settled, key=lambda one: (one.finding.span.start, -one.finding.span.end)))
