"""Claims about functions that read what hangs on a placeholder from around them: they are given it."""

from __future__ import annotations

import ast

import pytest
from installed import needs
from trained_programs import REAL, assert_it_trains_the_same, needs_real, question

from tfloss_migrate.sessions.plain.handed_in import handed_in
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

FED = "import tensorflow as tf\nx = tf.placeholder(tf.float32, [None, 3])\nh = x * 2\nw = tf.Variable(1.0)\n"


def _handed(body: str) -> str:
    text = FED + body
    tree = ast.parse(text)
    return apply(text, handed_in(text, Names(tree), tree)).removeprefix(FED)


def test_a_function_without_parameters_is_given_what_it_reads() -> None:
    assert _handed("def f():\n    return w * x\ny = f()\n") == "def f(x):\n    return w * x\ny = f(x)\n"


def test_new_parameters_come_last_where_they_can() -> None:
    assert (
        _handed("def f(a):\n    return a + h + x\ny = f(1)\n")
        == "def f(a, h, x):\n    return a + h + x\ny = f(1, h, x)\n"
    )
    assert _handed("def f(a):\n    return a + x\ny = f(a=1)\n") == "def f(a, x):\n    return a + x\ny = f(a=1, x=x)\n"


def test_where_there_are_defaults_they_come_first() -> None:
    old = "def f(a, b=1):\n    return a + b + x\ny = f((2), b=3)\n"
    assert _handed(old) == "def f(x, a, b=1):\n    return a + b + x\ny = f(x, (2), b=3)\n"


def test_a_function_that_calls_such_a_one_is_given_it_too() -> None:
    old = "def f():\n    return w * x\ndef g():\n    return f() + 1\ny = g()\n"
    once = _handed(old)
    assert once == "def f(x):\n    return w * x\ndef g():\n    return f(x) + 1\ny = g()\n"
    assert _handed(once) == "def f(x):\n    return w * x\ndef g(x):\n    return f(x) + 1\ny = g(x)\n"


@pytest.mark.parametrize(
    "body",
    [
        "def f(sess):\n    return sess.run(h, {x: 1})\ny = f(s)\n",  # what runs is fed it
        "def f():\n    return w * 2\ny = f()\n",  # a variable stays where it is
        "def f(x):\n    return x\ny = f(x)\n",  # its own
        "def f():\n    return x\ny = map(f, [1])\n",  # not only called
        "def f():\n    return x\ndef g():\n    x = 1\n    return f() + x\ny = g()\n",  # another one at the call
        "def f():\n    return x\ny = f(*[])\n",
        "def f(*a):\n    return x\ny = f()\n",
        "x = x + 1\ndef f():\n    return x\ny = f()\n",  # bound twice
    ],
)
def test_what_is_not_plain_stays(body: str) -> None:
    assert _handed(body) == body


READING = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
start = tf.constant([[1.0, 2.0], [0.5, -1.0], [2.0, 0.1]])
weights = {"a": tf.Variable(start), "b": tf.Variable(tf.constant([[1.0], [-0.5]]))}


def hidden(scale=2.0):
    return tf.sigmoid(tf.matmul(x, weights["a"])) * scale


def error(predicted):
    return tf.reduce_mean(tf.square(predicted - y)) + tf.reduce_mean(tf.square(mean))


def network():
    return tf.matmul(hidden(), weights["b"])


mean = tf.reduce_mean(tf.matmul(x, weights["a"]), 1)
loss = error(network())
train = tf.train.AdamOptimizer(0.1).minimize(loss, var_list=[weights["b"]])
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs, y: ys})
"""


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_what_they_compute_is_the_same_and_an_item_of_a_dict_is_trained(python: str | None) -> None:
    needs("tensorflow", reason="needs TensorFlow to run programs before and after")
    asked = question(READING)
    assert "def error(predicted, y, mean):" in asked.target
    assert "[weights['b']]" in asked.target
    assert_it_trains_the_same(asked, python)
