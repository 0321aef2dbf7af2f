"""Programs with batch normalization are played before and after, moving averages as variables of their own."""

from __future__ import annotations

import pytest
from installed import needs
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question

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
