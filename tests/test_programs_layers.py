"""Programs with layers are played before and after; broken on purpose, they are told from one another."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache

import pytest
from installed import needs

from tfloss_migrate.evaluation import look
from tfloss_migrate.model import Question
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.referee.referee import Referee

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

PROGRAM = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 16])
t = tf.placeholder(tf.float32, [None, 1])
training = tf.placeholder(tf.bool)
images = tf.reshape(x, [-1, 4, 4, 1])
c = tf.layers.conv2d(images, 3, 2, padding="same", activation=tf.nn.relu)
c = tf.layers.max_pooling2d(c, 2, 2)
w = tf.Variable(tf.ones([12, 12]) * 0.1)
h = tf.matmul(tf.layers.flatten(c), w)
h = tf.layers.dropout(h, rate=0.4, training=training)
h = tf.layers.dense(h, 5, activation=tf.tanh, name="hidden")
y = tf.layers.dense(h, 1, use_bias=False)
loss = tf.reduce_mean(tf.square(y - t))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    sess.run(train, {x: xs, t: ys, training: True})
    print(sess.run(loss, {x: xs, t: ys, training: False}))
"""


@cache
def question() -> Question:
    parsed = parse("program.py", PROGRAM)
    assert isinstance(parsed, Parsed)
    (asked,) = look(parsed, PROGRAM.replace("tf.train", "tf.compat.v1.train"), old_order=False).questions
    assert asked is not None
    return asked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("activation=tf.tanh", "activation=tf.sigmoid"),
        ("padding='same'", "padding='valid'"),
        ("use_bias=False", "use_bias=True"),
        ("MaxPooling2D", "AveragePooling2D"),
        ("0.4, 0.0", "0.2, 0.0"),
        (", *y_layer.trainable_variables", ""),
    ],
)
def test_layers_that_are_others_are_different(old: str, new: str) -> None:
    asked = question()
    broken = replace(asked, target=asked.target.replace(old, new))
    assert broken != asked
    with Referee(use_cache=False) as referee:
        assert referee.ask([broken])[broken].status != "same"


def test_layers_are_the_same_as_those_of_tf1() -> None:
    with Referee(use_cache=False) as referee:
        assert referee.ask([question()])[question()].status == "same"


@pytest.mark.skipif("TFLOSS_TF115_PYTHON" not in os.environ, reason="TFLOSS_TF115_PYTHON names no interpreter")
def test_layers_are_the_same_as_those_of_a_real_tf1() -> None:
    with Referee(use_cache=False, legacy_python=os.environ["TFLOSS_TF115_PYTHON"]) as referee:
        verdict = referee.ask([question()])[question()]
    assert (verdict.status, "1.15" in (verdict.oracle or "")) == ("same", True)
