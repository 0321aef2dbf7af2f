"""Claims about variables that are chosen by their names, layers that are used again, and values without steps."""

from __future__ import annotations

import ast

import pytest
from installed import needs
from session_texts import converted
from trained_programs import assert_another_is_different, assert_it_trains_the_same, question

from tfloss_migrate.sessions.plain.passes import plain
from tfloss_migrate.syntax.names import Names

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

GAN = """
import tensorflow as tf

z = tf.placeholder(tf.float32, [None, 2])
x = tf.placeholder(tf.float32, [None, 3])
with tf.variable_scope("Generator"):
    h = tf.layers.dense(z, 4, tf.nn.relu)
    made = tf.layers.dense(h, 3)
with tf.variable_scope("Discriminator"):
    real = tf.layers.dense(x, 1, name="judge")
    fake = tf.layers.dense(made, 1, name="judge", reuse=True)
d_loss = tf.reduce_mean(tf.square(real - 1)) + tf.reduce_mean(tf.square(fake))
g_loss = tf.reduce_mean(tf.square(fake - 1))
d_vars = CHOSEN_D
g_vars = CHOSEN_G
train_d = tf.train.AdamOptimizer(0.1).minimize(d_loss, var_list=d_vars)
train_g = tf.train.AdamOptimizer(0.1).minimize(g_loss, var_list=g_vars)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(4):
    d, g = sess.run([d_loss, g_loss, train_d, train_g], {x: xs, z: zs})[:2]
"""
COLLECTED = "tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope='{}')"
BY_SCOPE = "tf.trainable_variables('{}')"
BY_PART = "[v for v in tf.trainable_variables() if '{}' in v.name]"
BY_START = "[v for v in tf.trainable_variables() if v.name.startswith('{}')]"


def gan(chosen: str) -> str:
    return GAN.replace("CHOSEN_D", chosen.format("Discriminator")).replace("CHOSEN_G", chosen.format("Generator"))


def test_what_is_chosen_by_scope_trains_the_same_and_a_layer_is_used_again() -> None:
    asked = question(gan(COLLECTED))
    assert "fake = judge(made)" in asked.target
    assert_it_trains_the_same(asked, None)
    assert_another_is_different(asked, "tape.gradient(d_loss, ", "tape.gradient(g_loss, ")


@pytest.mark.parametrize("chosen", [BY_SCOPE, BY_PART, BY_START])
def test_all_ways_to_choose_are_the_same(chosen: str) -> None:
    assert written_out(gan(chosen)) == written_out(gan(COLLECTED))


def written_out(text: str) -> str:
    tree = ast.parse(text)
    flat = plain(text, Names(tree), tree)
    assert flat is not None
    return flat.text


VARIABLES = """
import tensorflow as tf
with tf.variable_scope("a"):
    v = tf.get_variable("v", [2])
    w = tf.Variable(1.0, name="w")
    kept = tf.Variable(1.0, name="kept", trainable=False)
with tf.variable_scope("b"):
    u = tf.get_variable("u", [2])
"""


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("tf.trainable_variables('a')", "[v, w]"),
        ("tf.trainable_variables('b/u')", "[u]"),
        ("tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, 'a/w')", "[w]"),
        ("[one for one in tf.trainable_variables() if '/u' in one.name]", "[u]"),
    ],
)
def test_variables_are_known_by_their_scopes_and_names(chosen: str, found: str) -> None:
    assert f"some = {found}\n" in written_out(f"{VARIABLES}some = {chosen}\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("chosen = tf.trainable_variables('a')", "chosen = tf.trainable_variables(scope)"),
        ("with tf.variable_scope(\"a\"):", "with tf.variable_scope(name):"),
        ("    u = tf.get_variable(\"u\", [2])", "    u = tf.get_variable(name, [2])"),
        ("chosen = ", "net = tf.contrib.layers.layer_norm(v)\nchosen = "),
    ],
)  # fmt: skip
def test_what_has_a_name_that_is_not_known_is_not_chosen(old: str, new: str) -> None:
    text = f"{VARIABLES}chosen = tf.trainable_variables('a')\n".replace(old, new)
    assert "chosen = tf.trainable_variables(" in written_out(text)


def test_values_that_are_cut_from_a_run_need_no_list_of_its_steps() -> None:
    new = converted(written_out(gan(COLLECTED)), "TFL502")
    assert "    d, g = [value.numpy() for value in train_d_and_train_g_step(xs, zs)]\n" in new.replace(
        "(zs, xs)", "(xs, zs)"
    )
