"""A long expression is broken where both lines fit, behind a bracket that belongs to the loss if possible."""

from __future__ import annotations

import ast

import pytest

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
