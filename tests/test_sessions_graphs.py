"""Claims about several graphs in one file, one after another: each has its own names, and a session of its own."""

from __future__ import annotations

import ast

import pytest
from session_texts import IMPORT, made_plain

from tfloss_migrate.sessions.plain.regraphed import regraphed
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

GRAPH = """
x = tf.placeholder(tf.float32, [2])
w = tf.Variable(1.0)
loss = tf.reduce_sum(x * w)
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
init = tf.global_variables_initializer()
sess.run(init)
data = [1.0, 2.0]
for i in range(3):
    sess.run(train, {x: data})
"""
RESET = "tf.reset_default_graph()\n"
TWO = GRAPH + "print(sess.run(w))\n" + RESET + GRAPH.replace("0.1", "0.2") + "print(sess.run(w))\n"


def test_a_second_graph_has_functions_and_variables_of_its_own() -> None:
    text = made_plain(TWO).new_text
    assert text is not None
    first, second = text.split("print(w.numpy())\n")
    assert "w = tf.Variable(1.0)" in first
    assert "SGD(0.1)" in first
    assert "w_2 = tf.Variable(1.0)" in second
    assert "SGD(0.2)" in second
    assert second.endswith("    train_2_step(data)\nprint(w_2.numpy())\n")
    assert "Session" not in text
    assert "reset" not in text


def _regraphed(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return apply(IMPORT + text, regraphed(IMPORT + text, Names(tree), tree)).removeprefix(IMPORT)


def test_names_of_data_and_sessions_stay() -> None:
    second = _regraphed(TWO).split(RESET)[1]
    assert "data = [1.0, 2.0]" in second
    assert "sess.run(train_2, {x_2: data})" in second
    assert "init = tf.global" in second


@pytest.mark.parametrize(
    "text",
    [
        TWO.replace(RESET, ""),
        TWO.replace("data = ", "def f():\n    return w\ndata = ", 1),
        TWO.replace(RESET, RESET + "w_2 = w\n"),
    ],
)
def test_a_name_stays_where_no_graph_ends_or_what_reads_it_may_be_of_another_one(text: str) -> None:
    assert "w_2 = tf" not in _regraphed(text)


def _reasons(text: str) -> str:
    found = made_plain(text)
    assert found.new_text is None
    return "".join(finding.reason or "" for finding in found.findings)


@pytest.mark.parametrize(
    "text",
    [
        TWO.replace(RESET, ""),
        TWO.replace(RESET, "def again():\n    tf.reset_default_graph()\n"),
        TWO + "other = tf.Session()\nother.run(w)\n",
        TWO.replace("train =", "them = tf.trainable_variables()\ntrain =").replace("(loss)", "(loss, var_list=them)"),
    ],
)
def test_two_sessions_are_left_that_may_know_the_same_variables(text: str) -> None:
    assert "another session has variables of its own" in _reasons(text)


@pytest.mark.parametrize(
    "text", [TWO + "sess.run(init)\n", TWO.replace("for i", "for j in range(2):\n    sess.run(init)\nfor i")]
)
def test_variables_that_are_set_back_in_their_graph_are_left(text: str) -> None:
    assert "the variables back to their initial values" in _reasons(text)
