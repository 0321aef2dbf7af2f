"""What numbers an expression may hold: interval arithmetic over terms.

A range is an interval that no value leaves. It is `reached` where both ends are surely held, or come near to, for some
value of what the expression is made of; of what nothing is known, the range is everything and not reached.
In float32 a softmax reaches 0, `1 + 1e-10` is 1, and what is below the smallest normal number is 0.
Source: TensorFlow 1.15.5 and 2.21 on the CPU, which flush subnormal numbers to zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable

from tfloss_migrate.record import dataclass, field
from tfloss_migrate.syntax.reals import MONOTONE, float32, inverse, plus, raised, times
from tfloss_migrate.syntax.terms import Term, constant_of

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Answer = Literal["safe", "reaches", "unknown"]
else:
    Answer = str

_INFINITY = math.inf
_SMALLEST_NORMAL = 2.0**-126


@dataclass(frozen=True)
class Range:
    """An interval; `leaves` are the independent things that its values come from."""

    low: float
    high: float
    reached: bool = False
    leaves: frozenset[Hashable] = field(default=frozenset(), compare=False)

    def __or__(self, other: Range) -> Range:
        """Everything that one of two alternatives may hold."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        reached = self.reached and other.reached and self == other
        return Range(low, high, reached, self.leaves | other.leaves)

    @property
    def above_zero(self) -> Answer:
        """Whether every value is above zero, as a logarithm, a division or the gradient of a root needs it."""
        if self.low > 0.0:
            return "safe"
        return "reaches" if self.reached else "unknown"

    @property
    def is_any_real(self) -> bool:
        """Whether it surely takes every value."""
        return self.reached and self.low == -_INFINITY and self.high == _INFINITY

    @property
    def known(self) -> bool:
        """Whether anything at all bounds it."""
        return self.low > -_INFINITY or self.high < _INFINITY


ANYTHING = Range(-_INFINITY, _INFINITY)

_FIXED = {
    "tanh": (-1.0, 1.0),
    "sign": (-1.0, 1.0),
    "ones_like": (1.0, 1.0),
    "zeros_like": (0.0, 0.0),
    "reduce_all": (0.0, 1.0),
    "reduce_any": (0.0, 1.0),
    "less": (0.0, 1.0),
    "less_equal": (0.0, 1.0),
    "equal": (0.0, 1.0),
    "not_equal": (0.0, 1.0),
    "argmax": (0.0, _INFINITY),
    "shape": (0.0, _INFINITY),
    "softmax_cross_entropy": (0.0, _INFINITY),
    "softmax_cross_entropy_v2": (0.0, _INFINITY),
    "sparse_softmax_cross_entropy": (0.0, _INFINITY),
}
_SAME = frozenset(
    "reduce_max reduce_min stop_gradient identity reshape squeeze expand_dims transpose to_float"
    " to_double convert_to_tensor".split()
)

#: What picks elements by their values, those above zero for one.
_BY_VALUE = frozenset("boolean_mask where less less_equal greater greater_equal not_equal".split())


