"""Verdicts as lines: one by default, all that is known to those who ask for more."""

from __future__ import annotations

from collections.abc import Iterator

from tfloss_migrate.model import Counterexample, Verdict
from tfloss_migrate.report.plain import Paint, Words, block, clean, count
from tfloss_migrate.wording import BETWEEN, BEYOND, OF_FLOATS, SEEN, USUAL

#: Longer parts of a sentence, mostly what TensorFlow raises, are cut short.
_PART = 200
_WRONG = "the old side is wrong at "


def verdict_lines(verdict: Verdict, indent: str, paint: Paint, verbose: bool) -> Iterator[str]:
    """A verdict in short or, `verbose`, with its whole sentence, its oracle and its counterexample as a test."""
    good = verdict.status in ("same", "steadier", "repaired")
    status = paint(verdict.status, "good" if good else "bad")
    figures = f"max |d| {verdict.max_abs:.2g}, gradient {verdict.grad_max_abs:.2g}"
    if not verbose:
        shown = paint(f" ({figures})", "faint") if verdict.cases else ""
        yield Words(f"{indent}{status}: {clean(short(verdict.sentence))}{shown}")
        return
    yield Words(f"{indent}{status}: {clean(verdict.sentence)}")
    if verdict.cases:
        largest = figures.replace(", ", f", relative {verdict.max_rel:.2g}, ")
        ran = f"{count(verdict.cases, 'case')}, {largest}; old side run by {verdict.oracle}"
        yield Words(f"{indent}  {paint(ran, 'faint')}")
    if verdict.domain and verdict.domain not in verdict.sentence:
        yield Words(f"{indent}  {paint(f'for {clean(verdict.domain)}', 'faint')}")
    if verdict.counterexample is not None:
        yield from _counterexample(verdict.counterexample, f"{indent}  ")


def short(sentence: str) -> str:
    """A verdict's sentence without what was never judged, what is always so, and more than one example."""
    sentence = sentence.replace(SEEN, "").replace(OF_FLOATS, "")
    parts = sentence.replace(f"{USUAL}{BETWEEN}", "").replace(f", for {USUAL}", "").split(BETWEEN)
    ends = [at for at, part in enumerate(parts) if part.startswith(BEYOND)]
    return BETWEEN.join(_cut(part) for part in parts[: ends[0] if ends else None] if part != USUAL)


def _cut(part: str) -> str:
    if part.startswith(_WRONG) and ", " in part:
        part = f"{part.partition(', ')[0]}, ..."
    return part if len(part) <= _PART else f"{part[: _PART - 3]}..."


def _counterexample(example: Counterexample, indent: str) -> Iterator[str]:
    yield Words(f"{indent}counterexample, {clean(example.case)}: {clean(example.what)}")
    for name, value in example.inputs.items():
        yield from block(f"{name} = {value}", f"{indent}  ")
    yield from block(f"old gives {example.old}", f"{indent}  ")
    yield from block(f"new gives {example.new}", f"{indent}  ")
    yield f"{indent}as a test:"
    yield from block(example.test, f"{indent}  ")
