"""What would be written, as a unified diff that `git apply` and `patch -p1` take."""

from __future__ import annotations

import difflib
import os

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.report.places import relative


def unified(outcome: FileOutcome) -> bytes:
    """The diff of one file, in the bytes of that file; empty if nothing changes.

    Paths are relative to the current folder where they lie in it.
    """
    if outcome.old_text is None or outcome.new_text is None or outcome.old_text == outcome.new_text:
        return b""
    old, new = (_lines(text.encode(outcome.encoding)) for text in (outcome.old_text, outcome.new_text))
    name = relative(outcome.path)
    hunks = list(difflib.diff_bytes(difflib.unified_diff, old, new))[2:]
    header = [b"--- " + _quoted(f"a/{name}") + b"\n", b"+++ " + _quoted(f"b/{name}") + b"\n"]
    ended = (line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in hunks)
    return b"".join([*header, *ended])


def _lines(data: bytes) -> list[bytes]:
    """Lines as diff tools see them: only a line feed ends one."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _quoted(name: str) -> bytes:
    raw = os.fsencode(name)
    if any(byte < 32 or byte in b'"\\' for byte in raw):
        escaped = (bytes([byte]) if 32 <= byte < 127 and byte not in b'"\\' else b"\\%03o" % byte for byte in raw)
        return b'"' + b"".join(escaped) + b'"'
    return raw + b"\t" if b" " in raw else raw
