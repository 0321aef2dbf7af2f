"""Claims about batch normalization in programs that train: which layer it becomes, and when it stays."""

from __future__ import annotations

import pytest
from session_texts import IMPORT, made_plain

FED = "x = tf.placeholder(tf.float32, [None, 8])\non = tf.placeholder(tf.bool)\n"
STEP = "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
UPDATES = "updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n"
DEPENDING = f"{UPDATES}with tf.control_dependencies(updates):\n    {STEP}"
START = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"
RUN = "sess.run(train, {x: a, on: True})\n"


def after(body: str, step: str = DEPENDING, run: str = RUN) -> str:
    """What a program becomes whose graph is `body`, between placeholders and its training."""
    found = made_plain(IMPORT + FED + body + "loss = tf.reduce_mean(tf.square(y))\n" + step + START + run)
    assert found.new_text is not None, [finding.reason for finding in found.findings]
    return found.new_text


def reason(body: str, step: str = DEPENDING, run: str = RUN) -> str:
    found = made_plain(IMPORT + FED + body + "loss = tf.reduce_mean(tf.square(y))\n" + step + START + run)
    assert found.new_text is None
    return found.findings[0].reason or ""


NET = "h = tf.layers.dense(x, 4)\ny = tf.layers.batch_normalization(h, training=on, name='bn')\n"


def test_a_flag_that_is_fed_wants_a_class_that_takes_tensors_and_its_shape() -> None:
    new = after(NET)
    assert new.startswith(
        "import tensorflow as tf\n\n\nclass BatchNormalization(tf.keras.layers.BatchNormalization):\n"
    )
    assert "\nh_layer = tf.keras.layers.Dense(4)\nbn = BatchNormalization(name='bn')\n" in new
    assert "y = bn(h, training=on)\n" in new
    assert "variables = [*h_layer.trainable_variables, *bn.trainable_variables]\n" in new
    assert "tf.TensorSpec([], tf.bool)" in new
    assert "updates" not in new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.layers.batch_normalization(x)", "tf.keras.layers.BatchNormalization()"),
        (
            "tf.layers.batch_normalization(x, -1, 0.9, 1e-4)",
            "tf.keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-4)",
        ),
        ("tf.layers.batch_normalization(x, training=on, scale=False)", "BatchNormalization(scale=False)"),
        ("tf.layers.batch_normalization(x, training=on, fused=False)", "BatchNormalization(unbiased=False)"),
        ("tf.layers.batch_normalization(x, training=True, center=False)", "BatchNormalization(center=False)"),
        (
            "tf.contrib.layers.batch_norm(x, is_training=on)",
            "BatchNormalization(momentum=0.999, scale=False, unbiased=True)",
        ),
        (
            "tf.contrib.layers.batch_norm(x, 0.9, scale=True, updates_collections=None, activation_fn=tf.nn.relu)",
            "BatchNormalization(momentum=0.9, scale=True, unbiased=True)",
        ),
    ],
)
def test_a_normalization_keeps_what_it_is_given(old: str, new: str) -> None:
    assert f"y_layer = {new}\n" in after(f"y = {old}\n")


def test_an_activation_is_called_on_what_is_normalized() -> None:
    new = after("y = tf.contrib.layers.batch_norm(x, is_training=on, activation_fn=tf.nn.elu)\n")
    assert "y = tf.nn.elu(y_layer(x, training=on))\n" in new
    body = "y = tf.contrib.layers.fully_connected(x, 4, normalizer_fn=tf.contrib.layers.batch_norm, scope='h')\n"
    new = after(body)
    assert "h = tf.keras.layers.Dense(4, use_bias=False, name='h')\n" in new
    assert "y = tf.nn.relu(h_norm(h(x), training=True))\n" in new


@pytest.mark.parametrize(
    "step",
    [
        DEPENDING,
        f"with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):\n    {STEP}",
        f"{UPDATES}with tf.control_dependencies([tf.group(*updates)]):\n    {STEP}",
        f"{STEP.replace('train =', 'step =')}{UPDATES}train = tf.group(step, *updates)\n",
        f"{STEP.replace('train =', 'step =')}{UPDATES}train = tf.group([step, updates])\n",
    ],
)
def test_updates_that_a_step_takes_along_are_made_where_it_computes(step: str) -> None:
    assert after(NET, step) == after(NET)


@pytest.mark.parametrize("fetch", ["[train, updates]", "[train] + updates", "[updates, train]"])
def test_updates_that_are_run_beside_a_step_are_made_where_it_computes(fetch: str) -> None:
    assert after(NET, STEP + UPDATES, RUN.replace("train", fetch, 1)) == after(NET)


def test_what_is_fetched_beside_updates_keeps_its_place() -> None:
    run = "_, _, cost = sess.run([train, updates, loss], {x: a, on: True})\nprint(cost)\n"
    assert "cost = train_step(a, True).numpy()\n" in after(NET, STEP + UPDATES, run)


