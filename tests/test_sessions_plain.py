"""Claims about what is made plain before a program is converted: scopes of names, and names that are taken twice."""

from __future__ import annotations

import ast

import pytest

from tfloss_migrate.sessions.plain.dimensions import plain_dimensions
from tfloss_migrate.sessions.plain.measuring import measured
from tfloss_migrate.sessions.plain.overridden import overridden
from tfloss_migrate.sessions.plain.renamed import renamed
from tfloss_migrate.sessions.plain.spelled_out import spelled_out
from tfloss_migrate.sessions.plain.undeclared import undeclared
from tfloss_migrate.sessions.plain.unscoped import DEVICES, unscoped
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

IMPORT = "import tensorflow as tf\n"
SCOPED = """
with tf.variable_scope("a") as scope:
    w = tf.get_variable("w", [1])
    # inside
    with tf.name_scope('b'):

        y = (w
             + 1)
    v = tf.get_variable(name='v', shape=[1])
z = 1
"""
PLAIN = """
# a
w = tf.get_variable("a/w", [1])
# inside
# b

y = (w
     + 1)
v = tf.get_variable(name='a/v', shape=[1])
z = 1
"""


def _unscoped(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return unscoped(IMPORT + text, Names(tree), tree)[0].removeprefix(IMPORT)


def test_a_device_is_left_to_tf2_and_that_is_said() -> None:
    text = IMPORT + "with tf.device('/cpu:0'):\n    y = x + 1\n"
    tree = ast.parse(text)
    assert unscoped(text, Names(tree), tree) == (IMPORT + "\ny = x + 1\n", (DEVICES,))


def _renamed(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return renamed(IMPORT + text, Names(tree), tree).removeprefix(IMPORT)


def test_a_scope_of_names_becomes_a_comment_in_the_line_of_its_header() -> None:
    assert _unscoped(SCOPED) == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "with tf.variable_scope('a', reuse=True):\n    w = 1\n",
        "with tf.variable_scope(name()):\n    w = 1\n",
        "with tf.variable_scope('a') as s:\n    s.reuse_variables()\n",
        "with tf.name_scope('a'), tf.device('/cpu:0'):\n    w = 1\n",
        "with other.name_scope('a'):\n    w = 1\n",
        "with tf.name_scope('a'): w = 1\n",
    ],
)
def test_a_scope_that_may_share_or_is_none_stays(text: str) -> None:
    assert _unscoped(text) == text


def test_a_result_that_takes_the_name_of_a_variable_has_one_of_its_own() -> None:
    text = "b = tf.Variable(1.0)\nprint(b)\nb = sess.run(y)\nprint(b, f(b))\n"
    assert _renamed(text) == "b = tf.Variable(1.0)\nprint(b)\nb_value = sess.run(y)\nprint(b_value, f(b_value))\n"


def test_results_that_take_the_names_of_variables_together_have_their_own() -> None:
    text = "v = tf.Variable([1.0])\nu = tf.Variable(1.0)\n[[v], u] = sess.run([v, u])\nprint(v, u)\n"
    assert _renamed(text).endswith("[[v_value], u_value] = sess.run([v, u])\nprint(v_value, u_value)\n")


@pytest.mark.parametrize(
    "text",
    [
        "b = tf.Variable(1.0)\nfor i in r:\n    b = sess.run(y)\nprint(b)\n",
        "b = tf.Variable(1.0)\nif c:\n    b = sess.run(y)\nprint(b)\n",
        "b = tf.Variable(1.0)\nb_value = 1\nb = sess.run(y)\nprint(b)\n",
        "b = 1.0\nb = sess.run(y)\nprint(b)\n",
        "b = tf.Variable(1.0)\ndef f():\n    return b\nb = sess.run(y)\nprint(b, f())\n",
    ],
)
def test_a_result_that_cannot_be_told_from_the_variable_keeps_its_name(text: str) -> None:
    assert _renamed(text) == text


