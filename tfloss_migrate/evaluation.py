"""Sessions, within a migration: what is found, whether it may be written, with which verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tfloss_migrate.domains import Play
from tfloss_migrate.model import Finding, Question, Settled, Verdict
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.sessions.glance import glance
from tfloss_migrate.sessions.graph_mode import edit, switches, told
from tfloss_migrate.sessions.reading.program import SessionFinding
from tfloss_migrate.settle import Allowed, worst
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.syntax.edits import apply

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.sessions.convert import Conversion
    from tfloss_migrate.sessions.plain.classes import Flat
    from tfloss_migrate.sessions.playing import Played

_NOT_SPELLED = Verdict(
    "unknown", "a fetched value hangs on what cannot be run on its own: the user's own calls or data"
)
_SWITCHED = Verdict("same", "it computes nothing: it makes TF2 build graphs, or layers, as TF1 does; nothing was run")
_TOGETHER = "all fetched values were run together, in a session and as the new text computes them; "
_NOTHING_FETCHED = Verdict("unknown", "nothing is fetched that could be run")


@dataclass(frozen=True)
class Conversions:
    """What becomes of the sessions of one text. `questions` are to be answered before `new_text` may be written.

    `said` is what the new text does otherwise, beside what it computes.
    """

    findings: tuple[SessionFinding, ...]
    questions: tuple[Question | None, ...] = ()
    new_text: str | None = None
    refusal: str | None = None
    said: tuple[str, ...] = ()

    def contradiction(self, verdicts: Mapping[Question, Verdict]) -> Verdict | None:
        """The verdict on a fetched value that is another one in the new program, if there is such a value."""
        found = (verdicts[question] for question in self.questions if question is not None)
        return next((verdict for verdict in found if verdict.status == "different"), None)

    def settle(
        self, verdicts: Mapping[Question, Verdict], written: Sequence[Verdict], allowed: Allowed
    ) -> tuple[tuple[Settled, ...], str | None]:
        """The settled findings, and the new text if it may be written.

        A conversion carries the worst verdict of what it fetches: of the rewrites in it, and of each value run whole.
        """
        if self.new_text is None:
            return tuple(self._left(finding, finding.reason or self.refusal) for finding in self.findings), None
        alone, together = self._answers(verdicts)
        known = [verdict for verdict in alone if verdict.status != "unknown"]
        covered = bool(together) and together[0].status != "unknown"
        fetched = [*known, *together] if covered else alone or together
        if any(verdict.status == "repaired" for verdict in written):
            fetched = [_repaired(verdict) for verdict in fetched]
        verdict = worst([*fetched, *written]) or _NOTHING_FETCHED
        counted = f"{len(known)} of {len(alone)} fetched values were run whole, in a session and eagerly; "
        counted = "" if not alone else _TOGETHER if covered and len(known) < len(alone) else counted
        verdict = replace(verdict, sentence="; ".join((*self.said, f"{counted}{verdict.sentence}")))
        refusal = allowed.refusal_of(verdict)
        if refusal is not None:
            return tuple(self._left(finding, finding.reason or refusal) for finding in self.findings), None
        return tuple(_settled(finding, "", None, verdict) for finding in self.findings), self.new_text

    def _answers(self, verdicts: Mapping[Question, Verdict]) -> tuple[list[Verdict], list[Verdict]]:
        """The verdicts on each fetched value alone, and the one on the program that was run whole, if it was."""
        alone, together = list[Verdict](), list[Verdict]()
        for question in self.questions:
            to = together if question is not None and question.plays else alone
            to.append(verdicts[question] if question is not None else _NOT_SPELLED)
        return alone, together

    @staticmethod
    def _left(finding: SessionFinding, reason: str | None) -> Settled:
        return _settled(finding, None, reason, None)


def _repaired(verdict: Verdict) -> Verdict:
    """What a mended bug changes in a fetched value is meant to change; it is told all the same."""
    if verdict.status != "different":
        return verdict
    return replace(verdict, status="repaired", sentence=f"a mended bug changes what is fetched: {verdict.sentence}")


def look(original: Parsed, rewritten: str | None, *, old_order: bool, in_cells: bool = False) -> Conversions:
    """Looks for sessions in a text, and converts them in what the other rewrites made of it; None: lint only.

    `in_cells`: it is the program of a notebook, whose cells and magics must stay.
    """
    if rewritten is None:
        return Conversions(glance(original.text, original.names, original.tree))
    from tfloss_migrate.recognise.fetches import questions
    from tfloss_migrate.sessions.convert import convert

    shown: tuple[SessionFinding, ...] = ()
    for start in _starts(original, rewritten):
        found = convert(start.text.text, start.text.names, start.text.tree, flat=start.flat)
        if found.new_text is not None or not start.by_others or _obstacles(found.findings) < _obstacles(shown):
            shown = _as_before(shown, found.findings)
        if found.new_text is not None or not found.findings:
            break
    if found.new_text is None:
        return Conversions(shown)
    original, flat = start.text, start.flat
    again, flat_again = start.again()
    if not isinstance(again, Parsed):
        return Conversions(shown, refusal=again.message if again is not None else None)
    after = convert(again.text, again.names, again.tree, rewritten=True, flat=flat_again)
    feeds = [offsets for finding in found.findings for offsets in finding.feeds]
    asked: list[Question | None]
    trains = found.played is not None and any(one.steps for one in found.played.runs)
    asked = [] if trains else questions(original, _fetches(found), feeds, again, _fetches(after), old_order=old_order)
    if found.played is not None and after.played is not None:
        asked.append(_program(original, found.played, after.played, old_order=old_order))
    refusal = _reason(after) if after.new_text is None else None
    if in_cells and after.new_text is not None:
        from tfloss_migrate.source import magics

        if not magics.keeps(again.text, after.new_text):
            return Conversions(shown, tuple(asked), refusal=magics.TOUCHES)
    said = (*(flat.said if flat is not None else ()), *found.said)
    return Conversions(shown, tuple(asked), after.new_text, refusal, said)


@dataclass(frozen=True)
class _Start:
    """A text that a conversion may start from, and how to get what other rewrites made of it.

    `by_others`: it is that itself.
    """

    text: Parsed
    again: Callable[[], tuple[Parsed | ReadFailure | None, Flat | None]]
    flat: Flat | None = None
    by_others: bool = False


def _starts(original: Parsed, rewritten: str) -> Iterator[_Start]:
    """The text as it is, then without what hides its graph, then as other rewrites, with verdicts, have made it."""
    path = original.path
    yield _Start(original, lambda: (parse(path, rewritten), None))
    plain, flat = _plain(original)
    if isinstance(plain, Parsed):
        yield _Start(plain, lambda: _plain(parse(path, rewritten)), flat)
    again = parse(path, rewritten) if rewritten != original.text else None
    if isinstance(again, Parsed):
        yield _Start(again, lambda: (again, None), by_others=True)


def _obstacles(findings: Sequence[SessionFinding]) -> int:
    """How many reasons are told: one that a rewrite has done away with is none."""
    return sum((one.reason or "").count("; ") + 1 for one in findings if one.reason)


def _plain(parsed: Parsed | ReadFailure) -> tuple[Parsed | ReadFailure | None, Flat | None]:
    """A text without what hides its graph, and what is known of that; None if it hides nothing."""
    if isinstance(parsed, ReadFailure):
        return parsed, None
    from tfloss_migrate.sessions.plain.passes import plain

    flat = plain(parsed.text, parsed.names, parsed.tree)
    return (parse(parsed.path, flat.text), flat) if flat is not None else (None, None)


def _as_before(said: Sequence[SessionFinding], now: Sequence[SessionFinding]) -> tuple[SessionFinding, ...]:
    """The findings where they stand in the text as it was, with the reasons that there are now."""
    if len(said) != len(now):
        return tuple(said or now)
    return tuple(replace(old, reason=new.reason) for old, new in zip(said, now, strict=True))


def _program(original: Parsed, before: Played, after: Played, *, old_order: bool) -> Question:
    """Whether a program does the same when it is converted: what it fetches, and how it trains."""
    from tfloss_migrate.recognise.fetches import fed_inputs

    feeds = [one.feed for one in before.runs if one.steps] or [one.feed for one in before.runs]
    inputs = fed_inputs(original, before.placeholders, feeds, old_order=old_order)
    pairs = zip(before.runs, after.runs, strict=True)
    plays = dict.fromkeys(Play(old.old, old.steps, new.new, old.feeds, old.flags) for old, new in pairs)
    return Question(before.old, after.new, inputs, plays=tuple(plays))


def keep_session(
    original: Parsed, rewritten: str | None, newline: str, *, is_tf1: bool, keras_2: bool = False
) -> tuple[tuple[Settled, ...], str | None]:
    """Makes a program that is not converted say at its imports what it needs: what is told, and the new text.

    It is said where the names that need it are written as those of `tf.compat.v1` by now. None: lint only.
    """
    wanted = switches(original.names, original.tree, original.text, by_v1=False, is_tf1=is_tf1, keras_2=keras_2)
    if rewritten is None:
        return tuple(_settled(told(original.text, switch), None, None, None) for switch in wanted), None
    now = parse(original.path, rewritten) if wanted else None
    if now is None or isinstance(now, ReadFailure):
        return (), None
    written, edits = [], []
    for place in switches(now.names, now.tree, rewritten, by_v1=True, is_tf1=is_tf1, keras_2=keras_2):
        finding = next((told(original.text, switch) for switch in wanted if switch.rule is place.rule), None)
        if finding is not None:
            lines = (*place.lines, finding.old) if place.first else (finding.old, *place.lines)
            written.append(_settled(finding, newline.join(lines), None, _SWITCHED))
            edits.append(edit(rewritten, place, newline))
    return tuple(written), apply(rewritten, edits) if edits else None


def _fetches(conversion: Conversion) -> list[tuple[int, int]]:
    return [offsets for finding in conversion.findings for offsets in finding.fetches]


def _reason(conversion: Conversion) -> str | None:
    return next((finding.reason for finding in conversion.findings if finding.reason), None)


def _settled(found: SessionFinding, new: str | None, reason: str | None, verdict: Verdict | None) -> Settled:
    finding = Finding(found.rule, found.name, found.severity, found.message, found.span, found.old, reason=found.reason)
    return Settled(finding, new, reason, verdict, found.severity)
