"""Which findings stand in a report for other programs, where they are, and what is said of them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tfloss_migrate.model import LINT_ONLY, FileOutcome, Settled
from tfloss_migrate.report.verdicts import short


def relative(path: str) -> str:
    """A path from the current folder, with slashes, where it lies in that; else the whole path without its root."""
    try:
        inside = os.path.relpath(path)
    except ValueError:  # another drive
        inside = os.pardir
    name = os.path.abspath(path) if inside.split(os.sep)[0] == os.pardir else inside
    return os.path.splitdrive(name)[1].replace(os.sep, "/").lstrip("/")


def told(outcome: FileOutcome) -> Iterator[Settled]:
    """The findings that are there to be seen: not what was just written, nor what is told with a rewrite around it."""
    written = outcome.status == "changed"
    return (one for one in outcome.findings if not one.inside_another and not (written and one.new is not None))


def unfound(outcome: FileOutcome) -> str | None:
    """Why a file failed, if no finding says it."""
    said = any(outcome.error is not None and outcome.error in one.finding.message for one in outcome.findings)
    return None if said else outcome.error


def sentences(settled: Settled) -> Iterator[str]:
    """What was found, what it would become, and how that is known or why not; a line or several each."""
    finding = settled.finding
    where = "" if finding.cell is None else f"cell {finding.cell}, line {finding.span.line}: "
    yield where + finding.message
    if settled.new is not None:
        yield f"becomes: {settled.new}" if settled.new else "is removed"
    elif settled.reason is not None and settled.reason != LINT_ONLY:
        yield f"not rewritten: {short(settled.reason)}"
    if settled.verdict is not None:
        yield f"{settled.verdict.status}: {short(settled.verdict.sentence)}"
