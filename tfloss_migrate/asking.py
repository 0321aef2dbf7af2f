"""Asks at a terminal whether a rewrite is wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tfloss_migrate.model import FileOutcome, Settled
from tfloss_migrate.report.excerpt import Excerpts
from tfloss_migrate.report.plain import Paint, printed
from tfloss_migrate.report.text import finding_lines
from tfloss_migrate.terminal import columns, write

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.progress import Progress

_HELP = """\
y  write this rewrite
n  leave this place as it is
a  write this and all that follow
f  write this and the rest of this file
d  show what would become of this file
q  leave this and all that follow; what was said before is done
?  this help
"""


class Asking:
    """The answers of a run: to each rewrite, or to all that follow."""

    def __init__(self, paint: Paint, progress: Progress | None) -> None:
        self._paint, self._progress = paint, progress
        self._always: bool | None = None
        self._file: str | None = None

    def __call__(self, outcome: FileOutcome, settled: Settled) -> bool:
        """Whether a rewrite in a file is wanted."""
        if self._always is not None or self._file == outcome.path:
            return self._always is not False
        self._show(printed(self._lines(outcome, settled), columns(sys.stdout)))
        while True:
            self._show("Write it? [y,n,a,f,d,q,?] ")
            answer = (sys.stdin.readline() or "q").strip().lower()
            if answer in ("y", "n"):
                return answer == "y"
            if answer in ("a", "q"):
                self._always = answer == "a"
                return self._always
            if answer == "f":
                self._file = outcome.path
                return True
            self._show(self._diff(outcome) if answer == "d" else _HELP)

    def _lines(self, outcome: FileOutcome, settled: Settled) -> Iterator[str]:
        yield from finding_lines(outcome.path, settled, Excerpts(outcome.old_text), self._paint, verbose=False)

    def _diff(self, outcome: FileOutcome) -> bytes:
        from tfloss_migrate.report.diff import unified

        return unified(outcome)

    def _show(self, text: str | bytes) -> None:
        write(sys.stdout, text, self._progress)
