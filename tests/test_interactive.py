"""Rewrites are accepted and refused one by one, at a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from at_the_console import run

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")

OLD = """import tensorflow as tf


def f(labels, logits):
    a = tf.reduce_mean(-tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), axis=-1))
    return a + tf.log(2.0) + tf.sub(a, 1.0)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(OLD)
    (tmp_path / "b.py").write_text(OLD)
    return tmp_path


def at_a_terminal(folder: Path, answers: str, *arguments: str) -> tuple[int, str]:
    """The exit code, and all that is shown, where these lines are typed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tfloss_migrate", "--interactive", "--no-verify", *arguments]
    surroundings = {**os.environ, "TERM": "dumb", "XDG_CACHE_HOME": f"{folder}-cache"}
    running = subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=surroundings)
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return running.wait(60), shown.decode().replace("\r\n", "\n")


def test_what_is_accepted_is_written_and_what_is_refused_stays(here: Path) -> None:
    code, shown = at_a_terminal(here, "yny", "a.py")
    text = (here / "a.py").read_text()
    assert "from_logits=True" in text
    assert "tf.log(2.0) + tf.subtract(a, 1.0)" in text
    assert shown.count("Write it? [y,n,a,f,d,q,?]") == 3
    assert "steadier: no difference found" in shown
    assert "    +     return a + tf.math.log(2.0) + tf.sub(a, 1.0)" in shown
    assert "1x refused" in shown
    assert code == 1


def test_what_is_inside_a_refused_loss_is_asked_for_then(here: Path) -> None:
    at_a_terminal(here, "nnny", "a.py")
    assert (here / "a.py").read_text() == OLD.replace("labels * tf.log(", "labels * tf.math.log(")


@pytest.mark.parametrize(
    ("answers", "changed"),
    [("a", "ab"), ("fq", "a"), ("fnnnn", "a"), ("q", ""), ("yq", "a"), ("?dq", ""), ("\x04", "")],
)
def test_one_answer_can_stand_for_all_that_follow(answers: str, changed: str, here: Path) -> None:
    _, shown = at_a_terminal(here, answers, "a.py", "b.py")
    assert "".join(name for name in "ab" if (here / f"{name}.py").read_text() != OLD) == changed
    assert ("leave this place as it is" in shown) == ("?" in answers)
    assert ("+++ b/a.py" in shown) == ("d" in answers)


SESSION = """import tensorflow as tf

x = tf.placeholder(tf.float32)
y = tf.log(x)
with tf.Session() as sess:
    print(sess.run(y, {x: 1.0}))
"""


def test_a_program_that_is_refused_is_left_to_the_byte_and_one_that_is_accepted_is_converted(here: Path) -> None:
    (here / "a.py").write_text(SESSION)
    at_a_terminal(here, "nnnnnnnnnnnnnnnn", "--unsafe", "a.py")
    assert (here / "a.py").read_text() == SESSION
    at_a_terminal(here, "yyyyyyyyyyyyyyyy", "--unsafe", "a.py")
    assert "Session" not in (here / "a.py").read_text()


def test_an_accepted_file_is_that_of_a_plain_write(here: Path) -> None:
    at_a_terminal(here, "f", "a.py")
    run("--write", "--no-verify", "--no-cache", "b.py")
    assert (here / "a.py").read_text() == (here / "b.py").read_text() != OLD


def test_without_a_terminal_nobody_is_asked_and_nothing_is_written(here: Path) -> None:
    ran = run("--interactive", "a.py")
    assert (ran.code, (here / "a.py").read_text()) == (2, OLD)
    assert "--interactive asks at a terminal, and standard input is none; use --diff or --write" in ran.err


@pytest.mark.parametrize("other", ["--check", "--diff", "--quiet", "--statistics", "--format=json"])
def test_it_goes_with_nothing_that_shows_or_writes_otherwise(other: str, here: Path) -> None:
    ran = run("--interactive", other, "a.py")
    assert (ran.code, "--interactive goes with no" in ran.err) == (2, True)
