"""Programs that keep their session run on today's TensorFlow, and print what they printed on TensorFlow 1.15."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from installed import needs
from test_renames import written

#: Each leaves a list of numbers, `result`.
PROGRAMS = {
    "layers of tf.layers and of tf.contrib": """\
import numpy as np
import tensorflow as tf
from tensorflow.contrib import slim
from tensorflow.contrib.layers import fully_connected, max_pool2d

one = tf.constant_initializer(0.1)
x = tf.placeholder(tf.float32, [None, 4, 4, 1])
h = tf.contrib.layers.conv2d(x, 2, 3, weights_initializer=one)
h = max_pool2d(slim.conv2d(h, 2, [2, 2], 1, "VALID", activation_fn=tf.tanh, weights_initializer=one), 2)
h = slim.dropout(tf.layers.dropout(slim.flatten(h), 0.5), 1.0)
h = fully_connected(h, 3, weights_initializer=one)
y = tf.layers.dense(h, 1, kernel_initializer=one)
loss = tf.reduce_mean(tf.square(y - 1.0))
step = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {x: np.arange(32).reshape(2, 4, 4, 1) / 16 - 0.7}
    result = [float(sess.run([loss, step], feed)[0]) for _ in range(3)]
""",
    "cells of tf.contrib.rnn": """\
import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

def cell(size):
    kind = rnn.GRUCell if size == 3 else tf.nn.rnn_cell.BasicLSTMCell
    return rnn.DropoutWrapper(kind(size), output_keep_prob=1.0)

x = tf.placeholder(tf.float32, [None, 4, 2])
with tf.variable_scope("net", initializer=tf.constant_initializer(0.3)):
    outputs, _ = tf.nn.dynamic_rnn(rnn.MultiRNNCell([cell(2), cell(3)]), x, dtype=tf.float32)
    steps, _ = rnn.static_rnn(rnn.BasicRNNCell(2), tf.unstack(outputs, 4, 1), dtype=tf.float32)
loss = tf.reduce_mean(tf.square(steps[-1] - 0.5))
step = tf.train.AdamOptimizer(0.1).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    result = [float(sess.run([loss, step], {x: np.arange(16).reshape(2, 4, 2) / 16})[0]) for _ in range(3)]
""",
    "iterators of datasets": """\
import numpy as np
import tensorflow as tf

train = tf.data.Dataset.from_tensor_slices(np.arange(4, dtype="float32")).batch(2)
test = tf.data.Dataset.from_tensor_slices(np.ones(2, dtype="float32")).batch(1)
iterator = tf.data.Iterator.from_structure(train.output_types, train.output_shapes)
begin = iterator.make_initializer(train), iterator.make_initializer(test)
batch = tf.reduce_sum(iterator.get_next())
other = train.make_initializable_iterator("other")
once = train.map(lambda n: 2 * n).make_one_shot_iterator().get_next()
with tf.Session() as sess:
    result = []
    for start in begin:
        sess.run(start)
        result += [float(sess.run(batch)) for _ in range(2)]
    sess.run(other.initializer)
    result += sess.run(once).tolist() + sess.run(other.get_next()).tolist()
""",
    "functions that are called at the top": """\
import tensorflow as tf

def graph():
    x = tf.placeholder(tf.float32, [None, 2])
    one_hot = tf.placeholder(tf.float32, [None, 2])
    logits = tf.layers.dense(x, 2, kernel_initializer=tf.constant_initializer([[0.1, 0.2], [0.3, -0.4]]))
    loss = tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=tf.stop_gradient([one_hot]))
    return x, one_hot, tf.reduce_mean(loss)

def train():
    x, one_hot, loss = graph()
    step = tf.train.MomentumOptimizer(0.5, 0.9).minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        feed = {x: [[1.0, 2.0], [0.5, 0.0]], one_hot: [[0.0, 1.0], [1.0, 0.0]]}
        return [float(sess.run([loss, step], feed)[0]) for _ in range(3)]

result = train()
tf.reset_default_graph()
result += train()
""",
}

#: What they left on TensorFlow 1.15.5.
RECORDED = {
    "layers of tf.layers and of tf.contrib": [0.9702673554420471, 0.930766224861145, 0.8922404646873474],
    "cells of tf.contrib.rnn": [0.1479656994342804, 0.05140940099954605, 0.06449002027511597],
    "iterators of datasets": [1.0, 5.0, 1.0, 1.0, 0.0, 2.0, 0.0, 1.0],
    "functions that are called at the top": 2 * [1.1297340393066406, 0.6387665867805481, 0.4960677921772003],
}

RUN_ALL = """
import json, sys
found = {}
for name, text in json.load(sys.stdin).items():
    left = {}
    exec(text, left)
    found[name] = left["result"]
    left["tf"].compat.v1.reset_default_graph()
print(json.dumps(found))
"""


def results(python: str, programs: dict[str, str]) -> dict[str, list[float]]:
    """What programs leave, one after the other in one process."""
    ran = subprocess.run(
        [python, "-c", RUN_ALL], input=json.dumps(programs), capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def new() -> dict[str, str]:
    return {name: written(text) for name, text in PROGRAMS.items()}


def test_nothing_is_left_of_what_tf2_has_under_no_name(new: dict[str, str]) -> None:
    assert [name for name, text in new.items() if "contrib" in text] == []


def test_they_print_on_tf2_what_they_printed_on_tf1(new: dict[str, str]) -> None:
    for package in ("tensorflow", "tf_keras"):
        needs(package, reason="programs are run")
    found = results(sys.executable, new)
    assert found == {name: pytest.approx(numbers, rel=1e-5) for name, numbers in RECORDED.items()}


@pytest.mark.skipif("TFLOSS_TF115_PYTHON" not in os.environ, reason="TFLOSS_TF115_PYTHON names no interpreter")
def test_what_is_recorded_is_what_tf1_prints() -> None:
    found = results(os.environ["TFLOSS_TF115_PYTHON"], PROGRAMS)
    assert found == {name: pytest.approx(numbers, rel=1e-6) for name, numbers in RECORDED.items()}


def test_what_cells_need_is_said_at_once_in_a_file_of_both_eras() -> None:
    body = "def stacked(cells):\n    return tf.contrib.rnn.MultiRNNCell(cells), tf.TensorSpec([None], tf.float32)\n"
    assert "TF_USE_LEGACY_KERAS" in written(f"import tensorflow as tf\n\n\n{body}")
