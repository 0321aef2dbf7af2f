"""Outcomes as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tfloss_migrate.model import LINT_ONLY, FileOutcome, Settled, Verdict
from tfloss_migrate.report.excerpt import Excerpts
from tfloss_migrate.report.plain import Paint, Style, Words, block, clean, count
from tfloss_migrate.report.tally import Tally
from tfloss_migrate.report.verdicts import short, verdict_lines

_REASONS_SHOWN = 12
_FLAG_FOR = {"shifted": "--unsafe", "unknown": "--unsafe", "repaired": "--repair"}


def outcome_lines(outcome: FileOutcome, paint: Paint, quiet: bool = False, verbose: bool = False) -> Iterator[str]:
    """One file's findings. `quiet` gives each error and warning one line, and leaves out what is only `info`.

    `verbose` shows whole verdicts, those of `info` too, and what is inside other rewrites, and names unchanged files.
    """
    if outcome.error is not None and not any(outcome.error in one.finding.message for one in outcome.findings):
        yield Words(f"{paint(clean(outcome.path), 'place')}: {paint('error', 'error')} {clean(outcome.error)}")
    excerpts = Excerpts(outcome.old_text)
    for settled in outcome.findings:
        if settled.inside_another and not verbose:
            continue
        told = settled.severity != "info"
        if (told and not quiet) or (verbose and settled.verdict is not None):
            yield from finding_lines(outcome.path, settled, excerpts, paint, verbose)
        elif told:
            status = f": {settled.verdict.status}" if settled.verdict is not None else ""
            yield Words(f"{_head(outcome.path, settled, paint)}{status}")
        elif not quiet:
            yield _head(outcome.path, settled, paint)
    if outcome.run is not None and not (quiet and outcome.run.status == "same"):
        style: Style = "good" if outcome.run.status == "same" else "bad"
        run = f"run before and after: {paint(outcome.run.status, style)}: {clean(outcome.run.sentence)}"
        yield Words(f"{paint(clean(outcome.path), 'place')}: {run}")
    if verbose and not outcome.findings and outcome.error is None:
        yield f"{paint(clean(outcome.path), 'place')}: {paint('nothing found', 'faint')}"


def summary_lines(tally: Tally, writing: bool, paint: Paint, known_as: str = "in the baseline") -> Iterator[str]:
    """What all files came to: how much was found and rewritten, by verdict, and why the rest was left.

    `known_as` says what became of the findings that count for nothing.
    """
    summary = tally.summary()
    looked = f"{count(summary.files, 'file')}, {count(summary.findings, 'finding')}"
    if tally.failed:
        looked += f", {paint(count(tally.failed, 'failed file'), 'error')}"
    yield looked
    if tally.known:
        yield f"  {tally.known} more {known_as}"
    if summary.rewrites:
        done = "rewritten" if writing else "would be rewritten"
        yield f"  {summary.rewrites} {done} in {count(summary.changed + tally.would_change, 'file')}"
    if tally.by_v1:
        yield f"  {tally.by_v1} of these by way of tf.compat.v1, where TF2 has nothing native that is the same"
    verdicts = [f"{number} {status}" for status, number in summary.verdicts.items() if number]
    if verdicts:
        yield f"  verdicts: {', '.join(verdicts)}"
    if tally.runs:
        yield f"  programs run before and after: {', '.join(f'{n} {status}' for status, n in tally.runs.items())}"
    if tally.inside:
        yield f"  {tally.inside} inside other rewrites"
    if tally.left[LINT_ONLY]:
        yield f"  {tally.left[LINT_ONLY]} {LINT_ONLY}"
    if tally.informed:
        yield f"  {tally.informed} info, which {'does' if tally.informed == 1 else 'do'} not count"
    left = Counter({reason: times for reason, times in tally.left.items() if reason != LINT_ONLY})
    if left:
        yield f"  {left.total()} left as they are:"
        for reason, times in left.most_common(_REASONS_SHOWN):
            yield Words(f"    {times}x {clean(short(reason))}")
        others = len(left) - _REASONS_SHOWN
        if others > 0:
            yield f"    and for {count(others, 'other reason')}"


def _head(path: str, settled: Settled, paint: Paint) -> str:
    finding = settled.finding
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    place = f"{clean(path)}:{cell}{finding.span.line}:{finding.span.column + 1}:"
    severity = paint(f"[{settled.severity}]", settled.severity)
    message = " ".join(clean(finding.message).split())
    return Words(f"{paint(place, 'place')} {paint(finding.rule, 'rule')} {finding.name} {severity} {message}")


def finding_lines(path: str, settled: Settled, excerpts: Excerpts, paint: Paint, verbose: bool) -> Iterator[str]:
    yield _head(path, settled, paint)
    yield from excerpts.lines(settled.finding, settled.new, paint)
    if settled.new is None and settled.reason is not None and settled.reason != LINT_ONLY:
        reason = without_sentence(settled.reason, settled)
        yield from map(Words, block(f"not rewritten: {reason if verbose else short(reason)}", "  "))
    if settled.verdict is not None:
        yield from verdict_lines(settled.verdict, "  ", paint, verbose)
    if settled.offered is not None:
        verdict = settled.offered.verdict
        yield f"  offered{flag(verdict)}:"
        yield from (paint(line, "new") for line in block(settled.offered.new, "    + "))
        yield from verdict_lines(verdict, "    ", paint, verbose)


def without_sentence(reason: str, settled: Settled) -> str:
    """The reason without the sentence of a verdict that is shown right below."""
    shown = (settled.verdict, settled.offered.verdict if settled.offered is not None else None)
    for verdict in shown:
        if verdict is not None:
            reason = reason.replace(f": {verdict.sentence}", "").replace(f", {verdict.sentence}", "")
    return reason


def flag(verdict: Verdict) -> str:
    """The option that would write what has this verdict."""
    option = _FLAG_FOR.get(verdict.status)
    return f" with {option}" if option else ""
