"""A total is read term by term, and a loss through the variables, helpers and masks that it is spread over."""

from __future__ import annotations

import pytest
from rule_cases import findings_in, normal

from tfloss_migrate.model import Finding
from tfloss_migrate.syntax.edits import apply

_FUSED = "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=z)"
_SPARSE = "tf.keras.losses.sparse_categorical_crossentropy(k, z, from_logits=True)"
_BY_HAND = "tf.reduce_mean(-tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1))"
_KERAS = "tf.reduce_mean(tf.keras.losses.categorical_crossentropy(y, z, from_logits=True))"
_SQUARES, _MSE = "tf.reduce_mean(tf.square(w - y))", "tf.reduce_mean(tf.keras.losses.MSE(y, w))"
_REAL = "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=r, labels=tf.ones_like(r)))"
_FAKE = "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=f, labels=tf.zeros_like(f)))"
_REAL_KERAS = "tf.reduce_mean(tf.keras.losses.binary_crossentropy(tf.ones_like(r), r, from_logits=True))"
_FAKE_KERAS = "tf.reduce_mean(tf.keras.losses.binary_crossentropy(tf.zeros_like(f), f, from_logits=True))"
_POLICY = "-tf.reduce_mean(tf.log(tf.reduce_sum(tf.nn.softmax(z) * tf.one_hot(k, 4), 1)) * a)"
_L2 = "0.01 * tf.nn.l2_loss(w)"


def _offered(body: str) -> dict[str, str]:
    """The outermost losses in the body of a function, each with the first new text that it is offered."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    text = f"import tensorflow as tf\n\nsession = tf.Session()\n\n\ndef loss(y, z, k, w, r, f, mask, a):\n{lines}"
    found = [each for each in findings_in(text) if each.rule.startswith(("TFL2", "TFL3")) and each.rewrites]

    def is_inside(one: Finding) -> bool:
        return any(
            other.span.start <= one.span.start and one.span.end <= other.span.end
            for other in found
            if other.span != one.span
        )

    return {each.old: normal(each.rewrites[0].new) for each in found if not is_inside(each)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"return {_BY_HAND} + {_L2}", {_BY_HAND: _KERAS}),
        (f"return {_L2} + {_BY_HAND} + 0.5 * {_SQUARES}", {_BY_HAND: _KERAS, _SQUARES: _MSE}),
        (f"ce = {_BY_HAND}\nmse = {_SQUARES}\nreturn 0.7 * ce + 0.3 * mse", {_BY_HAND: _KERAS, _SQUARES: _MSE}),
        (f"total = {_BY_HAND}\ntotal += {_L2}\ntotal = total + {_SQUARES}", {_BY_HAND: _KERAS, _SQUARES: _MSE}),
        (f"return tf.add_n([{_BY_HAND}, {_L2}])", {_BY_HAND: _KERAS}),
        (f"return {_BY_HAND}, {{'mse': {_SQUARES}}}", {_BY_HAND: _KERAS, _SQUARES: _MSE}),
    ],
)
def test_each_term_of_a_sum_is_found_by_itself(body: str, expected: dict[str, str]) -> None:
    assert _offered(body) == expected


def test_the_two_halves_of_a_gan_loss_are_found_by_themselves() -> None:
    expected = {_REAL: _REAL_KERAS, _FAKE: _FAKE_KERAS}
    assert _offered(f"return {_REAL} + {_FAKE}") == expected
    assert _offered(f"real = {_REAL}\nfake = {_FAKE}\nreturn (real + fake) / 2") == expected


def test_wasserstein_losses_are_no_loss_of_keras() -> None:
    assert _offered("return tf.reduce_mean(f) - tf.reduce_mean(r)") == {}
    assert _offered("return -tf.reduce_mean(f)") == {}


def test_a_masked_mean_keeps_its_mask_around_the_loss() -> None:
    assert _offered(f"return tf.reduce_sum({_FUSED} * mask) / tf.reduce_sum(mask)") == {_FUSED: _SPARSE}
    assert _offered(f"rows = {_FUSED}\nreturn tf.reduce_sum(rows * mask) / tf.reduce_sum(mask)") == {_FUSED: _SPARSE}
    by_hand = "-tf.reduce_sum(mask * y * tf.log(tf.nn.softmax(z))) / tf.reduce_sum(mask)"
    assert _offered(f"return {by_hand}") == {"tf.log(tf.nn.softmax(z))": "tf.nn.log_softmax(z)"}


def test_a_policy_gradient_leaves_the_entropy_beside_it_an_entropy() -> None:
    entropy = "-tf.reduce_sum(p * tf.log(p), 1)"
    offered = _offered(f"p = tf.nn.softmax(z)\nreturn {_POLICY} - 0.01 * tf.reduce_mean({entropy})")
    assert offered == {
        _POLICY: f"tf.reduce_mean({_SPARSE} * a)",
        "tf.log(p)": "tf.nn.log_softmax(z)",
    }


def test_a_sigmoid_written_by_hand_is_a_sigmoid() -> None:
    body = "p = 1. / (1. + tf.exp(-z))\nreturn -tf.reduce_mean(y * tf.log(p) + (1 - y) * tf.log(1 - p))"
    expected = "tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, z, from_logits=True))"
    assert list(_offered(body).values()) == [expected]
    assert _offered(body.replace("1. + tf", "2. + tf")) != _offered(body)
    assert _offered(body.replace("-z", "z")) != _offered(body)


def test_what_a_helper_is_given_is_read_where_it_was_given() -> None:
    text = """import tensorflow as tf

session = tf.Session()


def squash(x):
    return tf.nn.sigmoid(x)


def loss(y, h, w):
    p = squash(tf.matmul(h, w))
    return -tf.reduce_mean(y * tf.log(p) + (1 - y) * tf.log(1 - p))
"""
    (found,) = [each for each in findings_in(text) if each.rule == "TFL320"]
    made = apply(text, list(found.rewrites[0].edits))
    assert "    logits = tf.matmul(h, w)\n    p = squash(logits)\n" in made
    assert "return tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, logits, from_logits=True))" in made


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (("t = y * tf.reduce_sum(w * f)", "u = tf.reduce_sum(w) + tf.reduce_sum(f)", "return 1 - 2 * v / u"), None),
        (("i = tf.reduce_sum(w * f)", "u = tf.reduce_sum(w) + tf.reduce_sum(f)", "return 1 - 2 * i / u"), "TFL371"),
        (
            ("near = a * tf.square(w)", "far = (1 - a) * tf.square(tf.maximum(1. - w, 0))", "return near + far"),
            "TFL372",
        ),
        (("near = a * tf.square(w)", "far = (1 - a) * tf.square(tf.maximum(1. - w, 0))", "return near - far"), None),
    ],
)
def test_a_formula_that_names_variables_alone_is_a_loss_by_what_they_hold(lines: tuple[str, ...], rule: str) -> None:
    body = "".join(f"    {line}\n" for line in lines)
    text = f"import tensorflow as tf\n\n\ndef loss(y, w, f, a):\n{body}"
    found = {each.rule for each in findings_in(text) if each.rule.startswith("TFL3")}
    assert found == ({rule} if rule else set())
