"""Ranges hold every value that float32 computes, and know what float32 rounds away."""

from __future__ import annotations

import ast
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.ranges import Range, Ranges
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.terms import Term

_BOUNDS = {"a": (-3.0, 2.0), "b": (0.0, 1.0), "c": (0.5, 4.0), "z": (-200.0, 200.0)}


def _term(code: str) -> Term:
    names = Names(ast.parse(f"import tensorflow as tf\n({code})"))
    expression, place = names.places[-1]
    return Reader(names).term(expression, place)


def _bounded(term: Term) -> Range | None:
    name = term.node.id if isinstance(term.node, ast.Name) else None
    return Range(*_BOUNDS[name], True, frozenset({name})) if name in _BOUNDS else None


def _range(code: str, *, exact: bool = False) -> Range:
    return Ranges(_bounded, exact=exact).of(_term(code))


def _softmax(x: np.ndarray) -> np.ndarray:
    exps = np.exp(x - x.max())
    return exps / exps.sum()


_ONE = {
    "tf.exp": np.exp,
    "tf.abs": np.abs,
    "tf.square": np.square,
    "tf.sigmoid": lambda x: np.float32(1) / (np.float32(1) + np.exp(-x)),
    "tf.tanh": np.tanh,
    "tf.nn.relu": lambda x: np.maximum(x, np.float32(0)),
    "tf.nn.softplus": lambda x: np.logaddexp(x, np.float32(0)),
    "tf.nn.softmax": _softmax,
    "tf.negative": np.negative,
    "tf.reduce_sum": np.sum,
    "tf.reduce_mean": np.mean,
    "tf.reduce_max": np.max,
    "tf.stop_gradient": lambda x: x,
}
_TWO = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "tf.maximum": np.maximum,
    "tf.minimum": np.minimum,
}
_numbers = st.sampled_from([0.5, 1.0, 2.0, 1e-8, 1e-10, 1.0 - 1e-8, 0.999, 3.0])
_leaves = st.one_of(st.sampled_from(sorted(_BOUNDS)), _numbers.map(repr))
_trees = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(sorted(_ONE)), inner),
        st.tuples(st.sampled_from(sorted(_TWO)), inner, inner),
        st.tuples(st.just("clip"), inner),
        st.tuples(st.just("inverse"), inner),
    ),
    max_leaves=8,
)


def _code(tree: object) -> str:
    if isinstance(tree, str):
        return tree
    name, *parts = tree  # type: ignore[misc]
    inner = [_code(part) for part in parts]
    if name == "clip":
        return f"tf.clip_by_value({inner[0]}, 1e-8, 1.0 - 1e-8)"
    if name == "inverse":
        return f"(2.0 / {inner[0]})"
    return f"({inner[0]} {name} {inner[1]})" if len(name) == 1 else f"{name}({', '.join(inner)})"


def _value(tree: object, arrays: dict[str, np.ndarray]) -> np.ndarray:
    if isinstance(tree, str):
        return arrays[tree] if tree in arrays else np.full(3, float(tree), np.float32)
    name, *parts = tree  # type: ignore[misc]
    inner = [_value(part, arrays) for part in parts]
    if name == "clip":
        return np.clip(inner[0], np.float32(1e-8), np.float32(1.0 - 1e-8))
    if name == "inverse":
        return np.float32(2.0) / inner[0]
    return np.asarray((_ONE.get(name) or _TWO[name])(*inner), np.float32)


_inner = st.one_of(st.sampled_from(sorted(_BOUNDS)), _trees)


@pytest.mark.parametrize("name", [*_ONE, *_TWO, "clip", "inverse"])
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_value_that_float32_computes_leaves_the_range(name: str, data: st.DataObject) -> None:
    tree = (name, *(data.draw(_inner) for _ in range(2 if name in _TWO else 1)))
    arrays = {
        name: np.array(
            data.draw(st.lists(st.floats(low, high, width=32), min_size=3, max_size=3), label=name), np.float32
        )
        for name, (low, high) in _BOUNDS.items()
    }
    found = _range(_code(tree))
    with np.errstate(all="ignore"):
        values = np.atleast_1d(_value(tree, arrays)).astype(np.float64)
    values = values[np.isfinite(values)]
    if not values.size:
        return
    slack = 2e-6 * max(1.0, float(np.abs(values).max()))
    assert found.low - slack <= values.min(), (_code(tree), found, values)
    assert values.max() <= found.high + slack, (_code(tree), found, values)


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [
        ("tf.nn.softmax(x)", 0.0, 1.0),
        ("1 - tf.sigmoid(x)", 0.0, 1.0),
        ("tf.clip_by_value(x, 0.25, 0.75)", 0.25, 0.75),
        ("tf.square(x - y)", 0.0, math.inf),
        ("tf.abs(a)", 0.0, 3.0),
        ("tf.reduce_sum(tf.square(a), axis=1)", 0.0, math.inf),
        ("tf.reduce_mean(b * c)", 0.0, 4.0),
        ("tf.maximum(tf.nn.softmax(x), 0.5)", 0.5, 1.0),
        ("tf.where(x > 0.0, b, c)", 0.0, 4.0),
        ("1.0 / c", 0.25, 2.0),
        ("tf.one_hot(k, 10)", 0.0, 1.0),
        ("x", -math.inf, math.inf),
    ],
)
def test_the_range_of_an_expression(code: str, low: float, high: float) -> None:
    found = _range(code)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("tf.nn.softmax(x)", "reaches"),
        ("tf.nn.softmax(x) + 1e-8", "safe"),
        ("tf.nn.softmax(x) + 1e-46", "reaches"),
        ("tf.maximum(tf.nn.softmax(x), 1e-12)", "safe"),
        ("tf.clip_by_value(tf.sigmoid(x), 1e-8, 1.0)", "safe"),
        ("1 - tf.clip_by_value(tf.sigmoid(x), 1e-8, 1 - 1e-8)", "reaches"),
        ("1 - tf.clip_by_value(tf.sigmoid(x), 1e-7, 1 - 1e-7)", "safe"),
        ("1e-10 + 1 - tf.sigmoid(x)", "reaches"),
        ("1e-6 + 1 - tf.sigmoid(x)", "safe"),
        ("tf.nn.relu(a)", "reaches"),
        ("tf.exp(x)", "unknown"),
        ("tf.exp(a)", "safe"),
        ("x", "unknown"),
        ("tf.sigmoid(x) * (1 - tf.sigmoid(x))", "unknown"),
        ("tf.square(x) + 1.0", "safe"),
        ("tf.sigmoid(tf.clip_by_value(x, -10.0, 10.0))", "safe"),
    ],
)
def test_what_reaches_zero_in_float32(code: str, answer: str) -> None:
    assert _range(code).above_zero == answer


def test_an_epsilon_that_float32_loses_guards_in_exact_arithmetic_only() -> None:
    for code in ("1e-10 + 1 - tf.sigmoid(x)", "1 - tf.clip_by_value(tf.sigmoid(x), 1e-8, 1 - 1e-8)"):
        assert _range(code, exact=True).above_zero == "safe"
        assert _range(code).above_zero == "reaches"
