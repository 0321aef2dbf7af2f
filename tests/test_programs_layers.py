"""Programs with layers are played before and after; broken on purpose, they are told from one another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from installed import needs
from trained_programs import REAL, answer, assert_another_is_different, assert_it_trains_the_same, needs_real, question

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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("activation=tf.tanh", "activation=tf.sigmoid"),
        ("use_bias=False", "use_bias=True"),
        ("MaxPooling2D", "AveragePooling2D"),
        ("0.4, 0.0", "0.2, 0.0"),
        (", *y_layer.trainable_variables", ""),
    ],
)
def test_layers_that_are_others_are_different(old: str, new: str) -> None:
    assert_another_is_different(question(PROGRAM), old, new)


def test_layers_whose_results_do_not_fit_together_are_not_called_the_same() -> None:
    asked = question(PROGRAM)
    broken = replace(asked, target=asked.target.replace("padding='same'", "padding='valid'"))
    assert broken != asked
    assert answer(broken).status == "unknown"


FROZEN = PROGRAM.replace("use_bias=False", "use_bias=False, trainable=False")


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_layers_that_are_not_trained_are_not(python: str | None) -> None:
    asked = question(FROZEN)
    assert "y_layer.trainable_variables" not in asked.target
    assert_it_trains_the_same(asked, python)


def test_such_layers_that_are_trained_are_different() -> None:
    asked = question(FROZEN)
    broken = asked.target.replace(", trainable=False", "").replace(
        "*h_layer.trainable_variables", "*h_layer.trainable_variables, *y_layer.trainable_variables"
    )
    broken = broken.replace("*hidden.trainable_variables", "*hidden.trainable_variables, *y_layer.trainable_variables")
    assert broken != asked.target
    assert answer(replace(asked, target=broken)).status == "different"


RECURRENT = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3, 2])
lstm = tf.contrib.rnn.BasicLSTMCell(3, forget_bias=0.5)
outputs, _ = tf.nn.dynamic_rnn(lstm, x, dtype=tf.float32)
gru = tf.contrib.rnn.GRUCell(4)
steps, _ = tf.contrib.rnn.static_rnn(gru, tf.unstack(outputs, axis=1), dtype=tf.float32)
plain = tf.contrib.rnn.BasicRNNCell(2)
y, _ = tf.nn.dynamic_rnn(plain, tf.stack(steps, axis=1), dtype=tf.float32)
loss = tf.reduce_sum(tf.square(y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs})
"""


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_recurrent_cells_are_the_same(python: str | None) -> None:
    assert_it_trains_the_same(question(RECURRENT), python)


@pytest.mark.parametrize(("old", "new"), [("forget_bias=0.5", "forget_bias=1.0"), ("GRUCell(4", "BasicRNNCell(4")])
def test_recurrent_cells_that_are_others_are_different(old: str, new: str) -> None:
    assert_another_is_different(question(RECURRENT), old, new)


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_layers_are_the_same_as_those_of_tf1(python: str | None) -> None:
    assert_it_trains_the_same(question(PROGRAM), python)


IN_A_CLASS = """
import tensorflow as tf


class Model:
    def __init__(self, sess, name):
        self.sess = sess
        self.name = name
        self._build_net()

    def _build_net(self):
        with tf.variable_scope(self.name):
            self.training = tf.placeholder(tf.bool)
            self.X = tf.placeholder(tf.float32, [None, 16])
            self.Y = tf.placeholder(tf.float32, [None, 1])
            images = tf.reshape(self.X, [-1, 4, 4, 1])
            c = tf.layers.conv2d(images, 3, 2, padding="same", activation=tf.nn.relu)
            h = tf.layers.dropout(tf.layers.flatten(c), rate=0.4, training=self.training)
            self.out = tf.layers.dense(h, 1)
        self.cost = tf.reduce_mean(tf.square(self.out - self.Y))
        self.optimizer = tf.train.AdamOptimizer(0.01).minimize(self.cost)

    def predict(self, x, training=False):
        return self.sess.run(self.out, feed_dict={self.X: x, self.training: training})

    def train(self, x, y, training=True):
        return self.sess.run([self.cost, self.optimizer], feed_dict={self.X: x, self.Y: y, self.training: training})


sess = tf.Session()
model = Model(sess, "model")
sess.run(tf.global_variables_initializer())
print(model.train(xs, ys), model.predict(xs))
"""


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_layers_of_a_class_that_holds_the_session_are_the_same(python: str | None) -> None:
    asked = question(IN_A_CLASS)
    assert "self_out_layer = tf.keras.layers.Dense(1)" in asked.target
    verdict = answer(asked, python)
    assert (verdict.status, "1.15" in (verdict.oracle or "")) == ("same", python is not None)


