"""Programs that look up embeddings are played before and after; broken on purpose, they are told from one another."""

from __future__ import annotations

import pytest
from installed import needs
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

PROGRAM = """
import tensorflow as tf


def read(path):
    with open(path) as lines:
        words = lines.read().split()
    return words, len(set(words))


words, vocabulary = read("words.txt")
x = tf.placeholder(tf.int32, [None])
t = tf.placeholder(tf.int32, [None, 1])
with tf.device("/cpu:0"):
    embeddings = tf.Variable(tf.random.uniform([9, 4], -1.0, 1.0))
    embed = tf.nn.embedding_lookup(embeddings, x)
w = tf.Variable(tf.random.normal([9, 4]))
b = tf.Variable(tf.zeros([9]))
loss = tf.reduce_mean(tf.nn.nce_loss(w, b, t, embed, 3, 9))
train = tf.train.AdamOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs, t: ys})
"""


@pytest.mark.parametrize("optimizer", ["AdamOptimizer(0.1)", "AdagradOptimizer(0.1)", "GradientDescentOptimizer(0.1)"])
@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
def test_embeddings_are_trained_as_in_tf1_all_of_them(python: str | None, optimizer: str) -> None:
    assert_it_trains_the_same(question(PROGRAM.replace("AdamOptimizer(0.1)", optimizer)), python)


def test_the_data_of_a_program_are_not_read_when_it_is_played() -> None:
    assert "open" not in question(PROGRAM).legacy


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[tf.convert_to_tensor(gradient) for gradient in tape.gradient(loss, variables)]",
         "tape.gradient(loss, variables)"),
        ("t, embed, 3, 9", "t, embed, 4, 9"),
        ("embeddings, x", "embeddings, x // 2"),
    ],
)  # fmt: skip
def test_embeddings_that_are_trained_in_another_way_are_different(old: str, new: str) -> None:
    assert_another_is_different(question(PROGRAM), old, new)
