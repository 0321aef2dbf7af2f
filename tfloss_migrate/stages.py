"""The stages that files go through: read, found in, migrated, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tfloss_migrate.elsewhere import Elsewhere
from tfloss_migrate.faults import besides, crashed, failed, not_written
from tfloss_migrate.model import FileOutcome, Settled
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.settings import Settings
from tfloss_migrate.source.discover import Found
from tfloss_migrate.source.failures import ReadFailure, WriteFailure
from tfloss_migrate.source.text import SourceText, decode, mentions_tensorflow, read

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.migrate import Migrated, Migration, Place
    from tfloss_migrate.reading import Reading
    from tfloss_migrate.remembered import Remembered

#: Hears that so many of so many are done.
Told = Callable[[int, int, str], None]
#: Says of a rewrite in a file whether it is wanted.
Ask = Callable[[FileOutcome, Settled], bool]

_REFUSED = "refused"


@dataclass(frozen=True)
class _Loaded:
    """A file that is worth looking into: its text, and the program that it is."""

    path: str
    source: SourceText
    reading: Reading


@dataclass(frozen=True)
class _File:
    """A file as it was read, with what it is or with its outcome, which may be `known` from an earlier run."""

    found: Found
    data: bytes
    loaded: _Loaded | FileOutcome
    known: bool = False


class Stages:
    """The stages of one run. What needs more than a read of the file is imported when the first file needs it."""

    def __init__(
        self,
        settings: Settings,
        found: Sequence[Found | ReadFailure],
        stdin: bytes | None,
        progress: Told | None = None,
        ask: Ask | None = None,
    ) -> None:
        self._settings, self._stdin, self._progress, self._ask = settings, stdin, progress, ask
        self._elsewhere = Elsewhere(found if stdin is None else ())
        self._migration: Migration | None = None
        self._remembered: Remembered | None = None

    def close(self) -> None:
        if self._migration is not None:
            self._migration.answers.close()

    def batches(self, found: Sequence[Found | ReadFailure]) -> Iterator[FileOutcome]:
        """Some files, through all stages; one by one if nobody is asked: a tree is gone before the next one comes."""
        if not self._settings.asks_nobody:
            yield from self._batch(found)
            return
        for entry in found:
            yield from self._batch((entry,))

    def _batch(self, found: Sequence[Found | ReadFailure]) -> Iterator[FileOutcome]:
        files = [self._read(entry) for entry in found]
        loaded = [one.loaded for one in files if isinstance(one, _File) and isinstance(one.loaded, _Loaded)]
        migrated = iter(self._migrated(loaded) if loaded else ())
        for file in files:
            yield self._known_by(self._done(file, migrated) if isinstance(file, _File) else file)

    def _migrated(self, files: Sequence[_Loaded]) -> list[Migrated | ReadFailure]:
        """What becomes of the programs of files; where that goes wrong, of one after another, so that one fails."""
        try:
            return [*self._migrate(files)]
        except Exception as error:
            if len(files) == 1:
                return [crashed(files[0].path, error)]
        return [one for file in files for one in self._migrated([file])]

    def _done(self, file: _File, migrated: Iterator[Migrated | ReadFailure]) -> FileOutcome:
        """The outcome of a file, which is written by then if that is asked for."""
        loaded, passing, waiting = file.loaded, False, tuple[str, ...]()
        if isinstance(loaded, _Loaded):
            made = next(migrated)
            if isinstance(made, ReadFailure):
                return self._fault(made, loaded.source)
            try:
                outcome = self._finish(loaded, made)
                if self._settings.add_ignore is not None and outcome.status != "failed":
                    return self._silenced(file, loaded, outcome, made.findings, self._settings.add_ignore)
            except Exception as error:
                return self._fault(crashed(loaded.path, error), loaded.source)
            if self._ask is not None and outcome.status == "would-change":
                outcome = self._chosen(loaded, outcome, made, self._ask)
            passing, waiting = made.passing, made.waiting
        else:
            outcome = loaded
        if self._remembered is not None and not file.known and not passing:
            outcome = self._known_by(outcome)
            self._remembered.keep(file.data, outcome, waiting)
        if outcome.status == "would-change" and self._settings.mode == "write" and self._stdin is None:
            return self._replaced(file, outcome, (outcome.new_text or "").encode(outcome.encoding))
        return outcome

    def _chosen(self, loaded: _Loaded, outcome: FileOutcome, made: Migrated, ask: Ask) -> FileOutcome:
        """The outcome with those rewrites alone that are wanted; what is refused stays, as if it were silenced.

        What may be rewritten inside of that comes to light then, and is asked for too.
        """
        from tfloss_migrate.migrate import place_of

        wanted: set[Place] = set()
        refused: dict[Place, Settled] = {}
        while outcome.status == "would-change":
            known = len(refused)
            for settled in made.findings:
                place = place_of(settled.finding)
                if settled.new is not None and place not in wanted and place not in refused:
                    shown = loaded.reading.placed(settled)
                    if ask(outcome, shown):
                        wanted.add(place)
                    else:
                        refused[place] = replace(shown, new=None, offered=None, reason=_REFUSED)
            if len(refused) == known:
                break
            (made,) = self._migrate([loaded], frozenset(refused))
            outcome = self._finish(loaded, made)
        return replace(outcome, findings=(*outcome.findings, *refused.values()))

    def _known_by(self, outcome: FileOutcome) -> FileOutcome:
        """An outcome in which each finding has its fingerprint, if that is asked for."""
        if not self._settings.fingerprints:
            return outcome
        from tfloss_migrate.source.fingerprint import fingerprinted

        return fingerprinted(outcome)

    def unused_fixtures(self) -> Iterator[FileOutcome]:
        """An outcome for each file of the user's own arrays that was not all tried."""
        if self._settings.fixtures is not None and self._settings.mode != "check":
            for path, message in self._migrations().answers.unused_fixtures():
                yield self._fault(ReadFailure(path, "TFL908", message))

    def _read(self, entry: Found | ReadFailure) -> _File | FileOutcome:
        if isinstance(entry, ReadFailure):
            return self._fault(entry)
        data = read(entry.path, entry.real) if self._stdin is None else self._stdin
        if isinstance(data, ReadFailure):
            return self._fault(data)
        if not mentions_tensorflow(data):
            return FileOutcome(entry.path, "unchanged")
        try:
            known = self._recalled(entry.path, data)
            return _File(entry, data, known or self._load(entry.path, data), known is not None)
        except Exception as error:
            return self._fault(crashed(entry.path, error))

    def _recalled(self, path: str, data: bytes) -> FileOutcome | None:
        from tfloss_migrate.remembered import Remembered

        if self._stdin is not None or not Remembered.serves(self._settings):
            return None
        if self._remembered is None:
            self._remembered = Remembered(self._settings, self._elsewhere)
        return self._remembered.recall(path, data)

    def _load(self, path: str, data: bytes) -> _Loaded | FileOutcome:
        source = decode(path, data)
        if isinstance(source, ReadFailure):
            return self._fault(source)
        from tfloss_migrate.reading import read_program

        reading = read_program(source, python2=self._settings.python2, unsafe=self._settings.unsafe)
        if isinstance(reading, tuple):
            failed = self._fault(reading[0], source)
            return replace(failed, findings=(*failed.findings, *self._said(reading[1:])))
        if not reading.parsed.names.has_tensorflow:
            told = self._said([one for one in reading.told if one.consequence is not None])
            return FileOutcome(path, "unchanged", told, old_text=source.text, encoding=source.encoding)
        return _Loaded(path, source, reading)

    def _migrate(self, files: Sequence[_Loaded], refused: frozenset[Place] = frozenset()) -> list[Migrated]:
        from tfloss_migrate.migrate import Job

        readings = [file.reading for file in files]
        return self._migrations().run(
            [Job(one.parsed, one.newline, one.notebook is not None, refused) for one in readings]
        )

    def _migrations(self) -> Migration:
        from tfloss_migrate.migrate import Migration

        if self._migration is None:
            self._migration = Migration(self._settings, self._elsewhere, self._progress)
        return self._migration

    def _finish(self, file: _Loaded, migrated: Migrated) -> FileOutcome:
        source, reading = file.source, file.reading
        findings = (*self._said(reading.told), *(reading.placed(one) for one in migrated.findings))
        outcome = FileOutcome(file.path, "unchanged", findings, None, source.text, encoding=source.encoding)
        if migrated.failure is not None:
            failed = self._fault(migrated.failure, source)
            return replace(failed, findings=(*failed.findings, *findings))
        made = reading.written(migrated.new_text if migrated.new_text is not None else reading.parsed.text)
        if isinstance(made, WriteFailure):
            return not_written(outcome, made, self._settings)
        if made == source.text or self._settings.mode == "check":
            return outcome
        outcome = replace(outcome, new_text=made)
        data = source.encode(made)
        if isinstance(data, WriteFailure):
            return not_written(outcome, data, self._settings)
        return replace(outcome, status="would-change")

    def _silenced(
        self, file: _File, loaded: _Loaded, outcome: FileOutcome, found: tuple[Settled, ...], reason: str
    ) -> FileOutcome:
        """A file after comments for its errors and warnings, and for what comes to light then, are written into it."""
        from tfloss_migrate.parse import Parsed, parse
        from tfloss_migrate.source.add_ignore import silence

        def again(text: str) -> tuple[Settled, ...]:
            parsed = parse(loaded.path, text)
            assert isinstance(parsed, Parsed), "comments change nothing"
            (migrated,) = self._migrate([replace(loaded, reading=replace(reading, parsed=parsed))])
            return migrated.findings

        reading = loaded.reading
        program, silenced, left = silence(reading.parsed.text, found, reason, again)
        findings = (*self._said(reading.told), *(reading.placed(one) for one in left))
        outcome = replace(outcome, status="unchanged", findings=findings, new_text=None)
        if not silenced:
            return outcome
        text = reading.written(program)
        data = text if isinstance(text, WriteFailure) else loaded.source.encode(text)
        if isinstance(data, WriteFailure):
            return not_written(outcome, data, self._settings)
        return replace(self._replaced(file, outcome, data), known=tuple(reading.placed(one) for one in silenced))

    def _replaced(self, file: _File, outcome: FileOutcome, data: bytes) -> FileOutcome:
        if not file.found.writable:
            failure = WriteFailure(file.found.path, "is a link that leads out of the folder that was given")
            return not_written(outcome, failure, self._settings)
        from tfloss_migrate.source.write import replace as replace_file

        fault = replace_file(file.found.real, file.data, data)
        return not_written(outcome, fault, self._settings) if fault is not None else replace(outcome, status="changed")

    def _fault(self, failure: ReadFailure, source: SourceText | None = None) -> FileOutcome:
        return failed(failure, source, self._settings)

    def _said(self, failures: Sequence[ReadFailure]) -> tuple[Settled, ...]:
        return besides(failures, self._settings)
