"""What rules ask of the other files of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from tfloss_migrate.source.discover import Found
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.source.text import read


class Elsewhere:
    """Tells the first place of a pattern in a file other than one; for each pattern the files are read once more.

    `asked` are the answers, by the path of who asked and by the pattern.
    """

    def __init__(self, found: Sequence[Found | ReadFailure]) -> None:
        self.found = found
        self.asked: dict[str, dict[bytes, str | None]] = {}
        self._seen: dict[bytes, tuple[tuple[str, int], ...]] = {}
        self._stamp: str | None = None

    def __call__(self, pattern: bytes, path: str) -> str | None:
        """The place as FILE:LINE, None where there is none."""
        if pattern not in self._seen:
            self._seen[pattern] = tuple(islice(self._search(pattern), 2))
        place = next((f"{other}:{line}" for other, line in self._seen[pattern] if other != path), None)
        self.asked.setdefault(path, {})[pattern] = place
        return place

    def _search(self, pattern: bytes) -> Iterator[tuple[str, int]]:
        """The files in which a pattern stands in a line that is no comment, each with the first such line."""
        for entry in self.found:
            data = read(entry.path, entry.real) if isinstance(entry, Found) else None
            if not isinstance(data, bytes):
                continue
            for match in re.finditer(pattern, data):
                line = data[data.rfind(b"\n", 0, match.end()) + 1 : match.end()]
                if not line.lstrip().startswith(b"#"):
                    yield entry.path, data.count(b"\n", 0, match.end()) + 1
                    break

    @property
    def stamp(self) -> str:
        """A text that is another one when a file is: nobody need be asked again where it is the same."""
        if self._stamp is None:
            from tfloss_migrate.storage import digest

            self._stamp = digest(repr([_state(entry) for entry in self.found]).encode())
        return self._stamp


def _state(entry: Found | ReadFailure) -> tuple[str, ...] | tuple[str, int, int, int]:
    try:
        status = os.stat(entry.real if isinstance(entry, Found) else entry.path)
    except OSError:
        return (entry.path,)
    return entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns
