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


def run(*arguments: str, stdin: bytes = b"") -> Ran:
    """`tfloss-migrate ARGUMENTS`, with `stdin` on standard input."""
    with pytest.MonkeyPatch.context() as patch:
        streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        patch.setattr(sys, "argv", ["tfloss-migrate", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        written = {}
        for name, stream in streams.items():
            stream.flush()
            written[name] = stream.buffer.getvalue()
    code = exit_.value.code
    return Ran(0 if code is None else code, written["stdout"].decode(), written["stderr"].decode(), written["stdout"])
