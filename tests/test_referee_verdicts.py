"""What each verdict means, on expressions small enough to follow by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tfloss_migrate.domains import (
    BinaryLabels,
    BinaryLogits,
    Domain,
    Hyperparameter,
    LabelDistribution,
    LabelWeights,
    Logits,
    Real,
    SampleWeight,
    Source,
    UnitInterval,
)
from tfloss_migrate.model import Input, Question, Shift, Verdict
from tfloss_migrate.referee.fixtures import NOT_READ
from tfloss_migrate.referee.judge import LEAST
from tfloss_migrate.referee.referee import Referee

pytestmark = pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow is not installed")

K = "tf.keras.losses."
FUSED = "tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits={})"


@pytest.fixture(scope="module")
def referee() -> Iterator[Referee]:
    with Referee(use_cache=False, verify_all=True) as referee:
        yield referee


def asked(
    referee: Referee,
    legacy: str,
    target: str,
    ranks: tuple[int, ...] = (2,),
    shift: Shift | None = None,
    intended: str | None = None,
    **domains: Domain,
) -> Verdict:
    inputs = tuple(Input(name, domain) for name, domain in domains.items())
    question = Question(legacy, target, inputs, ranks, shift, intended)
    return referee.ask([question])[question]


def test_the_oracle_names_what_ran(referee: Referee) -> None:
    verdict = asked(referee, "tf.square(y)", f"{K}MSE(y[..., None], tf.zeros_like(y[..., None]))", y=Real())
    assert verdict.status == "same"
    assert verdict.oracle.startswith("tf.compat.v1 2.")
    assert "Keras 3." in verdict.oracle


def test_a_shift_within_its_bound_is_shifted_and_beyond_it_different(referee: Referee) -> None:
    legacy = "-tf.reduce_mean(y * tf.log(p + 0.001) + (1.0 - y) * tf.log(1.0 - p + 0.001))"
    target = f"{K}BinaryCrossentropy()(y, p)"
    domains: dict[str, Domain] = {"y": BinaryLabels(), "p": UnitInterval()}
    verdict = asked(referee, legacy, target, shift=Shift("no epsilon is added", 0.05), **domains)
    assert verdict.status == "shifted"
    assert "no epsilon is added" in verdict.sentence
    assert 0 < verdict.max_abs < 0.05
    assert asked(referee, legacy, target, shift=Shift("no epsilon is added", 1e-6), **domains).status == "different"
    assert asked(referee, legacy, target, shift=Shift("none", 0.05, 1e-4), **domains).status == "different"
    assert asked(referee, legacy, target, **domains).status == "different"


def test_a_repair_agrees_with_what_was_meant_and_tells_the_change(referee: Referee) -> None:
    legacy, intended = FUSED.format("tf.nn.softmax(z)"), FUSED.format("z")
    target = f"{K}categorical_crossentropy(y, z, from_logits=True)"
    domains: dict[str, Domain] = {"y": LabelDistribution(), "z": Logits()}
    verdict = asked(referee, legacy, target, intended=intended, **domains)
    assert verdict.status == "repaired"
    assert verdict.max_abs > 0.1
    assert intended in verdict.sentence
    assert asked(referee, legacy, target, **domains).status == "different"
    assert asked(referee, legacy, target + " * 2.0", intended=intended, **domains).status == "different"


def test_rows_of_labels_of_any_sum_are_judged_where_the_domain_has_them_and_shown_where_not(referee: Referee) -> None:
    legacy, target = (
        "-tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), -1)",
        f"{K}categorical_crossentropy(y, z, from_logits=True)",
    )
    inside = asked(referee, legacy, target, y=LabelWeights(), z=Logits())
    outside = asked(referee, legacy, target, y=LabelDistribution(), z=Logits())
    assert inside.status == "different"
    assert outside.status == "steadier"
    assert "beyond the promises: y: all-zero label rows: gradient of z" in outside.sentence
    assert "rows of y that sum to one" in outside.domain


def test_steadier_names_where_the_old_side_is_wrong(referee: Referee) -> None:
    legacy = "-tf.reduce_mean(y * tf.log(tf.sigmoid(z)) + (1.0 - y) * tf.log(1.0 - tf.sigmoid(z)))"
    verdict = asked(
        referee, legacy, f"{K}BinaryCrossentropy(from_logits=True)(y, z)", y=BinaryLabels(), z=BinaryLogits()
    )
    assert verdict.status == "steadier"
    assert "the old side is wrong at z: logits of 16 and -16" in verdict.sentence


def test_a_missing_gradient_equals_a_gradient_of_zero_and_no_other(referee: Referee) -> None:
    assert (
        asked(referee, "tf.stop_gradient(y) * p", "tf.stop_gradient(y) * p + 0.0 * y", y=Real(), p=Real()).status
        == "same"
    )
    verdict = asked(referee, "tf.stop_gradient(y) * p", "y * p", y=Real(), p=Real())
    assert verdict.status == "different"
    assert verdict.counterexample is not None
    assert verdict.counterexample.what == "gradient of y"


def test_a_constant_input_has_no_gradient_to_compare(referee: Referee) -> None:
    assert asked(referee, "tf.stop_gradient(y) * p", "y * p", y=Real(constant=True), p=Real()).status == "same"


def test_shape_and_dtype_are_part_of_the_result(referee: Referee) -> None:
    assert "shape" in asked(referee, "tf.reduce_sum(y)", "tf.reduce_sum(y, keepdims=True)", y=Real()).sentence
    assert "dtype" in asked(referee, "tf.to_float(y)", "tf.cast(y, tf.float64)", y=Real()).sentence


def test_a_target_that_depends_on_how_it_is_run_is_different(referee: Referee) -> None:
    legacy = "tf.reduce_mean(" + FUSED.format("tf.nn.softmax(z)") + ")"
    target = f"{K}CategoricalCrossentropy(from_logits=True)(y, {{}}(z))"
    domains: dict[str, Domain] = {"y": LabelDistribution(), "z": Logits()}
    assert asked(referee, legacy, target.format("tf.nn.softmax"), **domains).status == "different"
    held = f"{K}CategoricalCrossentropy(from_logits=True)(y, tf.identity(tf.nn.softmax(z)))"
    assert asked(referee, legacy, held, **domains).status == "same"


@pytest.mark.skipif(find_spec("tf_keras") is None, reason="tf_keras is not installed")
def test_a_name_that_one_keras_lacks_is_different(referee: Referee) -> None:
    target = f"{K}mean_squared_error(y, p)"
    assert asked(referee, "tf.reduce_mean(tf.square(y - p), -1)", target, y=Real(), p=Real()).status == "different"


def test_the_graph_optimiser_is_told_and_never_judged_by(referee: Referee) -> None:
    formula = "-tf.reduce_mean(y * tf.math.log(p + 1e-10) + (1.0 - y) * tf.math.log(1.0 - p + 1e-10))"
    verdict = asked(referee, formula, formula, y=BinaryLabels(), p=UnitInterval())
    assert verdict.status == "same"
    assert "TF1's graph optimiser folds a small constant away" in verdict.sentence


def test_weights_are_tried_in_every_layout_and_what_the_old_side_refuses_is_left_out(referee: Referee) -> None:
    legacy = "tf.losses.mean_squared_error(y, p, weights=w, reduction=tf.losses.Reduction.SUM)"
    domains: dict[str, Domain] = {"y": Real(), "p": Real(), "w": SampleWeight()}
    verdict = asked(referee, legacy, "tf.reduce_sum(w * tf.square(y - p))", ranks=(1, 2, 3), **domains)
    assert verdict.status == "same"
    assert "the old side raises for y [4, 3], p [4, 3], w [3]" in verdict.sentence


def test_stress_goes_to_a_shape_that_the_old_side_takes(referee: Referee) -> None:
    verdict = asked(referee, "tf.reduce_mean(tf.reshape(x, [5]))", "tf.reduce_mean(x)", ranks=(1, 2, 3), x=Real())
    assert verdict.status == "same"
    assert "the old side raises for x [4, 3]" in verdict.sentence
    assert verdict.cases >= LEAST
    other = asked(referee, "tf.exp(tf.reshape(x, [5]))", "tf.exp(tf.minimum(x, 80.0))", ranks=(1, 2, 3), x=Real())
    assert other.status == "different"  # on stress alone


def test_what_is_a_number_only_above_zero_is_compared_there_and_says_so(referee: Referee) -> None:
    verdict = asked(referee, "tf.reduce_sum(tf.log(x))", "tf.reduce_sum(tf.math.log(x))", x=Real())
    assert verdict.status == "same"
    assert "x above zero" in verdict.domain


def test_a_loss_that_is_no_number_anywhere_is_no_evidence(referee: Referee) -> None:
    verdict = asked(referee, "tf.log(-x * x)", "tf.math.log(-x * x)", x=Real())
    assert (verdict.status, verdict.cases > LEAST) == ("unknown", True)
    assert "no finite number" in verdict.sentence


def test_a_number_that_the_code_does_not_spell_out_is_tried_with_several_values(referee: Referee) -> None:
    legacy = "tf.losses.huber_loss(y, p, delta=d)"
    domains: dict[str, Domain] = {"y": Real(), "p": Real(), "d": Hyperparameter()}
    assert asked(referee, legacy, f"{K}Huber(delta=d)(y, p)", ranks=(1, 2), **domains).status == "same"
    assert asked(referee, legacy, f"{K}Huber(delta=0.75)(y, p)", ranks=(1, 2), **domains).status == "different"


@pytest.mark.parametrize(
    ("legacy", "target"),
    [
        ("tf.neg(tf.sub(tf.mul(y, p), tf.div(y, 2.0)))", "-(y * p - y / 2.0)"),
        ("tf.select(tf.greater(y, p), y, p)", "tf.where(y > p, y, p)"),
        ("tf.reduce_sum(y, reduction_indices=[1], keep_dims=True)", "tf.reduce_sum(y, axis=1, keepdims=True)"),
        ("tf.concat(1, [y, p])", "tf.concat([y, p], 1)"),
        ("tf.pack([y, p])", "tf.stack([y, p])"),
        ("tf.to_float(tf.equal(tf.arg_max(y, 1), tf.argmax(p, dimension=1)))",
         "tf.cast(tf.equal(tf.argmax(y, 1), tf.argmax(p, 1)), tf.float32)"),
        ("tf.nn.softmax(y, dim=-1) + tf.nn.l2_normalize(p, dim=1)", "tf.nn.softmax(y) + tf.math.l2_normalize(p, 1)"),
        ("tf.nn.softmax_cross_entropy_with_logits(y, tf.nn.softmax(p))",
         "tf.nn.softmax_cross_entropy_with_logits(tf.stop_gradient(tf.nn.softmax(p)), y)"),
        ("tf.nn.sigmoid_cross_entropy_with_logits(logits=y, targets=tf.sigmoid(p))",
         "tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.sigmoid(p), logits=y)"),
        ("tf.maximum(0., 1. - y) + tf.minimum(p, 1e-3)", "tf.nn.relu(1.0 - y) + tf.minimum(p, 1e-3)"),
        ("tf.contrib.losses.mean_squared_error(p, y)", f"{K}MeanSquaredError()(y, p)"),
        (
            "tf.contrib.losses.mean_pairwise_squared_error(p, y)",
            "2.0 * tf.reduce_sum(tf.reduce_mean(tf.square(p - y), 1) - tf.square(tf.reduce_mean(p - y, 1)))",
        ),
        (
            "tf.contrib.layers.l1_l2_regularizer(0.1, 0.2)(y) + tf.reduce_sum(p)",
            "tf.keras.regularizers.L1L2(0.1, 0.1)(y) + tf.reduce_sum(p)",
        ),
        ("tf.contrib.layers.l2_regularizer(0.1)(y) + tf.nn.l2_loss(p)",
         "tf.keras.regularizers.L2(0.05)(y) + tf.keras.regularizers.L2(0.5)(p)"),
        ("tf.cond(tf.reduce_sum(y) > 0., lambda: tf.reduce_sum(y), lambda: tf.reduce_sum(p))",
         "tf.where(tf.reduce_sum(y) > 0.0, tf.reduce_sum(y), tf.reduce_sum(p))"),
        ("y[:, 1] + p[..., -1] * tf.cast(tf.shape(y)[1], tf.float32)", "y[:, 1] + 3.0 * p[:, 2]"),
    ],
)  # fmt: skip
def test_names_and_orders_of_every_tf1_are_understood(referee: Referee, legacy: str, target: str) -> None:
    verdict = asked(referee, legacy, target, y=Real(), p=Real())
    assert verdict.status in ("same", "steadier"), verdict.sentence


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tf.py_func(y)", "tf.py_func"),
        ("tf.io.read_file('/etc/passwd')", "tf.io.read_file"),
        ("tf.keras.losses.deserialize({'class_name': 'x'})", "tf.keras.losses.deserialize"),
        ("tf.reduce_sum.__globals__", "tf.reduce_sum.__globals__"),
        ("y.__class__", "__class__"),
        ("open('/etc/passwd')", "open"),
        ("[1 for a in (1,)]", "ListComp"),
        ("[y] * 1000000000", "repeated list"),
        ("2 ** 2 ** 2 ** 2 ** 2 ** 2", "power above 64"),
        ("tf.zeros([100000, 100000])", "more than 1000000 elements"),
        ("tf.random.normal([3])", "tf.random.normal"),
        ("y +", "SyntaxError"),
    ],
)
def test_what_is_not_on_the_allow_list_is_unknown_and_named(referee: Referee, text: str, told: str) -> None:
    for legacy, target in ((text, "y"), ("y", text)):
        verdict = asked(referee, legacy, target, y=Real())
        assert verdict.status == "unknown"
        assert told in verdict.sentence


def test_a_side_that_raises_on_every_case_is_unknown_with_its_words(referee: Referee) -> None:
    verdict = asked(referee, "tf.matmul(y, p)", "tf.matmul(y, p)", y=Real(), p=Real())
    assert verdict.status == "unknown"
    assert verdict.sentence.startswith("the old expression could not be run: ")


def test_a_counterexample_is_a_test_that_fails_when_run(referee: Referee, tmp_path: Path) -> None:
    verdict = asked(
        referee, "tf.reduce_mean(tf.square(tf.sub(y, p)))", f"{K}MeanAbsoluteError()(y, p)", y=Real(), p=Real()
    )
    assert verdict.counterexample is not None
    script = tmp_path / "counterexample.py"
    script.write_text(verdict.counterexample.test, encoding="utf-8")
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "Not equal to tolerance" in run.stderr


def test_the_users_own_arrays_are_tried_too(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", **{"loss.y": np.full((2, 3), 200.0), "loss.p": np.zeros((2, 3))})
    np.savez(tmp_path / "other.npz", y=np.array([object()], dtype=object), p=np.zeros(1))
    (tmp_path / "damaged.npz").write_bytes(b"PK")
    inputs = (Input("labels", Real()), Input("p", Real()))
    source = Source("loss", (("labels", "y"),))
    question = Question("tf.minimum(labels - p, 100.0)", "labels - p", inputs, (2,), source=source)
    with Referee(use_cache=False, fixtures=str(tmp_path)) as referee:
        verdict = referee.ask([question])[question]
        assert referee.fixtures is not None
        unused = dict(referee.fixtures.unused())
    assert unused == {str(tmp_path / name): NOT_READ for name in ("other.npz", "damaged.npz")}
    assert verdict.status == "different"
    assert verdict.counterexample is not None
    assert verdict.counterexample.case.startswith("fixture own.npz: loss")


@pytest.mark.parametrize("dtype", ["int32", "bool"])
def test_whole_numbers_and_truth_values_are_run_as_such_on_both_sides(referee: Referee, dtype: str) -> None:
    def log_loss(labels: str) -> Verdict:
        loss = f"tf.reduce_mean(-{labels} * tf.math.log(p + 1e-07) - (1 - {labels}) * tf.math.log(1 - p + 1e-07))"
        given = BinaryLabels(constant=True, dtype=dtype)
        return asked(referee, "tf.losses.log_loss(y, p)", loss, y=given, p=UnitInterval())

    cast, plain = log_loss("tf.cast(y, tf.float32)"), log_loss("y")
    assert cast.status == "same"
    assert f"y of {'whole numbers' if dtype == 'int32' else 'truth values'}" in cast.domain
    assert plain.status == "unknown"
    assert plain.sentence.startswith("the new expression could not be run")


def test_a_verdict_tells_the_axes_that_were_tried_unless_they_are_one_to_three(referee: Referee) -> None:
    said = {
        ranks: asked(referee, "tf.square(y)", "tf.square(y)", ranks=ranks, y=Real()).domain
        for ranks in ((1, 2, 3), (2, 3), (2,))
    }
    assert said == {
        (1, 2, 3): "finite values, batch not empty, floats of one dtype",
        (2, 3): "y of 2 or 3 axes; finite values, batch not empty, floats of one dtype",
        (2,): "y of 2 axes; finite values, batch not empty, floats of one dtype",
    }
