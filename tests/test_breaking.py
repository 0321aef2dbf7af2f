"""A long expression is broken where both lines fit, behind a bracket that belongs to the loss if possible."""

from __future__ import annotations

import ast

import pytest

from tfloss_migrate import migrate_source
from tfloss_migrate.recognise import breaking
from tfloss_migrate.recognise.breaking import break_in

LOSS = "tf.reduce_mean(tf.keras.losses.categorical_crossentropy(labels, logits, from_logits=True))"
WEIGHTED = (
    "tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=ids, logits=z) * weights) "
    "/ tf.cast(tf.math.count_nonzero(weights), tf.float32)"
)


def lines(text: str, first: int, second: int) -> list[str]:
    at = break_in(text, first, second)
    assert at is not None
    broken = [text[:at].rstrip(), text[at:].lstrip()]
    assert ast.dump(ast.parse(f"({text})")) == ast.dump(ast.parse("(" + "\n".join(broken) + ")"))
    return broken


def test_the_arguments_of_a_loss_stay_together() -> None:
    assert lines(LOSS, 89, 92)[1] == "labels, logits, from_logits=True))"


def test_a_loss_of_tensorflow_is_broken_behind_a_bracket_as_well() -> None:
    broken = lines(WEIGHTED, 92, 96)
    assert max(map(len, broken)) <= 96
    assert broken[0].endswith(("(", ","))


@pytest.mark.parametrize("text", ["a", "f()", "a + b * c"])
def test_what_has_no_bracket_stays_on_one_line(text: str) -> None:
    assert break_in(text, 1, 1) is None


def test_what_fits_nowhere_is_broken_as_evenly_as_it_can_be() -> None:
    assert lines("f(aaaa, bbbb, cccc, dddd)", 4, 4) == ["f(aaaa, bbbb,", "cccc, dddd)"]


#: What two lines of a hundred columns do not hold.
LONG = [
    "2 * tf.math.divide_no_nan(tf.cast(tf.size(b[0]), tf.float32), tf.cast(tf.size(b[0]), tf.float32) - 1) * "
    "tf.reduce_sum(tf.math.reduce_variance(tf.reshape(b - a, [tf.shape(b)[0], -1]), axis=1))",
    "tf.math.divide_no_nan(tf.reduce_sum(tf.keras.losses.categorical_crossentropy(labels_of_the_batch, logits_of_it, "
    "from_logits=True) * weights_of_it), tf.math.count_nonzero(weights_of_the_batch, dtype=tf.float32))",
    "-tf.reduce_sum((labels_of_the_whole_batch + smoothing) * tf.math.log(predictions_of_the_network + epsilon), "
    "axis=tuple(range(1, rank)), keepdims=keepdims_of_the_caller) - scale_of_it * tf.nn.l2_loss(weights)",
    "f(*positional_arguments_of_the_caller, name='größer als zuvor', **keyword_arguments_of_the_caller_and_of_others)",
    "f((first_of_many_operands + second_of_many_operands) * third_of_it, (lambda a, b: a), (fourth_of_many_operands))",
    "f([first_of_many_elements, second_of_many_elements, third_of_many_elements, fourth_of_many_elements_as_well], 1)",
    "f(some_function_of(element) * weight_of(element) for element in the_elements_of_a_list_with_quite_a_long_name_x)",
]


@pytest.mark.parametrize("text", LONG)
def test_what_two_lines_do_not_hold_is_laid_out_within_the_width(text: str) -> None:
    laid_out = breaking.lay_out(text, "    ", 80, 1, 100)
    assert ast.dump(ast.parse("(\n" + "\n".join(laid_out) + "\n)")) == ast.dump(ast.parse(f"({text})"))
    assert len(laid_out[0]) <= 80
    assert max(map(len, laid_out)) <= 100
    assert laid_out[-1].strip() == ")"


