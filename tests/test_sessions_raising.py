"""Claims about functions that make variables at each call: these are made where the function is called."""

from __future__ import annotations

import ast

import pytest
from installed import needs
from trained_programs import START, assert_another_is_different, assert_it_trains_the_same, question

from tfloss_migrate.sessions.plain.raising import raised
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

IMPORT = "import tensorflow as tf\n"
LAYER = """
def layer(inputs, n_in, n_out, squash=None):
    w = tf.Variable(tf.ones([n_in, n_out]) * 0.1)
    b = tf.Variable(tf.zeros([n_out]))
    h = tf.matmul(inputs, w) + b
    if squash is None:
        return h
    return squash(h)

"""
RAISED = """
def layer(inputs, w, b, squash=None):
    h = tf.matmul(inputs, w) + b
    if squash is None:
        return h
    return squash(h)

"""


def _raised(text: str) -> str:
    for _ in range(4):
        tree = ast.parse(IMPORT + text)
        text = apply(IMPORT + text, raised(IMPORT + text, Names(tree), tree))[len(IMPORT) :]
    return text


def test_each_call_gets_variables_that_are_called_like_its_result() -> None:
    calls = "one = layer(x, 4, 8, squash=tf.nn.relu)\ntwo = layer(one, 8, 2)\n"
    assert _raised(LAYER + calls) == (
        RAISED + "one_w = tf.Variable(tf.ones([4, 8]) * 0.1)\none_b = tf.Variable(tf.zeros([8]))\n"
        "one = layer(x, one_w, one_b, squash=tf.nn.relu)\n"
        "two_w = tf.Variable(tf.ones([8, 2]) * 0.1)\ntwo_b = tf.Variable(tf.zeros([2]))\n"
        "two = layer(one, two_w, two_b)\n"
    )


def test_calls_inside_of_one_another_get_theirs_from_the_inside_out() -> None:
    assert _raised(LAYER + "y = tf.nn.tanh(layer(layer(x, 4, n * 2), n * 2, 2))\n") == (
        RAISED + "layer_1_w = tf.Variable(tf.ones([4, n * 2]) * 0.1)\nlayer_1_b = tf.Variable(tf.zeros([n * 2]))\n"
        "layer_2_w = tf.Variable(tf.ones([n * 2, 2]) * 0.1)\nlayer_2_b = tf.Variable(tf.zeros([2]))\n"
        "y = tf.nn.tanh(layer(layer(x, layer_1_w, layer_1_b), layer_2_w, layer_2_b))\n"
    )


def test_the_variables_of_a_function_that_is_called_once_keep_their_names() -> None:
    assert _raised(LAYER + "y = layer(x, 4, squash=tf.nn.relu, n_out=2)\n") == (
        RAISED + "w = tf.Variable(tf.ones([4, 2]) * 0.1)\nb = tf.Variable(tf.zeros([2]))\n"
        "y = layer(x, w, b, squash=tf.nn.relu)\n"
    )


def test_a_size_of_what_goes_in_is_the_number_that_it_is() -> None:
    layer = "def layer(x):\n    n = int(x.get_shape()[-1])\n    return x * tf.Variable(tf.ones([n]))\n"
    layer = layer.replace("return x * tf.Variable(tf.ones([n]))", "w = tf.Variable(tf.ones([n]))\n    return x * w")
    assert _raised(f"{layer}x = tf.placeholder(tf.float32, [None, 7])\ny = layer(x)\n") == (
        "def layer(x, w):\n    return x * w\n"
        "x = tf.placeholder(tf.float32, [None, 7])\nw = tf.Variable(tf.ones([7]))\ny = layer(x, w)\n"
    )


