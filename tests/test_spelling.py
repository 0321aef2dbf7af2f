"""What a finding asks of the referee is one text for what is one computation."""

from __future__ import annotations

import pytest
from rule_cases import findings_in


def _asked(expression: str) -> set[str]:
    program = f"import tensorflow as tf\n\n\ndef f(y, z, w):\n    return {expression}\n"
    rewrites = [rewrite for finding in findings_in(program) for rewrite in finding.rewrites]
    return {rewrite.question.legacy for rewrite in rewrites if rewrite.question is not None}


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        (
            "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)",
            "tf.nn.sparse_softmax_cross_entropy_with_logits(logits=z, labels=y, name='xent')",
        ),
        (
            "tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=z)",
            "tf.nn.softmax_cross_entropy_with_logits_v2(logits=z, labels=y)",
        ),
        (
            "tf.losses.mean_squared_error(y, z, weights=w)",
            "tf.losses.mean_squared_error(weights=w, predictions=z, labels=y)",
        ),
        ("tf.losses.huber_loss(y, z, w, 2.0)", "tf.losses.huber_loss(y, predictions=z, delta=2.0, weights=w)"),
        (
            "tf.losses.hinge_loss(y, z, reduction=tf.losses.Reduction.SUM)",
            "tf.losses.hinge_loss(reduction=tf.losses.Reduction.SUM, logits=z, labels=y)",
        ),
    ],
)
def test_the_order_of_keywords_is_no_other_question(written: str, otherwise: str) -> None:
    assert _asked(written) == _asked(otherwise) != set()


def test_an_argument_that_is_another_one_is_another_question() -> None:
    assert _asked("tf.losses.huber_loss(y, z, delta=2.0)") != _asked("tf.losses.huber_loss(y, z, 2.0)")
    assert _asked("tf.reduce_mean(tf.square(y - z), axis=1)") != _asked("tf.reduce_mean(tf.square(y - z))")
