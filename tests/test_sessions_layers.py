"""Claims about layers that make their own variables in programs that train: each is one of Keras, made once."""

from __future__ import annotations

import ast

import pytest
from session_texts import IMPORT, conversion

from tfloss_migrate.sessions.plain.layering import layered
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

FED = "x = tf.placeholder(tf.float32, [None, 8])\n"
END = """
loss = tf.reduce_mean(tf.square(y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
sess.run(train, {x: a})
"""


def flat(text: str) -> str:
    tree = ast.parse(text)
    return apply(text, layered(text, Names(tree), tree))


def after(body: str, *, more: str = "") -> str:
    """What a program becomes whose graph is `body`, between a placeholder and its training."""
    found = conversion(flat(IMPORT + more + FED + body + END))
    assert found.new_text is not None, [finding.reason for finding in found.findings]
    return found.new_text


def test_a_layer_has_a_name_is_made_once_and_what_it_made_is_trained() -> None:
    new = after('# first\nh = tf.layers.dense(x, 4, activation=tf.nn.relu)\ny = tf.layers.dense(h, 1, name="out")\n')
    assert (
        "\n# first\nh_layer = tf.keras.layers.Dense(4, activation=tf.nn.relu)\nout = tf.keras.layers.Dense(1, " in new
    )
    assert "    h = h_layer(x)\n        y = out(h)\n" in new
    assert "variables = [*h_layer.trainable_variables, *out.trainable_variables]\n" in new
    assert new.count("Dense(") == 2


def test_one_layer_alone_is_trained_by_its_own_list() -> None:
    new = after("y = tf.layers.dense(x, 1)\n")
    assert "gradients = tape.gradient(loss, y_layer.trainable_variables)\n" in new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.layers.dense(x, 4, tf.nn.tanh, False)", "Dense(4, tf.nn.tanh, False)"),
        ("tf.layers.dense(inputs=x, units=4)", "Dense(units=4)"),
        ("tf.contrib.layers.fully_connected(x, 4)", "Dense(4, activation=tf.nn.relu)"),
        ("tf.contrib.layers.fully_connected(x, num_outputs=4, activation_fn=None)", "Dense(units=4)"),
        (
            "tf.layers.dense(x, 4, None, True, None, None, None, None, None, None, None, True)",
            "Dense(4, use_bias=True)",
        ),
        ("tf.layers.dense(x, 4, trainable=True)", "Dense(4)"),
        (
            "tf.layers.dense(x, 4, bias_initializer=tf.ones_initializer())",
            "Dense(4, bias_initializer=tf.keras.initializers.Ones())",
        ),
        (
            "tf.layers.dense(x, 4, kernel_initializer=tf.random_normal_initializer())",
            "Dense(4, kernel_initializer=tf.keras.initializers.RandomNormal(stddev=1.0))",
        ),
    ],
)
def test_a_dense_layer_keeps_what_it_is_given(old: str, new: str) -> None:
    assert f"y_layer = tf.keras.layers.{new}\n" in after(f"y = {old}\n")


def test_layers_inside_layers_and_those_without_variables_are_called_in_place() -> None:
    new = after(
        "p = tf.reshape(x, [-1, 4, 2, 1])\n"
        "c = tf.layers.max_pooling2d(tf.layers.conv2d(p, 3, 2, padding='same'), pool_size=2, strides=1)\n"
        "y = tf.layers.dense(tf.layers.flatten(c), 1)\n"
    )
    assert "conv_1 = tf.keras.layers.Conv2D(3, 2, padding='same')\n" in new
    assert "c = tf.keras.layers.MaxPooling2D(pool_size=2, strides=1)(conv_1(p))\n" in new
    assert "y = y_layer(tf.keras.layers.Flatten()(c))\n" in new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.layers.dropout(h, 0.3, training=True)", "tf.nn.dropout(h, rate=0.3)"),
        ("tf.layers.dropout(h, rate=1 - 0.7, training=True)", "tf.nn.dropout(h, rate=0.3)"),
        ("tf.layers.dropout(h)", "h"),
        ("tf.layers.dropout(h, 0.7, on)", "h"),  # that is the shape of its noise
        ("tf.contrib.layers.dropout(h, 0.7)", "tf.nn.dropout(h, rate=0.3)"),
        ("tf.layers.dropout(h, rate=0.3, training=on)", "tf.nn.dropout(h, rate=tf.where(on, 0.3, 0.0))"),
        ("tf.contrib.layers.dropout(h, k, is_training=on)", "tf.nn.dropout(h, rate=tf.where(on, 1 - k, 0.0))"),
    ],
)
def test_a_dropout_that_is_off_drops_at_a_rate_of_0(old: str, new: str) -> None:
    assert flat(f"{IMPORT}y = {old}\n") == f"{IMPORT}y = {new}\n"


