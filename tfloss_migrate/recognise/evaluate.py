"""What a term computes, on small arrays: the meaning of an expression, apart from how it is spelled."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from tfloss_migrate.recognise import arrays
from tfloss_migrate.recognise.arrays import Array, each, reduced
from tfloss_migrate.syntax.terms import Term, constant_of


class NoMeaningError(Exception):
    """The term holds something that has no value here: an unknown operation, a leaf that is not given."""


_Operation = Callable[[dict[str, Array], dict[str, object]], Array]


class Evaluation:
    """Computes terms, `held` giving the array of each leaf or input, with so many classes in `one_hot`."""

    def __init__(self, held: Mapping[Term, Array], classes: int) -> None:
        self._held, self._classes = held, classes
        self._known: dict[int, Array] = {}

    def value(self, term: Term) -> Array:
        """The array of a term. Raises NoMeaningError."""
        found = self._known.get(id(term))
        if found is None:
            try:
                found = self._known[id(term)] = self._value(term)
            except (ArithmeticError, ValueError, KeyError) as error:
                raise NoMeaningError(str(error)) from error
        return found

    def _value(self, term: Term) -> Array:
        held = self._held.get(term)
        if held is not None:
            return held
        if term.kind == "num":
            return arrays.scalar(term.number)
        if term.kind == "sum":
            total = arrays.scalar(term.number)
            for part, coefficient in term.parts:
                factor = float(coefficient)  # type: ignore[arg-type]
                total = each(lambda sum_, x, by=factor: sum_ + by * x, total, self.value(part))
            return total
        if term.kind == "prod":
            product = arrays.scalar(term.number)
            for part, label in term.parts:
                exponent = float(label)  # type: ignore[arg-type]
                product = each(lambda whole, x, by=exponent: whole * _power(x, by), product, self.value(part))
            return product
        if term.kind == "op" and term.name in _OPERATIONS:
            return self._operation(term)
        raise NoMeaningError(f"{term.kind} {term.name} has no value here")

    def _operation(self, term: Term) -> Array:
        given: dict[str, Array] = {}
        constants: dict[str, object] = {}
        for part, label in term.parts:
            name = str(label)
            if name == "depth":
                constants[name] = self._classes
            elif part.kind == "leaf" and part not in self._held:
                constants[name] = constant_of(part)
            elif part.kind == "num" and name == "axis":
                constants[name] = int(part.number)
            else:
                given[name] = self.value(part)
        return _OPERATIONS[term.name](given, constants)


def _power(base: float, exponent: float) -> float:
    if base == 0.0 and exponent < 0.0:
        raise ZeroDivisionError
    if base < 0.0 and exponent != int(exponent):
        raise ValueError("a root of a negative number")
    return math.exp(exponent * math.log(base)) if base > 0.0 and exponent != int(exponent) else base ** int(exponent)


def _elementwise(function: Callable[..., float], *names: str) -> _Operation:
    return lambda given, _: each(function, *(given[name] for name in names))


def _reduction(function: Callable[..., float]) -> _Operation:
    return lambda given, constants: reduced(
        function, given["input_tensor"], constants.get("axis"), bool(constants.get("keepdims", False))
    )


def _rows(function: Callable[..., list[float]]) -> _Operation:
    return lambda given, constants: arrays.along(function, given["logits"], constants.get("axis", -1))


def _mean(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def _cross_entropy(given: dict[str, Array], constants: dict[str, object]) -> Array:
    logs = arrays.along(arrays.log_softmax, given["logits"], constants.get("axis", -1))
    return reduced(lambda row: -math.fsum(row), each(lambda y, log: y * log, given["labels"], logs), -1, False)


def _sparse_cross_entropy(given: dict[str, Array], _: dict[str, object]) -> Array:
    hot = arrays.one_hot(given["labels"], given["logits"].shape[-1])
    return _cross_entropy({"labels": hot, "logits": given["logits"]}, {})


def _sigmoid_cross_entropy(y: float, z: float) -> float:
    return arrays.softplus(z) - z * y


def _cast(given: dict[str, Array], constants: dict[str, object]) -> Array:
    dtype = str(constants.get("dtype"))
    change = math.trunc if "int" in dtype else bool if "bool" in dtype else float
    return each(lambda x: float(change(x)), given["x"])


def _where(given: dict[str, Array], _: dict[str, object]) -> Array:
    return each(lambda condition, x, y: x if condition else y, given["condition"], given["x"], given["y"])


_OPERATIONS: dict[str, _Operation] = {
    "abs": _elementwise(abs, "x"),
    "sign": _elementwise(lambda x: float(x > 0) - float(x < 0), "x"),
    "exp": _elementwise(math.exp, "x"),
    "log": _elementwise(math.log, "x"),
    "log1p": _elementwise(math.log1p, "x"),
    "expm1": _elementwise(math.expm1, "x"),
    "sigmoid": _elementwise(arrays.sigmoid, "x"),
    "log_sigmoid": _elementwise(lambda x: -arrays.softplus(-x), "x"),
    "softplus": _elementwise(arrays.softplus, "features"),
    "tanh": _elementwise(math.tanh, "x"),
    "cosh": _elementwise(math.cosh, "x"),
    "softmax": _rows(arrays.softmax),
    "log_softmax": _rows(arrays.log_softmax),
    "maximum": _elementwise(max, "x", "y"),
    "minimum": _elementwise(min, "x", "y"),
    "clip_by_value": _elementwise(lambda x, low, high: min(max(x, low), high), "t", "clip_value_min", "clip_value_max"),
    "where": _where,
    "less": _elementwise(lambda x, y: float(x < y), "x", "y"),
    "less_equal": _elementwise(lambda x, y: float(x <= y), "x", "y"),
    "equal": _elementwise(lambda x, y: float(x == y), "x", "y"),
    "not_equal": _elementwise(lambda x, y: float(x != y), "x", "y"),
    "reduce_sum": _reduction(math.fsum),
    "reduce_mean": _reduction(_mean),
    "reduce_max": _reduction(max),
    "reduce_min": _reduction(min),
    "reduce_prod": _reduction(math.prod),
    "reduce_logsumexp": _reduction(arrays.logsumexp),
    "cast": _cast,
    "to_float": _elementwise(float, "x"),
    "stop_gradient": _elementwise(float, "input"),
    "ones_like": _elementwise(lambda x: 1.0, "input"),
    "zeros_like": _elementwise(lambda x: 0.0, "input"),
    "size": lambda given, _: arrays.scalar(float(len(given["input"].numbers))),
    "one_hot": lambda given, constants: arrays.one_hot(given["indices"], constants.get("depth")),
    "expand_dims": lambda given, constants: arrays.expanded(given["input"], constants.get("axis")),
    "squeeze": lambda given, constants: arrays.squeezed(given["input"], constants.get("axis")),
    "softmax_cross_entropy": _cross_entropy,
    "softmax_cross_entropy_v2": _cross_entropy,
    "sparse_softmax_cross_entropy": _sparse_cross_entropy,
    "sigmoid_cross_entropy": _elementwise(_sigmoid_cross_entropy, "labels", "logits"),
}

#: The operations that have a meaning here.
KNOWN = frozenset(_OPERATIONS)