def test_functions_that_call_one_another_are_raised_one_after_the_other() -> None:
    net = "def net(x):\n    one = layer(x, 4, 8)\n    return layer(one, 8, 2)\n\n"
    assert _raised(f"{LAYER}{net}y = net(x)\n").endswith(
        "def net(x, one_w, one_b, layer_2_w, layer_2_b):\n    one = layer(x, one_w, one_b)\n"
        "    return layer(one, layer_2_w, layer_2_b)\n\n"
        "one_w = tf.Variable(tf.ones([4, 8]) * 0.1)\none_b = tf.Variable(tf.zeros([8]))\n"
        "layer_2_w = tf.Variable(tf.ones([8, 2]) * 0.1)\nlayer_2_b = tf.Variable(tf.zeros([2]))\n"
        "y = net(x, one_w, one_b, layer_2_w, layer_2_b)\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{LAYER}layers = [layer(x, 4, n) for n in sizes]\n",
        f"{LAYER}y = layer(x, 4, choose())\n",
        f"{LAYER}y = layer(x, *sizes)\n",
        f"{LAYER}y = tf.cond(p, lambda: layer(x, 4, 2), lambda: x)\n",
        f"{LAYER}make = layer\ny = layer(x, 4, 2)\n",
        LAYER.replace("    h =", "    if n_in > 3:\n        w = tf.zeros([n_in, n_out])\n    h =")
        + "y = layer(x, 4, 2)\n",
        "def main():\n    x = tf.placeholder(tf.float32)\n    w = tf.Variable([1.0, 2.0])\n    return x\n\nmain()\n",
        "def layer(x):\n    w = tf.Variable(tf.ones([int(x.get_shape()[1])]))\n    return w\n\ny = layer(unknown)\n",
        LAYER.replace("* 0.1", "* rate") + "def net(x, rate):\n    return layer(x, 4, 2)\n\n"
        "rate = 0.1\ny = net(x, 1.0)\n",
        "def two(n):\n    start = tf.random_normal([n]) * 0.1\n    a = tf.Variable(start)\n    b = tf.Variable(start)\n"
        "    return a * b\n\ny = two(3)\n",
        LAYER.replace("tf.ones([n_in, n_out])", "tf.ones(\n        [n_in, n_out]  # all\n    )")
        + "y = layer(x, 4, 2)\n",
        LAYER + "y = layer(\n    x,  # the images\n    4,\n    2,\n)\n",
        LAYER.replace("* 0.1", "* cfg.scale").replace("    h =", "    cfg.shrink()\n    h =") + "y = layer(x, 4, 2)\n",
        LAYER.replace("* 0.1", "* np.random.rand()").replace("    h =", "    noise = np.random.rand()\n    h =")
        + "y = layer(x, 4, 2)\n",
        LAYER.replace("* 0.1", "* np.random.rand()") + "y = layer(x, 4, 2) * np.random.rand()\n",
        LAYER.replace("squash=None", "squash=None, start=rate").replace("0.1", "start") + "y = layer(x, 4, 2)\n",
    ],
    ids=[
        "a loop",
        "a call",
        "stars",
        "a lambda",
        "a second name",
        "given twice",
        "a program",
        "no size",
        "another name there",
        "one draw for two",
        "a comment inside",
        "a comment in the call",
        "an attribute that is set between",
        "a draw between",
        "a draw beside the call",
        "a default that is computed",
    ],
)
def test_what_is_not_seen_to_be_made_once_a_call_stays(text: str) -> None:
    assert _raised(text) == text


PROGRAM = """
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
hidden = layer(x, 3, 4, tf.nn.tanh)
out = layer(hidden, 4, 1)
loss = tf.reduce_mean(tf.square(out - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(3):
        _, value = sess.run([train, loss], feed_dict={x: np.ones([2, 3]), y: np.ones([2, 1])})
    print(sess.run(out, feed_dict={x: np.ones([2, 3])}))
"""


def test_a_program_whose_layers_are_made_by_a_function_trains_the_same() -> None:
    needs("tensorflow", reason="needs TensorFlow to play programs")
    assert_it_trains_the_same(question(START + LAYER + PROGRAM), None)
    assert_another_is_different(question(START + LAYER + PROGRAM), "+ b", "- b")


def test_what_a_function_chooses_by_plain_values_is_played_as_it_chooses() -> None:
    needs("tensorflow", reason="needs TensorFlow to play programs")
    branches = "    if squash is None:\n        return h\n    return squash(h)\n"
    text = START + LAYER.replace(branches, "    return squash(h) if squash else h\n") + PROGRAM
    assert_it_trains_the_same(question(text), None)
    assert_another_is_different(question(text), "if squash else h", "if squash else -h")


def test_a_function_that_does_nothing_but_make_a_variable_stays() -> None:
    maker = "def weight(shape):\n    initial = tf.ones(shape)\n    w = tf.Variable(initial)\n    return w\n\n"
    text = f"{maker}a = weight([2])\nb = weight([3])\n"
    assert _raised(text) == text