def test_averages_that_no_run_updates_never_move() -> None:
    new = after("y = tf.layers.batch_normalization(x, training=True)\n", STEP)
    assert "y_layer = tf.keras.layers.BatchNormalization(momentum=1.0)  # no run updates its averages\n" in new
    assert "y_layer = BatchNormalization(momentum=1.0)  # no run updates its averages\n" in after(
        "y = tf.layers.batch_normalization(x, training=on)\n", STEP
    )


def test_averages_that_would_move_in_other_runs_keep_a_program() -> None:
    told = "loss may be computed in training mode, and no update is run with it: moving averages would move"
    for fed in ("True", "flag"):
        assert told in reason(NET, run=RUN + f"print(sess.run(loss, {{x: a, on: {fed}}}))\n")
    assert after(NET, run=RUN + "print(sess.run(loss, {x: a, on: False}))\n")
    in_place = "y = tf.contrib.layers.batch_norm(x, is_training=on, updates_collections=None)\n"
    assert after(in_place, STEP, RUN + "print(sess.run(loss, {x: a, on: True}))\n")


def test_updates_of_what_a_loss_does_not_hang_on_keep_a_program() -> None:
    told = reason(NET + "z = tf.layers.batch_normalization(x, training=on)\n")
    assert "is run with updates of what its loss does not hang on" in told


def test_a_network_is_not_called_twice_in_one_run() -> None:
    run = "_, c, s = sess.run([train, loss, size], {x: a, on: True})\nsess.run([loss, size], {x: a, on: False})\n"
    new = after(NET + "size = tf.reduce_mean(tf.abs(y))\n", run=run)
    step = new.partition("def train_step")[2].partition("\n\n\n")[0]
    assert step.count("bn(") + step.count("compute_") == 1


@pytest.mark.parametrize(
    "body",
    [
        "y = tf.layers.batch_normalization(x, training=on, renorm=True)\n",
        "y = tf.layers.batch_normalization(x, axis=1, training=on, virtual_batch_size=2)\n",
        "y = tf.layers.batch_normalization(x, training=on, trainable=False)\n",
        "y = tf.layers.batch_normalization(x, training=on, epsilon=1e-6)\n",
        "y = tf.contrib.layers.batch_norm(x, is_training=on, batch_weights=x)\n",
        "y = tf.contrib.layers.fully_connected(x, 4, normalizer_fn=tf.contrib.layers.layer_norm)\n",
    ],
)
def test_a_normalization_that_is_asked_for_more_stays(body: str) -> None:
    assert "batch_norm" in reason(body) or "fully_connected" in reason(body)


SCOPE = (
    "from tensorflow.contrib.framework import arg_scope\nfrom tensorflow.contrib.layers import fully_connected as fc\n"
)


def test_what_a_scope_gives_is_written_out_and_what_a_call_says_goes_before() -> None:
    new = after(
        SCOPE
        + "with arg_scope([fc], activation_fn=tf.nn.elu, biases_initializer=None):  # short\n"
        + "    # two layers\n    h = fc(x, 4)\n    with arg_scope([fc], activation_fn=tf.tanh):\n"
        + "        h = fc(h, 3)\n    y = fc(\n        h,\n        2,\n        activation_fn=None,\n    )\n"
    )
    assert "Dense(4, activation=tf.nn.elu, use_bias=False)\n" in new
    assert "Dense(3, activation=tf.tanh, use_bias=False)\n" in new
    assert "Dense(2, use_bias=False)\n" in new
    assert "# short\n" in new
    assert "arg_scope" not in new
    assert "contrib" not in new


@pytest.mark.parametrize(
    "body",
    [
        "with arg_scope([fc], activation_fn=None) as s:\n    y = fc(x, 4)\nwith arg_scope(s):\n    y = fc(y, 1)\n",
        "def net(v):\n    return fc(v, 1)\nwith arg_scope([fc], activation_fn=None):\n    y = net(x)\n",
        "with arg_scope([fc, f], activation_fn=None):\n    y = fc(x, 1)\n",
    ],
)
def test_a_scope_that_is_stored_or_reaches_into_functions_stays(body: str) -> None:
    assert "arg_scope" in reason(SCOPE + body)


def test_a_placeholder_with_a_default_is_fed_that_where_a_run_says_nothing() -> None:
    flag = "flag = tf.placeholder_with_default(False, shape=())\ny = tf.layers.batch_normalization(x, training=flag)\n"
    run = "sess.run(train, {x: a, flag: True})\nprint(sess.run(loss, {x: a}))\n"
    new = after(flag, run=run)
    assert "train_step(a, True)\nprint(compute_loss(a, False).numpy())\n" in new
    assert "its default is not written out" in reason(flag.replace("False", "numpy.array(False)"), run=run)


def test_a_step_that_is_never_run_is_played_with_no_flags() -> None:
    more = "other = tf.train.GradientDescentOptimizer(0.2).minimize(loss)\n"
    assert "def other_step(x, on):\n" in after(NET, DEPENDING + more)
