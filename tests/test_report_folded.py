"""Sentences are folded between words where a window ends, and code is not."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tfloss_migrate.report.plain import Words, printed

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")

LOSS = """import tensorflow as tf


def loss(labels, logits):
    return tf.reduce_mean(-tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), axis=-1))  # a long line of code here
"""


def seen(folder: Path, columns: int, *arguments: str, stream: str = "stdout") -> list[str]:
    """The lines that a stream shows in a window of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "tfloss_migrate", *arguments]
    plain = {**os.environ, "TERM": "dumb"}
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs}
    running = subprocess.Popen(command, cwd=folder, env=plain, **streams)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as window:
        shown = b""
        try:
            while piece := window.read(4096):
                shown += piece
        except OSError:  # the other end is closed
            pass
    running.wait(60)
    return shown.decode().replace("\r\n", "\n").splitlines()


def test_a_line_in_words_goes_on_below_itself_and_a_line_of_code_does_not() -> None:
    words, code = Words("  same: one two three four"), "  1 - one two three four"
    assert printed([words, code], 16).splitlines() == ["  same: one two", "      three four", code]
    assert printed([words, code], None).splitlines() == [words, code]


def test_colours_take_no_room_and_a_long_word_stays_whole() -> None:
    painted = Words("\x1b[1msame\x1b[0m: one \x1b[2mtwo three\x1b[0m")
    assert printed([painted], 13) == "\x1b[1msame\x1b[0m: one \x1b[2mtwo\n    three\x1b[0m\n"
    assert printed([Words("a " + "x" * 40 + " b")], 20).splitlines() == ["a", "    " + "x" * 40, "    b"]


def test_a_report_fits_its_window_but_for_code(tmp_path: Path) -> None:
    (tmp_path / "loss.py").write_text(LOSS)
    lines = seen(tmp_path, 60, "--no-verify", "loss.py")
    long = [line for line in lines if len(line) > 60]
    assert long[0] == f"  5 - {LOSS.splitlines()[4]}"
    assert [line[:5] for line in long[1:]] == ["    +"] * (len(long) - 1)
    wide = seen(tmp_path, 1000, "--no-verify", "loss.py")
    assert " ".join(" ".join(lines).split()) == " ".join(" ".join(wide).split())
    assert max(map(len, wide)) > 200


def test_an_explanation_fits_its_window_but_for_code(tmp_path: Path) -> None:
    assert [line for line in seen(tmp_path, 70, "--explain", "TFL412") if len(line) > 70 and line[:4].strip()] == []
    assert max(map(len, seen(tmp_path, 1000, "--explain", "TFL412"))) > 70


def test_what_is_said_beside_the_report_fits_its_window_too(tmp_path: Path) -> None:
    (tmp_path / "loss.py").write_text(LOSS)
    lines = seen(tmp_path, 40, "--check", "--select", "no-such-rule-in-the-whole-world", "loss.py", stream="stderr")
    assert len(lines) > 1
    assert all(len(line) <= 40 for line in lines)
    assert " ".join(line.strip() for line in lines).startswith("tfloss-migrate: --select: no rule is called")
