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


ACTIVATED = """
def head(x):
    h = tf.matmul(x, w)
    return tf.nn.sigmoid(h), h

def soft(x, training):
    h = tf.matmul(x, w)
    if not training:
        h = tf.nn.softmax(h)
    return {"out": h}

D, D_logits = head(z)
out = soft(z, flag)["out"]
"""


@pytest.mark.parametrize(
    "loss",
    [
        "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=D, labels=y))",
        "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=out))",
        "tf.losses.softmax_cross_entropy(y, out)",
        "tf.losses.sigmoid_cross_entropy(y, head(z)[0])",
    ],
)
def test_a_loss_of_keras_is_not_given_what_it_would_take_logits_out_of(loss: str) -> None:
    found = findings_in(f"{_TF}{ACTIVATED}loss = {loss}\n")
    new = [rewrite.new for finding in found for rewrite in finding.rewrites if finding.rule.startswith("TFL2")]
    assert not [one for one in new if "from_logits" in one]


def test_it_is_given_the_logits_that_stand_beside_a_sigmoid() -> None:
    loss = "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=D_logits, labels=y))"
    found = findings_in(f"{_TF}{ACTIVATED}loss = {loss}\n")
    assert [rewrite for finding in found for rewrite in finding.rewrites if "from_logits=True" in rewrite.new]


def test_that_logits_may_be_none_is_said() -> None:
    reasons = _reasons(f"{ACTIVATED}loss = tf.losses.softmax_cross_entropy(y, out)\n", "TFL204")
    assert [one for one in reasons if one and one.startswith("the logits may be the output of a softmax")]


def test_a_ctc_loss_is_written_by_one_rule() -> None:
    found = findings_in(f"{_TF}loss = tf.nn.ctc_loss(labels=y, inputs=z, sequence_length=n)\n")
    assert [finding.rule for finding in found if "ctc_loss" in finding.old] == ["TFL219"]
