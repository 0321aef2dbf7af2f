"""Every form earns its verdict by running, and every target that is broken on purpose earns `different`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from installed import needs
from rule_cases import findings_in

from tfloss_migrate.domains import Data
from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.recognise.specimens import Specimen, specimens
from tfloss_migrate.referee.referee import Referee
from tfloss_migrate.referee.samples import is_whole
from tfloss_migrate.rules.registry import all_rules

needs("tensorflow", reason="the referee runs TensorFlow")

_EVERY = [*specimens(by_name=True), *specimens(by_name=False)]


def _questions(specimen: Specimen) -> dict[str, Question]:
    """The questions that a form's program raises, by target."""
    texts = [specimen.program()]
    if specimen.form.legacy.startswith("tf.div("):
        texts = [specimen.program(expression="tf.div(x, 2.0)")]
    if specimen.number in (0, 10):  # without weights, and with them
        texts += [specimen.program(cast_from=dtype) for dtype in ("int32", "bool")]
    if specimen.by_name is not None:
        texts.append(specimen.program(expression=specimen.by_name))
    return {
        rewrite.question.target: rewrite.question
        for text in texts
        for finding in findings_in(text)
        if finding.rule == specimen.rule.id
        for rewrite in finding.rewrites
        if rewrite.question is not None
    }


@functools.cache
def _asked() -> tuple[tuple[str, Question], ...]:
    found = {question: str(specimen) for specimen in _EVERY for question in _questions(specimen).values()}
    for rule in all_rules():
        for number, catch in enumerate(rule.catches):
            rewrites = [r for f in findings_in(catch.code) if f.rule == rule.id for r in f.rewrites]
            found.update({r.question: f"{rule.id}-{number}" for r in rewrites if r.question is not None})
    return tuple((name, question) for question, name in found.items())


def _mutants(question: Question) -> Iterator[tuple[str, str]]:
    target = question.target
    yield "sign", f"-({target})"
    yield "factor", f"1.001 * ({target})"
    yield "epsilon", f"({target}) + 1e-07"
    for old, new in (
        ("tf.reduce_mean(", "tf.reduce_sum("),
        ("tf.reduce_sum(", "tf.reduce_mean("),
        ("MeanSquaredError()", 'MeanSquaredError(reduction="sum")'),
        ("MeanAbsoluteError()", 'MeanAbsoluteError(reduction="sum")'),
        ("Huber(", 'Huber(reduction="sum", '),
    ):
        if old in target:
            yield "reduction", target.replace(old, new, 1)
            break
    for old, new in (
        ("from_logits=True", "from_logits=False"),
        ("tf.stop_gradient(labels)", "labels"),
        ("tf.stop_gradient(onehot_labels)", "onehot_labels"),
        ("count_nonzero(weights", "count_nonzero(1.0 + 0.0 * weights"),
        ("L2(0.5 * ", "L2(1.0 * "),
        ("l2=0.5 * ", "l2=1.0 * "),
        ("blank_index=-1", "blank_index=0"),
        ("[[0], [3]", "[[3], [0]"),
        ("count_nonzero(tf.transpose(weights)", "count_nonzero(1.0 + 0.0 * tf.transpose(weights)"),
        ("count_nonzero(tf.reshape(weights, [-1])", "count_nonzero(1.0 + 0.0 * tf.reshape(weights, [-1])"),
        ("reduce_variance(", "reduce_std("),
        ("tf.cast(tf.not_equal(weights, 0), tf.float32) * ", ""),
        ("tf.cast(tf.not_equal(weights, 0), tf.float32)", "1.0 + 0.0 * weights"),
        (", sample_weight=weights", ""),
        ("tf.reshape(weights, tf.shape(weights)[: tf.rank(logits) - 1])", "weights"),
    ):
        if old in target:
            yield f"without {old}", target.replace(old, new, 1)
    if "categorical_crossentropy(" in target and "sparse" not in target:
        yield "axis", target.replace("from_logits=True", "from_logits=True, axis=0", 1)
    for old, new in (("axis=1", "axis=0"), ("axis=0", "axis=1")):
        if old in target and "weights" in target:
            yield "axis", target.replace(old, new)
            break
    if "log_softmax(logits)" in target:
        yield "axis", target.replace("log_softmax(logits)", "log_softmax(logits, axis=0)")
    of_one_kind = not any(isinstance(each.domain, Data) or is_whole(each.domain) for each in question.inputs)
    if not _is_symmetric(target) and of_one_kind:
        one, other = (each.name for each in question.inputs[:2])
        exchanged = {one: other, other: one}
        yield "swapped inputs", re.sub(rf"(?<![\w.])({one}|{other})\b(?!=)", lambda m: exchanged[m[1]], target)


def _is_symmetric(target: str) -> bool:
    """Whether exchanging the first two inputs changes nothing, or there are none."""
    symmetric = ("MSE(", "MAE(", "huber(", "Huber(", "MeanSquaredError(", "squared_difference(", "sparse_", "SparseC")
    symmetric += ("losses.hinge(", "squared_hinge(", "cosine_similarity(", "softplus(")
    symmetric += ("MeanAbsoluteError(", "predictions - labels", "predictions * labels")
    return any(name in target for name in symmetric) or "labels" not in target


def _breakable() -> list[tuple[str, str, Question]]:
    """One question for each distinct target of a rule found by structure, with each way to break it."""
    exact = {
        (name.split("-")[0], question.target): (name, question)
        for name, question in _asked()
        if question.shift is None and question.intended is None and not name.startswith(("TFL10", "TFL6"))
    }
    return [
        (name, kind, replace(question, target=broken))
        for name, question in exact.values()
        for kind, broken in _mutants(question)
    ]


@pytest.fixture(scope="module")
def verdicts() -> Iterator[dict[Question, Verdict]]:
    with Referee(use_cache=False, verify_all=True) as referee:
        yield referee.ask([*(q for _, q in _asked()), *(q for _, _, q in _breakable())])


def test_every_form_earns_its_verdict(verdicts: dict[Question, Verdict]) -> None:
    wrong = {}
    for name, question in _asked():
        verdict = verdicts[question]
        expected = ["repaired"] if question.intended else ["shifted"] if question.shift else ["same", "steadier"]
        if verdict.status not in expected:
            wrong[f"{name}: {question.legacy} => {question.target}"] = f"{verdict.status}: {verdict.sentence}"
    assert wrong == {}


def test_a_repair_that_does_not_compute_what_was_meant_is_different() -> None:
    repairs = [question for _, question in _asked() if question.intended is not None]
    broken = [replace(question, target=f"1.001 * ({question.target})") for question in repairs]
    with Referee(use_cache=False, verify_all=True) as referee:
        answers = referee.ask(broken)
    assert {answers[question].status for question in broken} == {"different"}


def test_every_target_broken_on_purpose_is_found_different(verdicts: dict[Question, Verdict]) -> None:
    broken = _breakable()
    passed = {
        f"{name}, {kind}: {question.legacy} => {question.target}": verdicts[question].sentence
        for name, kind, question in broken
        if verdicts[question].status != "different"
    }
    assert passed == {}
    assert len(broken) > 300
    assert {kind for _, kind, _ in broken} >= {"sign", "factor", "epsilon", "reduction", "axis", "swapped inputs"}


def test_every_form_raises_a_question_of_its_own_rule() -> None:
    same_code = {str(s) for s in _EVERY if s.form.target in (None, s.form.legacy)}
    silent = {str(specimen) for specimen in _EVERY if not _questions(specimen)} - same_code
    assert silent == set()
