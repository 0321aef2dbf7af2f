"""Programs that feed their learning rate are played before and after; broken on purpose, they are told apart."""

from __future__ import annotations

import pytest
from installed import needs
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

FED = """
import tensorflow as tf

x = tf.placeholder(tf.float32)
y = tf.placeholder(tf.float32, [None, 1])
lr = tf.placeholder(tf.float32)
w = tf.Variable(tf.ones([3, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
train = tf.train.OPTIMIZER.minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs, y: ys, lr: 0.1 / (i + 1)})
"""
OPTIMIZERS = (
    *("GradientDescentOptimizer(lr)", "MomentumOptimizer(lr, 0.9)", "AdamOptimizer(learning_rate=lr)"),
    *("RMSPropOptimizer(lr)", "AdagradOptimizer(lr)", "FtrlOptimizer(lr)", "AdadeltaOptimizer(lr)"),
)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_a_rate_that_is_fed_is_set_by_each_step(python: str | None, optimizer: str) -> None:
    asked = question(FED.replace("OPTIMIZER", optimizer))
    assert "    optimizer.learning_rate.assign(lr)\n    optimizer.apply_gradients" in asked.target
    assert "tf.TensorSpec([], tf.float32)])\ndef train_step(x, y, lr)" in asked.target
    assert_it_trains_the_same(asked, python)


def test_another_rate_is_different() -> None:
    asked = question(FED.replace("OPTIMIZER", "AdamOptimizer(lr)"))
    assert_another_is_different(asked, "learning_rate.assign(lr)", "learning_rate.assign(lr * 2)")
    asked = question(FED.replace("OPTIMIZER", "MomentumOptimizer(lr, 0.9)"))
    assert_another_is_different(asked, "Momentum(momentum=0.9)", "tf.keras.optimizers.SGD(momentum=0.9)")
