"""Outcomes as one JSON document, for programs. A number that JSON lacks is the string "inf", "-inf" or "nan"."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator

from tfloss_migrate.model import Counterexample, FileOutcome, Settled, Status, Verdict
from tfloss_migrate.report.held import Held
from tfloss_migrate.report.tally import Summary

_ORDER: tuple[Status, ...] = ("same", "steadier", "shifted", "repaired", "different", "unknown")


def document(outcomes: Iterable[FileOutcome], summary: Callable[[], Summary], version: str) -> Iterator[str]:
    """The whole report, in pieces. Pure ASCII, so that it survives any stream.

    `summary` is asked when the last of the outcomes has come; what is told of files stands below it.
    """
    held, between = Held(), ""
    for outcome in outcomes:
        held.add(f"{between}\n    {_indented(_file(outcome), 2)}")
        between = ","
    counts = _indented(_counts(summary()), 1)
    yield f'{{\n  "version": {json.dumps(version)},\n  "summary": {counts},\n  "files": ['
    yield from held.pieces()
    yield "\n  ]\n}\n" if between else "]\n}\n"


def _indented(value: object, depth: int) -> str:
    """A value as it stands in a document, so many levels inside."""
    return json.dumps(value, indent=2, allow_nan=False).replace("\n", "\n" + "  " * depth)


def _counts(summary: Summary) -> dict[str, object]:
    return {
        "files": summary.files,
        "changed": summary.changed,
        "findings": summary.findings,
        "rewrites": summary.rewrites,
        "errors": summary.errors,
        "verdicts": {status: summary.verdicts.get(status, 0) for status in _ORDER},
    }


def _file(outcome: FileOutcome) -> dict[str, object]:
    """One file's part of the document."""
    entry: dict[str, object] = {
        "path": outcome.path,
        "status": outcome.status,
        "error": outcome.error,
        "findings": [_finding(settled) for settled in outcome.findings],
    }
    if outcome.run is not None:
        entry["run"] = {"status": outcome.run.status, "sentence": outcome.run.sentence}
    return entry


def _finding(settled: Settled) -> dict[str, object]:
    finding = settled.finding
    entry: dict[str, object] = {
        "rule": finding.rule,
        "name": finding.name,
        "severity": settled.severity,
        "message": finding.message,
        "line": finding.span.line,
        "column": finding.span.column + 1,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column + 1,
        "cell": finding.cell,
        "old": finding.old,
        "new": settled.new,
        "reason": settled.reason,
        "verdict": None if settled.verdict is None else verdict_entry(settled.verdict),
    }
    if settled.offered is not None:
        entry["offered"] = {"new": settled.offered.new, "verdict": verdict_entry(settled.offered.verdict)}
    return entry


def verdict_entry(verdict: Verdict) -> dict[str, object]:
    """A verdict, with its counterexample."""
    return {
        "status": verdict.status,
        "sentence": verdict.sentence,
        "cases": verdict.cases,
        "oracle": verdict.oracle,
        "max_abs": _plain(verdict.max_abs),
        "max_rel": _plain(verdict.max_rel),
        "grad_max_abs": _plain(verdict.grad_max_abs),
        "domain": verdict.domain,
        "counterexample": None if verdict.counterexample is None else _counterexample(verdict.counterexample),
    }


def _counterexample(example: Counterexample) -> dict[str, object]:
    return {
        "case": example.case,
        "what": example.what,
        "inputs": _plain(example.inputs),
        "old": _plain(example.old),
        "new": _plain(example.new),
        "test": example.test,
    }


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
