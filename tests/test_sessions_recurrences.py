"""Claims about recurrent cells in programs that train: each becomes a Keras cell with the variables that it had."""

from __future__ import annotations

import ast

import pytest
from session_texts import IMPORT, conversion

from tfloss_migrate.cells import CELLS
from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.plain.fetched import fetched
from tfloss_migrate.sessions.plain.hoisting import hoisted
from tfloss_migrate.sessions.plain.layering import layered
from tfloss_migrate.sessions.plain.passes import plain
from tfloss_migrate.sessions.plain.tried import tried
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

FED = "x = tf.placeholder(tf.float32, [None, 5, 3])\n"
END = """y = tf.reduce_mean(outputs)
train = tf.train.GradientDescentOptimizer(0.1).minimize(y)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
sess.run(train, {x: a})
"""


def outcome(body: str) -> tuple[str | None, str]:
    """The new text of a program around a graph, and the reason where there is none."""
    text = IMPORT + FED + body + END
    tree = ast.parse(text)
    text = apply(text, hoisted(text, Names(tree), tree))
    tree = ast.parse(text)
    text = apply(text, layered(text, Names(tree), tree))
    found = conversion(text)
    return found.new_text, next((one.reason for one in found.findings if one.reason), "")


@pytest.mark.parametrize("name", [name for name in CELLS if name.endswith("Cell")])
@pytest.mark.parametrize("module", ["tf.contrib.rnn", "tf.nn.rnn_cell"])
def test_a_cell_becomes_a_class_below_the_imports_and_its_variables_are_trained(name: str, module: str) -> None:
    loop = "outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n"
    new, _ = outcome(f"cell = {module}.{name}(num_units=4)\n{loop}")
    assert new is not None
    assert new.startswith(f"import tensorflow as tf\n\n\n{CELLS[name]}\n\ncell = {name}(4)\n")
    assert "        outputs = tf.keras.layers.RNN(cell, return_sequences=True)(x)\n" in new
    assert "gradients = tape.gradient(y, cell.trainable_variables)\n" in new


def test_states_of_zeros_need_no_statement() -> None:
    new, _ = outcome(
        "cell = tf.contrib.rnn.BasicLSTMCell(4, forget_bias=0.5, state_is_tuple=True)\n"
        "start = cell.zero_state(2, tf.float32)\n"
        "outputs, _ = tf.nn.dynamic_rnn(cell, x, initial_state=start, time_major=False, scope='r')\n"
    )
    assert new is not None
    assert "cell = BasicLSTMCell(4, forget_bias=0.5)\n" in new
    assert "zero_state" not in new


def test_a_loop_over_steps_gives_steps() -> None:
    new, _ = outcome(
        "cell = tf.contrib.rnn.GRUCell(4)\nsteps = tf.unstack(x, 5, 1)\n"
        "outputs, _ = tf.contrib.rnn.static_rnn(cell, steps, dtype=tf.float32)\n"
    )
    layer = "tf.keras.layers.RNN(cell, return_sequences=True)"
    assert new is not None
    lines = [f"outputs = {layer}(tf.stack(steps, axis=1))", "outputs = tf.unstack(outputs, axis=1)"]
    assert "".join(f"        {line}\n" for line in lines) in new


def test_a_cell_of_a_function_that_is_called_once_is_made_above_it() -> None:
    new, _ = outcome(
        "def net(v):\n"
        "    # the cell\n"
        "    cell = tf.contrib.rnn.BasicRNNCell(4)\n"
        "    outputs, states = tf.nn.dynamic_rnn(cell, v, dtype=tf.float32)\n"
        "    return outputs[:, -1]\n\n"
        "outputs = net(x)\n"
    )
    assert new is not None
    assert "# the cell\ncell = BasicRNNCell(4)\n\n\ndef net(v):\n    outputs = tf.keras" in new


def _loop(cell: str, loop: str, after: str = "") -> str:
    new, reason = outcome(f"cell = {cell}\n{loop}\n{after}".replace("RNN(", "tf.nn.dynamic_rnn("))
    assert new is not None, reason
    return new


def test_an_activation_goes_along_and_tanh_is_the_default() -> None:
    loop = "outputs, _ = RNN(cell, x, dtype=tf.float32)"
    assert "cell = GRUCell(4, activation=tf.nn.relu)\n" in _loop(
        "tf.nn.rnn_cell.GRUCell(4, activation=tf.nn.relu)", loop
    )
    assert "cell = GRUCell(4)\n" in _loop("tf.nn.rnn_cell.GRUCell(4, activation=tf.tanh)", loop)


