"""Outcomes as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from tfloss_migrate.model import LINT_ONLY, Counterexample, FileOutcome, Settled, Verdict
from tfloss_migrate.report.tally import Tally

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Style = Literal["place", "rule", "error", "warning", "info", "old", "new", "good", "bad", "faint"]
else:
    Style = str

#: Colours a piece of text, or leaves it as it is.
Paint = Callable[[str, Style], str]

_REASONS_SHOWN = 12
_FLAG_FOR = {"shifted": "--unsafe", "unknown": "--unsafe", "repaired": "--repair"}


def outcome_lines(outcome: FileOutcome, paint: Paint, quiet: bool = False, verbose: bool = False) -> Iterator[str]:
    """One file's findings. `quiet` leaves out those that are only `info`.

    `verbose` shows those inside other rewrites and names unchanged files too.
    """
    if outcome.error is not None and not any(outcome.error in one.finding.message for one in outcome.findings):
        yield f"{paint(clean(outcome.path), 'place')}: {paint('error', 'error')} {clean(outcome.error)}"
    for settled in outcome.findings:
        if settled.inside_another and not verbose:
            continue
        if settled.severity != "info":
            yield from _finding(outcome.path, settled, paint, verbose)
        elif not quiet:
            yield f"{_head(outcome.path, settled, paint)} {clean(settled.finding.message)}"
    if verbose and not outcome.findings and outcome.error is None:
        yield f"{paint(clean(outcome.path), 'place')}: {paint('nothing found', 'faint')}"


def summary_lines(tally: Tally, writing: bool, paint: Paint) -> Iterator[str]:
    """What all files came to: how much was found and rewritten, by verdict, and why the rest was left."""
    summary = tally.summary()
    looked = f"{_count(summary.files, 'file')}, {_count(summary.findings, 'finding')}"
    if summary.errors:
        looked += f", {paint(_count(summary.errors, 'failed file'), 'error')}"
    yield looked
    if summary.rewrites:
        done = "rewritten" if writing else "would be rewritten"
        yield f"  {summary.rewrites} {done} in {_count(summary.changed + tally.would_change, 'file')}"
    if tally.by_v1:
        yield f"  {tally.by_v1} of these by way of tf.compat.v1, where TF2 has nothing native that is the same"
    verdicts = [f"{count} {status}" for status, count in summary.verdicts.items() if count]
    if verdicts:
        yield f"  verdicts: {', '.join(verdicts)}"
    if tally.inside:
        yield f"  {tally.inside} inside other rewrites"
    if tally.left[LINT_ONLY]:
        yield f"  {tally.left[LINT_ONLY]} {LINT_ONLY}"
    left = Counter({reason: count for reason, count in tally.left.items() if reason != LINT_ONLY})
    if left:
        yield f"  {left.total()} left as they are:"
        for reason, count in left.most_common(_REASONS_SHOWN):
            yield f"    {count}x {clean(reason)}"
        others = len(left) - _REASONS_SHOWN
        if others > 0:
            yield f"    and for {_count(others, 'other reason')}"


def clean(text: str) -> str:
    """Text that cannot command a terminal: what does not print is spelled out."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in "\n\t" else character.encode("unicode_escape").decode()
        for character in text
    )


def _head(path: str, settled: Settled, paint: Paint) -> str:
    finding = settled.finding
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    place = f"{clean(path)}:{cell}{finding.span.line}:{finding.span.column + 1}:"
    severity = paint(f"[{settled.severity}]", settled.severity)
    return f"{paint(place, 'place')} {paint(finding.rule, 'rule')} {finding.name} {severity}"


def _finding(path: str, settled: Settled, paint: Paint, verbose: bool) -> Iterator[str]:
    yield _head(path, settled, paint)
    yield from _block(settled.finding.message, "  ")
    if settled.finding.old:
        yield from (paint(line, "old") for line in _block(settled.finding.old, "  - "))
    if settled.new is not None:
        yield from (paint(line, "new") for line in (_block(settled.new, "  + ") if settled.new else ["  removed"]))
    elif settled.reason is not None and settled.reason != LINT_ONLY:
        yield from _block(f"not rewritten: {_reason(settled.reason, settled)}", "  ")
    if settled.verdict is not None:
        yield from _verdict(settled.verdict, "  ", paint, verbose)
    if settled.offered is not None:
        verdict = settled.offered.verdict
        yield f"  offered{_flag(verdict)}:"
        yield from (paint(line, "new") for line in _block(settled.offered.new, "    + "))
        yield from _verdict(verdict, "    ", paint, verbose)


def _reason(reason: str, settled: Settled) -> str:
    """The reason without the sentence of a verdict that is shown right below."""
    shown = (settled.verdict, settled.offered.verdict if settled.offered is not None else None)
    for verdict in shown:
        if verdict is not None:
            reason = reason.replace(f": {verdict.sentence}", "")
    return reason


def _flag(verdict: Verdict) -> str:
    flag = _FLAG_FOR.get(verdict.status)
    return f" with {flag}" if flag else ""


def _verdict(verdict: Verdict, indent: str, paint: Paint, verbose: bool) -> Iterator[str]:
    good = verdict.status in ("same", "steadier", "repaired")
    yield f"{indent}{paint(verdict.status, 'good' if good else 'bad')}: {clean(verdict.sentence)}"
    if verdict.cases:
        largest = f"max |d| {verdict.max_abs:.2g}, relative {verdict.max_rel:.2g}, gradient {verdict.grad_max_abs:.2g}"
        yield paint(f"{indent}  {_count(verdict.cases, 'case')}, {largest}; old side run by {verdict.oracle}", "faint")
    if verdict.domain and verdict.domain not in verdict.sentence:
        yield paint(f"{indent}  for {clean(verdict.domain)}", "faint")
    if verdict.counterexample is not None:
        yield from _counterexample(verdict.counterexample, f"{indent}  ", verbose)


def _counterexample(example: Counterexample, indent: str, verbose: bool) -> Iterator[str]:
    yield f"{indent}counterexample, {clean(example.case)}: {clean(example.what)}"
    for name, value in example.inputs.items():
        yield from _block(f"{name} = {value}", f"{indent}  ")
    yield from _block(f"old gives {example.old}", f"{indent}  ")
    yield from _block(f"new gives {example.new}", f"{indent}  ")
    if verbose:
        yield f"{indent}as a test:"
        yield from _block(example.test, f"{indent}  ")


def _block(text: str, prefix: str) -> Iterator[str]:
    for line in clean(text.replace("\r\n", "\n").replace("\r", "\n")).rstrip("\n").split("\n"):
        yield f"{prefix}{line}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
