"""How far long work has come, as a bar on a terminal."""

from __future__ import annotations

import time

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, TextIO

#: Seconds that pass before there is a bar of files.
PATIENCE = 0.4
#: To the beginning of the line, the line emptied, the cursor, which a bar hides, shown.
_CLEAR = "\r\x1b[2K\x1b[?25h"


class Progress:
    """A bar in the last line of a terminal, that is out of the way when other lines are written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._begun = stream, time.monotonic()
        self._bar: Any = None

    def __call__(self, done: int, total: int, what: str) -> None:
        """Shows that so many of `total` are done."""
        if what == "files" and time.monotonic() - self._begun < PATIENCE:
            return  # of verdicts the first is long in coming
        from click import progressbar

        if self._bar is None or self._bar.label != what or self._bar.length != total or self._bar.pos > done:
            self.clear()
            self._bar = progressbar(
                length=total, label=what, file=self._stream, show_eta=False, show_pos=True, show_percent=False
            )
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos)

    def clear(self) -> None:
        """Takes the bar away, until there is more progress."""
        if self._bar is not None:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._bar = None
