"""Programs with batch normalization are played before and after, moving averages as variables of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from installed import needs
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question

import tfloss_migrate

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

COLLECTED = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 16])
t = tf.placeholder(tf.float32, [None, 1])
training = tf.placeholder(tf.bool)
h = tf.layers.batch_normalization(tf.layers.dense(x, 16), training=training, momentum=0.9)
h = tf.reshape(tf.nn.relu(h), [-1, 4, 4, 1])
h = tf.layers.conv2d_transpose(h, 3, 3, strides=2, padding="same")
h = tf.layers.batch_normalization(h, training=training, epsilon=1e-4, gamma_initializer=tf.constant_initializer(2.0))
y = tf.layers.dense(tf.layers.flatten(h), 1)
loss = tf.reduce_mean(tf.square(y - t))
update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
with tf.control_dependencies(update_ops):
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    sess.run(train, {x: xs, t: ys, training: True})
    print(sess.run(loss, {x: xs, t: ys, training: False}))
"""

IN_PLACE = """
import tensorflow as tf
from tensorflow.contrib.framework import arg_scope
from tensorflow.contrib.layers import batch_norm, fully_connected

x = tf.placeholder(tf.float32, [None, 6])
t = tf.placeholder(tf.float32, [None, 1])
on = tf.placeholder(tf.bool)
with arg_scope([fully_connected], normalizer_fn=batch_norm,
               normalizer_params={"is_training": on, "decay": 0.9, "updates_collections": None}):
    h = fully_connected(x, 8, activation_fn=tf.tanh)
y = fully_connected(h, 1, activation_fn=None)
loss = tf.reduce_mean(tf.square(y - t))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
size = tf.reduce_mean(tf.abs(y - t))
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost, apart = sess.run([train, loss, size], {x: xs, t: ys, on: True})
    print(sess.run(size, {x: xs, t: ys, on: True}), sess.run(size, {x: xs, t: ys, on: False}))
"""

UNMOVED = COLLECTED.replace("with tf.control_dependencies(update_ops):\n    train", "train").replace(
    "update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n", ""
)


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
@pytest.mark.parametrize("program", [COLLECTED, IN_PLACE, UNMOVED])
def test_averages_move_in_the_runs_in_which_they_moved(program: str, python: str | None) -> None:
    assert_it_trains_the_same(question(program), python)


@pytest.mark.parametrize(
    ("program", "old", "new"),
    [
        (COLLECTED, "momentum=0.9", "momentum=0.99"),
        (COLLECTED, "epsilon=0.0001", "epsilon=0.001"),
        (COLLECTED, "BatchNormalization(epsilon", "BatchNormalization(unbiased=False, epsilon"),
        (COLLECTED, "Constant(2.0)", "Constant(1.0)"),
        (IN_PLACE, "unbiased=True", "unbiased=False"),
        (IN_PLACE, "use_bias=False", "use_bias=True"),
        (IN_PLACE, "training=on", "training=True"),
        (UNMOVED, "momentum=1.0", "momentum=0.99"),
    ],
)
def test_normalizations_that_are_others_are_different(program: str, old: str, new: str) -> None:
    assert_another_is_different(question(program), old, new)


#: Compares the normalization that is played in the place of TF1's with TF1's own, in a Python that has it.
BESIDE = """
import sys
import numpy as np, tensorflow as tf
sys.path.insert(0, sys.argv[1])
from layers import Normalization

ORDER = ["gamma", "beta", "moving_mean", "moving_variance"]
OWN = tf.layers.batch_normalization, tf.contrib.layers.batch_norm
for number, shape in enumerate([(5, 3), (5, 4, 3), (5, 2, 2, 3), (1, 3), (1, 1, 1, 3)]):
    for kind, given in (
        (0, {}), (0, {"fused": False}), (1, {"scale": True}), (1, {"updates_collections": None, "decay": 0.9}),
    ):
        told = {"momentum": given.get("decay", 0.999 if kind else 0.99), "scale": given.get("scale", not kind)}
        told.update({"updates_collections": None} if "updates_collections" in given else {})
        if kind:
            told["unbiased"] = len(shape) in (2, 4)
        if "fused" in given:
            told["unbiased"] = False
        with tf.Graph().as_default(), tf.Session() as session:
            on = tf.placeholder(tf.bool)
            x = tf.placeholder(tf.float32, (None,) + shape[1:])
            wide = tf.placeholder(tf.float64, (None,) + shape[1:])
            real = OWN[kind](x, **dict(given, **{"is_training" if kind else "training": on}))
            theirs = sorted(tf.global_variables(), key=lambda one: ORDER.index(one.op.name.split("/")[-1]))
            played = Normalization(tf, told)(wide, training=on)
            ours = tf.global_variables()[len(theirs):]
            updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
            assert len(updates) == (0 if "updates_collections" in given else 4), updates
            session.run(tf.global_variables_initializer())
            for turn, flag in enumerate([True, True, False]):
                fed = np.random.RandomState(turn).normal(1, 2, shape)
                found = session.run([real, played, updates], {x: fed, wide: fed, on: flag})[:2]
                np.testing.assert_allclose(found[0], found[1], 1e-4, 1e-4)
                pairs = list(zip(session.run(theirs), session.run(ours)))
                assert len(theirs) == len(ours)
                for one, other in pairs:
                    np.testing.assert_allclose(one, other, 1e-5, 1e-6)
print("alike")
"""


@needs_real
def test_the_normalization_that_is_played_is_that_of_tf1() -> None:
    referee = Path(tfloss_migrate.__file__).parent / "referee"
    command = [str(REAL), "-c", BESIDE, str(referee)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("alike"), done.stderr[-2000:]
