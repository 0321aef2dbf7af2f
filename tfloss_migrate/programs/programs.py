"""Which files of a run are programs with sessions, and what running them before and after shows."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.programs.printed import Comparison, compared
from tfloss_migrate.programs.running import Ran, ran
from tfloss_migrate.record import replace
from tfloss_migrate.runs import WholeRun

_SESSIONS = ("TFL501", "TFL502", "TFL503", "TFL505")


def with_runs(outcomes: Iterable[FileOutcome], legacy_python: str) -> Iterator[FileOutcome]:
    """The outcomes, those of programs with what running them before and after showed.

    All files are looked into before the first program is run, for a program imports others that change with it.
    """
    everything = list(outcomes)
    before = {Path(one.path).resolve(): _data(one, one.old_text) for one in everything if one.old_text is not None}
    after = {Path(one.path).resolve(): _data(one, one.new_text or one.old_text or "") for one in everything}
    after = {path: data for path, data in after.items() if path in before}
    for outcome in everything:
        if not _is_program(outcome):
            yield outcome
            continue
        script = Path(outcome.path).resolve()
        old = ran(legacy_python, script, before)
        new = ran(sys.executable, script, after) if old.fault is None else Ran("", None)
        yield replace(outcome, run=_judged(old, new))


def _data(outcome: FileOutcome, text: str) -> bytes:
    return text.encode(outcome.encoding)


def _is_program(outcome: FileOutcome) -> bool:
    """Whether a file is a script that has sessions and is rewritten."""
    sessions = any(one.finding.rule in _SESSIONS for one in outcome.findings)
    return outcome.new_text is not None and outcome.path.endswith((".py", ".pyw")) and sessions


def _judged(old: Ran, new: Ran) -> WholeRun:
    if old.fault is not None:
        return WholeRun("failed", f"the old program: {old.fault}")
    if new.fault is not None:
        return WholeRun("failed", f"the new program: {new.fault}")
    found: Comparison = compared(old.printed, new.printed)
    if found.same:
        return WholeRun("same", f"{_count(found.numbers)} printed, and the words between them")
    if found.others:
        return WholeRun("other", f"{found.others} of {_count(found.numbers)} differ, the first is {found.first}")
    return WholeRun("other", f"{_count(found.numbers)} agree, and not the words: {found.first}")


def _count(numbers: int) -> str:
    return f"{numbers} number{'s' * (numbers != 1)}"


__all__: Sequence[str] = ("with_runs",)