def test_operands_and_arguments_stand_one_a_line() -> None:
    assert breaking.lay_out("tf.reduce_mean(aaaa * bbbb + cccc, dddd)", "", 20, 0, 20) == [
        "tf.reduce_mean(",
        "    (",
        "        aaaa * bbbb",
        "        + cccc",
        "    ),",
        "    dddd,",
        ")",
    ]


def test_a_product_that_ends_in_a_call_is_broken_inside_of_the_call() -> None:
    assert breaking.lay_out("2 * tf.reduce_sum(aaaa * bbbb)", "", 20, 0, 20) == [
        "2 * tf.reduce_sum(",
        "    aaaa * bbbb",
        ")",
    ]
    assert breaking.lay_out("f(aaaa + bbbb, dddd) * tf.reduce_sum(cccc)", "", 24, 0, 24)[0] == "("


def test_an_element_of_what_a_call_gives_is_broken_inside_of_the_call() -> None:
    assert breaking.lay_out("tf.normalize(aaaa, bbbb)[0]", "", 20, 0, 20) == [
        "tf.normalize(",
        "    aaaa, bbbb",
        ")[0]",
    ]


@pytest.mark.parametrize("text", ["a" * 120, "f()", "'" + "x" * 120 + "'"])
def test_what_cannot_be_broken_stays(text: str) -> None:
    assert breaking.lay_out(text, "", 2, 0, 100) == [text]


@pytest.mark.parametrize(
    ("text", "bracketed"),
    [("(a)", True), ("(a) + (b)", False), ("f(a)", False), ("(  # why (\n    a\n)", True), ("(a)(b)", False)],
)
def test_brackets_around_a_whole_are_seen(text: str, bracketed: bool) -> None:
    assert breaking.is_bracketed(text) is bracketed


@pytest.mark.parametrize(
    "comment", ["", "  # the mean over the batch, which is what the paper minimises", "  # '(' " + 99 * "-"]
)
def test_a_comment_behind_a_loss_breaks_no_line(comment: str) -> None:
    old = "loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))"
    fed = "labels = tf.placeholder(tf.float32, [None, 10])"
    outcome = migrate_source(f"import tensorflow as tf\n\n{fed}\n{old}{comment}\n", no_verify=True)
    assert outcome.new_text is not None
    assert outcome.new_text.splitlines()[-1] == f"loss = {LOSS}{comment}"


def test_a_call_of_one_name_is_not_broken_for_the_sake_of_what_stands_behind_it() -> None:
    old = "loss = -tf.reduce_sum((beta * targets + (1 - beta) * guesses) * tf.log(q), reduction_indices=[1])"
    text = f"import tensorflow as tf\n\nq = tf.nn.softmax(logits)\n{old}\n"
    outcome = migrate_source(text, no_verify=True)
    assert outcome.new_text is not None
    assert outcome.new_text.splitlines()[-1] == (
        "loss = -tf.reduce_sum((beta * targets + (1 - beta) * guesses) * tf.nn.log_softmax(logits), axis=[1])"
    )


def test_a_line_that_was_too_long_before_is_not_broken_for_a_few_characters_more() -> None:
    rest = " * low_confidence_of_all_others * scale_of_the_low_confidence_of_all_others"
    text = f"import tensorflow as tf\n\n\ndef f(size):\n    return tf.to_float(size - 1){rest}\n"
    outcome = migrate_source(text, no_verify=True)
    assert outcome.new_text is not None
    assert outcome.new_text.splitlines()[-1] == f"    return tf.cast(size - 1, tf.float32){rest}"


def test_a_sum_in_brackets_of_its_own_is_broken_inside_of_them() -> None:
    text = f"(first_of_the_terms({'a' * 30}) - second_of_the_terms({'b' * 30}))"
    lines = breaking.lay_out(f"f({text})", "", 40, 0, 40)
    assert ast.dump(ast.parse("\n".join(lines))) == ast.dump(ast.parse(f"f({text})"))
    assert lines[1].strip() == "("
