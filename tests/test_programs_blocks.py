"""`if` and `for` that build a part of a graph, and sums that are gone on with: they go into functions whole."""

from __future__ import annotations

import pytest
from installed import needs
from session_texts import conversion, converted, left
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

#: Layers in a loop, with an activation on all but the last; a loss that is chosen; penalties that are added up.
LAYERS = """
import tensorflow as tf

sizes = [3, 4, 2]
kind = "l2"
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 2])
weights = [tf.Variable(tf.ones([a, b]) * 0.3) for a, b in zip(sizes[:-1], sizes[1:])]
net = x
for i in range(2):
    net = tf.matmul(net, weights[i])
    if i < 1:
        net = tf.nn.tanh(net)
if kind == "l1":
    loss = tf.reduce_mean(tf.abs(net - y))
elif kind == "l2":
    error = tf.square(net - y)
    loss = tf.reduce_mean(error)
else:
    print("no such loss")
penalty = 0.0
for w in weights:
    penalty += tf.nn.l2_loss(w)
total = loss + 0.01 * penalty
train = tf.train.GradientDescentOptimizer(0.1).minimize(total)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    sess.run([train, total], {x: xs, y: ys})
print(sess.run(net, {x: xs}))
"""
#: A sum that is gone on with in a line of its own.
SUMMED = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.ones([3, 1]))
loss = 0.0
loss += tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.0))
loss += 0.1 * tf.nn.l2_loss(w)
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    sess.run([train, loss], {x: xs})
"""


@pytest.mark.parametrize("program", [LAYERS, SUMMED])
@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_it_trains_the_same(python: str | None, program: str) -> None:
    assert_it_trains_the_same(question(program), python)


@pytest.mark.parametrize(
    ("program", "old", "new"),
    [
        (LAYERS, "if i < 1:", "if i < 2:"),
        (LAYERS, "kind == 'l1'", "kind == 'l2'"),
        (LAYERS, "penalty = 0.0", "penalty = 0.1"),
        (SUMMED, "loss = 0.0", "loss = 0.1"),
    ],
)
def test_another_program_is_different(program: str, old: str, new: str) -> None:
    assert_another_is_different(question(program), old, new)


X = "x = tf.placeholder(tf.float32)\n"
RUN = "sess = tf.Session()\nprint(sess.run(a, {x: 1.0}))\n"


def test_a_block_stands_in_the_function_as_it_stood_in_the_graph() -> None:
    new = converted(f"{X}a = tf.zeros([])\nfor k in range(3):\n    # each\n    a = a + x * k\n{RUN}")
    body = "    a = tf.zeros([])\n    for k in range(3):\n        # each\n        a = a + x * k\n    return a\n"
    assert body in new
    assert new.count("tf.zeros") == 1


def test_that_a_block_prints_when_it_is_traced_is_said() -> None:
    text = f"import tensorflow as tf\n{X}a = x\nfor k in range(2):\n    print('layer')\n    a = a * 2\n{RUN}"
    assert conversion(text).said == ("what line 5 prints is shown whenever the function around it is traced",)


@pytest.mark.parametrize(
    "made",
    [
        "it = iter([1.0, 2.0])\na = x * next(it)\n",
        "ks = (k for k in [1.0, 2.0])\na = x\nfor k in ks:\n    a = a * k\n",
        "ks = (k for k in [1.0, 2.0])\na = x * sum(ks)\n",
        "ks = zip([1.0], [2.0])\na = x\nfor k, m in ks:\n    a = a * k * m\n",
        "a = x * float(input())\n",
        "import data\nrows = data.rows()\na = x\nfor row in rows:\n    a = a * row\n",
    ],
)
def test_what_is_used_up_is_not_moved(made: str) -> None:
    assert conversion(f"import tensorflow as tf\n{X}{made}{RUN}").new_text is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("for k in range(3):\n    a = x * k\nprint(k)\n", "k is used outside of the block that makes it"),
        ("if flag:\n    b = tf.ones([])\n    a = x * b\nprint(b)\n", "b is used outside of the block that makes it"),
        ("if flag:\n    a = x * 2\nelse:\n    a = x\nflag = 0\n", "flag is another one when the session runs"),
        ("for k in range(3):\n    a = x * k\n    ks.append(k)\n", "what hangs on a placeholder stands in a block"),
        ("while flag:\n    a = x * 2\n", "what hangs on a placeholder stands in a block"),
        ("for k in range(3):\n    v = tf.Variable(1.0)\n    a = x * v\n", "what hangs on a placeholder stands in"),
    ],
)
def test_a_block_that_does_more_is_left(body: str, reason: str) -> None:
    assert reason in left(f"flag, ks = 1, []\n{X}a = x\n{body}{RUN}")