@pytest.mark.parametrize(
    ("cell", "states", "read", "written"),
    [
        ("GRUCell(4)", "state", "state", "state"),
        ("BasicLSTMCell(4)", "state", "state[1]", "*state"),
        ("BasicLSTMCell(4)", "(c, h)", "c + h", "c, h"),
        ("MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4)])", "state", "state[-1][1]", "*state"),
        ("MultiRNNCell([tf.nn.rnn_cell.GRUCell(4) for _ in range(2)])", "state", "state[-1]", "*state"),
    ],
)
def test_states_that_are_read_are_returned(cell: str, states: str, read: str, written: str) -> None:
    loop = f"outputs, {states} = RNN(cell, x, dtype=tf.float32)"
    new = _loop(f"tf.nn.rnn_cell.{cell}", loop, f"outputs = {read}\n")
    assert f"outputs, {written} = tf.keras.layers.RNN(cell, return_sequences=True, return_state=True)(x)\n" in new


def test_lengths_mask_what_comes_after_them() -> None:
    new = _loop("tf.nn.rnn_cell.GRUCell(4)", "n = [2, 3]\noutputs, _ = RNN(cell, x, sequence_length=n)")
    layer = "tf.keras.layers.RNN(cell, return_sequences=True, zero_output_for_mask=True)"
    assert f"outputs = {layer}(\n            x, mask=tf.sequence_mask(n, tf.shape(x)[1])\n        )\n" in new


def test_a_loop_starts_from_the_state_of_another_one() -> None:
    new = _loop(
        "tf.nn.rnn_cell.BasicLSTMCell(4)",
        "_, start = RNN(cell, x, dtype=tf.float32)\nother = tf.nn.rnn_cell.BasicLSTMCell(4)",
        "outputs, _ = RNN(other, x, initial_state=start)\n",
    )
    assert "_, *start = tf.keras.layers.RNN(cell, return_sequences=True, return_state=True)(x)\n" in new
    assert "outputs = tf.keras.layers.RNN(other, return_sequences=True)(x, initial_state=start)\n" in new


@pytest.mark.parametrize(
    ("cell", "loop"),
    [
        ("tf.contrib.rnn.BasicLSTMCell(4)", "outputs, s = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\nr = s.h"),
        ("tf.contrib.rnn.BasicLSTMCell(4)", "outputs, s = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\nr = f(s)"),
        ("tf.contrib.rnn.BasicLSTMCell(4)", "outputs, _ = tf.nn.dynamic_rnn(cell, x, initial_state=(x, x))"),
        ("tf.contrib.rnn.BasicLSTMCell(4)", "outputs, _ = tf.nn.dynamic_rnn(cell, f(x), sequence_length=n)"),
        ("tf.contrib.rnn.BasicLSTMCell(4)", "outputs, _ = tf.nn.dynamic_rnn(cell, x, time_major=True)"),
        ("tf.contrib.rnn.BasicLSTMCell(4, state_is_tuple=False)", "outputs, _ = tf.nn.dynamic_rnn(cell, x)"),
        ("tf.contrib.rnn.GRUCell(4, activation=f)", "outputs, _ = tf.nn.dynamic_rnn(cell, x)"),
    ],
)
def test_what_else_is_asked_of_a_cell_keeps_the_session(cell: str, loop: str) -> None:
    new, reason = outcome(f"cell = {cell}\n{loop}\n")
    assert new is None
    assert "is asked for more than is known, or its states are used" in reason


def test_the_class_stands_above_its_first_use_even_if_imports_follow() -> None:
    body = "cell = tf.contrib.rnn.GRUCell(4)\nimport math\noutputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n"
    new, _ = outcome(body)
    assert new is not None
    assert new.index("class GRUCell") < new.index("cell = GRUCell(4)") < new.index("import math")


def test_a_loop_that_goes_both_ways_is_one_each_way_and_cells_stay_in_their_order() -> None:
    new, reason = outcome(
        "def net(v):\n"
        "    steps = tf.unstack(v, 5, 1)\n"
        "    # there\n"
        "    there = tf.contrib.rnn.GRUCell(4)\n"
        "    # and back\n"
        "    back = tf.contrib.rnn.GRUCell(3)\n"
        "    outputs, _, _ = tf.contrib.rnn.static_bidirectional_rnn(there, back, steps, dtype=tf.float32)\n"
        "    return outputs[-1]\n\n"
        "outputs = net(x)\n"
    )
    assert new is not None, reason
    assert "# there\nthere = GRUCell(4)\n# and back\nback = GRUCell(3)\n" in new
    assert (
        """
    forward = tf.keras.layers.RNN(there, return_sequences=True)(tf.stack(steps, axis=1))
    backward = tf.keras.layers.RNN(back, return_sequences=True, go_backwards=True)(tf.stack(steps, axis=1))
    outputs = tf.unstack(tf.concat([forward, tf.reverse(backward, axis=[1])], axis=2), axis=1)
"""
        in new
    )


