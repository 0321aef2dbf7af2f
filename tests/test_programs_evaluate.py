"""Programs that only evaluate, played whole beside their new text: strings, gradients, variables drawn at random."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from at_the_console import run
from installed import needs
from trained_programs import REAL, answer, needs_real

from tfloss_migrate.evaluation import look
from tfloss_migrate.model import Question
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.record import replace

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

GRADIENT = """
import tensorflow as tf

x = tf.placeholder(tf.float32)
w = tf.Variable(2.0)
slope = tf.gradients(w * x * x, [w])[0]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(slope, feed_dict={x: 4}))
"""
DRAWN = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.random_normal([3, 2]))
y = tf.matmul(x, w)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
print(sess.run(w))
print(sess.run(y, feed_dict={x: [[1, 2, 3]]}))
"""
HELLO = """
import tensorflow as tf

hello = tf.constant('Hello!')
both = tf.constant(['a', 'bcd'])
sess = tf.Session()
print(sess.run(hello), sess.run(both))
"""
LISTED = """
import tensorflow as tf

x = [1.0, 2.0, 3.0]
w = tf.placeholder(tf.float32)
sess = tf.Session()
print(sess.run(tf.nn.sigmoid([-1., 0.3, 1.])), sess.run(x * w, feed_dict={w: 0.1}))
"""
#: A variable that is fetched after each round of training.
TRAINED = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None])
w = tf.Variable(2.0)
train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(w * x - 1)))
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(3):
    sess.run(train, {x: [1.0, 2.0]})
print(sess.run(w))
"""
#: A variable that is assigned where a session runs it, what is read of it before and after, and what hangs on both.
ASSIGNED = """
import tensorflow as tf

w = tf.Variable([1.0, 2.0])
y = w * 3
x = tf.placeholder(tf.float32, [2])
z = y + x
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(3):
    value = sess.run(z, {x: [0.5, 1.0]})
    sess.run(tf.assign(w, value))
    print(sess.run(y), sess.run(w.assign_add(w * 2)))
"""


def questions(text: str) -> list[Question]:
    """What is asked of a program that evaluates: of each value, and of all of them played together."""
    parsed = parse("program.py", text)
    assert isinstance(parsed, Parsed)
    rewritten = text.replace("tf.random_normal", "tf.random.normal").replace("tf.train", "tf.compat.v1.train")
    found = look(parsed, rewritten, old_order=False).questions
    return [one for one in found if one is not None]


@pytest.mark.parametrize("program", [GRADIENT, DRAWN, HELLO, LISTED, TRAINED, ASSIGNED])
@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_what_it_fetches_is_the_same_when_all_of_it_is_played(python: str | None, program: str) -> None:
    (played,) = [one for one in questions(program) if one.plays]
    verdict = answer(played, python)
    assert (verdict.status, "1.15" in (verdict.oracle or "")) == ("same", python is not None), verdict.sentence


@pytest.mark.parametrize(
    ("program", "old", "new"),
    [
        (GRADIENT, "w * x * x", "w * x * x * x"),
        (DRAWN, "tf.matmul(x, w)", "tf.matmul(x, w) + 1e-06"),
        (DRAWN, "return [w]", "return [-w]"),
        (HELLO, "'Hello!'", "'Hello.'"),
        (HELLO, "'bcd'", "'bc'"),
        (LISTED, "0.3", "0.3000001"),
        (TRAINED, "return [w]", "return [w + 1e-6]"),
        (ASSIGNED, "w.assign_add(w * 2)", "w.assign_add(w * 3)"),
        (ASSIGNED, "w.assign(tf.ones_like(w))", "w.assign_add(tf.ones_like(w))"),
        (ASSIGNED, "y = w * 3", "y = [3.0, 6.0]"),  # as a tensor that is computed but once
    ],
)
def test_another_new_text_is_different(program: str, old: str, new: str) -> None:
    (played,) = [one for one in questions(program) if one.plays]
    broken = replace(played, target=played.target.replace(old, new))
    assert broken != played
    assert answer(broken).status == "different"


@pytest.mark.parametrize("program", [HELLO, LISTED])
def test_each_of_these_values_can_be_run_alone_too(program: str) -> None:
    alone = [one for one in questions(program) if not one.plays]
    assert len(alone) == 2
    assert {answer(one).status for one in alone} == {"same"}


def test_what_hangs_on_when_it_is_evaluated_is_not_played() -> None:
    program = "y = tf.constant(1.0)\nprint(sess.run(y))\ny = y + 1\nprint(sess.run(y))\n"
    assert not [one for one in questions(f"import tensorflow as tf\nsess = tf.Session()\n{program}") if one.plays]


def test_the_finding_says_that_all_values_were_run_together(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(GRADIENT)
    (file,) = json.loads(run("--write", "--no-cache", "--format", "json", str(tmp_path)).out)["files"]
    (verdict,) = [finding["verdict"] for finding in file["findings"] if finding["rule"] == "TFL501"]
    assert verdict["status"] == "same"
    assert "all fetched values were run together" in verdict["sentence"]


def test_a_list_whose_elements_are_asked_for_their_length_is_data() -> None:
    text = "import tensorflow as tf\nimport data\nx = tf.placeholder(tf.float32, [None, 4])\nsess = tf.Session()\n"
    text += "rows = [[float(n) for n in line.split() if len(n) >= 1] for line in data.lines() if len(line) >= 1]\n"
    text += "size = len(rows)\nprint(sess.run(tf.reduce_sum(x) / size, {x: rows}))\n"
    assert [one for one in questions(text) if one.plays]
