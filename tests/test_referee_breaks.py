"""The checker is checked: good pairs pass, and each of them broken on purpose is caught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import pytest

from tfloss_migrate.domains import (
    BinaryLabels,
    BinaryLogits,
    ClassIds,
    Domain,
    LabelDistribution,
    Logits,
    Probabilities,
    Real,
    SampleWeight,
    UnitInterval,
)
from tfloss_migrate.model import Input, Question, Status, Verdict
from tfloss_migrate.referee.referee import Referee

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow is not installed")

WEIGHTED = (
    "tf.math.divide_no_nan(tf.reduce_sum(w * tf.square(y - p)), tf.reduce_sum(tf.cast(tf.not_equal("
    "w * tf.ones_like(p), 0.0), p.dtype)))"
)
BY_HAND = "-tf.reduce_mean(y * tf.log(tf.sigmoid(z)) + (1.0 - y) * tf.log(1.0 - tf.sigmoid(z)))"
CLIPPED = (
    "-tf.reduce_mean(y * tf.math.log(tf.clip_by_value(tf.sigmoid(z), 1e-10, 1.0))"
    " + (1.0 - y) * tf.math.log(tf.clip_by_value(1.0 - tf.sigmoid(z), 1e-10, 1.0)))"
)
WITH_EPSILON = "-tf.reduce_mean(y * tf.log(p + 1e-10) + (1.0 - y) * tf.log(1.0 - p + 1e-10))"
HUBER = "tf.reduce_mean(tf.where(tf.abs(y - p) <= 1.0, 0.5 * tf.square(y - p), tf.abs(y - p) - 0.5))"


@dataclass(frozen=True)
class Pair:
    """A legacy expression, a target that computes the same, and targets broken on purpose, by what is broken."""

    domains: dict[str, Domain]
    legacy: str
    target: str
    broken: dict[str, str]
    status: Status = "same"
    ranks: tuple[int, ...] = (1, 2, 3)


#: `K.` stands for `tf.keras.losses.`.
PAIRS = {
    "mean squared error": Pair(
        {"y": Real(), "p": Real()},
        "tf.reduce_mean(tf.square(tf.sub(y, p)))",
        "K.MeanSquaredError()(y, p)",
        {
            "factor": "1.0001 * K.MeanSquaredError()(y, p)",
            "sign": "-K.MeanSquaredError()(y, p)",
            "reduction": "K.MeanSquaredError(reduction='sum')(y, p)",
            "axis": "tf.reduce_mean(tf.square(y - p), -1)",
        },
    ),
    "root mean squared error": Pair(
        {"y": Real(), "p": Real()},
        "tf.sqrt(tf.reduce_mean(tf.square(y - p)))",
        "tf.sqrt(K.MeanSquaredError()(y, p))",
        {
            "epsilon": "tf.sqrt(K.MeanSquaredError()(y, p) + 1e-7)",
            "order": "tf.reduce_mean(tf.sqrt(tf.reduce_mean(tf.square(y - p), -1)))",
        },
    ),
    "absolute difference": Pair(
        {"y": Real(), "p": Real()},
        "tf.losses.absolute_difference(y, p)",
        "K.MeanAbsoluteError()(y, p)",
        {
            "formula": "K.MeanSquaredError()(y, p)",
            "log": "K.LogCosh()(y, p)",
        },
    ),
    "huber": Pair(
        {"y": Real(), "p": Real()},
        HUBER,
        "K.Huber()(y, p)",
        {
            "delta": "K.Huber(delta=1.01)(y, p)",
            "factor": "2.0 * K.Huber()(y, p)",
        },
    ),
    "cross-entropy by hand": Pair(
        {"y": LabelDistribution(), "z": Logits()},
        "-tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), axis=-1)",
        "K.categorical_crossentropy(y, z, from_logits=True)",
        {
            "from_logits": "K.categorical_crossentropy(y, z)",
            "swapped": "K.categorical_crossentropy(z, y, from_logits=True)",
            "clip": "-tf.reduce_sum(y * tf.math.log(tf.clip_by_value(tf.nn.softmax(z), 1e-10, 1.0)), axis=-1)",
            "epsilon": "-tf.reduce_sum(y * tf.math.log(tf.nn.softmax(z) + 1e-10), axis=-1)",
            "probabilities": "K.categorical_crossentropy(y, tf.nn.softmax(z))",
            "axis": "-tf.reduce_sum(y * tf.nn.log_softmax(z, axis=0), axis=-1)",
        },
        status="steadier",
        ranks=(2, 3),
    ),
    "softmax cross-entropy": Pair(
        {"y": LabelDistribution(), "z": Logits()},
        "tf.losses.softmax_cross_entropy(y, z)",
        "K.CategoricalCrossentropy(from_logits=True)(tf.stop_gradient(y), z)",
        {
            "stop_gradient": "K.CategoricalCrossentropy(from_logits=True)(y, z)",
            "double softmax": "K.CategoricalCrossentropy(from_logits=True)(tf.stop_gradient(y), tf.nn.softmax(z))",
            "smoothing": "K.CategoricalCrossentropy(from_logits=True, label_smoothing=0.01)(tf.stop_gradient(y), z)",
        },
        ranks=(2, 3),
    ),
    "sparse cross-entropy": Pair(
        {"k": ClassIds(), "z": Logits()},
        "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=z)",
        "K.sparse_categorical_crossentropy(k, z, from_logits=True)",
        {
            "from_logits": "K.sparse_categorical_crossentropy(k, z)",
            "reduction": "tf.reduce_mean(K.sparse_categorical_crossentropy(k, z, from_logits=True))",
        },
        ranks=(2, 3),
    ),
    "binary cross-entropy by hand": Pair(
        {"y": BinaryLabels(), "z": BinaryLogits()},
        BY_HAND,
        "K.BinaryCrossentropy(from_logits=True)(y, z)",
        {
            "from_logits": "K.BinaryCrossentropy()(y, z)",
            "probabilities": "K.BinaryCrossentropy()(y, tf.identity(tf.sigmoid(z)))",
            "clip": CLIPPED,
        },
        status="steadier",
    ),
    "sigmoid cross-entropy": Pair(
        {"y": BinaryLabels(), "z": BinaryLogits()},
        "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)",
        "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)",
        {
            "swapped": "tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=y)",
            "last axis": "K.binary_crossentropy(y, z, from_logits=True)",
        },
    ),
    "cross-entropy of probabilities": Pair(
        {"y": LabelDistribution(), "p": Probabilities()},
        "-tf.reduce_sum(y * tf.log(p), reduction_indices=[-1])",
        "-tf.reduce_sum(y * tf.math.log(p), axis=-1)",
        {
            "keras": "K.categorical_crossentropy(y, p)",
            "epsilon": "-tf.reduce_sum(y * tf.math.log(p + 1e-10), axis=-1)",
            "clip": "-tf.reduce_sum(y * tf.math.log(tf.clip_by_value(p, 1e-7, 1.0)), axis=-1)",
        },
        ranks=(2, 3),
    ),
    "binary cross-entropy with an epsilon": Pair(
        {"y": BinaryLabels(), "p": UnitInterval()},
        WITH_EPSILON,
        "-tf.reduce_mean(y * tf.math.log(p + 1e-10) + (1.0 - y) * tf.math.log(1.0 - p + 1e-10))",
        {
            "epsilon": "-tf.reduce_mean(y * tf.math.log(p + 1e-9) + (1.0 - y) * tf.math.log(1.0 - p + 1e-9))",
            "keras": "K.BinaryCrossentropy()(y, p)",
        },
    ),
    "weighted mean squared error": Pair(
        {"y": Real(), "p": Real(), "w": SampleWeight()},
        "tf.losses.mean_squared_error(y, p, weights=w)",
        WEIGHTED,
        {
            "count": "tf.reduce_mean(w * tf.square(y - p))",
            "keras": "K.MeanSquaredError()(y[..., None], p[..., None], sample_weight=w)",
        },
        ranks=(2,),
    ),
    # at a logit of 30 its slope is known to three digits only, in float64, and not at all in float32
    "what a sigmoid by hand leaves of one": Pair(
        {"z": BinaryLogits()},
        "tf.log(1.0 - 1.0 / (1.0 + tf.exp(-z)))",
        "tf.math.log_sigmoid(-z)",
        {
            "sign": "-tf.math.log_sigmoid(-z)",
            "epsilon": "tf.math.log(1.0 - tf.sigmoid(z) + 1e-13)",
            "bounded": "tf.maximum(tf.math.log_sigmoid(-z), -29.5)",
            "from 29 on, by a hundredth": "tf.where(z > 29.0, 0.99 * tf.math.log_sigmoid(-z), tf.math.log_sigmoid(-z))",
        },
        "steadier",
    ),
}


def question(name: str, target: str) -> Question:
    pair = PAIRS[name]
    inputs = tuple(Input(name, domain) for name, domain in pair.domains.items())
    return Question(pair.legacy, target.replace("K.", "tf.keras.losses."), inputs, pair.ranks)


@pytest.fixture(scope="module")
def verdicts() -> Iterator[dict[Question, Verdict]]:
    wanted = [question(name, target) for name, pair in PAIRS.items() for target in (pair.target, *pair.broken.values())]
    with Referee(use_cache=False, verify_all=True) as referee:
        yield referee.ask(wanted)


@pytest.mark.parametrize("name", PAIRS)
def test_a_good_pair_is_found_good(name: str, verdicts: dict[Question, Verdict]) -> None:
    verdict = verdicts[question(name, PAIRS[name].target)]
    assert verdict.status == PAIRS[name].status, verdict.sentence
    assert verdict.counterexample is None
    assert "no difference found" in verdict.sentence
    assert "proved" not in verdict.sentence


@pytest.mark.parametrize(("name", "broken"), [(name, broken) for name, pair in PAIRS.items() for broken in pair.broken])
def test_a_target_broken_on_purpose_is_different(name: str, broken: str, verdicts: dict[Question, Verdict]) -> None:
    verdict = verdicts[question(name, PAIRS[name].broken[broken])]
    assert verdict.status == "different", verdict.sentence
    assert verdict.counterexample is not None
    assert verdict.counterexample.inputs