def test_a_way_out_for_an_earlier_tensorflow_goes() -> None:
    call = "tf.nn.static_bidirectional_rnn(a, b, x)"
    text = (
        f"{IMPORT}if 1:\n    try:\n        y, _, _ = {call}\n    except Exception:  # old\n        y = {call}\nz = 1\n"
    )
    tree = ast.parse(text)
    assert apply(text, tried(text, Names(tree), tree)) == f"{IMPORT}if 1:\n    y, _, _ = {call}\nz = 1\n"
    other = text.replace(f"y = {call}", "y = tf.zeros([1])")
    tree = ast.parse(other)
    assert tried(other, Names(tree), tree) == []


def written_plain(body: str) -> str:
    """The new text of a program around a graph, once all that hides it is out of the way."""
    text = IMPORT + FED + body + END
    tree = ast.parse(text)
    flat = plain(text, Names(tree), tree)
    found = conversion(text if flat is None else flat.text)
    assert found.new_text is not None, found.findings
    return found.new_text


LOOP = "outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n"


def test_parts_of_a_state_are_told_by_their_place() -> None:
    new = written_plain(f"cell = tf.nn.rnn_cell.LSTMCell(4)\n{LOOP}last = state\noutputs = last.h + state.c\n")
    assert "outputs = last[1] + state[0]\n" in new


def test_a_state_goes_through_functions_that_do_nothing_else_with_it() -> None:
    new = written_plain(
        "def encoder(v):\n    cell = tf.nn.rnn_cell.LSTMCell(4)\n"
        "    outputs, state = tf.nn.dynamic_rnn(cell, v, dtype=tf.float32)\n    return outputs, state\n\n"
        "def decoder(v, start):\n    other = tf.nn.rnn_cell.LSTMCell(4)\n"
        "    outputs, _ = tf.nn.dynamic_rnn(other, v, initial_state=start)\n    return outputs\n\n"
        "_, state = encoder(x)\noutputs = decoder(x, state) + state.h[:, None]\n"
    )
    assert "    outputs, *state = tf.keras.layers.RNN(cell, return_sequences=True, return_state=True)(v)\n" in new
    assert "    outputs = tf.keras.layers.RNN(other, return_sequences=True)(v, initial_state=start)\n" in new
    assert "outputs = decoder(x, state) + state[1][:, None]\n" in new


def test_a_cell_that_drops_by_a_number_is_wrapped_where_it_is_made() -> None:
    cell = "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), output_keep_prob=0.5)"
    new = written_plain(f"cell = {cell}\n{LOOP}")
    assert "\ncell = DropoutWrapper(GRUCell(4), output_keep_prob=0.5)\n" in new
    assert "tape.gradient(y, cell.trainable_variables)" in new


def test_a_cell_that_drops_by_what_is_fed_is_wrapped_where_that_is_known() -> None:
    keep = "keep = tf.placeholder_with_default(1.0, [])\n"
    cell = "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), output_keep_prob=keep)"
    new = written_plain(f"{keep}cell = {cell}\n{LOOP}")
    assert "\ncell = GRUCell(4)\n" in new
    assert "        cell_with_dropout = DropoutWrapper(cell, output_keep_prob=keep)\n" in new


def test_cells_of_a_function_that_wraps_them_are_a_list() -> None:
    new = written_plain(
        "keep = tf.placeholder_with_default(1.0, [])\n"
        "def make(units, kept):\n    made = tf.nn.rnn_cell.GRUCell(units)\n"
        "    return tf.nn.rnn_cell.DropoutWrapper(made, output_keep_prob=kept)\n\n"
        f"cell = tf.nn.rnn_cell.MultiRNNCell([make(n, keep) for n in (4, 4)])\n{LOOP}"
    )
    assert "def make(units):\n    made = GRUCell(units)\n    return made\n" in new
    assert "\ncells = [make(n) for n in (4, 4)]\n" in new
    assert "StackedRNNCells([DropoutWrapper(cell_2, output_keep_prob=keep) for cell_2 in cells])\n" in new
    assert "tape.gradient(y, sum([cell.trainable_variables for cell in cells], []))" in new


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("a = tf.nn.rnn_cell.GRUCell(3)\ncell = tf.nn.rnn_cell.MultiRNNCell([a, a])\n", "is asked for more"),
        ("a = tf.nn.rnn_cell.GRUCell(3)\ncell = tf.nn.rnn_cell.MultiRNNCell([a for _ in range(2)])\n", "is asked for"),
        (
            "a = tf.nn.rnn_cell.GRUCell(3)\ncell = tf.nn.rnn_cell.MultiRNNCell([a, tf.nn.rnn_cell.GRUCell(3)])\n",
            "has no name of its own",
        ),
        (
            "cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(3), 0.5, variational_recurrent=True)\n",
            "is asked for more",
        ),
        (
            "cells = [tf.nn.rnn_cell.GRUCell(3)]\ncells.append(tf.nn.rnn_cell.GRUCell(3))\n"
            "cell = tf.nn.rnn_cell.MultiRNNCell(cells)\n",
            "is asked for more",
        ),
    ],
)
def test_cells_that_share_or_hide_their_variables_keep_the_session(body: str, reason: str) -> None:
    new, why = outcome(body + LOOP)
    assert new is None
    assert reason in why


