"""Losses that no form describes are recognised by what they compute, and ordinary code is not."""

from __future__ import annotations

import pytest
from rule_cases import findings_in, normal

_HEAD = "import tensorflow as tf\n\nsession = tf.Session()\n\n\n"


def _program(body: str, parameters: str = "y, p, z, k, w") -> str:
    return f"{_HEAD}def loss({parameters}):\n    {body}\n"


def _found(body: str) -> list[tuple[str, list[str]]]:
    return [
        (finding.name, [normal(rewrite.new) for rewrite in finding.rewrites])
        for finding in findings_in(_program(body))
        if finding.rule.startswith("TFL3")
    ]


@pytest.mark.parametrize(
    ("body", "rule", "target"),
    [
        (
            "return tf.reduce_mean(tf.nn.relu(z) - z * y + tf.log(1 + tf.exp(-tf.abs(z))))",
            "binary-cross-entropy-by-hand",
            "tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, z, from_logits=True))",
        ),
        (
            "return tf.reduce_mean(tf.nn.softplus(z) - z * y)",
            "binary-cross-entropy-by-hand",
            "tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, z, from_logits=True))",
        ),
        (
            "return tf.reduce_mean(tf.reduce_logsumexp(z, -1) - tf.reduce_sum(y * z, -1))",
            "cross-entropy-by-hand",
            "tf.keras.losses.categorical_crossentropy(y, z, from_logits=True)",
        ),
        (
            "return tf.reduce_sum(tf.sqrt((y - p) ** 2)) / tf.to_float(tf.size(y))",
            "mean-absolute-error-by-hand",
            "tf.reduce_mean(tf.keras.losses.MAE(y, p))",
        ),
        (
            "return tf.reduce_mean(y * y - 2 * y * p + p * p)",
            "mean-squared-error-by-hand",
            "tf.reduce_mean(tf.keras.losses.MSE(y, p))",
        ),
        (
            "e = tf.abs(y - p)\n    q = tf.minimum(e, 2.0)\n    return tf.reduce_mean(0.5 * q ** 2 + 2.0 * (e - q))",
            "huber-by-hand",
            "tf.reduce_mean(tf.keras.losses.huber(y, p, delta=2.0))",
        ),
        (
            "return 3 * tf.reduce_mean(y * y - 2 * y * p + p * p)",
            "mean-squared-error-by-hand",
            "tf.reduce_mean(tf.keras.losses.MSE(y, p))",
        ),
    ],
)
def test_a_loss_in_a_spelling_of_its_own_is_recognised(body: str, rule: str, target: str) -> None:
    found = _found(body)
    assert [name for name, _ in found] == [rule]
    assert target in found[0][1]


def test_what_is_recognised_so_says_how_it_is_known_and_a_lint_looks_no_further_than_the_writing() -> None:
    text = _program("return tf.reduce_mean(tf.nn.softplus(z) - z * y)")
    (finding,) = [finding for finding in findings_in(text) if finding.rule == "TFL320"]
    assert finding.message == "sigmoid cross-entropy written by hand, recognised by what it computes"
    assert [finding for finding in findings_in(text, compose=False) if finding.rule == "TFL320"] == []


@pytest.mark.parametrize(
    "body",
    [
        "return tf.reduce_mean(y)",
        "return tf.reduce_mean(y - p)",
        "return -tf.reduce_mean(y * p)",
        "return tf.reduce_sum(y * p) / tf.reduce_sum(p)",
        "return tf.reduce_mean(tf.square(y - tf.reduce_mean(y)))",
        "return tf.reduce_mean(tf.square(y)) - tf.square(tf.reduce_mean(y))",
        "return tf.reduce_mean(tf.cast(tf.equal(tf.argmax(y, 1), tf.argmax(p, 1)), tf.float32))",
        "return tf.reduce_mean(tf.to_float(tf.equal(y, p)))",
        "return 0.01 * tf.reduce_sum(tf.square(w))",
        "return -tf.reduce_sum(p * tf.log(p), axis=-1)",
        "return tf.reduce_mean(tf.square(tf.sqrt(tf.reduce_sum(tf.square(w), 1)) - 1.0))",
        "return tf.reduce_mean(tf.log(y) + tf.log(1 - p))",
        "return tf.reduce_mean(y) - tf.reduce_mean(p)",
        "return tf.reduce_mean(tf.maximum(0.0, 1.0 + y - p))",
        "return tf.reduce_mean(tf.abs(y * p))",
        "return tf.reduce_mean((y - p) ** 4)",
        "return tf.reduce_mean(tf.square(y - p) * w)",
        "return tf.reduce_mean(tf.square(y - p), axis=0)",
        "return tf.reduce_max(tf.abs(y - p))",
        "return tf.sqrt(tf.reduce_sum(tf.square(y - p)))",
        "return tf.reduce_mean(-y * tf.nn.log_softmax(z))",
        "return tf.reduce_mean(tf.exp(y - p))",
        "return tf.reduce_logsumexp(z, axis=-1)",
        "return tf.reduce_mean(tf.nn.softplus(z))",
        "return tf.reduce_mean(tf.nn.softplus(z) - z * y * 2)",
        "return tf.reduce_mean(tf.nn.softplus(-y) + tf.nn.softplus(z))",
        "return tf.reduce_mean(tf.nn.relu(tf.abs(y - p) - 0.01))",  # a zone around zero in which nothing counts
        "d = tf.abs(y - p)\n    return tf.reduce_mean(tf.where(d < 0.01, 0 * d, d))",
        "return tf.reduce_mean(tf.square(tf.maximum(tf.abs(y - p), 1e-3)))",
        "return tf.reduce_mean(tf.clip_by_value(tf.abs(y - p), 0.0, 1e6))",
        "return tf.sqrt(tf.reduce_mean(tf.square(y - p) + 1e-12))",  # a guard that keeps the slope a number
        "return tf.reduce_mean(tf.sqrt(tf.square(y - p) + 1e-20))",
    ],
)
def test_what_only_looks_like_a_loss_stays_alone(body: str) -> None:
    assert [(name, new) for name, new in _found(body) if new] == []


def test_two_means_are_none_of_a_sum_for_their_batches_may_be_of_unequal_length() -> None:
    real, fake = "0.5 * tf.log(tf.square(tf.sigmoid(y)))", "0.5 * tf.log(tf.square(1 - tf.sigmoid(z)))"
    assert [name for name, _ in _found(f"return -tf.reduce_mean({real} + {fake})")] == ["gan-log-loss-by-hand"]
    assert _found(f"return -tf.reduce_mean({real}) - tf.reduce_mean({fake})") == []


def test_a_square_is_no_loss_that_turns_straight_out_of_sight() -> None:
    text = _program("return w * tf.reduce_mean(tf.square(y - p))", "y, p, w=1.0") + "\nhalf = loss(a, b, w=0.1)\n"
    assert {finding.rule for finding in findings_in(text) if finding.rule.startswith("TFL3")} == {"TFL301"}