@pytest.mark.parametrize(
    ("old", "new"), [("0.4, 0.0", "0.0, 0.4"), (", *self_out_layer.trainable_variables", ""), ("'same'", "'valid'")]
)
def test_layers_of_a_class_that_are_others_are_different(old: str, new: str) -> None:
    assert_another_is_different(question(IN_A_CLASS), old, new)


SHOWN = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4])
t = tf.placeholder(tf.float32, [None, 1])
keep = tf.placeholder(tf.float32)
w1 = tf.Variable(tf.random.normal([4, 4]))
w2 = tf.Variable(tf.random.normal([4, 4]))
w3 = tf.Variable(tf.random.normal([4, 1]))
h1 = tf.nn.relu(tf.matmul(x, w1))
h1 = tf.nn.dropout(h1, rate=1 - keep)
h2 = tf.nn.relu(tf.matmul(h1, w2))
h2 = tf.nn.dropout(h2, rate=1 - keep)
y = tf.matmul(h2, w3)
loss = tf.reduce_mean(tf.square(y - t))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
right = tf.reduce_mean(tf.abs(y - t))
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    a, b, c, d, _ = sess.run([h1, h2, y, loss, train], {x: xs, t: ys, keep: 0.7})
    print(sess.run(loss, {x: xs, t: ys, keep: 0.7}))
print(sess.run(right, {x: xs, t: ys, keep: 1.0}))
"""


def test_what_a_step_shows_of_a_network_with_dropout_is_of_the_same_draw_as_its_loss() -> None:
    asked = question(SHOWN)
    broken = replace(asked, target=asked.target.replace("return (h1, h2, y, loss)", "return (h2, h1, y, loss)"))
    assert broken != asked
    step = asked.target.partition("def train_step")[2].partition("def ")[0]
    assert step.count("compute_h1_h2_and_y(") == 1
    assert "compute_loss(" not in step
    assert answer(asked).status == "same"
    assert answer(broken).status == "different"


STARTED = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
w = tf.get_variable("w", [3, 8], initializer=tf.random_uniform_initializer())
u = tf.get_variable("u", shape=[8], initializer=tf.constant_initializer(0.2))
h = tf.nn.relu(tf.matmul(x, w) + u)
h = tf.layers.dense(h, 8, kernel_initializer=tf.random_normal_initializer(), bias_initializer=tf.zeros_initializer())
y = tf.layers.dense(h, 1, kernel_initializer=tf.truncated_normal_initializer(0.1, stddev=0.3))
loss = tf.reduce_mean(tf.square(y))
train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs})
"""


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_variables_start_from_what_they_started_from(python: str | None) -> None:
    assert_it_trains_the_same(question(STARTED), python)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RandomUniform(minval=0.0, maxval=1.0)", "RandomUniform()"),
        ("RandomNormal(stddev=1.0)", "RandomNormal()"),
        ("TruncatedNormal(0.1", "TruncatedNormal(0.0"),
        ("Constant(0.2)", "Constant(0.1)"),
    ],
)
def test_variables_that_start_from_something_else_are_different(old: str, new: str) -> None:
    assert_another_is_different(question(STARTED), old, new)
