"""What is left says why, in words that are true of the code."""

from __future__ import annotations

import pytest
from rule_cases import findings_in

_TF = "import tensorflow as tf\n\nz = tf.placeholder(tf.float32, [None, 4])\n"


def _reasons(code: str, rule: str) -> set[str | None]:
    return {finding.reason for finding in findings_in(_TF + code) if finding.rule == rule}


@pytest.mark.parametrize(
    ("code", "rule", "reason"),
    [
        ("loss = tf.losses.cosine_distance(z, z)", "TFL208", "axis is not given, as TensorFlow 1 wants it"),
        (
            "loss = tf.losses.cosine_distance(z, z, axis=along)",
            "TFL208",
            "no form of this rule fits these arguments: the axis must be written as a number",
        ),
        (
            "def loss(y, p):\n    p = tf.clip_by_value(p, 1e-9, 1.0)\n"
            "    return tf.reduce_mean(-tf.reduce_sum(y * tf.log(p), 1))",
            "TFL311",
            "the probabilities were in p, which is given another value before this loss",
        ),
        (
            "def net(x):\n    h = tf.matmul(x, w)\n    return tf.sigmoid(h)\n\nloss = tf.log(net(z))",
            "TFL330",
            "the log_odds are 'h' inside net, which does not return them: let it return them as well",
        ),
        (
            "def loss(y, x):\n    d = y - net(x)\n    return tf.reduce_mean(tf.square(d))",
            "TFL301",
            "the predictions are computed as 'net(x)' elsewhere, and have no name here",
        ),
    ],
)
def test_the_reason_is_true_of_the_code(code: str, rule: str, reason: str) -> None:
    assert _reasons(code, rule) == {reason}


def test_a_none_before_labels_and_logits_tells_their_order() -> None:
    code = f"{_TF}loss = tf.nn.sparse_softmax_cross_entropy_with_logits(None, ids, z)"
    (found,) = (finding for finding in findings_in(code) if finding.rule == "TFL212")
    assert found.rewrites[0].new == ("tf.keras.losses.sparse_categorical_crossentropy(ids, z, from_logits=True)")
