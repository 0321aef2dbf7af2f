"""Programs with stacked cells are played before and after; broken on purpose, they are told from one another."""

from __future__ import annotations

import pytest
from installed import needs
from trained_programs import REAL, assert_another_is_different, assert_it_trains_the_same, needs_real, question

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

STACKED = """
import tensorflow as tf

units = 3
x = tf.placeholder(tf.float32, [None, 4, 2])


def lstm_cell():
    cell = tf.nn.rnn_cell.BasicLSTMCell(units, state_is_tuple=True)
    return cell


cells = tf.contrib.rnn.MultiRNNCell([lstm_cell() for _ in range(2)], state_is_tuple=True)
outputs, _states = tf.nn.dynamic_rnn(cells, x, dtype=tf.float32)
both = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(2), tf.nn.rnn_cell.BasicRNNCell(3)])
outputs, _ = tf.nn.dynamic_rnn(both, outputs, dtype=tf.float32)
last = tf.nn.rnn_cell.LSTMCell(num_units=2, forget_bias=0.5)
y, (c, h) = tf.nn.dynamic_rnn(last, outputs, initial_state=None, dtype=tf.float32, time_major=False)
loss = tf.reduce_sum(tf.square(y))
train = tf.train.AdamOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs})
"""

READ = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4, 2])
n = tf.placeholder(tf.int32, [None])


def network(x, n):
    cell = tf.nn.rnn_cell.BasicLSTMCell(3, activation=tf.nn.relu)
    outputs, state = tf.nn.dynamic_rnn(cell, x, sequence_length=n, dtype=tf.float32)
    index = tf.range(0, tf.shape(outputs)[0]) * 4 + (n - 1)
    return tf.gather(tf.reshape(outputs, [-1, 3]), index) + state[0]


first = network(x, n)
gru = tf.nn.rnn_cell.GRUCell(3, activation=tf.sigmoid)
steps = tf.unstack(x, axis=1)
outputs, start = tf.nn.static_rnn(gru, steps, sequence_length=n, dtype=tf.float32)
again = tf.nn.rnn_cell.GRUCell(3)
y, last = tf.nn.dynamic_rnn(again, x, initial_state=start)
many = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(2) for _ in range(2)])
more = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(2) for _ in range(2)])
_, states = tf.nn.dynamic_rnn(many, y, dtype=tf.float32, sequence_length=n)
z, _ = tf.nn.dynamic_rnn(more, y, initial_state=states)
loss = tf.reduce_sum(tf.square(first + last + outputs[-1])) + tf.reduce_sum(z * states[-1][0][:, None])
train = tf.train.AdamOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs, n: ns})
"""

BOTH_WAYS = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4, 2])
steps = tf.unstack(x, axis=1)
there = tf.nn.rnn_cell.BasicLSTMCell(3)
back = tf.nn.rnn_cell.GRUCell(2)
outputs, _, _ = tf.nn.static_bidirectional_rnn(there, back, steps, dtype=tf.float32)
loss = tf.reduce_sum(tf.square(outputs[1])) + tf.reduce_sum(outputs[-1])
train = tf.train.AdamOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs})
"""

TURNED = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4, 2])
n = tf.placeholder(tf.int32, [None])
there = tf.nn.rnn_cell.BasicLSTMCell(3)
back = tf.nn.rnn_cell.GRUCell(2)
outputs, _ = tf.nn.bidirectional_dynamic_rnn(there, back, x, dtype=tf.float32)
y = tf.concat(outputs, 2)
forth = tf.nn.rnn_cell.GRUCell(3)
home = tf.nn.rnn_cell.LSTMCell(2)
(a, b), _ = tf.nn.bidirectional_dynamic_rnn(forth, home, y, sequence_length=n, dtype=tf.float32)
loss = tf.reduce_sum(tf.square(a[:, 1])) + tf.reduce_sum(b[:, 0])
train = tf.train.AdamOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs, n: ns})
"""

DROPPED = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4, 2])
keep_prob = tf.placeholder(tf.float32, [])


def cell(units):
    made = tf.nn.rnn_cell.BasicLSTMCell(units)
    return tf.nn.rnn_cell.DropoutWrapper(made, input_keep_prob=0.7, output_keep_prob=keep_prob)


many = tf.nn.rnn_cell.MultiRNNCell([cell(3) for _ in range(2)])
outputs, states = tf.nn.dynamic_rnn(many, x, dtype=tf.float32)
gru = tf.nn.rnn_cell.GRUCell(3)
gru = tf.nn.rnn_cell.DropoutWrapper(gru, output_keep_prob=0.6, state_keep_prob=0.8)
y, last = tf.nn.dynamic_rnn(gru, outputs, dtype=tf.float32)
lstm = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(3), state_keep_prob=keep_prob)
z, state = tf.nn.dynamic_rnn(lstm, y, dtype=tf.float32)
loss = tf.reduce_sum(tf.square(z)) + tf.reduce_sum(last * state[1] * states[-1][0])
train = tf.train.AdamOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {x: xs, keep_prob: 0.5})
"""

