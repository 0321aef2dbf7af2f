"""Outcomes of earlier runs, in the user's cache folder: what would come out again is not looked for again.

An outcome hangs on the bytes of the file and its path, on the settings, on the tool's own files, on the versions of
what it uses, on what rules were told of other files, and on the verdicts that are kept: where one was missing, it
must be so still. It is kept as it is before anything is written.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Sequence
from functools import cache

from tfloss_migrate import __version__, model
from tfloss_migrate.elsewhere import Elsewhere
from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import replace
from tfloss_migrate.settings import Settings
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.source.text import decode
from tfloss_migrate.storage import OUTCOMES, VERDICTS, digest

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

#: What decides neither what is found in a file nor what becomes of it.
_BESIDE = (
    *("paths", "exclude", "force_exclude", "respect_gitignore", "stdin_filename", "no_cache", "jobs", "since", "shard"),
    *("baseline", "update_baseline"),
)
_LIBRARIES = ("libcst", "numpy")


class Remembered:
    """What is known of files from earlier runs with the same settings. `elsewhere` answers for the other files."""

    def __init__(self, settings: Settings, elsewhere: Elsewhere) -> None:
        self._settings, self._elsewhere, self._around = settings, elsewhere, ""

    @staticmethod
    def serves(settings: Settings) -> bool:
        """Whether outcomes hang on that alone: not on a wish to see all run, nor is anything told at the end."""
        of_its_own = settings.fixtures or settings.interactive or settings.add_ignore is not None
        return not (settings.no_cache or settings.verify_all or of_its_own)

    def recall(self, path: str, data: bytes) -> FileOutcome | None:
        """The outcome for a file with these bytes, if it is known and whole, and the other files still say the same."""
        kept = OUTCOMES.load(self._key(path, data))
        if kept is None or digest(kept[40:]).encode() != kept[:40]:
            return None
        stamp, asked, waiting, plain = marshal.loads(kept[40:])
        if any(map(VERDICTS.holds, waiting)):
            return None
        changed = asked and stamp != self._elsewhere.stamp
        if changed and any(self._elsewhere(question, path) != place for question, place in asked):
            return None
        outcome: FileOutcome = _record(plain)
        source = decode(path, data) if outcome.findings or outcome.new_text is not None else None
        return outcome if source is None or isinstance(source, ReadFailure) else replace(outcome, old_text=source.text)

    def keep(self, data: bytes, outcome: FileOutcome, waiting: Sequence[str]) -> None:
        """Keeps an outcome, but for the text of the file, which is there when it is asked for.

        `waiting`: the keys of the verdicts that it lacks.
        """
        asked = self._elsewhere.asked_by(outcome.path)
        stamp = self._elsewhere.stamp if asked else ""
        try:
            kept = marshal.dumps((stamp, list(asked.items()), list(waiting), _plain(replace(outcome, old_text=None))))
        except (ValueError, TypeError):
            return
        OUTCOMES.save(self._key(outcome.path, data), digest(kept).encode() + kept)

    def _key(self, path: str, data: bytes) -> str:
        self._around = self._around or repr(_around(self._settings))
        return digest(f"{self._around}\n{path}\n{digest(data)}".encode(errors="surrogateescape"))


def _around(settings: Settings) -> tuple[object, ...]:
    """All that the outcome of every file hangs on."""
    asked = [(name, value) for name, value in vars(settings).items() if name not in _BESIDE and name != "mode"]
    around = (__version__, sys.version, _own_files(), asked)
    if settings.mode == "check":
        return (*around, "check")
    from tfloss_migrate.referee.versions import installed_versions, surroundings, versions_of

    libraries = (*_LIBRARIES, "fissix") if settings.python2 else _LIBRARIES
    return (*around, versions_of(libraries), surroundings(installed_versions(), settings.legacy_python, None))


@cache
def _own_files() -> list[tuple[str, int, int, int]]:
    """Every file of the tool, with its size and when it came to be what it is."""
    found, pending = [], [os.path.dirname(os.path.abspath(__file__))]
    while pending:
        for entry in os.scandir(pending.pop()):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    pending.append(entry.path)
                continue
            status = entry.stat()
            found.append((entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return sorted(found)


def _plain(value: object) -> Any:
    """Records as tuples that begin with their name, and tuples as lists. Raises TypeError for what is none of ours."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, list):
        return (_LIST, *(_plain(each) for each in value))
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if type(value) not in _NAMES:
        raise TypeError(f"a {type(value).__name__} is not kept")
    return (_NAMES[type(value)], *[_plain(each) for each in _values(value)])


def _values(record: Any) -> list[object]:
    return [getattr(record, name) for name in record._fields]


def _record(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple([_record(each) for each in plain])
    if isinstance(plain, dict):
        return {key: _record(each) for key, each in plain.items()}
    if isinstance(plain, tuple):
        name, *values = plain
        return (
            [_record(each) for each in values] if name == "list" else _KINDS[name](*[_record(each) for each in values])
        )
    return plain


_LIST = "list"
_RECORDS = (model.Settled, model.Finding, model.Span, model.Offer, model.Verdict, model.Counterexample, FileOutcome)
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in _RECORDS}
_NAMES: dict[type, str] = {kind: name for name, kind in _KINDS.items()}
