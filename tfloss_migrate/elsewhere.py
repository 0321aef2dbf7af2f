"""What rules ask of the other files of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from tfloss_migrate.source.discover import Found
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.source.text import read

#: A pattern, and the word that is looked for in what matches it; no word: the match itself is, of one of several
#: patterns, one a line. What begins with letters is found six times as fast on its own as beside another.
Question = tuple[bytes, bytes]


class Elsewhere:
    """Tells the first place of a pattern in a file other than one; for each pattern the files are read once more."""

    def __init__(self, found: Sequence[Found | ReadFailure]) -> None:
        self.found = found
        self._asked: dict[str, dict[Question, str | None]] = {}
        self._seen: dict[Question, tuple[tuple[str, int], ...]] = {}
        self._indexed: set[bytes] = set()
        self._stamp: str | None = None

    def __call__(self, question: Question, path: str) -> str | None:
        """The place as FILE:LINE, None where there is none. A word is the name of a file, or of a folder with one."""
        pattern, word = question
        if word and pattern not in self._indexed:
            self._indexed.add(pattern)
            self._seen.update(self._words(pattern))
        elif not word and question not in self._seen:
            self._seen[question] = tuple(islice(self._search(pattern), 2))
        place = next((f"{other}:{line}" for other, line in self._seen.get(question, ()) if other != path), None)
        self._asked.setdefault(path, {})[question] = place
        return place

    def asked_by(self, path: str) -> dict[Question, str | None]:
        """The answers that a file has got, which are forgotten now."""
        return self._asked.pop(path, {})

    def _search(self, pattern: bytes) -> Iterator[tuple[str, int]]:
        """The files in which a pattern stands in a line that is no comment, each with the first such line."""
        for path, data in self._texts():
            ends = [match.end() for one in pattern.splitlines() for match in re.finditer(one, data)]
            at = min([end for end in ends if not _in_comment(data, end)], default=None)
            if at is not None:
                yield path, data.count(b"\n", 0, at) + 1

    def _words(self, pattern: bytes) -> dict[Question, tuple[tuple[str, int], ...]]:
        """For each word that names a file, the first two files in which it stands where a pattern matches."""
        names = {name for entry in self.found for name in _names(entry.path)}
        places: dict[Question, tuple[tuple[str, int], ...]] = {}
        for path, data in self._texts():
            seen: set[bytes] = set()
            for match in re.finditer(pattern, data):
                for word in re.finditer(rb"\w+", match[0]):
                    if word[0] not in names or word[0] in seen or len(places.get((pattern, word[0]), ())) == 2:
                        continue
                    at = match.start() + word.end()
                    if not _in_comment(data, at):
                        seen.add(word[0])
                        place = path, data.count(b"\n", 0, at) + 1
                        places[pattern, word[0]] = (*places.get((pattern, word[0]), ()), place)
        return places

    def _texts(self) -> Iterator[tuple[str, bytes]]:
        for entry in self.found:
            data = read(entry.path, entry.real) if isinstance(entry, Found) else None
            if isinstance(data, bytes):
                yield entry.path, data

    @property
    def stamp(self) -> str:
        """A text that is another one when a file is: nobody need be asked again where it is the same."""
        if self._stamp is None:
            from tfloss_migrate.storage import digest

            self._stamp = digest(repr([_state(entry) for entry in self.found]).encode())
        return self._stamp


def _names(path: str) -> tuple[bytes, bytes]:
    """What a file may be imported as: by its own name, or by that of its folder."""
    folder, file = os.path.split(path.encode(errors="surrogateescape"))
    return os.path.basename(folder), file.partition(b".")[0]


def _in_comment(data: bytes, at: int) -> bool:
    return data[data.rfind(b"\n", 0, at) + 1 : at].lstrip().startswith(b"#")


def _state(entry: Found | ReadFailure) -> tuple[str, ...] | tuple[str, int, int, int]:
    try:
        status = os.stat(entry.real if isinstance(entry, Found) else entry.path)
    except OSError:
        return (entry.path,)
    return entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns
