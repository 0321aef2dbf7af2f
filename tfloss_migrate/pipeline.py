"""The order of the stages: paths, source, findings, verdicts, edits, new text, disk, outcome."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import replace
from tfloss_migrate.settings import Settings
from tfloss_migrate.source.discover import Found, discover
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.stages import Ask, Stages, Told

#: So many files are looked into before their questions go to the referee together; a lint of no more than that, which
#: asks nobody, is done by one process.
_BATCH = 64
#: So many files of a lint are handed to a process at a time: few, so that all processes end at about the same time.
_HANDFUL = 16


def run(
    settings: Settings, stdin: bytes | None = None, told: Told | None = None, ask: Ask | None = None
) -> Iterator[FileOutcome]:
    """Looks at all paths of `settings`, or at `stdin`, and yields an outcome for each file, in order.

    `told` hears how many of how many files, and of the verdicts of some of them, are done; `ask` says of each rewrite
    whether it is wanted, where it is given.

    With mode "write" a file is changed before its outcome is yielded. Raises DiscoveryError.
    """
    if stdin is None:
        found = list(discover(settings.paths, settings.exclude, settings.force_exclude))
    else:
        found = [Found(settings.stdin_filename or "-", "-", writable=False)]
    chosen: Sequence[Found | ReadFailure] = found  # the others are there for what a rule has to know of all
    if settings.since is not None or settings.shard is not None:
        from tfloss_migrate.source.narrow import narrowed

        chosen = narrowed(found, settings.paths, settings.since, settings.shard)
    starts = range(0, len(chosen), _BATCH)
    workers = min(settings.jobs or os.cpu_count() or 1, len(starts))
    if settings.mode == "check" and workers > 1:  # a lint asks nobody: its batches know nothing of each other
        batches = [chosen[start : start + _HANDFUL] for start in range(0, len(chosen), _HANDFUL)]
        for done, outcome in enumerate(_in_processes(workers, settings, found, batches), 1):
            yield outcome
            if told is not None:
                told(done, len(chosen), "files")
        return
    stages = Stages(settings, found, stdin, told, ask)
    try:
        for start in starts:
            if told is not None:
                told(start, len(chosen), "files")
            yield from _without_collector(stages.batches, chosen[start : start + _BATCH])
        yield from stages.unused_fixtures()
    finally:
        stages.close()


def _in_processes(
    workers: int,
    settings: Settings,
    found: Sequence[Found | ReadFailure],
    batches: Sequence[Sequence[Found | ReadFailure]],
) -> Iterator[FileOutcome]:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(settings, found)) as pool:
        for outcomes in pool.map(_lint, batches):
            yield from outcomes


_here: list[Stages] = []


def _begin(settings: Settings, found: Sequence[Found | ReadFailure]) -> None:
    """Readies a worker process for its batches."""
    _here[:] = [Stages(settings, found, None)]


def _lint(batch: Sequence[Found | ReadFailure]) -> list[FileOutcome]:
    """The outcomes of one batch, in a worker process; the texts of which nothing is shown stay there."""
    outcomes = _without_collector(_here[0].batches, batch)
    return [outcome if outcome.findings else replace(outcome, old_text=None) for outcome in outcomes]


def _without_collector(
    stage: Callable[[Sequence[Found | ReadFailure]], Iterator[FileOutcome]], found: Sequence[Found | ReadFailure]
) -> list[FileOutcome]:
    """A batch without the cyclic garbage collector, which would look through every tree again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return list(stage(found))
    finally:
        if enabled:
            gc.enable()
