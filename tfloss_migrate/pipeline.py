"""The order of the stages: paths, source, findings, verdicts, edits, new text, disk, outcome."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from tfloss_migrate.model import FileOutcome, FileStatus, Finding, Settled, Span
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.settings import Settings
from tfloss_migrate.source.discover import Found, discover
from tfloss_migrate.source.failures import ReadFailure, WriteFailure
from tfloss_migrate.source.text import SourceText, decode, mentions_tensorflow, read

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.migrate import Migrated, Migration
    from tfloss_migrate.reading import Reading

#: Hears that so many of so many are done.
Told = Callable[[int, int, str], None]

#: So many files are looked into before their questions go to the referee together; a lint of no more than that, which
#: asks nobody, is done by one process.
_BATCH = 64
#: So many files of a lint are handed to a process at a time: few, so that all processes end at about the same time.
_HANDFUL = 16


@dataclass(frozen=True)
class _Loaded:
    """A file that is worth looking into: its bytes, its text, and the program that it is."""

    found: Found
    data: bytes
    source: SourceText
    reading: Reading


def run(settings: Settings, stdin: bytes | None = None, told: Told | None = None) -> Iterator[FileOutcome]:
    """Looks at all paths of `settings`, or at `stdin`, and yields an outcome for each file, in order.

    `told` hears how many of how many files, and of the verdicts of some of them, are done.

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
    stages = _Stages(settings, found, stdin, told)
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


_here: list[_Stages] = []


def _begin(settings: Settings, found: Sequence[Found | ReadFailure]) -> None:
    """Readies a worker process for its batches."""
    _here[:] = [_Stages(settings, found, None)]


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