def test_a_dropout_that_never_drops_leaves_no_statement() -> None:
    assert flat(f"{IMPORT}h = f(x)\nh = tf.layers.dropout(h, 0.3)\n") == f"{IMPORT}h = f(x)\n"


def test_layers_in_a_graph_that_is_the_default_one_are_made_there() -> None:
    text = f"{IMPORT}with tf.Graph().as_default():\n    y = tf.layers.dense(x, 1, trainable=False)\n"
    made = "    y_layer = tf.layers.Dense(1, trainable=False)\n    y = y_layer(x)\n"
    assert flat(text) == f"{IMPORT}with tf.Graph().as_default():\n{made}"


def test_the_layers_of_a_function_that_is_called_once_are_made_above_it() -> None:
    net = "def net(v):\n    h = tf.layers.dense(v, 4)\n    return tf.layers.dense(h, 1)\n"
    new = after(net + "y = net(x)\n")
    assert "h_layer = tf.keras.layers.Dense(4)\ndense_1 = tf.keras.layers.Dense(1)\n\n\ndef net(v):\n" in new
    assert "    h = h_layer(v)\n    return dense_1(h)\n" in new


def test_a_program_in_main_uses_layers_that_are_made_above_its_functions() -> None:
    net = "def net(v):\n    return tf.layers.dense(v, 1)\n\n"
    body = "".join(f"    {line}\n" for line in (FED + "y = net(x)\n" + END).splitlines() if line)
    found = conversion(flat(f"{IMPORT}{net}def main():\n{body}\nmain()\n"))
    assert found.new_text is not None, [finding.reason for finding in found.findings]
    assert "\ndense_1 = tf.keras.layers.Dense(1)\n\n\ndef net(v):\n    return dense_1(v)\n" in found.new_text
    assert "tape.gradient(loss, dense_1.trainable_variables)" in found.new_text


@pytest.mark.parametrize(
    "body",
    [
        "def net(v):\n    return tf.layers.dense(v, 1)\ny = net(x) + net(2 * x)\n",
        "def net(v, n):\n    return tf.layers.dense(v, n)\ny = net(x, 1)\n",
        "for i in range(3):\n    y = tf.layers.dense(x, 1)\n",
        "with tf.variable_scope('a', reuse=tf.AUTO_REUSE):\n    y = tf.layers.dense(x, 1)\n",
        "y = tf.layers.dense(x, 1, kernel_regularizer=r)\n",
        "y = tf.layers.dense(x, 1, kernel_initializer=tf.constant_initializer([[1.0]] * 8))\n",
        "y = tf.contrib.layers.fully_connected(x, 1, normalizer_fn=n)\n",
    ],
)
def test_a_layer_that_may_share_its_variables_or_is_asked_for_more_stays(body: str) -> None:
    text = IMPORT + FED + body
    assert flat(text) == text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "def net(v):\n    return tf.layers.dense(v, 8)\ny = net(net(x))\n",
            "makes a layer each time that net is called",
        ),
        ("for i in range(3):\n    y = tf.layers.dense(x, 1)\n", "makes a layer in each round of a loop"),
        ("y = tf.layers.dense(x, 1, kernel_regularizer=r)\n", "is asked for more than is known"),
        (
            "with tf.variable_scope('a', reuse=tf.AUTO_REUSE):\n    y = tf.layers.dense(x, 1)\n",
            "stands in a scope, in which it may share its variables",
        ),
    ],
)
def test_why_a_layer_stays_is_told(body: str, told: str) -> None:
    found = conversion(flat(IMPORT + FED + body + END))
    assert f"tf.layers.dense {told}" in (found.findings[0].reason or "")


def test_variables_that_layers_do_not_have_yet_cannot_be_listed() -> None:
    body = "y = tf.layers.dense(x, 1)\nall_of_them = tf.trainable_variables()\n"
    found = conversion(
        flat(IMPORT + FED + body + END.replace("minimize(loss)", "minimize(loss, var_list=all_of_them)"))
    )
    reasons = [finding.reason or "" for finding in found.findings]
    assert reasons == ["line 5: layers have no variables yet where tf.trainable_variables() stands"]


def test_a_seed_reaches_the_initial_values() -> None:
    body = "y = tf.layers.dense(x, 1)\n"
    assert "tf.keras.utils.set_random_seed(3)\n" in after(body, more="tf.set_random_seed(3)\n")
    more = "import random\ntf.set_random_seed(3)\nn = random.random()\n"
    weights = 'w = tf.get_variable("w", [1, 1])\ny = tf.matmul(tf.layers.dense(x, 1), w)\n'
    new = after(weights, more=more)
    assert "\ntf.random.set_seed(3)\n" in new
    assert 'w = tf.Variable(tf.keras.initializers.GlorotUniform(seed=3)([1, 1]), name="w")\n' in new
    assert "dense_1 = tf.keras.layers.Dense(1, kernel_initializer=tf.keras.initializers.GlorotUniform(seed=4))\n" in new
