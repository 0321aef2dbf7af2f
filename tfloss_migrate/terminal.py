"""Standard streams: bytes that they can show, colours where they are wanted, a bar while work is long."""

from __future__ import annotations

import os
import sys

from tfloss_migrate.report.plain import Paint, Style

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, TextIO

    from tfloss_migrate.progress import Progress


class StreamError(Exception):
    """A standard stream takes no more: the disk is full."""


def bar(quiet: bool) -> Progress | None:
    """A bar for standard error, if somebody looks at that and has not asked for quiet."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    from tfloss_migrate.progress import Progress

    return Progress(sys.stderr)


def painter(stream: TextIO) -> Paint:
    """Colours for a terminal that can show them, or that is forced to; none where they are not wanted."""
    forced = os.environ.get("FORCE_COLOR", "") not in ("", "0")
    wanted = forced or (stream.isatty() and os.environ.get("TERM") != "dumb")
    if not wanted or os.environ.get("NO_COLOR"):
        return lambda text, style: text
    from click import style as styled

    looks: dict[Style, dict[str, Any]] = {
        "place": {"bold": True},
        "rule": {"fg": "cyan"},
        "error": {"fg": "red", "bold": True},
        "warning": {"fg": "yellow"},
        "info": {"fg": "blue"},
        "old": {"fg": "red"},
        "new": {"fg": "green"},
        "good": {"fg": "green", "bold": True},
        "bad": {"fg": "magenta", "bold": True},
        "faint": {"dim": True},
    }
    return lambda text, style: styled(text, **looks[style])


def columns(stream: TextIO) -> int | None:
    """How wide the window is in which somebody looks at a stream; none for a file, a pipe, and where nobody knows."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def write(stream: TextIO, data: str | bytes, progress: Progress | None = None) -> None:
    """Past the stream's own newline and encoding rules: what it cannot show is spelled out. A bar makes room.

    Raises StreamError where the stream takes no more, but BrokenPipeError where nobody reads it.
    """
    if progress is not None and data:
        progress.clear()
    try:
        stream.buffer.write(data.encode(stream.encoding, "backslashreplace") if isinstance(data, str) else data)
        stream.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard error" if stream is sys.stderr else "standard output"
        raise StreamError(f"{name} cannot be written: {error.strerror}") from None
