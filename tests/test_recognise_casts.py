"""What the old function made floats of, the new expression makes floats of too, and it is run so."""

from __future__ import annotations

import re

import pytest
from rule_cases import findings_in

from tfloss_migrate.model import Rewrite
from tfloss_migrate.recognise.specimens import Specimen, specimens

_HEAD = "import numpy as np\nimport tensorflow as tf\nz = tf.layers.dense(x, 3)\n"
_FIRST = [s for s in specimens(by_name=False) if s.form.legacy in {form.legacy for form in s.rule.forms[:1]}]
_CASTING = [s for s in _FIRST if not s.is_second_choice and any(i.cast for i in s.rule.inputs)]


def _rewrite(text: str, rule: str) -> Rewrite | None:
    return next((r for f in findings_in(text) if f.rule == rule for r in f.rewrites), None)


@pytest.mark.parametrize("specimen", _CASTING, ids=str)
@pytest.mark.parametrize("dtype", ["int32", "bool"])
def test_every_input_that_the_old_function_casts_is_cast_where_it_shows(specimen: Specimen, dtype: str) -> None:
    rewrite = _rewrite(specimen.program(cast_from=dtype), specimen.rule.id)
    plain = _rewrite(specimen.program(), specimen.rule.id)
    assert rewrite is not None
    assert rewrite.question is not None
    assert plain is not None
    assert plain.question is not None
    for given in rewrite.question.inputs:
        cast = f"tf.cast({given.name}, tf.float32)"
        assert (cast in rewrite.question.target) == given.cast
        assert given.domain.dtype == (dtype if given.cast else given.domain.dtype)
        assert given.domain.constant or not given.cast
        assert cast not in plain.question.target


@pytest.mark.parametrize(
    ("labels", "dtype"),
    [
        ("tf.placeholder(tf.int64, [None, 3])", "int32"),
        ("tf.cast(y, tf.int32)", "int32"),
        ("tf.one_hot(ids, 3, dtype=tf.int32)", "int32"),
        ("tf.one_hot(ids, 3, 1, 0)", "int32"),
        ("tf.one_hot(ids, 3, on_value=1, off_value=0)", "int32"),
        ("tf.argmax(x, 1)", "int32"),
        ("[1, 0, 1]", "int32"),
        ("x.astype(np.int32)", "int32"),
        ("tf.cast(x, tf.int32) * 2", "int32"),
        ("x > 0", "bool"),
        ("tf.equal(x, 1)", "bool"),
        ("tf.cast(x, tf.bool)", "bool"),
        ("tf.logical_and(x > 0, x < 1)", "bool"),
        ("tf.sequence_mask(n, 3)", "bool"),
        ("[True, False]", "bool"),
        ("[1.0, 0.0]", "float32"),
    ],
)
def test_whole_numbers_truth_values_and_lists_are_cast(labels: str, dtype: str) -> None:
    rewrite = _rewrite(f"{_HEAD}t = {labels}\nloss = tf.losses.log_loss(t, z)\n", "TFL203")
    assert rewrite is not None
    assert rewrite.question is not None
    assert rewrite.new.replace("\n    ", "").count("tf.cast(t, tf.float32)") == 2
    assert {each.name: each.domain.dtype for each in rewrite.question.inputs} == {
        "labels": dtype,
        "predictions": "float32",
    }


@pytest.mark.parametrize(
    "labels",
    [
        "y",
        "tf.placeholder(tf.float32, [None, 3])",
        "tf.one_hot(ids, 3)",
        "tf.one_hot(ids, 3, 1.0, 0.0)",
        "tf.cast(tf.argmax(x, 1), tf.float32)",
        "tf.cast(tf.argmax(x, 1), dtype)",
        "tf.to_float(x > 0)",
        "tf.where(x > 0, a, b)",
    ],
)
def test_floats_and_what_is_not_known_are_not(labels: str) -> None:
    rewrite = _rewrite(f"{_HEAD}t = {labels}\nloss = tf.losses.log_loss(t, z)\n", "TFL203")
    assert rewrite is not None
    assert "tf.cast" not in rewrite.new


def test_weights_are_cast_where_a_reduction_would_be_one_of_whole_numbers() -> None:
    text = f"{_HEAD}loss = tf.losses.sparse_softmax_cross_entropy(k, z, w, reduction=tf.losses.Reduction.MEAN)\n"
    rewrite = _rewrite(text.replace("loss =", "w = tf.placeholder(tf.int32, [None])\nloss ="), "TFL205")
    assert rewrite is not None
    assert rewrite.new.replace("\n    ", "").endswith("tf.reduce_mean(tf.cast(w, tf.float32)))")


