"""The order of the stages: paths, source, findings, verdicts, edits, new text, disk, outcome."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import replace
from tfloss_migrate.settings import Settings
from tfloss_migrate.source.discover import Found, discover
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.stages import Ask, Stages, Told

#: So many files are looked into before their questions go to the referee together.
_BATCH = 64
#: So many files are handed to a process at a time, where nobody is asked: few, so that all processes end at about the
#: same time.
_HANDFUL = 4
#: So many handfuls for each process are on their way or wait for the report, so that these do not pile up.
_AHEAD = 16


def run(
    settings: Settings, stdin: bytes | None = None, told: Told | None = None, ask: Ask | None = None
) -> Iterator[FileOutcome]:
    """Looks at all paths of `settings`, or at `stdin`, and yields an outcome for each file, in order.

    `told` hears how many of how many files, and of the verdicts of some of them, are done; `ask` says of each rewrite
    whether it is wanted, where it is given.

    With mode "write" a file is changed before its outcome is yielded. Raises DiscoveryError.
    """
    if stdin is None:
        found = list(discover(settings.paths, settings.exclude, settings.force_exclude, settings.respect_gitignore))
    else:
        found = [Found(settings.stdin_filename or "-", "-", writable=False)]
    chosen: Sequence[Found | ReadFailure] = found  # the others are there for what a rule has to know of all
    if settings.since is not None or settings.shard is not None:
        from tfloss_migrate.source.narrow import narrowed

        chosen = narrowed(found, settings.paths, settings.since, settings.shard)
    workers = _workers(settings, len(chosen))
    if workers > 1:
        for done, outcome in enumerate(_in_processes(workers, settings, found, chosen)):
            if told is not None:
                told(done, len(chosen), "files")
            yield outcome
        return
    stages = Stages(settings, found, stdin, told, ask)
    size = _HANDFUL if settings.asks_nobody else _BATCH
    try:
        for start in range(0, len(chosen), size):
            if told is not None:
                told(start, len(chosen), "files")
            yield from _without_collector(stages.batches, chosen[start : start + size])
        yield from stages.unused_fixtures()
    finally:
        stages.close()


def _workers(settings: Settings, files: int) -> int:
    """How many processes are worth starting for so many files.

    One, where the files of a run know of each other: by what they ask of the referee, by arrays that all of them must
    use up, or because one is written before another is looked at.
    """
    if not settings.asks_nobody or settings.fixtures is not None or settings.mode == "write":
        return 1
    least = _BATCH if settings.mode == "check" else _BATCH // 4  # what is found is cheap, what is written for it is not
    return min(settings.jobs or os.cpu_count() or 1, -(-files // least))


def _in_processes(
    workers: int,
    settings: Settings,
    found: Sequence[Found | ReadFailure],
    chosen: Sequence[Found | ReadFailure],
) -> Iterator[FileOutcome]:
    from concurrent.futures import Future, ProcessPoolExecutor

    waiting: deque[Future[list[FileOutcome]]] = deque()
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(settings, found)) as pool:
        try:
            for start in range(0, len(chosen), _HANDFUL):
                waiting.append(pool.submit(_outcomes, chosen[start : start + _HANDFUL]))
                if len(waiting) > workers * _AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


_here: list[Stages] = []


def _begin(settings: Settings, found: Sequence[Found | ReadFailure]) -> None:
    """Readies a worker process for its batches."""
    _here[:] = [Stages(settings, found, None)]


def _outcomes(batch: Sequence[Found | ReadFailure]) -> list[FileOutcome]:
    """The outcomes of one batch, in a worker process; the texts of which nothing is shown stay there."""
    outcomes = _without_collector(_here[0].batches, batch)
    return [
        outcome if outcome.findings or outcome.new_text else replace(outcome, old_text=None) for outcome in outcomes
    ]


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
