"""Bugs are told once, with how sure they are, kept by default and mended by `--repair`."""

from __future__ import annotations

import pytest
from rule_cases import findings_in

from tfloss_migrate.model import Verdict
from tfloss_migrate.rules.registry import all_rules
from tfloss_migrate.settle import Allowed, settle
from tfloss_migrate.syntax.edits import apply

_TF = """\
import tensorflow as tf
"""
_REPAIRED = [
    (rule.id, catch.code) for rule in all_rules() if rule.id.startswith("TFL4") for catch in rule.catches if catch.new
]


def _bugs(code: str) -> list[tuple[str, str]]:
    return [(f.rule, f.severity) for f in findings_in(_TF + code) if f.rule.startswith("TFL4")]


def test_an_unguarded_log_is_told_once() -> None:
    inside = "loss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1)"
    assert _bugs(inside) == []
    assert "TFL310" in {f.rule for f in findings_in(_TF + inside)}
    outside = """\
def net(x):
    return tf.nn.softmax(x), 1.0 - x
p, z = net(x)
loss = tf.reduce_mean(y * tf.log(p))
"""
    assert _bugs(outside) == [("TFL403", "warning")]


@pytest.mark.parametrize(
    ("argument", "severity"),
    [
        ("p", "warning"),
        ("p[0, action]", "info"),
        ("tf.gather(p, action)", "info"),
        ("tf.gather_nd(p, actions)", "info"),
    ],
)
def test_the_logarithm_of_the_action_taken_is_told_as_possible(argument: str, severity: str) -> None:
    made = "p = tf.layers.dense(state, 4, activation=tf.nn.softmax)"
    code = f"{made}\nloss = -tf.reduce_mean(tf.log({argument}) * error)"
    assert _bugs(code) == [("TFL403", severity)]
    told = [finding.message for finding in findings_in(_TF + code) if finding.rule == "TFL403"]
    assert ["never of what was drawn" in message for message in told] == [severity == "info"]


@pytest.mark.parametrize(
    ("returned", "why"),
    [
        ("tf.sigmoid(z)", "discriminator() gives nothing but the sigmoid of its logits"),
        ("tf.layers.dense(z, 1, activation=tf.nn.sigmoid)", "discriminator() gives nothing but the sigmoid"),
        ("fc(z, act=tf.sigmoid)", "discriminator() gives nothing but the sigmoid of its logits"),
        ("tf.sigmoid(z), z", "the code does not say which"),
    ],
)
def test_where_a_function_keeps_its_logits_to_itself_that_is_said(returned: str, why: str) -> None:
    code = f"""\
def fc(x, act):
    return act(tf.layers.dense(x, 1))
def discriminator(x):
    with tf.variable_scope("d"):
        z = tf.layers.dense(x, 1)
        return {returned}
real, fake = discriminator(x){"[0]" * (", z" in returned)}, discriminator(g){"[0]" * (", z" in returned)}
loss = -tf.reduce_mean(tf.log(real)) - tf.reduce_mean(tf.log(1.0 - fake))
"""
    reasons = [finding.reason or "" for finding in findings_in(_TF + code) if finding.rule == "TFL403"]
    assert [why in reason for reason in reasons] == [True, True]


def test_what_an_activation_returns_that_was_handed_to_it_is_no_secret_of_its_own() -> None:
    code = "def fc(x, act):\n    return act(tf.layers.dense(x, 1))\nloss = tf.log(fc(x, tf.sigmoid))\n"
    (reason,) = [finding.reason for finding in findings_in(_TF + code) if finding.rule == "TFL403"]
    assert reason is not None
    assert "the code does not say which" in reason


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("loss = tf.log(1e-10 + 1 - p)", "error"),
        ("loss = tf.log(1 - p + 1e-10)", "info"),
        ("loss = tf.log(1 - p + 1e-6)", None),
    ],
)
def test_how_sure_a_bug_is_decides_how_severe_it_is(code: str, severity: str | None) -> None:
    assert _bugs(code) == ([("TFL409", severity)] if severity else [])


@pytest.mark.parametrize(("rule", "code"), _REPAIRED, ids=lambda value: value[:12])
def test_a_bug_is_kept_by_default_and_gone_after_its_repair(rule: str, code: str) -> None:
    found = [finding for finding in findings_in(code) if finding.rule == rule]
    verdicts = {r.question: Verdict("repaired", "") for f in found for r in f.rewrites if r.question is not None}
    assert settle(found, verdicts, Allowed())[1] == ()
    _, edits = settle(found, verdicts, Allowed(repair=True))
    mended = apply(code, edits)
    assert mended != code
    assert [finding for finding in findings_in(mended) if finding.rule == rule] == []


def test_the_messages_of_bugs_say_how_sure_they_are() -> None:
    for rule in all_rules():
        for catch in rule.catches if rule.id.startswith("TFL4") else ():
            messages = [f.message for f in findings_in(catch.code) if f.rule == rule.id]
            assert all(m.endswith(("(certain)", "(likely)", "(possible)")) for m in messages), messages


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("""\
class M:
    def f(self):
        self.z = tf.nn.sigmoid(tf.layers.dense(self.x, 1))
    def g(self):
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=self.y, logits=self.z)
""", "TFL402"),
        ("""\
def fc(x, act=None):
    z = tf.matmul(x, w)
    if act is None:
        return z
    return act(z)
p = fc(x, tf.nn.softmax)
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p)
""", "TFL401"),
    ],
)  # fmt: skip
def test_an_activation_is_followed_through_classes_and_helpers(code: str, rule: str) -> None:
    assert [found for found, _ in _bugs(code)] == [rule]


@pytest.mark.parametrize(
    "code",
    [
        """\
z = tf.layers.dense(x, 10)
if not training:
    z = tf.nn.softmax(z)
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
""",
        """\
def fc(x, act=None):
    z = tf.matmul(x, w)
    if act is None:
        return z
    return act(z)
z = fc(x)
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
""",
        """\
def net(x, training):
    z = tf.layers.dense(x, 10)
    return z if training else tf.nn.softmax(z)
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=net(x, True))
""",
    ],
)
def test_an_activation_for_those_who_only_predict_is_no_bug(code: str) -> None:
    assert _bugs(code) == []


@pytest.mark.parametrize(
    ("rule", "legacy"),
    [(rule.id, form.legacy) for rule in all_rules() for form in rule.forms if form.intended and not form.needs],
    ids=lambda value: value[:12],
)
def test_a_lint_tells_every_bug_that_a_whole_run_tells(rule: str, legacy: str) -> None:
    code = f"import tensorflow as tf\n\n\nx = tf.placeholder(tf.float32)\nloss = {legacy}\n"
    told = [{finding.rule for finding in findings_in(code, compose=compose)} for compose in (True, False)]
    assert [rule in one for one in told] == [True, True]
