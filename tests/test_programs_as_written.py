"""The old side of a program is played from the text as it was written, with its functions, scopes and layers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from installed import needs
from trained_programs import (
    GAN_LOSSES,
    GAN_STEPS,
    REAL,
    START,
    STEPS,
    answer,
    assert_another_is_different,
    assert_it_trains_the_same,
    needs_real,
    question,
)

import tfloss_migrate
from tfloss_migrate.record import replace

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

MADE = (
    START
    + """
def add_layer(inputs, n_in, n_out, size, activation=None):
    w = tf.Variable(tf.ones([n_in, n_out]) * size)
    b = tf.Variable(tf.zeros([n_out]) + 0.1)
    out = tf.matmul(inputs, w) + b
    return out if activation is None else activation(out)


x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 3])
out = add_layer(add_layer(add_layer(x, 3, 3, 0.1, tf.nn.relu), 3, 3, 0.2, tf.tanh), 3, 3, 0.3)
loss = tf.reduce_mean(tf.square(out - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
"""
    + STEPS
)
SCOPED = (
    START
    + """
x = tf.placeholder(tf.float32, [None, 3])
z = tf.placeholder(tf.float32, [None, 2])
with tf.variable_scope("G"):
    fake = tf.layers.dense(tf.layers.dense(z, 4, tf.nn.relu), 3)
with tf.variable_scope("D"):
    real_logits = tf.layers.dense(tf.layers.dense(x, 5, tf.nn.relu, name="in"), 1, name="out")
    fake_logits = tf.layers.dense(
        tf.layers.dense(fake, 5, tf.nn.relu, name="in", reuse=True), 1, name="out", reuse=True
    )
"""
    + GAN_LOSSES
    + """
d_train = tf.train.AdamOptimizer(0.01).minimize(d_loss, var_list=tf.trainable_variables("D"))
g_train = tf.train.AdamOptimizer(0.01).minimize(
    g_loss, var_list=[v for v in tf.trainable_variables() if v.name.startswith("G")]
)
"""
    + GAN_STEPS
)
CONTRIB = (
    START
    + """
from tensorflow.contrib.framework import arg_scope
from tensorflow.contrib.layers import batch_norm, fully_connected

x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
training = tf.placeholder(tf.bool)
params = {"is_training": training, "decay": 0.9, "updates_collections": None}
with arg_scope([fully_connected], weights_initializer=tf.truncated_normal_initializer(stddev=0.2)):
    with arg_scope([fully_connected], normalizer_fn=batch_norm, normalizer_params=params):
        h = fully_connected(x, 4, activation_fn=tf.tanh)
        h = fully_connected(h, 4)
    out = fully_connected(h, 1, activation_fn=None, biases_initializer=tf.constant_initializer(0.3))
loss = tf.reduce_mean(tf.square(out - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        _, shown = sess.run([train, loss], {x: np.ones((4, 3)), y: np.ones((4, 1)), training: True})
        print(shown, sess.run(loss, {x: np.ones((4, 3)), y: np.ones((4, 1)), training: False}))
"""
)
NAMED = (
    START
    + """
def add_layer(inputs, n_in, n_out, name, activation=None):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [n_in, n_out], initializer=tf.truncated_normal_initializer(stddev=0.2))
        b = tf.get_variable("b", [n_out], initializer=tf.constant_initializer(0.1))
        out = tf.matmul(inputs, w) + b
    return out if activation is None else activation(out)


x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 3])
hidden = add_layer(x, 3, 3, "one", tf.nn.relu)
out = add_layer(hidden, 3, 3, name="two")
loss = tf.reduce_mean(tf.square(out - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
"""
    + STEPS
)
PROGRAMS = {"made": MADE, "scoped": SCOPED, "contrib": CONTRIB, "named": NAMED}
BOTH = (None, pytest.param(REAL, marks=needs_real))


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        (
            "made",
            [
                "    w = tf.Variable(",
                "add_layer(add_layer(add_layer(x, 3, 3, 0.1, tf.nn.relu), 3, 3, 0.2, tf.tanh), 3, 3, 0.3)",
            ],
        ),
        ("named", ["    with tf.variable_scope(name):", "tf.get_variable("]),
        ("scoped", ["with tf.variable_scope('D'):", "tf.trainable_variables('D')", "reuse=True"]),
        (
            "contrib",
            [
                "with tf.contrib.framework.arg_scope([tf.contrib.layers.fully_connected], normalizer_fn=",
                "fully_connected(h, 4)",
            ],
        ),
    ],
)
def test_it_is_the_text_as_it_was_written(name: str, pieces: list[str]) -> None:
    asked = question(PROGRAMS[name])
    assert [piece for piece in pieces if piece not in asked.legacy] == []
    assert [piece for piece in pieces if piece in asked.target] == []


def test_a_function_that_shares_what_it_makes_is_not_given_its_own_at_each_call() -> None:
    shared = replace(question(NAMED), legacy=question(NAMED).legacy.replace("(name)", "('all', reuse=tf.AUTO_REUSE)"))
    assert answer(shared).status == "different"


def test_the_name_of_a_scope_goes_with_the_scope() -> None:
    target = question(NAMED).target
    assert "def add_layer(inputs, w, b, activation=None):\n    out = " in target
    assert "add_layer(x, hidden_w, hidden_b, tf.nn.relu)" in target
    assert "add_layer(hidden, out_w, out_b)" in target


@pytest.mark.parametrize("python", BOTH, ids=["today's", "1.15"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_it_trains_as_the_new_one_does(name: str, python: str | None) -> None:
    assert_it_trains_the_same(question(PROGRAMS[name]), python)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("made", "out_w, out_b", "add_layer_2_w, add_layer_2_b"),
        ("named", "out_w, out_b", "hidden_w, hidden_b"),
        ("made", "tf.ones([3, 3]) * 0.2", "tf.ones([3, 3]) * 0.1"),
        ("scoped", ", *out.trainable_variables]", "]"),
        ("contrib", "unbiased=True", "unbiased=False"),
        ("contrib", "Constant(0.3)", "Constant(0.2)"),
    ],
)
def test_what_made_it_plain_in_another_way_is_different(name: str, old: str, new: str) -> None:
    assert_another_is_different(question(PROGRAMS[name]), old, new)


#: What makes layers out of `x`, for inputs of a shape.
LAYERS = {
    "dense": ((5, 3), "tf.layers.dense(tf.layers.dense(x, 4, tf.nn.relu, name='one'), 4, use_bias=False)"),
    "dense of three axes": ((5, 4, 3), "tf.layers.dense(x, 2, activation=tf.tanh)"),
    "shared": ((5, 3), "tf.layers.dense(x, 4, name='a') + tf.layers.dense(2 * x, 4, name='a', reuse=True)"),
    "convolved": (
        (5, 6, 6, 2),
        "tf.layers.conv2d(tf.layers.conv2d(x, 3, 3), 2, [2, 3], (2, 1), padding='same')",
    ),
    "transposed": ((5, 3, 3, 2), "tf.layers.conv2d_transpose(x, 3, 3, strides=2, padding='same')"),
    "pooled": ((5, 6, 6, 2), "tf.layers.flatten(tf.layers.max_pooling2d(tf.layers.average_pooling2d(x, 2, 2), 2, 1))"),
    "connected": ((5, 3), "layers.fully_connected(layers.fully_connected(x, 4), 2, activation_fn=None, scope='out')"),
    "without biases": ((5, 3), "layers.fully_connected(x, 4, tf.tanh, biases_initializer=None)"),
    "convolved by contrib": (
        (5, 6, 6, 2),
        "layers.conv2d(layers.convolution2d(x, 3, 3, 2), 2, 3, padding='VALID')",
    ),
    "transposed by contrib": ((5, 3, 3, 2), "layers.conv2d_transpose(x, 3, 3, 2)"),
    "pooled by contrib": ((5, 6, 6, 2), "layers.flatten(layers.max_pool2d(layers.avg_pool2d(x, 2), 2, 1, 'SAME'))"),
    "normalized and connected": (
        (5, 3),
        "layers.fully_connected(x, 4, normalizer_fn=layers.batch_norm, normalizer_params={'is_training': on})",
    ),
    "inside of scopes": (
        (5, 3),
        "within([(layers.fully_connected,), {'activation_fn': tf.tanh, 'normalizer_fn': layers.batch_norm}],"
        " [(layers.batch_norm,), {'is_training': on, 'decay': 0.8, 'scale': True}],"
        " lambda: layers.fully_connected(layers.fully_connected(x, 4), 2, activation_fn=None, scope='out'))",
    ),
    **{
        f"normalized by {given} {shape}": (shape, f"tf.layers.batch_normalization(x, training=on{given})")
        for shape in ((5, 3), (5, 4, 3), (5, 2, 2, 3), (1, 3), (1, 1, 1, 3))
        for given in ("", ", fused=False", ", momentum=0.9, epsilon=0.01, scale=False, name='norm'")
    },
    **{
        f"normalized by contrib by {given} {shape}": (shape, f"layers.batch_norm(x, is_training=on{given})")
        for shape in ((5, 3), (5, 4, 3), (5, 2, 2, 3), (1, 3), (1, 1, 1, 3))
        for given in ("", ", scale=True, scope='norm'", ", updates_collections=None, decay=0.9", ", fused=False")
    },
}

#: Compares the layers that are played in the place of TF1's with TF1's own, in a Python that has it.
BESIDE = """
import json, sys
import numpy as np, tensorflow as tf
sys.path.insert(0, sys.argv[1])
from dialect import legacy_names, session_config
from training import Names


class Path(object):
    def __init__(self, names, path):
        self._names, self._path = names, path

    def __getattr__(self, name):
        return Path(self._names, (self._path + "." + name).strip("."))

    def __call__(self, *given, **named):
        return self._names(self._path)(*given, **named)


def built(graph, dtype, shape, own, code):
    with graph.as_default():
        on, x = tf.placeholder(tf.bool), tf.placeholder(dtype, (None,) + tuple(shape[1:]))
        space, arg_scope = tf, tf.contrib.framework.arg_scope
        layers = tf.contrib.layers
        if own:
            names = Names(tf, None, legacy_names(tf, None, True), False)
            space, arg_scope = Path(names, ""), names("contrib.framework.arg_scope")
            layers = type("layers", (), {name: names("contrib.layers." + name) for name in (
                "fully_connected batch_norm conv2d convolution2d conv2d_transpose flatten max_pool2d avg_pool2d".split()
            )})

        def within(outer, inner, body):
            with arg_scope(list(outer[0]), **outer[1]), arg_scope(list(inner[0]), **inner[1]):
                return body()

        if own:
            space.nn = tf.nn
            space.tanh = tf.tanh
        y = eval(code, {"tf": space, "layers": layers, "x": x, "on": on, "within": within})
        return x, on, y, tf.get_collection(tf.GraphKeys.UPDATE_OPS), {one.op.name: one for one in tf.global_variables()}


failed = []
for name, (shape, code) in json.loads(sys.stdin.read()).items():
    graphs = tf.Graph(), tf.Graph()
    theirs = built(graphs[0], tf.float32, shape, False, code)
    ours = built(graphs[1], tf.float64, shape, True, code)
    if sorted(theirs[4]) != sorted(ours[4]):
        failed.append((name, sorted(theirs[4]), sorted(ours[4])))
        continue
    config = session_config(tf, False)  # one thread, as the referee has: variables of TF1 may be read while they move
    with tf.Session(graph=graphs[0], config=config) as one, tf.Session(graph=graphs[1], config=config) as other:
        with graphs[0].as_default():
            one.run(tf.global_variables_initializer())
        with graphs[1].as_default():
            other.run(tf.global_variables_initializer())
        for key, variable in ours[4].items():
            variable.load(one.run(theirs[4][key]), other)
        for turn, flag in enumerate([True, True, False]):
            fed = np.random.RandomState(turn).normal(1, 2, shape)
            values = [
                session.run([side[2], side[3]], {side[0]: fed, side[1]: flag})[0]
                for session, side in ((one, theirs), (other, ours))
            ]
            values = [(name, values)] + [(key, (one.run(theirs[4][key]), other.run(ours[4][key]))) for key in ours[4]]
            for what, (real, played) in values:
                if np.shape(real) != np.shape(played) or not np.allclose(real, played, 1e-4, 1e-4):
                    failed.append((name, what, turn))
print(json.dumps(failed))
"""


@needs_real
def test_the_layers_that_are_played_are_those_of_tf1_and_their_variables_have_the_same_names() -> None:
    referee = Path(tfloss_migrate.__file__).parent / "referee" / "inside"
    command = [str(REAL), "-c", BESIDE, str(referee)]
    done = subprocess.run(command, input=json.dumps(LAYERS), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize("told", ["kernel_regularizer=tf.nn.l2_loss", "data_format='channels_first'"])
def test_a_layer_that_is_told_what_is_not_known_is_not_played(told: str) -> None:
    asked = question(SCOPED)
    asked = replace(
        asked, legacy=asked.legacy.replace("tf.layers.dense(z, 4, ", f"tf.layers.dense(z, 4, {told}, activation=", 1)
    )
    assert told in asked.legacy
    assert answer(asked).sentence.startswith("not run: the program holds a layer that is given")