class Ranges:
    """Reads the range of terms. `exact`: without float32 rounding.

    `leaf` tells what is known of a term that is not looked into.
    """

    def __init__(self, leaf: Callable[[Term], Range | None] = lambda term: None, *, exact: bool = False) -> None:
        self._leaf, self._exact = leaf, exact

    def of(self, term: Term) -> Range:
        """The range of a term."""
        if term.kind == "num":
            return self._point(term.number)
        if term.kind == "sum":
            return self._sum(term)
        if term.kind == "prod":
            return self._product(term)
        if term.kind == "op":
            return self._operation(term)
        value = constant_of(term)
        if isinstance(value, (int, float)):
            return self._point(float(value))
        return self._leaf(term) or Range(-_INFINITY, _INFINITY, False, frozenset({term}))

    def _point(self, value: float) -> Range:
        return Range(*self._rounded(value, value), True)

    def _rounded(self, low: float, high: float) -> tuple[float, float]:
        if self._exact:
            return low, high
        low, high = float32(low), float32(high)
        return (
            0.0 if 0.0 < low < _SMALLEST_NORMAL else low,
            0.0 if -_SMALLEST_NORMAL < high < 0.0 else high,
        )

    def _sum(self, term: Term) -> Range:
        found = self._point(term.number)
        for part, coefficient in term.parts:
            one = self._times(self._point(float(coefficient)), self.of(part))  # type: ignore[arg-type]
            low, high = self._rounded(plus(found.low, one.low, -1), plus(found.high, one.high, 1))
            found = Range(low, high, _independent(found, one) or _any_real(found, one), found.leaves | one.leaves)
        return found

    def _product(self, term: Term) -> Range:
        found = self._point(term.number)
        for part, exponent in term.parts:
            found = self._times(found, self._power(self.of(part), float(exponent)))  # type: ignore[arg-type]
        return found

    def _times(self, one: Range, other: Range) -> Range:
        ends = [times(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
        return Range(*self._rounded(min(ends), max(ends)), _independent(one, other), one.leaves | other.leaves)

    def _power(self, base: Range, exponent: float) -> Range:
        if exponent < 0.0:
            powered = self._power(base, -exponent)
            if powered.low < 0.0 <= powered.high or powered.low == powered.high == 0.0:  # a zero may have either sign
                return Range(-_INFINITY, _INFINITY, False, base.leaves)
            low, high = sorted((inverse(powered.low, 1), inverse(powered.high, 1)))
            return Range(*self._rounded(low, high), powered.reached, base.leaves)
        low, high = base.low, base.high
        if exponent != int(exponent):  # of a negative number it is NaN
            low, high = max(low, 0.0), max(high, 0.0)
        elif exponent % 2 == 0:
            near = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
            only_touched = low < 0.0 < high  # by a single number, which is as good as never held
            low, high = near, max(abs(low), abs(high))
            return Range(
                *self._rounded(raised(low, exponent), raised(high, exponent)),
                base.reached and not only_touched,
                base.leaves,
            )
        return Range(*self._rounded(raised(low, exponent), raised(high, exponent)), base.reached, base.leaves)

    def _operation(self, term: Term) -> Range:
        name, own = term.name, frozenset({term})
        if not term.parts:
            return Range(-_INFINITY, _INFINITY, False, own)
        if name in _FIXED:
            return Range(*_FIXED[name], name in ("tanh", "sign"), own)
        arguments = {str(label): part for part, label in term.parts}
        if name == "softmax":
            logits = self._argument(term, "logits")
            return Range(0.0, 1.0, not logits.known, logits.leaves or own)
        if name == "log_softmax":
            return Range(-_INFINITY, 0.0, True, own)
        if name in MONOTONE:
            return self._monotone(name, self.of(term.parts[0][0]))
        if name == "abs":
            inner = self.of(term.parts[0][0])
            near, far = sorted((abs(inner.low), abs(inner.high)))
            if inner.low < 0.0 < inner.high:
                return Range(0.0, far, False, inner.leaves)
            return Range(near, far, inner.reached, inner.leaves)
        if name in _SAME:
            return self._argument(term, *_TENSORS)
        if name in ("gather_nd", "boolean_mask"):
            inner, by_number = self._argument(term, "params", "tensor"), term.operations.isdisjoint(_BY_VALUE)
            return Range(inner.low, inner.high, inner.reached and by_number, inner.leaves)
        if name == "reduce_mean":  # only where all that is averaged is at one end is the mean there
            inner = self._argument(term, *_TENSORS)
            return Range(inner.low, inner.high, inner.is_any_real, inner.leaves)
        if name in ("maximum", "minimum", "clip_by_value", "where", "bias_add", "matmul"):
            return self._several(term, arguments)
        if name in ("reduce_sum", "reduce_prod", "one_hot", "cast", "constant"):
            return self._of_one(term, arguments, own)
        return Range(-_INFINITY, _INFINITY, False, own)

    def _argument(self, term: Term, *labels: str) -> Range:
        """The range of an argument, by the first of these names that it has."""
        part = next((part for part, label in term.parts if label in labels), None)
        return self.of(part) if part is not None else ANYTHING

    def _monotone(self, name: str, inner: Range) -> Range:
        function = MONOTONE[name]
        return Range(*self._rounded(function(inner.low), function(inner.high)), _is_free(name, inner), inner.leaves)

    def _several(self, term: Term, arguments: dict[str, Term]) -> Range:
        name = term.name
        if name == "where":
            branches = [self.of(arguments[key]) for key in ("x", "y") if key in arguments]
            return branches[0] | branches[1] if len(branches) == 2 else ANYTHING
        if name == "bias_add":
            one, other = self._argument(term, "value"), self._argument(term, "bias")
            return Range(one.low + other.low, one.high + other.high, one.reached, one.leaves | other.leaves)
        if name == "matmul":
            one, other = self._argument(term, "a"), self._argument(term, "b")
            low = 0.0 if one.low >= 0.0 and other.low >= 0.0 else -_INFINITY
            reached = low < 0.0 and (one.is_any_real or other.is_any_real)
            return Range(low, _INFINITY, reached, one.leaves | other.leaves)
        if name == "clip_by_value":
            least, most = self._argument(term, "clip_value_min"), self._argument(term, "clip_value_max")
            inner = _least(_greatest(self._argument(term, "t"), least), most)
            reached = inner.reached and least.low == least.high and most.low == most.high
            return Range(inner.low, inner.high, reached, inner.leaves)
        one, other = self._argument(term, "x"), self._argument(term, "y")
        return _greatest(one, other) if name == "maximum" else _least(one, other)

    def _of_one(self, term: Term, arguments: dict[str, Term], own: frozenset[Hashable]) -> Range:
        name = term.name
        if name == "one_hot":
            ends = [self.of(arguments[key]) for key in ("on_value", "off_value") if key in arguments]
            return ends[0] | ends[1] if len(ends) == 2 else Range(0.0, 1.0, not ends, own)
        if name == "constant":
            return self._argument(term, "value")
        inner = self._argument(term, *_TENSORS)
        if name == "cast":
            whole = "float" not in str(constant_of(arguments.get("dtype")))
            low = math.floor(inner.low) if whole and math.isfinite(inner.low) else inner.low
            high = math.ceil(inner.high) if whole and math.isfinite(inner.high) else inner.high
            return Range(float(low), float(high), inner.reached and not whole, inner.leaves)
        low = 0.0 if inner.low >= 0.0 else -_INFINITY
        if name == "reduce_prod":
            return Range(low, 1.0 if low == 0.0 and inner.high <= 1.0 else _INFINITY, False, inner.leaves)
        low = max(low, inner.low) if low == 0.0 else low  # a sum of one number at least
        return Range(low, inner.high if inner.high <= 0.0 else _INFINITY, inner.reached, inner.leaves)


#: The names of the argument that an operation of one tensor takes.
_TENSORS = ("input_tensor", "input", "tensor", "x", "a", "value", "features")


def joined(ranges: Iterable[Range]) -> Range | None:
    """What one of several alternatives may hold, None of none."""
    found: Range | None = None
    for one in ranges:
        found = one if found is None else found | one
    return found


def _independent(one: Range, other: Range) -> bool:
    return one.reached and other.reached and one.leaves.isdisjoint(other.leaves)


def _any_real(one: Range, other: Range) -> bool:
    """Whether a sum takes all real values, since one of the two does, whatever the other is."""
    return one.leaves.isdisjoint(other.leaves) and (one.is_any_real or other.is_any_real)


def _is_free(name: str, inner: Range) -> bool:
    """A squashing function takes all its values for logits of which nothing is known."""
    return inner.reached or (name in ("sigmoid", "log_sigmoid") and not inner.known)


def _greatest(one: Range, other: Range) -> Range:
    low, high = max(one.low, other.low), max(one.high, other.high)
    return Range(low, high, _independent(one, other), one.leaves | other.leaves)


def _least(one: Range, other: Range) -> Range:
    low, high = min(one.low, other.low), min(one.high, other.high)
    return Range(low, high, _independent(one, other), one.leaves | other.leaves)
