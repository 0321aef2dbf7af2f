"""From parsed texts to migrated texts: find, ask the referee, settle, edit, look again, convert sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tfloss_migrate.answers import Answers
from tfloss_migrate.evaluation import Conversions, keep_session, look
from tfloss_migrate.model import EVALUATES, LINT_ONLY, ONLY_V1, Edit, Finding, Question, Settled, Span, Verdict
from tfloss_migrate.parse import Parsed, deep, parse
from tfloss_migrate.recognise.find import FileFacts, Finder
from tfloss_migrate.record import dataclass, field, replace
from tfloss_migrate.remarks import remarks
from tfloss_migrate.rounds import after_round
from tfloss_migrate.settings import Settings
from tfloss_migrate.settle import Allowed, changes, in_order, keeps, mover, settle, undone
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.source.suppress import Suppressions
from tfloss_migrate.syntax.edits import apply

#: Inner rewrites come to light when the outer ones are made; more rounds than this have never been needed.
_ROUNDS = 10
_TOO_DEEP = "an expression is nested too deeply to be looked into"


#: A rule, and the offsets between which it found something.
Place = tuple[str, int, int]


def place_of(finding: Finding) -> Place:
    return finding.rule, finding.span.start, finding.span.end


@dataclass(frozen=True)
class Job:
    """A parsed text, and what is known of its file; `in_cells`: that is a notebook. `refused` is what is to stay."""

    parsed: Parsed
    newline: str = "\n"
    in_cells: bool = False
    refused: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class Migrated:
    """What becomes of a text: its findings, settled, and the new text, None where nothing changes.

    `passing`: a verdict may be another one the next time, with everything as it is. `waiting` are the keys of those
    verdicts that were looked for in vain.
    """

    findings: tuple[Settled, ...]
    new_text: str | None
    failure: ReadFailure | None = None
    passing: bool = False
    waiting: tuple[str, ...] = ()


@dataclass
class _Work:
    """A text on its way: as it stands after the rounds so far, and where in it each finding is now."""

    job: Job
    text: str
    allowed: Allowed
    hidden: Suppressions
    settled: tuple[Settled, ...] = ()
    regions: dict[int, tuple[int, int]] = field(default_factory=dict)
    written: list[Verdict] = field(default_factory=list)
    failure: ReadFailure | None = None
    old_order: bool = False
    is_tf1: bool | None = None
    refused: frozenset[Place] = frozenset()


class Migration:
    """Migrates texts under given settings; its `answers` are to be closed.

    `elsewhere` tells in which line of which file under PATH, but for one, a pattern is found (see `Elsewhere`); `told`
    hears how many verdicts of how many there are.
    """

    def __init__(
        self,
        settings: Settings,
        elsewhere: Callable[[tuple[bytes, bytes], str], str | None],
        told: Callable[[int, int, str], None] | None = None,
    ) -> None:
        self._settings, self._elsewhere = settings, elsewhere
        self._compose = settings.mode != "check"
        self._allowed = Allowed(settings.unsafe, settings.repair, settings.strict)
        self.answers = Answers(settings, told)

    def run(self, jobs: Sequence[Job]) -> list[Migrated]:
        """Migrates several texts at once, so that the referee is asked as seldom as possible."""
        works = [
            _Work(job, job.parsed.text, self._allowed, Suppressions.of(job.parsed.text), refused=job.refused)
            for job in jobs
        ]
        if not self._compose:
            return [self._linted(work, self._find(work, work.job.parsed)) for work in works]
        self._rewrite(works)
        self._convert(works)
        return [self._done(work) for work in works]

    def _rewrite(self, works: Sequence[_Work]) -> None:
        """Makes the rewrites that are allowed, from the outside in."""
        found = [self._find(work, work.job.parsed) for work in works]
        verdicts = self._ask(works, found)
        changed = []
        for work, findings in zip(works, found, strict=True):
            work.settled, edits = settle(findings, verdicts, work.allowed)
            if self._edit(work, edits):
                changed.append(work)
                spans = {i: one.finding.span for i, one in enumerate(work.settled)}
                moved = mover(edits)
                work.regions = {i: moved(span.start, span.end) for i, span in spans.items()}
                written = [one for one in work.settled if one.new is not None and one.finding.rule != ONLY_V1]
                work.written.extend(one.verdict for one in written if one.verdict)
        self._settle_inner(changed)

    def _convert(self, works: Sequence[_Work]) -> None:
        """Turns sessions into eager code and steps that train, a whole file at once or not at all."""
        looks = self._fetched(works)
        for work, found, verdicts in looks:
            against = self._against(work, found, verdicts)
            if against is not None:
                kept = _Work(work.job, work.job.parsed.text, replace(self._allowed, against=against), work.hidden)
                kept.refused = work.job.refused
                self._rewrite([kept])
                work.settled, work.text = kept.settled, kept.text
                found = replace(found, new_text=None, refusal=self._allowed.refusal_of(against))
            settled, text = found.settle(verdicts, work.written, self._allowed)
            if text is None:
                told, text = self._kept(work, work.text)
                settled = (*settled, *told)
            else:
                work.settled = tuple(undone(one, settled[0].finding.rule) for one in work.settled)
            work.text = text if text is not None else work.text
            work.settled = in_order((*work.settled, *settled))

    def _fetched(self, works: Sequence[_Work]) -> list[tuple[_Work, Conversions, dict[Question, Verdict]]]:
        """The sessions of texts, and the verdicts on what they fetch."""
        looks = [(work, self._sessions(work, work.text)) for work in works]
        asked = [[question for question in found.questions if question is not None] for _, found in looks]
        verdicts = self.answers.of([work.job.parsed.path for work in works], asked)
        return [(work, found, verdicts) for work, found in looks]

    def _against(self, work: _Work, found: Conversions, verdicts: dict[Question, Verdict]) -> Verdict | None:
        """The verdict for which the losses of a program are not written, though each had a good one of its own.

        What may change a number by the user's leave does not count against the others.
        """
        seen = found.contradiction(verdicts)
        if seen is None or not changes(work.written):
            return seen
        trial = _Work(work.job, work.job.parsed.text, self._allowed.without_changes(), work.hidden)
        trial.refused = work.job.refused
        self._rewrite([trial])
        return next(again.contradiction(answers) for _, again, answers in self._fetched([trial]))

    def _kept(self, work: _Work, rewritten: str | None) -> tuple[tuple[Settled, ...], str | None]:
        """What a program needs that keeps its session."""
        is_tf1, keras_2 = bool(work.is_tf1), self._settings.keras == "2"
        told, text = keep_session(work.job.parsed, rewritten, work.job.newline, is_tf1=is_tf1, keras_2=keras_2)
        kept = [
            one
            for one in told
            if self._wants(one.finding.rule, one.finding.name, one.finding.span, work.hidden)
            and place_of(one.finding) not in work.job.refused
        ]
        return (told, text) if len(kept) == len(told) else ((), None)

    def _sessions(self, work: _Work, rewritten: str | None) -> Conversions:
        try:
            with deep():
                found = look(work.job.parsed, rewritten, old_order=work.old_order, in_cells=work.job.in_cells)
        except RecursionError:
            with deep():
                found = replace(look(work.job.parsed, None, old_order=work.old_order), refusal=_TOO_DEEP)
        kept = tuple(
            one
            for one in found.findings
            if self._wants(one.rule, one.name, one.span, work.hidden)
            and (one.rule, one.span.start, one.span.end) not in work.job.refused
        )
        if len(kept) < len(found.findings):  # a program is converted whole, or not at all
            refusal = "a finding of this program is suppressed, refused or not asked for"
            return Conversions(kept, found.questions, refusal=refusal)
        return found

    def _find(self, work: _Work, parsed: Parsed) -> list[Finding]:
        path, by_name = parsed.path, self._settings.fixtures is not None
        before = work.job.parsed.names if parsed is not work.job.parsed else None
        facts = FileFacts(
            work.job.newline,
            work.is_tf1,
            path,
            lambda pattern, word: self._elsewhere((pattern, word), path),
            by_name,
            before,
            self._settings.keras,
        )
        try:
            with deep():
                finder = Finder(parsed.text, parsed.names, facts, compose=self._compose)
                findings = list(finder.findings())
                work.is_tf1 = finder.is_tf1
                work.old_order = finder.era.era == "0.x" or work.old_order
        except RecursionError:
            work.failure = ReadFailure(parsed.path, "TFL904", _TOO_DEEP)
            return []
        hidden = work.hidden if before is None else Suppressions.of(parsed.text)
        if work.job.in_cells and self._compose:
            from tfloss_migrate.source.magics import within_cells

            findings = [within_cells(parsed.text, one) for one in findings]
        silenced = [
            one
            for one in findings
            if hidden.hides(one.rule, one.name, one.span.line, one.span.end_line) or place_of(one) in work.refused
        ]
        if hidden is not work.hidden:
            work.hidden.also_used(hidden)
        return [
            one
            for one in findings
            if self._wants(one.rule, one.name, one.span, hidden)
            and place_of(one) not in work.refused
            and not any(keeps(other, one) for other in silenced)
        ]

    def _wants(self, rule: str, name: str, span: Span, hidden: Suppressions) -> bool:
        """Whether a finding is asked for, and not suppressed where it stands."""
        return self._settings.wants(rule, name) and not hidden.hides(rule, name, span.line, span.end_line)

    def _ask(self, works: Sequence[_Work], found: Sequence[Sequence[Finding]]) -> dict[Question, Verdict]:
        paths = [work.job.parsed.path for work in works]
        asked = [[one.question for finding in findings for one in finding.rewrites] for findings in found]
        return self.answers.of(paths, [[one for one in questions if one is not None] for questions in asked])

    def _edit(self, work: _Work, edits: Sequence[Edit]) -> bool:
        """Makes the edits if what comes out still parses; says so where it does not."""
        if not edits:
            return False
        text = apply(work.text, edits)
        again = parse(work.job.parsed.path, text)
        if isinstance(again, ReadFailure):
            reason = f"the new text would not parse ({again.message}); the file stays as it was"
            work.settled = tuple(replace(one, new=None, reason=one.reason or reason) for one in work.settled)
            return False
        work.text = text
        if work.refused:
            moved = mover(edits)
            work.refused = frozenset((rule, *moved(start, end)) for rule, start, end in work.refused)
        return True

    def _settle_inner(self, works: Sequence[_Work]) -> None:
        """Rewrites what earlier rewrites have made possible, inside them or elsewhere, until nothing is left to do."""
        for _ in range(_ROUNDS):
            if not works:
                return
            found = []
            for work in works:
                parsed = parse(work.job.parsed.path, work.text)
                found.append([] if isinstance(parsed, ReadFailure) else self._find(work, parsed))
            verdicts = self._ask(works, found)
            still = []
            for work, findings in zip(works, found, strict=True):
                inner, edits = settle(findings, verdicts, work.allowed)
                before = work.settled
                if self._edit(work, edits):
                    still.append(work)
                    work.written.extend(one.verdict for one in inner if one.new is not None and one.verdict)
                    before, work.regions = after_round(before, work.regions, inner, edits, work.text)
                work.settled = before
            works = still

    def _linted(self, work: _Work, findings: Sequence[Finding]) -> Migrated:
        settled, _ = settle(findings, {}, self._allowed)
        sessions, _ = self._sessions(work, None).settle({}, (), self._allowed)
        if all(one.finding.rule != EVALUATES for one in sessions):
            sessions = (*sessions, *self._kept(work, None)[0])
        told = tuple(replace(one, reason=one.reason or LINT_ONLY) for one in in_order((*settled, *sessions)))
        comments = remarks(work.hidden, self._settings.wants, work.job.parsed.text, None)[0] if not work.failure else ()
        return Migrated((*comments, *told), None, work.failure)

    def _done(self, work: _Work) -> Migrated:
        before = work.job.parsed.text
        told: tuple[Settled, ...] = ()
        if work.failure is None:
            told, edits = remarks(work.hidden, self._settings.wants, before, work.text)
            if work.job.refused.isdisjoint(place_of(one.finding) for one in told):
                self._edit(work, edits)
            else:
                told = ()
        new_text = work.text if work.text != before else None
        passing, waiting = self.answers.hanging(work.job.parsed.path)
        return Migrated((*told, *work.settled), new_text, work.failure, passing, waiting)