def _spelled_out(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return apply(IMPORT + text, spelled_out(IMPORT + text, Names(tree), tree)).removeprefix(IMPORT)


def test_an_initializer_that_has_a_name_is_written_out_where_it_is_used() -> None:
    text = "start = tf.random_normal_initializer(0.0, 0.1)\ny = tf.layers.dense(x, 1, kernel_initializer=start)\n"
    assert (
        _spelled_out(text) == "y = tf.layers.dense(x, 1, kernel_initializer=tf.random_normal_initializer(0.0, 0.1))\n"
    )


@pytest.mark.parametrize("more", ["start = other\n", "print(start)\n", "value = start([2])\n"])
def test_an_initializer_whose_name_says_more_keeps_it(more: str) -> None:
    text = "start = tf.zeros_initializer()\ny = tf.layers.dense(x, 1, kernel_initializer=start)\n" + more
    assert _spelled_out(text) == text


@pytest.mark.parametrize(
    ("read", "plain"),
    [
        ("n = x.get_shape()[-1].value", "n = 784"),
        ("n = tf.compat.dimension_value(x.shape[1])", "n = 784"),
        ("n = x.shape[0].value", "n = x.shape[0]"),
        ("n = unknown.shape[1].value", "n = unknown.shape[1]"),
        ("sizes = [d.value for d in x.get_shape()]", "sizes = [d for d in x.get_shape()]"),
        ("n = flags['x'].value", "n = flags['x'].value"),
    ],
)
def test_the_value_of_a_dimension_is_its_number_where_that_shows_else_the_dimension(read: str, plain: str) -> None:
    text = f"{IMPORT}x = tf.placeholder(tf.float32, [None, 784])\n{read}\n"
    tree = ast.parse(text)
    assert apply(text, plain_dimensions(text, Names(tree), tree)).splitlines()[-1] == plain


def _undeclared(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return apply(IMPORT + text, undeclared(IMPORT + text, Names(tree), tree)).removeprefix(IMPORT)


def test_a_declaration_of_what_is_only_run_says_nothing() -> None:
    text = "def f(v):\n    global y\n    return sess.run(y, {x: v})\n"
    assert _undeclared(text) == text.replace("    global y\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "def f(v):\n    global y\n    y = sess.run(y, {x: v})\n",
        "def f(v):\n    global y, z\n    import numpy as z\n    return sess.run(y)\n",
        "def f(v):\n    global y\n    def y(): return sess.run(y)\n",
        "def f(v):\n    global i\n    return sess.run(y) + i\n",
    ],
)
def test_a_declaration_of_what_is_bound_or_not_run_stays(text: str) -> None:
    assert _undeclared(text) == text


def _overridden(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return apply(IMPORT + text, overridden(IMPORT + text, Names(tree), tree)).removeprefix(IMPORT)


FED = "x = tf.placeholder(tf.float32, [None, 2]) / 255.  # scaled\nsess.run(y, {x: a})\n"


def test_what_is_computed_before_what_is_fed_is_gone() -> None:
    assert _overridden(FED) == FED.replace(" / 255.", "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{x: a}", "{z: a}"),
        ("float32", "int32"),
        ("255.", "scale"),
        ("sess", "x = 1\nsess"),
        ("tf.placeholder(tf.float32, [None, 2])", "(tf.placeholder(tf.float32, [None, 2]))"),
        ("/ 255.", "> 255."),
    ],
)
def test_what_is_computed_from_a_placeholder_otherwise_stays(old: str, new: str) -> None:
    text = FED.replace(old, new)
    assert text != FED
    assert _overridden(text) == text


def _measured(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return apply(IMPORT + text, measured(IMPORT + text, Names(tree), tree)).removeprefix(IMPORT)


COUNTED = """\
right = tf.metrics.accuracy(  # counts
    labels=y, predictions=tf.argmax(z, 1),)[1]
init = tf.group(tf.global_variables_initializer(), tf.local_variables_initializer())
sess.run(init)
"""


def test_an_accuracy_that_counts_is_an_object() -> None:
    assert _measured(COUNTED).splitlines()[:2] == [
        "right_metric = tf.keras.metrics.Accuracy()  # counts",
        "right = right_metric(y, tf.argmax(z, 1))",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1]", "[0]"),
        ("[1]", ""),
        ("labels=y", "labels=y, weights=w"),
        ("sess.run(init)\n", "for i in range(2):\n    sess.run(init)\n"),
        ("sess.run(init)\n", "sess.run(init)\nsess.run(init)\n"),
        ("sess.run(init)\n", "def start():\n    sess.run(init)\n"),
        (", tf.local_variables_initializer()", ""),
        ("sess.run(init)\n", "right_metric = sess.run(init)\n"),
    ],
)
def test_an_accuracy_that_is_more_or_starts_again_stays(old: str, new: str) -> None:
    text = COUNTED.replace(old, new)
    assert text != COUNTED
    assert _measured(text) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('with tf.name_scope("a"):  # why\n    y = 1\n', "# a: why\ny = 1\n"),
        ("with tf.name_scope(n):  # why\n    y = 1\n", "# why\ny = 1\n"),
        ('with tf.name_scope("A"):\n    # a\n    y = 1\n', "\n# a\ny = 1\n"),
        ('# a\nwith tf.name_scope("a"):\n    y = 1\n', "# a\n\ny = 1\n"),
        ('def a(x):\n    with tf.name_scope("a"):\n        return x\n', "def a(x):\n\n    return x\n"),
    ],
)
def test_what_is_said_beside_a_scope_stays_and_its_name_is_said_once(old: str, new: str) -> None:
    assert _unscoped(old) == new
