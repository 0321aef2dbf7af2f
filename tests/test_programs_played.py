"""What a program is made of that is played: draws of open shapes, lists of floats, a batch whose size is written in."""

from __future__ import annotations

import pytest
from installed import needs
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question

from tfloss_migrate.evaluation import look
from tfloss_migrate.parse import Parsed, parse

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

HEAD = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.ones([3, 2]))
"""
START = """
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    sess.run([train, loss], {x: xs})
"""
STEP = "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
#: Noise of as many rows as there are examples, as a variational autoencoder draws it.
DRAWN = HEAD + (
    "h = tf.matmul(x, w)\nz = h + 0.1 * h * tf.random.truncated_normal(tf.shape(h))\n"
    "u = tf.random.uniform([tf.shape(x)[0], 2], -1.0, 1.0)\nloss = tf.reduce_mean(tf.square(z - u))\n"
) + STEP + START  # fmt: skip
LISTED = (
    HEAD + "half = tf.constant([0.5, 0.1])\nloss = tf.reduce_mean(tf.square(tf.matmul(x, w) - half))\n" + STEP + START
)
#: One variable for each example of a batch, as the multipliers of a support vector machine.
BATCH = HEAD.replace("w =", "rows = 7\nw =").replace("[3, 2]", "[rows, 1]") + (
    "loss = tf.reduce_mean(tf.square(x * w - 0.5))\n" + STEP + START
)
#: A function that gives the variable that it makes a name first, and one that is a `lambda`.
NAMED = HEAD.replace("w = tf.Variable(tf.ones([3, 2]))", """
scale = 2.0

def weight(shape):
    made = tf.Variable(tf.ones(shape))
    return made

layer = lambda h, w: tf.nn.relu(tf.matmul(h, w)) * scale
w = weight([3, 2])
v = weight([2, 2])
""") + "loss = tf.reduce_mean(tf.square(layer(layer(x, w), v) - 0.5))\n" + STEP + START  # fmt: skip


@pytest.mark.parametrize("program", [DRAWN, LISTED, BATCH, NAMED])
@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_it_trains_the_same(python: str | None, program: str) -> None:
    assert_it_trains_the_same(question(program), python)


@pytest.mark.parametrize(
    ("program", "old", "new"),
    [
        (DRAWN, "tf.random.uniform([tf.shape(x)[0], 2], -1.0", "tf.random.uniform([tf.shape(x)[0], 2], -1.1"),
        (DRAWN, "tf.random.truncated_normal", "tf.random.uniform"),
        (LISTED, "half = tf.constant([0.5, 0.1])", "half = tf.constant([0.5, 0.10001])"),
        (BATCH, "SGD(0.1)", "SGD(0.2)"),
        (NAMED, "scale = 2.0", "scale = 2.01"),
        (NAMED, "tf.nn.relu", "tf.nn.elu"),
        (NAMED, "[w, v]", "[w]"),
    ],
)
def test_another_program_is_different(program: str, old: str, new: str) -> None:
    assert_another_is_different(question(program), old, new)


SIZED = """
import tensorflow as tf
from data import mnist, words

count = [("UNK", -1)]
count.extend(words())
vocabulary = len(count)
pixels = mnist.train.images.shape[1]
classes = mnist.train.labels.shape[1]
x = tf.placeholder(tf.float32, [None, 784])
ids = tf.placeholder(tf.int32, [None])
table = tf.Variable(tf.ones([vocabulary, classes]))
w = tf.Variable(tf.ones([pixels, 10]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + tf.nn.embedding_lookup(table, ids)))
train = tf.train.GradientDescentOptimizer(0.001).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs, ids: several})
"""


def test_a_list_that_is_filled_has_a_size_of_its_own_and_the_digits_have_theirs() -> None:
    asked = question(SIZED)
    assert "vocabulary = user_size\n" in asked.target
    assert "pixels = 784\nclasses = 10\n" in asked.target
    assert_it_trains_the_same(asked, None)


#: An image whose side only the data tells, made smaller twice; and a placeholder that is fed, and that nothing needs.
SMALLER = """
import tensorflow as tf
from data import images

side = images[0].shape[0]
x = tf.placeholder(tf.float32, [None, side, side, 1])
unused = tf.placeholder(tf.float32)
h = tf.nn.max_pool(tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'VALID'), [1, 2, 2, 1], [1, 2, 2, 1], 'VALID')
w = tf.Variable(tf.ones([(side // 4) ** 2, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(tf.reshape(h, [-1, (side // 4) ** 2]), w) - 0.5))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    feed = {x: images, unused: 1.0}
    sess.run([train, loss], feed)
"""


def test_an_image_of_the_data_is_tried_in_more_than_one_size() -> None:
    asked = question(SMALLER)
    assert "user_size" in asked.legacy
    assert_it_trains_the_same(asked, None)
    assert_another_is_different(asked, "SGD(0.1)", "SGD(0.2)")


#: What a session computes of the data alone beside what trains; a rate without a shape; as many rows as there are data.
BESIDE = """
import tensorflow as tf
from data import labels, rows

count = len(rows)
x = tf.placeholder(tf.float32, [None, 3])
keep = tf.placeholder(tf.float32)
w = tf.Variable(tf.ones([3, 2]))
h = tf.nn.dropout(tf.matmul(tf.nn.dropout(x, keep), w), keep)
loss = tf.reduce_mean(tf.square(tf.reshape(h, [count, 2]) - 0.5))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    sess.run([train, loss], {x: rows, keep: 0.7})
print(sess.run(tf.argmax(labels[0:1], 1)), sess.run(w))
"""


def test_what_is_computed_of_data_alone_is_in_nobodys_way() -> None:
    text = BESIDE.replace("tf.train", "tf.compat.v1.train").replace(", keep)", ", rate=1 - keep)")
    parsed = parse("program.py", BESIDE)
    assert isinstance(parsed, Parsed)
    (asked,) = look(parsed, text, old_order=False).questions
    assert asked is not None
    assert [play.new for play in asked.plays if play.new.startswith("fetched")] == ["fetched_0"]
    assert_it_trains_the_same(asked, None)