def test_whole_numbers_stay_where_the_old_function_keeps_them() -> None:
    text = f"{_HEAD}losses = tf.placeholder(tf.int32, [None])\nloss = tf.losses.compute_weighted_loss(losses)\n"
    assert [(f.rewrites, f.reason) for f in findings_in(text) if f.rule == "TFL214"] == [
        ((), "no form of this rule fits these arguments")
    ]


@pytest.mark.parametrize(
    ("call", "casts"),
    [
        ("tf.losses.mean_squared_error(wide, z)", ["tf.cast(wide, tf.float32)"]),
        ("tf.losses.mean_squared_error(wide, wider)", ["tf.cast(wide, tf.float32)", "tf.cast(wider, tf.float32)"]),
        ("tf.losses.softmax_cross_entropy(wide, z)", ["tf.cast(wide, tf.float32)"]),
        ("tf.losses.softmax_cross_entropy(wide, wider)", []),
        ("tf.losses.softmax_cross_entropy(k, wider)", ["tf.cast(k, tf.float64)"]),
    ],
)
def test_what_is_seen_to_be_wider_is_cast_as_the_old_function_casts_it(call: str, casts: list[str]) -> None:
    text = (
        "import tensorflow as tf\nwide = tf.placeholder(tf.float64, [None, 3])\n"
        "wider = tf.placeholder(tf.float64, [None, 3])\nk = tf.placeholder(tf.int32, [None, 3])\n"
        f"z = tf.layers.dense(x, 3)\nloss = {call}\n"
    )
    (new,) = {f.rewrites[0].new for f in findings_in(text) if f.rule in ("TFL201", "TFL204")}
    assert sorted(re.findall(r"tf\.cast\(\w+, tf\.float\d\d\)", " ".join(new.split()))) == casts


def test_a_cast_stays_an_input_of_what_is_recognised_by_meaning() -> None:
    text = (
        "import tensorflow as tf\ny = tf.placeholder(tf.float64, [None, 3])\n"
        "loss = tf.reduce_mean(tf.nn.relu(1 - (2 * tf.cast(y, tf.float32) - 1) * z))\n"
    )
    (rewrite,) = [r for f in findings_in(text) if f.rule == "TFL340" for r in f.rewrites]
    assert "2.0 * tf.cast(y, tf.float32) - 1.0" in rewrite.new


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ("tf.losses.log_loss([1.0, 0.0], [0.9, 0.2])", "tf.constant([0.9, 0.2])"),
        ("tf.losses.log_loss([1.0, 0.0], p)", "tf.constant(p)"),
        ("tf.losses.log_loss([1.0, 0.0], [a, b])", "tf.convert_to_tensor([a, b])"),
        ("tf.losses.softmax_cross_entropy(y, [[0.7, 0.3]], weights=[2.0])", "tf.constant([[0.7, 0.3]])"),
        ("tf.nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=[[0.7, 0.3]])", "tf.constant([[0.7, 0.3]])"),
    ],
)
def test_a_list_becomes_a_tensor_where_tensors_are_computed_with(call: str, made: str) -> None:
    text = f"import tensorflow as tf\n\np = [0.9, 0.2]\nloss = {call}\nsession = tf.Session()\n"
    (new,) = {f.rewrites[0].new for f in findings_in(text) if f.rule.startswith("TFL2")}
    assert made in " ".join(new.split()).replace("( ", "(")


@pytest.mark.parametrize(
    ("labels", "dtype"),
    [
        ("np.array([[0.5, 1.0]])", "float64"),
        ("np.zeros([3, 2])", "float64"),
        ("np.ones(3, np.float32)", "float32"),
        ("np.array(rows)", "float32"),
    ],
)
def test_arrays_of_numpy_are_as_wide_as_numpy_makes_them(labels: str, dtype: str) -> None:
    rewrite = _rewrite(f"{_HEAD}t = {labels}\nloss = tf.losses.mean_squared_error(t, z)\n", "TFL201")
    assert rewrite is not None
    assert rewrite.question is not None
    assert {each.name: each.domain.dtype for each in rewrite.question.inputs}["labels"] == dtype


def test_a_tensor_of_one_whole_number_is_cast_before_it_weighs() -> None:
    head = "import tensorflow as tf\n\nsession = tf.Session()\nloss = tf.losses.mean_squared_error(y, p, weights="
    for weights, cast in (("tf.constant(2)", True), ("tf.constant(2.0)", False), ("tf.constant(2, tf.float32)", False)):
        (new,) = {f.rewrites[0].new for f in findings_in(f"{head}{weights})\n") if f.rule.startswith("TFL2")}
        assert ("tf.cast(tf.constant(2), tf.float32)" in " ".join(new.split())) is cast
