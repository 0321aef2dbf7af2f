"""Draws what a run prints on a terminal: python docs/terminal_picture.py makes docs/terminal.svg from a real run."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

PICTURE = Path(__file__).with_name("terminal.svg")
COLUMNS, LINE, LETTER, MARGIN = 118, 19, 8.43, 18
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#56d4dd"}
STYLES = {"1": ' font-weight="bold"', "2": ' opacity="0.65"'}
PROGRAM = """\
import tensorflow as tf


def loss(labels, logits):
    probabilities = tf.nn.softmax(logits)
    return tf.reduce_mean(-tf.reduce_sum(labels * tf.log(probabilities), axis=-1))


def confident(labels, logits):
    twice = tf.nn.softmax(logits)
    return tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=twice)
"""


def printed() -> str:
    """What is printed on a terminal with colours for the program, run anew in a window of so many columns."""
    ours, window = pty.openpty()
    fcntl.ioctl(window, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "loss.py").write_text(PROGRAM, encoding="utf-8")
        command = [sys.executable, "-m", "tfloss_migrate", "--verify-all", "--no-cache", "loss.py"]
        colours = {**os.environ, "FORCE_COLOR": "1", "PYTHONPATH": str(PICTURE.parent.parent)}
        running = subprocess.Popen(command, cwd=folder, env=colours, stdout=window, stderr=subprocess.DEVNULL)
        os.close(window)
        text = b"".join(_shown(ours)).decode().replace("\r\n", "\n")
        running.wait()
    return f"\x1b[1m$ tfloss-migrate loss.py\x1b[0m\n{text}"


def _shown(terminal: int) -> Iterator[bytes]:
    """What comes out of a terminal, until nobody writes to it."""
    with os.fdopen(terminal, "rb", buffering=0) as opened:
        try:
            while piece := opened.read(4096):
                yield piece
        except OSError:  # how Linux tells the end
            return


def picture(text: str) -> str:
    """The text as a drawing, its colours and styles as a terminal shows them."""
    lines = [line for long in _lines(_letters(text.rstrip("\n"))) for line in _folded(long)]
    width, height = round(COLUMNS * LETTER + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN
    rows = "".join(_row(line, at) for at, line in enumerate(lines))
    font = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">'
        f"<title>tfloss-migrate in a terminal</title>"
        f'<rect width="100%" height="100%" rx="9" fill="#0d1117"/>'
        f'<g font-family="{font}" font-size="14" fill="#e6edf3">{rows}</g></svg>\n'
    )


def _letters(text: str) -> Iterator[tuple[str, str]]:
    """Each letter with the attributes that it is drawn with."""
    style: dict[str, str] = {}
    for piece in re.split(r"(\x1b\[[\d;]*m)", text):
        if piece.startswith("\x1b"):
            for code in piece[2:-1].split(";"):
                if code in ("", "0"):
                    style = {}
                elif code in COLOURS:
                    style["colour"] = f' fill="{COLOURS[code]}"'
                else:
                    style[code] = STYLES.get(code, "")
        else:
            yield from ((letter, "".join(style.values())) for letter in piece)


def _lines(letters: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    line: list[tuple[str, str]] = []
    for letter, style in letters:
        if letter == "\n":
            yield line
            line = []
        else:
            line.append((letter, style))
    yield line


def _folded(letters: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """A line in pieces that fit."""
    for start in range(0, max(len(letters), 1), COLUMNS):
        yield letters[start : start + COLUMNS]


def _row(letters: list[tuple[str, str]], at: int) -> str:
    spans, last = [], None
    for letter, style in letters:
        if style != last:
            spans.append((style, ""))
            last = style
        spans[-1] = (style, spans[-1][1] + letter.replace(" ", "\u00a0"))  # a drawing keeps no other
    drawn = "".join(f"<tspan{style}>{escape(text)}</tspan>" if style else escape(text) for style, text in spans)
    return f'<text x="{MARGIN}" y="{MARGIN + 14 + at * LINE}">{drawn}</text>' if drawn else ""


if __name__ == "__main__":
    PICTURE.write_text(picture(printed()), encoding="utf-8")