def test_cells_of_a_function_are_made_of_what_its_call_gives() -> None:
    network = (
        "def {0}(v, n):\n    cell = tf.nn.rnn_cell.GRUCell(n)  # {0}\n    outputs, _ = tf.nn.dynamic_rnn(cell, v)\n"
    )
    body = "".join(f"{network.format(name)}    return outputs\n\n" for name in ("first", "second"))
    new = written_plain(f"{body}outputs = second(first(x, 4), 5)\n")
    assert "\ncell = GRUCell(4)  # first\n\n\ndef first(v, n):\n    outputs = tf.keras.layers.RNN(cell, " in new
    assert (
        "\nsecond_cell = GRUCell(5)  # second\n\n\ndef second(v, n):\n    outputs = tf.keras.layers.RNN(second_" in new
    )


def test_a_function_inside_of_another_one_that_makes_cells_is_written_out() -> None:
    new = written_plain(
        "def network(v):\n    def make(n):\n        return tf.nn.rnn_cell.GRUCell(n)\n\n"
        "    cell = tf.nn.rnn_cell.MultiRNNCell([make(4), make(3)])\n"
        "    outputs, _ = tf.nn.dynamic_rnn(cell, v, dtype=tf.float32)\n    return outputs\n\noutputs = network(x)\n"
    )
    assert "\ncell = tf.keras.layers.StackedRNNCells([GRUCell(4), GRUCell(3)])\n\n\ndef network(v):\n    outputs" in new


def test_a_cell_of_what_only_its_function_knows_stays_there() -> None:
    with pytest.raises(AssertionError):
        written_plain(
            "def network(v, n):\n    n = n + 1\n    cell = tf.nn.rnn_cell.GRUCell(n)\n"
            "    outputs, _ = tf.nn.dynamic_rnn(cell, v, dtype=tf.float32)\n    return outputs\n\n"
            "outputs = network(x, 3)\n"
        )


def _fetching(value: str) -> list[Edit]:
    text = f"{IMPORT}logits = tf.zeros([2])\n\n\ndef best(n):\n    y = {value}\n    return sess.run(y, {{x: n}})\n"
    tree = ast.parse(text)
    return fetched(text, Names(tree), tree)


def test_what_a_function_computes_to_fetch_it_stands_in_the_fetch() -> None:
    assert "".join(edit.text for edit in _fetching("tf.argmax(logits, 0)")) == "tf.argmax(logits, 0)"


@pytest.mark.parametrize("value", ["tf.argmax(logits, n)", "tf.random_normal([2])", "f(logits)", "logits"])
def test_what_hangs_on_an_argument_or_draws_is_left(value: str) -> None:
    assert _fetching(value) == []


BOTH = "there = tf.nn.rnn_cell.GRUCell(4)\nback = tf.nn.rnn_cell.GRUCell(4)\n"


def test_a_loop_that_goes_both_ways_at_once_turns_what_goes_back() -> None:
    new, reason = outcome(
        f"{BOTH}outputs, _ = tf.nn.bidirectional_dynamic_rnn(there, back, x, dtype=tf.float32)\n"
        "outputs = tf.concat(outputs, 2)\n"
    )
    assert new is not None, reason
    lines = [
        "forward = tf.keras.layers.RNN(there, return_sequences=True)(x)",
        "backward = tf.keras.layers.RNN(back, return_sequences=True)(tf.reverse(x, axis=[1]))",
        "backward = tf.reverse(backward, axis=[1])",
        "outputs = (forward, backward)",
        "outputs = tf.concat(outputs, 2)",
    ]
    assert "".join(f"        {line}\n" for line in lines) in new


@pytest.mark.parametrize(
    "loop",
    [
        "outputs, (_, outputs) = tf.nn.bidirectional_dynamic_rnn(there, back, x)\n",
        "outputs, state = tf.nn.bidirectional_dynamic_rnn(there, back, x)\noutputs = outputs[0] + state[0]\n",
        "outputs, _ = tf.nn.bidirectional_dynamic_rnn(there, back, x, time_major=True)\noutputs = outputs[0]\n",
        "a, _ = tf.nn.bidirectional_dynamic_rnn(there, back, x)\nfor outputs in a:\n    pass\n",
    ],
)
def test_a_loop_that_goes_both_ways_otherwise_is_left(loop: str) -> None:
    assert outcome(BOTH + loop)[0] is None
