"""The command line, run in this process: what it exits with, and what it writes where."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass

import pytest

from tfloss_migrate.__main__ import main


@dataclass(frozen=True)
class Ran:
    """A run that is over."""

    code: int
    out: str
    err: str
    out_bytes: bytes


class Terminal(io.TextIOWrapper):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def run(*arguments: str, stdin: bytes = b"", stream: type[io.TextIOWrapper] = io.TextIOWrapper) -> Ran:
    """`tfloss-migrate ARGUMENTS`, with `stdin` on standard input."""
    with pytest.MonkeyPatch.context() as patch:
        streams = {name: stream(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
        for name, opened in streams.items():
            patch.setattr(sys, name, opened)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        patch.setattr(sys, "argv", ["tfloss-migrate", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        written = {}
        for name, opened in streams.items():
            opened.flush()
            written[name] = opened.buffer.getvalue()
    code = exit_.value.code
    out, err = (written[name].decode(errors="replace") for name in ("stdout", "stderr"))
    return Ran(0 if code is None else code, out, err, written["stdout"])
