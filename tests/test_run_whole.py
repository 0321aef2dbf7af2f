"""Programs run whole: what is fetched decides over the rewrites in it, each of which looked right by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from at_the_console import run
from installed import needs

needs("tensorflow", reason="needs TensorFlow to run programs whole")

#: Shapes that the code does not show: a column against a row, which the old formula broadcasts.
BROADCASTS = """\
import tensorflow as tf

x = tf.tile(tf.constant([[1.0], [2.0]]), [1, 1])
t = tf.gather(tf.constant([1.0, 2.0, 3.0]), [0, 1])
loss = tf.reduce_mean(tf.square(x - t))
with tf.Session() as sess:
    print(sess.run(loss), sess.run(tf.log(2.0)))
"""

#: A bug that `--repair` mends.
TWICE = """\
z = tf.constant([[1.0, 2.0]])
one_hot = tf.constant([[0.0, 1.0]])
d = tf.nn.softmax_cross_entropy_with_logits(labels=one_hot, logits=tf.nn.softmax(z))
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def findings(program: str, *flags: str) -> dict[str, dict]:
    """The findings of a program after `--write`, by rule."""
    Path("loss.py").write_text(program)
    (file,) = json.loads(run("--write", "--format", "json", *flags, "loss.py").out)["files"]
    return {finding["rule"]: finding for finding in file["findings"]}


def test_a_loss_that_makes_the_program_another_one_is_not_written_the_second_time_either() -> None:
    found = findings(BROADCASTS)
    assert found["TFL301"]["new"] is None
    assert found["TFL301"]["reason"].startswith("different: run whole, value is ")
    assert found["TFL301"]["verdict"]["status"] == "different"
    assert found["TFL501"]["reason"].startswith("old and new differ: ")
    assert found["TFL101"]["new"] == "tf.math.log"
    written = Path("loss.py").read_text()
    kept = BROADCASTS.replace("tf.log", "tf.math.log").replace("tf.Session", "tf.compat.v1.Session")
    assert written == kept.replace("as tf\n", "as tf\ntf.compat.v1.disable_v2_behavior()\n", 1)
    findings(written)
    assert Path("loss.py").read_text() == written


def test_a_session_that_is_not_asked_for_is_run_whole_all_the_same() -> None:
    assert findings(BROADCASTS.replace("tf.log", "tf.exp"), "--select", "TFL3")["TFL301"]["new"] is None


def test_a_repair_does_not_excuse_another_loss_beside_it() -> None:
    program = BROADCASTS.replace("with tf", f"{TWICE}with tf").replace("run(loss)", "run([loss, d])")
    found = findings(program, "--repair")
    assert found["TFL401"]["new"] is None
    assert found["TFL301"]["reason"].startswith("different: run whole, ")


def test_a_repair_that_is_asked_for_is_no_reason_to_leave_the_rest() -> None:
    agreeing = BROADCASTS.replace("[1.0, 2.0, 3.0]", "[[1.0], [2.0], [3.0]]")
    program = agreeing.replace("with tf", f"{TWICE}with tf").replace("run(loss)", "run([loss, d])")
    found = findings(program, "--repair")
    assert found["TFL401"]["new"] is not None
    assert found["TFL301"]["new"] is not None
    assert found["TFL501"]["verdict"]["status"] == "repaired"


FEEDS = """\
import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, {shape})
t = tf.placeholder(tf.float32, {shape})
loss = tf.reduce_mean(tf.square(x - t))
with tf.Session() as sess:
    print(sess.run(loss, {{{first}}}))
    print(sess.run(loss, {{{second}}}))
"""
LIKE = "x: [[1.0, 2.0]], t: [[0.0, 1.0]]"


@pytest.mark.parametrize("feeds", ["x: 3.0, t: 1.0", LIKE])
def test_a_loss_of_what_is_fed_without_a_shape_stays_and_the_session_goes(feeds: str) -> None:
    found = findings(FEEDS.format(shape="None", first=LIKE, second=feeds))
    assert found["TFL301"]["reason"].startswith("the labels are fed to a placeholder without a shape")
    assert found["TFL501"]["new"] is not None


def test_what_the_program_feeds_is_among_the_cases() -> None:
    program = FEEDS.replace("tf.reduce_mean(tf.square(x - t))", "tf.losses.mean_squared_error(t, x)")
    written = "x: np.array([[1.0, 2.0]]), t: np.ones((1, 2))"
    assert findings(program.format(shape="[None, 2]", first=LIKE, second=written))["TFL501"]["new"] is not None
    empty = "x: np.zeros((0, 2)), t: np.ones((0, 2))"  # 0 in TensorFlow 1, nan in Keras
    found = findings(program.format(shape="[None, 2]", first=LIKE, second=empty))
    assert "what the program feeds" in found["TFL201"]["reason"]


def test_what_is_fed_has_the_dtype_of_its_placeholder() -> None:
    program = FEEDS.replace("tf.float32, {shape}", "tf.int32, [None]", 1).replace("square(x", "square(tf.to_float(x)")
    fed = "x: [1, 2], t: [3.0, 4.0]"
    verdict = findings(program.format(shape="[None]", first=fed, second=fed))["TFL501"]["verdict"]
    assert verdict["status"] == "same"
    assert verdict["sentence"].startswith("2 of 2 fetched values were run whole")


VARIABLE = """\
import tensorflow as tf

p = tf.Variable([[1.0, 2.0]])
t = tf.placeholder(tf.float32, [1, 2])
loss = tf.reduce_mean(tf.square(t - {prediction}))
sess = tf.Session()
for fetch in {loss}, {loss}:
    sess.run(tf.global_variables_initializer())
    sess.run(p.assign(p + 1.0))
    print(sess.run(fetch, {{t: [[1.0, 4.0]]}}))
"""


@pytest.mark.parametrize("prediction", ["p", "tf.identity(p)"])
def test_keras_is_given_the_variables_that_it_takes_where_the_session_stays(prediction: str) -> None:
    found = findings(VARIABLE.format(prediction=prediction, loss="loss"))
    assert found["TFL301"]["new"] is not None
    assert found["TFL505"]["new"].endswith("enable_resource_variables()") is (prediction == "p")
    shown = subprocess.run([sys.executable, "loss.py"], capture_output=True, text=True, check=True)
    assert shown.stdout == "1.0\n1.0\n"
