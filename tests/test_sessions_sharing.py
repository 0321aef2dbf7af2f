"""Functions whose calls share their variables by a scope: the layers are made once, above them."""

from __future__ import annotations

import ast

import pytest
from installed import needs
from trained_programs import (
    GAN_LOSSES,
    GAN_STEPS,
    REAL,
    START,
    assert_another_is_different,
    assert_it_trains_the_same,
    needs_real,
    question,
)

from tfloss_migrate.sessions.plain.passes import plain
from tfloss_migrate.syntax.names import Names

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

GENERATOR = """
def generator(z):
    with tf.variable_scope("G"):
        hidden = tf.layers.dense(z, 4, activation=tf.nn.relu)
        return tf.layers.dense(hidden, 3)
"""
DISCRIMINATOR = """
def discriminator(x, reuse=False):
    with tf.variable_scope("D", reuse=reuse):
        x = tf.layers.dense(x, 5, tf.tanh)
        x = tf.nn.relu(x)
        x = tf.layers.dense(x, 1)
    return x
"""
ASKED = DISCRIMINATOR.replace(", reuse=reuse):", ") as scope:\n        if reuse:\n            scope.reuse_variables()")
ASKED_OF_ALL = ASKED.replace(" as scope", "").replace("scope.reuse", "tf.get_variable_scope().reuse")
ALWAYS = DISCRIMINATOR.replace(", reuse=False", "").replace("reuse=reuse", "reuse=tf.AUTO_REUSE")
REST = """
x = tf.placeholder(tf.float32, [None, 3])
z = tf.placeholder(tf.float32, [None, 2])
fake = generator(z)
real_logits = discriminator(x)
fake_logits = discriminator(fake, reuse=True)
"""
REST += (
    GAN_LOSSES
    + """d_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="D")
g_vars = [v for v in tf.trainable_variables() if v.name.startswith("G")]
d_train = tf.train.AdamOptimizer(0.01).minimize(d_loss, var_list=d_vars)
g_train = tf.train.AdamOptimizer(0.01).minimize(g_loss, var_list=g_vars)
"""
)
REST += GAN_STEPS
FORMS = {
    "by a flag": GENERATOR + DISCRIMINATOR + REST,
    "by a question": GENERATOR + ASKED + REST,
    "by a question to the scope that is open": GENERATOR + ASKED_OF_ALL + REST,
    "always": GENERATOR + ALWAYS + REST.replace(", reuse=True", ""),
    "one in the other": GENERATOR
    + DISCRIMINATOR
    + REST.replace("(fake, reuse=True)", "(generator(z), True)").replace("fake = generator(z)\n", ""),
}


def made_plain(text: str) -> str:
    tree = ast.parse(text)
    flat = plain(text, Names(tree), tree)
    return flat.text if flat is not None else text


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_calls_share_is_made_once_above_their_function(form: str) -> None:
    text = made_plain(START + form)
    assert (
        "# D\ndiscriminator_dense_1 = tf.layers.Dense(5, tf.tanh)\ndiscriminator_dense_2 = tf.layers.Dense(1)\n\n\n"
        "def discriminator(x):\n"
    ) in text
    assert "    x = discriminator_dense_1(x)\n    x = tf.nn.relu(x)\n    x = discriminator_dense_2(x)\n" in text
    assert "reuse" not in text.lower()
    assert "discriminator(generator(z))" in text or "discriminator(fake)" in text
    assert "d_vars = [*discriminator_dense_1.trainable_variables, *discriminator_dense_2" in text or (
        "var_list=[*discriminator_dense_1.trainable_variables, *discriminator_dense_2" in text
    )
    assert (
        "generator_hidden = tf.layers.Dense(4, activation=tf.nn.relu)\ngenerator_dense_1 = tf.layers.Dense(3)\n" in text
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("discriminator(x)\n", "discriminator(x, reuse=True)\n"),
        ("(fake, reuse=True)", "(fake)"),
        ("(fake, reuse=True)", "(fake, reuse=flag)"),
        ("(fake, reuse=True)", "(fake, reuse=True) if flag else fake"),
        ("x = tf.nn.relu(x)", "x = tf.nn.relu(x) if reuse else x"),
        ('"D", reuse', '"D" + name, reuse'),
        ('"D", reuse=reuse', '"D", reuse=reuse, initializer=tf.zeros_initializer()'),
        ("real_logits = discriminator(x)", "for i in range(2):\n    real_logits = discriminator(x)"),
        ("tf.layers.dense(x, 5, tf.tanh)", "tf.layers.dense(x, 5, tf.tanh, kernel_regularizer=decay)"),
        ("tf.layers.dense(x, 5, tf.tanh)", "tf.layers.dense(x, options.units, tf.tanh)"),
        ("tf.layers.dense(x, 5, tf.tanh)", "tf.layers.dense(x, UNITS, tf.tanh)"),
        (
            "tf.layers.dense(x, 5, tf.tanh)",
            "tf.layers.dense(x, draw(), tf.tanh)",
        ),
    ],
)
def test_what_may_not_be_shared_stays(old: str, new: str) -> None:
    text = START + FORMS["by a flag"].replace(old, new)
    assert new in text
    assert "reuse" in made_plain(text)


@pytest.mark.parametrize("python", [None, pytest.param(REAL, marks=needs_real)], ids=["today's", "1.15"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_networks_that_share_their_variables_train_the_same(form: str, python: str | None) -> None:
    asked = question(START + form)
    assert "variable_scope('D'" in asked.legacy
    assert_it_trains_the_same(asked, python)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (", *discriminator_dense_2.trainable_variables", ""),
        ("fake_logits = discriminator(fake)", "fake_logits = discriminator(fake) * 0.5"),
        ("tf.keras.layers.Dense(5, tf.tanh)", "tf.keras.layers.Dense(5)"),
    ],
)
def test_networks_that_share_others_are_different(old: str, new: str) -> None:
    assert_another_is_different(question(START + FORMS["by a flag"]), old, new)


LABELLED = (
    START
    + """
x = tf.placeholder(tf.float32, [None, 3])
other = tf.placeholder(tf.float32, [None, 3])
labels = tf.placeholder(tf.int32, [None])
w = tf.Variable(tf.ones([3, 2]))
both = tf.concat([tf.matmul(x, w), tf.matmul(other, w)], 0)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=both))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
print(sess.run([train, loss], {x: np.ones((4, 3)), other: np.ones((4, 3)), labels: [0, 1] * 4})[1])
"""
)


def test_labels_of_two_batches_are_fed_as_many() -> None:
    assert_it_trains_the_same(question(LABELLED), None)