#: Sequences of a length that is left open, of which one starts from where another one has ended.
OPEN = """
import tensorflow as tf

read = tf.placeholder(tf.float32, [None, None, 2])
said = tf.placeholder(tf.float32, [None, None, 2])
reader = tf.nn.rnn_cell.BasicRNNCell(3)
speaker = tf.nn.rnn_cell.BasicRNNCell(3)
_, thought = tf.nn.dynamic_rnn(reader, read, dtype=tf.float32)
outputs, _ = tf.nn.dynamic_rnn(speaker, said, initial_state=thought, dtype=tf.float32)
loss = tf.reduce_mean(tf.square(tf.layers.dense(outputs, 2) - said))
train = tf.train.AdamOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(6):
    _, cost = sess.run([train, loss], {read: xs, said: ys})
"""

PROGRAMS = {"stacked cells": STACKED, "states, lengths and activations": READ, "a loop that goes both ways": BOTH_WAYS}
PROGRAMS |= {"cells that drop": DROPPED, "loops that go both ways at once": TURNED, "an open length": OPEN}

#: What makes another program of the new text of each.
OTHERS = [
    ("stacked cells", "range(2)", "range(1)"),
    ("stacked cells", "[GRUCell(2), BasicRNNCell(3)]", "[GRUCell(2), GRUCell(3)]"),
    ("stacked cells", "forget_bias=0.5", "forget_bias=1.0"),
    ("stacked cells", "*cells.trainable_variables, ", ""),
    ("states, lengths and activations", ", initial_state=start", ""),
    ("states, lengths and activations", ", initial_state=states", ""),
    ("states, lengths and activations", "state[0]", "state[1]"),
    ("states, lengths and activations", "states[-1][0]", "states[0][0]"),
    (
        "states, lengths and activations",
        "tf.sequence_mask(n, tf.shape(y)[1])",
        "tf.sequence_mask(n - 1, tf.shape(y)[1])",
    ),
    ("states, lengths and activations", "GRUCell(3, activation=tf.sigmoid)", "GRUCell(3)"),
    ("a loop that goes both ways", ", go_backwards=True", ""),
    ("loops that go both ways at once", "backward = tf.reverse(backward, axis=[1])", "pass"),
    ("loops that go both ways at once", "(tf.reverse_sequence(y, n, seq_axis=1), mask=mask)", "(y, mask=mask)"),
    ("loops that go both ways at once", "b = tf.reverse_sequence(b, n, seq_axis=1)", "b = tf.reverse(b, axis=[1])"),
    ("loops that go both ways at once", "(y, mask=mask)", "(y)"),
    ("cells that drop", "input_keep_prob=0.7, ", ""),
    ("cells that drop", "output_keep_prob=0.6", "output_keep_prob=0.8"),
    ("cells that drop", ", state_keep_prob=0.8", ""),
    ("cells that drop", "state_keep_prob=keep_prob", "output_keep_prob=keep_prob"),
    ("cells that drop", "*sum([cell.trainable_variables for cell in cells], [])", "*cells[0].trainable_variables"),
    ("a loop that goes both ways", "tf.reverse(backward, axis=[1])", "backward"),
    ("an open length", ", initial_state=thought", ""),
]


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)])
@pytest.mark.parametrize("name", PROGRAMS)
def test_recurrent_programs_train_the_same(name: str, python: str | None) -> None:
    assert_it_trains_the_same(question(PROGRAMS[name]), python)


@pytest.mark.parametrize(("name", "old", "new"), OTHERS)
def test_recurrent_programs_that_are_others_are_different(name: str, old: str, new: str) -> None:
    assert_another_is_different(question(PROGRAMS[name]), old, new)