class _Stages:
    """The stages of one run. What needs more than a read of the file is imported when the first file needs it."""

    def __init__(
        self,
        settings: Settings,
        found: Sequence[Found | ReadFailure],
        stdin: bytes | None,
        progress: Told | None = None,
    ) -> None:
        self._settings, self.found, self._stdin, self._progress = settings, found, stdin, progress
        self._migration: Migration | None = None
        self._seen: dict[bytes, tuple[tuple[str, int], ...]] = {}

    def close(self) -> None:
        if self._migration is not None:
            self._migration.close()

    def batches(self, found: Sequence[Found | ReadFailure]) -> Iterator[FileOutcome]:
        """Some files, through all stages; for a lint one by one, so that a tree is gone before the next one comes."""
        if self._settings.mode != "check":
            yield from self._batch(found)
            return
        for entry in found:
            yield from self._batch((entry,))

    def _batch(self, found: Sequence[Found | ReadFailure]) -> Iterator[FileOutcome]:
        loaded = [self._load(entry) for entry in found]
        files = [file for file in loaded if isinstance(file, _Loaded)]
        migrated = iter(self._migrate(files)) if files else iter(())
        for file in loaded:
            outcome = self._finish(file, next(migrated)) if isinstance(file, _Loaded) else file
            if self._settings.add_ignore is not None and isinstance(file, _Loaded) and outcome.status != "failed":
                outcome = self._silenced(file, outcome, self._settings.add_ignore)
            if self._settings.fingerprints:
                from tfloss_migrate.source.fingerprint import fingerprinted

                outcome = fingerprinted(outcome)
            yield outcome

    def unused_fixtures(self) -> Iterator[FileOutcome]:
        """An outcome for each file of the user's own arrays that was not all tried."""
        if self._settings.fixtures is not None and self._settings.mode != "check":
            for path, message in self._migrations().unused_fixtures():
                yield self._failed(ReadFailure(path, "TFL908", message), None)

    def _load(self, entry: Found | ReadFailure) -> _Loaded | FileOutcome:
        if isinstance(entry, ReadFailure):
            return self._failed(entry, None)
        data = read(entry.path, entry.real) if self._stdin is None else self._stdin
        if isinstance(data, ReadFailure):
            return self._failed(data, None)
        if not mentions_tensorflow(data):
            return FileOutcome(entry.path, "unchanged")
        source = decode(entry.path, data)
        if isinstance(source, ReadFailure):
            return self._failed(source, None)
        from tfloss_migrate.reading import read_program

        reading = read_program(source, python2=self._settings.python2, unsafe=self._settings.unsafe)
        if isinstance(reading, tuple):
            failed = self._failed(reading[0], source)
            return replace(failed, findings=(*failed.findings, *self._besides(reading[1:])))
        if not reading.parsed.names.has_tensorflow:
            told = self._besides([one for one in reading.told if one.consequence is not None])
            return FileOutcome(entry.path, "unchanged", told, old_text=source.text, encoding=source.encoding)
        return _Loaded(entry, data, source, reading)

    def _migrate(self, files: Sequence[_Loaded]) -> list[Migrated]:
        from tfloss_migrate.migrate import Job

        readings = [file.reading for file in files]
        return self._migrations().run(
            [Job(one.parsed, one.newline, in_cells=one.notebook is not None) for one in readings]
        )

    def _migrations(self) -> Migration:
        from tfloss_migrate.migrate import Migration

        if self._migration is None:
            self._migration = Migration(self._settings, self._elsewhere, self._progress)
        return self._migration

    def _elsewhere(self, pattern: bytes, path: str) -> str | None:
        """The first place of a pattern in a file other than `path`; for each pattern the files are read once more."""
        if pattern not in self._seen:
            self._seen[pattern] = tuple(islice(self._search(pattern), 2))
        return next((f"{other}:{line}" for other, line in self._seen[pattern] if other != path), None)

    def _search(self, pattern: bytes) -> Iterator[tuple[str, int]]:
        """The files in which a pattern stands in a line that is no comment, each with the first such line."""
        for entry in self.found if self._stdin is None else ():
            data = read(entry.path, entry.real) if isinstance(entry, Found) else None
            if not isinstance(data, bytes):
                continue
            for match in re.finditer(pattern, data):
                line = data[data.rfind(b"\n", 0, match.end()) + 1 : match.end()]
                if not line.lstrip().startswith(b"#"):
                    yield entry.path, data.count(b"\n", 0, match.end()) + 1
                    break

    def _finish(self, file: _Loaded, migrated: Migrated) -> FileOutcome:
        source, reading = file.source, file.reading
        findings = (*self._besides(reading.told), *map(reading.placed, migrated.findings))
        outcome = FileOutcome(file.found.path, "unchanged", findings, None, source.text, encoding=source.encoding)
        if migrated.failure is not None:
            failed = self._failed(migrated.failure, source)
            return replace(failed, findings=(*failed.findings, *findings))
        made = reading.written(migrated.new_text if migrated.new_text is not None else reading.parsed.text)
        if isinstance(made, WriteFailure):
            return self._not_written(outcome, made)
        if made == source.text or self._settings.mode == "check":
            return outcome
        outcome = replace(outcome, new_text=made)
        data = source.encode(made)
        if isinstance(data, WriteFailure):
            return self._not_written(outcome, data)
        if self._settings.mode != "write" or self._stdin is not None:
            return replace(outcome, status="would-change")
        return self._replaced(file, outcome, data)

    def _silenced(self, file: _Loaded, outcome: FileOutcome, reason: str) -> FileOutcome:
        """A file after comments for its errors and warnings, and for what comes to light then, are written into it."""
        if file.reading.parsed.text != file.source.text:  # a notebook, or brought from Python 2
            return outcome
        from tfloss_migrate.parse import Parsed, parse
        from tfloss_migrate.source.add_ignore import silence

        def again(text: str) -> tuple[Settled, ...]:
            parsed = parse(file.found.path, text)
            assert isinstance(parsed, Parsed), "comments change nothing"
            (migrated,) = self._migrate([replace(file, reading=replace(file.reading, parsed=parsed))])
            return migrated.findings

        text, silenced, left = silence(file.source.text, outcome.findings, reason, again)
        outcome = replace(outcome, status="unchanged", findings=left, new_text=None)
        data = file.source.encode(text)
        if isinstance(data, WriteFailure):
            return self._not_written(outcome, data)
        return replace(self._replaced(file, outcome, data), known=silenced) if silenced else outcome

    def _replaced(self, file: _Loaded, outcome: FileOutcome, data: bytes) -> FileOutcome:
        if not file.found.writable:
            failure = WriteFailure(file.found.path, "is a link that leads out of the folder that was given")
            return self._not_written(outcome, failure)
        from tfloss_migrate.source.write import replace as replace_file

        fault = replace_file(file.found.real, file.data, data)
        return self._not_written(outcome, fault) if fault is not None else replace(outcome, status="changed")

    def _failed(self, failure: ReadFailure, source: SourceText | None) -> FileOutcome:
        kind = failure.kind
        span = Span(0, 0, failure.line, failure.column - 1, failure.line, failure.column - 1)
        finding = Finding(
            kind.id, kind.name, kind.severity, failure.message, span, "", (), failure.consequence, failure.cell
        )
        settled = Settled(finding, None, finding.reason, None, kind.severity)
        findings = (settled,) if self._settings.wants(kind.id, kind.name) else ()
        status: FileStatus = "unchanged" if kind.severity == "info" else "failed"
        text, encoding = (source.text, source.encoding) if source is not None else (None, "utf-8")
        error = None if status == "unchanged" else failure.message
        return FileOutcome(failure.path, status, findings, error, text, encoding=encoding)

    def _besides(self, failures: Sequence[ReadFailure]) -> tuple[Settled, ...]:
        """What is said of a file besides."""
        return tuple(one for failure in failures for one in self._failed(failure, None).findings)

    def _not_written(self, outcome: FileOutcome, failure: WriteFailure) -> FileOutcome:
        """The file is what it was: nothing that was to be written counts as written."""
        failed = self._failed(ReadFailure(outcome.path, failure.rule_id, failure.message), None)
        kept = tuple(
            replace(one, new=None, reason="the file could not be written") if one.new is not None else one
            for one in outcome.findings
        )
        return replace(
            outcome, status="failed", error=failure.message, findings=(*failed.findings, *kept), new_text=None
        )
