"""The small arrays that losses are told apart by compute what numpy computes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfloss_migrate.recognise import arrays
from tfloss_migrate.recognise.arrays import Array, each, reduced
from tfloss_migrate.recognise.evaluate import KNOWN, Evaluation, NoMeaningError
from tfloss_migrate.syntax.ops import SPELLINGS
from tfloss_migrate.syntax.terms import Term, const, num, op

_SHAPES = st.sampled_from([(), (1,), (3,), (2, 3), (2, 1), (1, 3), (2, 3, 2)])


def _drawn(shape: tuple[int, ...], seed: int) -> tuple[Array, np.ndarray]:
    numbers = np.random.default_rng(seed).normal(size=shape)
    return Array(shape, tuple(numbers.reshape(-1).tolist())), numbers


def _agree(found: Array, wanted: np.ndarray) -> None:
    assert found.shape == wanted.shape
    np.testing.assert_allclose(np.reshape(found.numbers, found.shape), wanted, rtol=1e-12, atol=1e-14)


@given(_SHAPES, _SHAPES, st.integers(0, 99))
def test_two_arrays_broadcast_as_in_numpy_or_are_refused_alike(
    one: tuple[int, ...], other: tuple[int, ...], seed: int
) -> None:
    left, right = _drawn(one, seed), _drawn(other, seed + 1)
    try:
        wanted = left[1] - right[1]
    except ValueError:
        with pytest.raises(ValueError, match="shapes"):
            each(lambda a, b: a - b, left[0], right[0])
        return
    _agree(each(lambda a, b: a - b, left[0], right[0]), wanted)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("axes", [None, 0, -1, 1, (0, 1), (-1,)])
@pytest.mark.parametrize(("function", "same"), [(sum, np.sum), (max, np.max)])
def test_reductions_are_those_of_numpy(
    function: Callable[..., float], same: Callable[..., np.ndarray], axes: object, keep: bool
) -> None:
    array, numbers = _drawn((2, 3, 2), 5)
    _agree(reduced(function, array, axes, keep), same(numbers, axis=axes, keepdims=keep))


def test_rows_become_their_softmax_and_its_logarithm() -> None:
    array, numbers = _drawn((2, 4), 1)
    powers = np.exp(numbers)
    probabilities = powers / powers.sum(-1, keepdims=True)
    _agree(arrays.along(arrays.softmax, array, -1), probabilities)
    _agree(arrays.along(arrays.log_softmax, array, 1), np.log(probabilities))
    with pytest.raises(ValueError, match="last axis"):
        arrays.along(arrays.softmax, array, 0)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("abs", np.abs),
        ("sign", np.sign),
        ("exp", np.exp),
        ("expm1", np.expm1),
        ("tanh", np.tanh),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x))),
        ("log_sigmoid", lambda x: -np.logaddexp(0, -x)),
        ("softplus", lambda x: np.logaddexp(0, x)),
        ("ones_like", np.ones_like),
        ("zeros_like", np.zeros_like),
    ],
)
def test_operations_on_one_array_are_those_of_numpy(name: str, same: Callable[..., np.ndarray]) -> None:
    array, numbers = _drawn((2, 3), 3)
    label = {"softplus": "features", "ones_like": "input", "zeros_like": "input"}.get(name, "x")
    leaf = Term("var", "a")
    _agree(Evaluation({leaf: array}, 3).value(op(name, [(label, leaf)])), same(numbers))


def test_a_cross_entropy_is_the_one_that_its_labels_say() -> None:
    logits, numbers = _drawn((2, 3), 4)
    logs = numbers - np.log(np.exp(numbers).sum(-1, keepdims=True))
    held = {Term("var", "z"): logits, Term("var", "k"): Array((2,), (2.0, 0.0))}
    z, k = held
    sparse = op("sparse_softmax_cross_entropy", [("labels", k), ("logits", z)])
    _agree(Evaluation(held, 3).value(sparse), -logs[[0, 1], [2, 0]])
    hot = op("one_hot", [("indices", k), ("depth", num(10))])
    dense = op("softmax_cross_entropy", [("labels", hot), ("logits", z)])
    _agree(Evaluation(held, 3).value(dense), -logs[[0, 1], [2, 0]])


def test_what_has_no_value_is_refused() -> None:
    zero = Array((2,), (0.0, 1.0))
    leaf = Term("var", "x")
    for term in (op("log", [("x", leaf)]), op("matmul", [("a", leaf), ("b", leaf)]), const("no number")):
        with pytest.raises(NoMeaningError):
            Evaluation({leaf: zero}, 3).value(term)


def test_every_operation_with_a_meaning_is_in_the_table_of_operations() -> None:
    assert set(SPELLINGS) >= KNOWN
