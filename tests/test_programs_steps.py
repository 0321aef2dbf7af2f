"""Several steps in one run are played one after another; where TF1 leaves their order open, that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from installed import needs
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question, written

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

TWO = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
t = tf.placeholder(tf.float32, [None, 1])
w = tf.Variable(tf.ones([3, 1]))
b = tf.Variable(tf.ones([1]))
v = tf.Variable(tf.zeros([3, 1]))
theirs = [w, b]
y = tf.matmul(x, w) + b
"""
START = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\nfor i in range(6):\n"
CRITIC = (
    TWO
    + """
loss = tf.reduce_mean(tf.square(y * v[0] - t))
other = -tf.reduce_mean(y * v[1] * t)
train = tf.train.RMSPropOptimizer(0.1).minimize(loss, var_list=theirs)
against = tf.train.AdamOptimizer(0.1).minimize(other, var_list=[v])
clip = [p.assign(tf.clip_by_value(p, -0.9, 0.9)) for p in theirs]
"""
    + START
    + "    _, _, l, _ = sess.run([train, against, loss, clip], {x: xs, t: ys})\n"
)
SHARED = (
    TWO
    + """
loss = tf.reduce_mean(tf.square(y - t))
other = tf.reduce_mean(tf.abs(tf.matmul(x, v) - t))
adam = tf.train.AdamOptimizer(0.1)
train = adam.minimize(loss, var_list=theirs)
against = adam.minimize(other, var_list=[v])
both = tf.group(train, against)
"""
    + START
    + "    sess.run(both, {x: xs, t: ys})\n    sess.run(train, {x: xs, t: ys})\n"
)
#: Two models, none of which reads what the other one changes.
APART = SHARED.replace("adam = tf.train.AdamOptimizer(0.1)\n", "").replace(
    "adam.", "tf.train.GradientDescentOptimizer(0.1)."
)
CLIPPED = CRITIC.replace(
    "train = tf.train.RMSPropOptimizer(0.1).minimize(loss, var_list=theirs)\n",
    "adam = tf.train.AdamOptimizer(0.1)\npairs = adam.compute_gradients(loss, theirs)\n"
    "train = adam.apply_gradients([(tf.clip_by_value(g, -0.1, 0.1), p) for g, p in pairs])\n",
)
COPIED = CRITIC.replace(
    "p.assign(tf.clip_by_value(p, -0.9, 0.9)) for p in theirs", "o.assign(n * 2) for o, n in zip([v], [w])"
)


#: Two runs of one step, whose gradients are clipped: each takes them by a tape of its own.
TWICE = CLIPPED + "    sess.run(train, {x: xs, t: ys})\n"


@pytest.mark.parametrize("program", [CRITIC, SHARED, CLIPPED, COPIED, TWICE])
@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_steps_of_one_run_train_as_one_after_another_on_gradients_from_before(python: str | None, program: str) -> None:
    assert_it_trains_the_same(question(program), python)


@pytest.mark.parametrize(
    ("program", "old", "new"),
    [
        (CRITIC, "    against_optimizer.apply_gradients(zip(against_gradients, [v]))\n    for p in theirs:\n"
         "        p.assign(tf.clip_by_value(p, -0.9, 0.9))\n",
         "    for p in theirs:\n        p.assign(tf.clip_by_value(p, -0.9, 0.9))\n"
         "    against_optimizer.apply_gradients(zip(train_gradients, theirs))\n"),
        (SHARED, "adam.apply_gradients(zip(against_gradients, [v]))", "v.assign(v)"),
        (COPIED, "o.assign(n * 2)", "o.assign(n)"),
    ],
)  # fmt: skip
def test_steps_in_another_order_are_different(program: str, old: str, new: str) -> None:
    assert_another_is_different(question(program), old, new)


def test_what_tf1_leaves_open_is_said_and_only_that(tmp_path: Path) -> None:
    programs = {"open": CRITIC, "counted": SHARED, "apart": APART}
    data = "xs = np.random.rand(12, 3)\nys = xs.dot([[1.0], [-2.0], [0.5]])\n"
    files = written(
        {name: data + text.replace("import tensorflow as tf\n", "") for name, text in programs.items()}, tmp_path
    )
    said = {}
    for name, (report, _) in files.items():
        (found,) = [one for one in report["findings"] if one["rule"] == "TFL502"]
        said[name] = found["verdict"]["sentence"]
    assert "TF1 leaves the order of train and against and clip in one run open" in said["open"]
    assert "TF1 leaves the order of train and against in one run open" in said["counted"]
    assert said["apart"].startswith("no difference found")


GRAPH = (
    TWO + "loss = tf.reduce_mean(tf.square(y - t))\ntrain = tf.train.AdamOptimizer(0.1).minimize(loss)\n" + START
) + "    sess.run([train, loss], {x: xs, t: ys})\n"
GRAPHS = GRAPH + "tf.reset_default_graph()\n" + GRAPH.partition("\n\n")[2].replace("square", "abs")


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_two_graphs_train_each_on_its_own(python: str | None) -> None:
    assert_it_trains_the_same(question(GRAPHS), python)
    assert_another_is_different(question(GRAPHS), "tf.abs(", "tf.square(")


PENALTY = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
z = tf.placeholder(tf.float32, [None, 2])
start = tf.random_normal([3, 1])
c = tf.Variable(start)
g = tf.Variable(tf.ones([2, 3]))
made = tf.matmul(z, g)


def critic(values):
    return tf.sigmoid(tf.matmul(values, c))


eps = tf.random_uniform([4, 1])
noise = eps * 0.1
between = eps * x + (1 - eps) * made + noise
slope = tf.gradients(critic(between), [between])[0]
penalty = tf.reduce_mean(tf.square(tf.sqrt(tf.reduce_sum(slope ** 2, 1)) - 1))
c_loss = tf.reduce_mean(critic(made)) - tf.reduce_mean(critic(x)) + 10 * penalty
g_loss = -tf.reduce_mean(critic(made))
c_train = tf.train.AdamOptimizer(0.1).minimize(c_loss, var_list=[c])
g_train = tf.train.AdamOptimizer(0.1).minimize(g_loss, var_list=[g])
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, a = sess.run([c_train, c_loss], {x: xs, z: zs})
    _, b = sess.run([g_train, g_loss], {z: zs})
"""
PENALTY = PENALTY.replace("tf.random_", "tf.random.")


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_gradients_in_a_loss_and_what_is_drawn_beside_a_step_are_of_each_step(python: str | None) -> None:
    asked = question(PENALTY)
    step = asked.target.partition("def c_train_step")[2].partition("\ndef")[0]
    assert "        eps = tf.random.uniform([4, 1])\n        noise = eps * 0.1\n" in step
    assert "        slope = tf.gradients(critic(between), [between])[0]\n" in step
    assert "start = tf.random.normal([3, 1])\nc = tf.Variable(start)\n" in asked.target
    assert_it_trains_the_same(asked, python)


def test_a_penalty_that_is_no_part_of_the_tape_is_different() -> None:
    held = "tf.stop_gradient(tf.gradients(critic(between), [between])[0])"
    assert_another_is_different(question(PENALTY), "tf.gradients(critic(between), [between])[0]", held)
