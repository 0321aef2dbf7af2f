"""TF1 within today's TensorFlow gives the verdicts of a real TensorFlow 1.15."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tfloss_migrate.domains import (
    BinaryLabels,
    BinaryLogits,
    ClassIds,
    LabelDistribution,
    Literal,
    Logits,
    Real,
    SampleWeight,
    UnitInterval,
)
from tfloss_migrate.model import Input, Question, Rule, Verdict
from tfloss_migrate.referee.referee import Referee
from tfloss_migrate.rules.registry import all_rules

PYTHON = os.environ.get("TFLOSS_TF115_PYTHON")
pytestmark = [
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow is not installed"),
    pytest.mark.skipif(not PYTHON, reason="TFLOSS_TF115_PYTHON names no interpreter with TensorFlow 1.15"),
]

Y, P, W = Input("y", Real()), Input("p", Real()), Input("w", SampleWeight())
L, Z, K = Input("y", LabelDistribution()), Input("z", Logits()), Input("k", ClassIds())
B, BZ, U = Input("y", BinaryLabels()), Input("z", BinaryLogits()), Input("p", UnitInterval())
MSE = "tf.keras.losses.MeanSquaredError()(y, p)"
CROSS_ENTROPY = "tf.keras.losses.categorical_crossentropy({}, z, from_logits=True)"
BY_HAND = "-tf.reduce_mean(y * tf.{0}(tf.sigmoid(z)) + (1.0 - y) * tf.{0}(1.0 - tf.sigmoid(z)))"
EPSILON = "-tf.reduce_mean(y * tf.{0}(p + 1e-10) + (1.0 - y) * tf.{0}(1.0 - p + 1e-10))"

#: Rules over what is written out in `referee/inside/contrib.py`, since today's TensorFlow has it no more.
_OF_CONTRIB = ("TFL250", "TFL251", "TFL270", "TFL271")


def _of_forms(rule: Rule) -> Iterator[Question]:
    for form in rule.forms:
        if form.target is not None:
            literals = "|".join(i.name for i in rule.inputs if isinstance(i.domain, Literal)) or "$"
            legacy, target = (re.sub(rf"\b({literals})\b", "0.5", side) for side in (form.legacy, form.target))
            used = tuple(i for i in rule.inputs if re.search(rf"\b{i.name}\b", legacy + target))
            yield Question(legacy, target, used, form.ranks)


QUESTIONS = [
    Question("tf.reduce_mean(tf.square(tf.sub(y, p)))", MSE, (Y, P)),
    Question("tf.losses.mean_squared_error(y, p)", MSE, (Y, P)),
    Question("tf.losses.mean_squared_error(y, p, weights=w)", MSE[:-1] + ", sample_weight=w)", (Y, P, W), (2,)),
    Question("tf.losses.huber_loss(y, p)", "tf.keras.losses.Huber()(y, p)", (Y, P)),
    Question("tf.contrib.losses.absolute_difference(p, y)", "tf.keras.losses.MeanAbsoluteError()(y, p)", (Y, P)),
    Question("-tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), -1)", CROSS_ENTROPY.format("y"), (L, Z), (2, 3)),
    Question("tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)", CROSS_ENTROPY.format("y"), (L, Z), (2,)),
    Question(
        "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)",
        CROSS_ENTROPY.format("tf.stop_gradient(y)"),
        (L, Z),
        (2,),
    ),
    Question(
        "tf.losses.sparse_softmax_cross_entropy(k, z)",
        "tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)(k, z)",
        (K, Z),
        (2, 3),
    ),
    Question(BY_HAND.format("log"), "tf.keras.losses.BinaryCrossentropy(from_logits=True)(y, z)", (B, BZ)),
    Question(EPSILON.format("log"), EPSILON.format("math.log"), (B, U)),
    Question("tf.losses.log_loss(y, p)", "tf.keras.losses.BinaryCrossentropy()(y, p)", (B, U)),
    *(question for rule in all_rules() if rule.id in _OF_CONTRIB for question in _of_forms(rule)),
    *(
        Question(f"tf.contrib.layers.{maker}(p)", f"tf.keras.regularizers.{keras}(p)", (P,))
        for maker, keras in (
            ("l1_regularizer(0.1)", "L1L2(l1=0.1)"),
            ("l2_regularizer(0.1)", "L2(0.05)"),
            ("l1_l2_regularizer(0.1, 0.2)", "L1L2(0.1, 0.1)"),
            ("l1_l2_regularizer(0.0, 0.2)", "L1L2(0.0, 0.1)"),
        )
    ),
]


@pytest.fixture(scope="module")
def verdicts() -> Iterator[tuple[dict[Question, Verdict], dict[Question, Verdict]]]:
    with Referee(use_cache=False, verify_all=True) as embedded, Referee(use_cache=False, legacy_python=PYTHON) as real:
        yield embedded.ask(QUESTIONS), real.ask(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=[each.legacy for each in QUESTIONS])
def test_both_oracles_agree(
    question: Question, verdicts: tuple[dict[Question, Verdict], dict[Question, Verdict]]
) -> None:
    embedded, real = verdicts[0][question], verdicts[1][question]
    assert real.status == embedded.status, real.sentence
    assert real.status != "unknown"
    assert real.oracle.startswith("TensorFlow 1.15")
