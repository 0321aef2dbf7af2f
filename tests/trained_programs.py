"""Programs that train, written by the tool and run on today's TensorFlow, the old ones in a graph."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from at_the_console import run

from tfloss_migrate.evaluation import look
from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.record import replace
from tfloss_migrate.referee.referee import Referee

#: The Python of a real TensorFlow 1.15, where there is one.
REAL = os.environ.get("TFLOSS_TF115_PYTHON")
needs_real = pytest.mark.skipif(REAL is None, reason="TFLOSS_TF115_PYTHON names no interpreter")

START = "import numpy as np\nimport tensorflow as tf\n\nnp.random.seed(0)\n"

#: Three steps of a program that has `x`, `y`, `train` and `loss`, of batches of four; and those of two networks.
STEPS = """
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        _, shown = sess.run([train, loss], {x: np.ones((4, 3)), y: np.ones((4, 3))})
        print(shown)
"""
GAN_LOSSES = """
d_loss = tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(tf.nn.softplus(fake_logits))
g_loss = tf.reduce_mean(tf.nn.softplus(-fake_logits))
"""
GAN_STEPS = """
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(3):
    _, d = sess.run([d_train, d_loss], {x: np.ones((4, 3)), z: np.ones((4, 2))})
    _, g = sess.run([g_train, g_loss], {z: np.ones((4, 2))})
    print(d, g)
"""

RUN = """
import contextlib, io, json, sys
import tensorflow as tf
printed = []
for old, new in json.load(sys.stdin):
    texts = []
    for text, graph in ((old, True), (new, False)):
        out = io.StringIO()
        stop = contextlib.redirect_stderr(io.StringIO())
        with stop, contextlib.redirect_stdout(out), tf.Graph().as_default() if graph else contextlib.nullcontext():
            exec(compile(text, "program", "exec"), {"__name__": "__main__"})
        texts.append(out.getvalue())
    printed.append(texts)
print(json.dumps(printed))
"""


def written(programs: Mapping[str, str], folder: Path) -> dict[str, tuple[dict, str]]:
    """The report and the new text of each program, with what `--write` writes by default."""
    for at, body in enumerate(programs.values()):
        (folder / f"p{at}.py").write_text(START + body)
    report = json.loads(run("--write", "--no-cache", "--format", "json", str(folder)).out)["files"]
    return {name: (report[at], (folder / f"p{at}.py").read_text()) for at, name in enumerate(programs)}


@cache
def question(text: str) -> Question:
    """What is asked of a program whose optimizers alone are rewritten: whether its conversion trains as it does."""
    parsed = parse("program.py", text)
    assert isinstance(parsed, Parsed)
    (asked,) = look(parsed, text.replace("tf.train", "tf.compat.v1.train"), old_order=False).questions
    assert asked is not None
    return asked


@cache
def referee(python: str | None = None) -> Referee:
    """The referee that all tests of a process ask, for it is slow to start; by today's TensorFlow, or by a real one."""
    made = Referee(use_cache=False, legacy_python=python)
    atexit.register(made.close)
    return made


def answer(asked: Question, python: str | None = None) -> Verdict:
    """The verdict on a program, run anew."""
    return referee(python).ask([asked])[asked]


def assert_it_trains_the_same(asked: Question, python: str | None) -> None:
    """The conversion of a program is the same, by `tf.compat.v1` or by the Python of a real TensorFlow 1.x."""
    verdict = answer(asked, python)
    assert (verdict.status, "1.15" in (verdict.oracle or "")) == ("same", python is not None)


def assert_another_is_different(asked: Question, old: str, new: str) -> None:
    """A conversion that has something else in the place of a piece of code is told from the program."""
    broken = replace(asked, target=asked.target.replace(old, new))
    assert broken != asked
    assert answer(broken).status == "different"


def assert_they_print_alike(programs: Mapping[str, str], files: Mapping[str, tuple[dict, str]]) -> None:
    """Every program prints after what it printed before."""
    for name, (old, new) in printed(programs, files).items():
        assert old, name
        assert numbers(new) == pytest.approx(numbers(old), rel=1e-4, abs=1e-5), name


def printed(programs: Mapping[str, str], files: Mapping[str, tuple[dict, str]]) -> dict[str, tuple[str, str]]:
    """What every program prints before, in a graph, and after."""
    pairs = [(in_a_graph(START + body), files[name][1]) for name, body in programs.items()]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-c", RUN]
    done = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, env=quiet, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: tuple(both) for name, both in zip(programs, json.loads(done.stdout.splitlines()[-1]), strict=True)}


def in_a_graph(text: str) -> str:
    text = text.replace("import tensorflow as tf", "import tensorflow.compat.v1 as tf; tf.disable_resource_variables()")
    text = text.replace("tf.reset_default_graph()\n", "")  # which would be that of the test
    return text.replace("tf.Variable([0.3], tf.float32)", "tf.Variable([0.3])")


def numbers(printed: str) -> list[float]:
    words = "".join(c if c not in "[]()," else " " for c in printed).split()
    return [float(word.removeprefix("np.float32")) for word in words if word.lstrip("-")[:1].isdigit()]
