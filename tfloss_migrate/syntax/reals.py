"""Arithmetic on the ends of ranges: real numbers with both infinities, and what float32 makes of them."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

_INFINITY = math.inf
_LARGEST = 2.0**128 - 2.0**103


def float32(value: float) -> float:
    """The float32 nearest to a number."""
    if abs(value) > _LARGEST:
        return math.copysign(_INFINITY, value)
    return struct.unpack("f", struct.pack("f", value))[0]  # type: ignore[no-any-return]


def plus(one: float, other: float, towards: int) -> float:
    """A sum; of opposite infinities the infinity `towards` which the end lies."""
    found = one + other
    return towards * _INFINITY if math.isnan(found) else found


def times(one: float, other: float) -> float:
    """A product; an end that is infinite is never held, so that times 0 it is 0."""
    return 0.0 if one == 0.0 or other == 0.0 else one * other


def inverse(value: float, side: int) -> float:
    """One divided by a number; by 0, the infinity of that side."""
    if value == 0.0:
        return side * _INFINITY
    return 0.0 if math.isinf(value) else 1.0 / value


def raised(value: float, exponent: float) -> float:
    """A power with a positive exponent."""
    try:
        return float(value**exponent)
    except OverflowError:
        return math.copysign(_INFINITY, value) if exponent % 2 == 1 else _INFINITY


def _exp(value: float) -> float:
    return math.exp(value) if value < 700.0 else _INFINITY


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + _exp(-value)) if value >= 0.0 else _exp(value) / (1.0 + _exp(value))


def _softplus(value: float) -> float:
    return value + math.log1p(_exp(-value)) if value > 0.0 else math.log1p(_exp(value))


def _log(value: float) -> float:
    return -_INFINITY if value <= 0.0 else math.log(value)


#: Functions that never fall, by the name of their operation.
MONOTONE: dict[str, Callable[[float], float]] = {
    "exp": _exp,
    "expm1": lambda value: _exp(value) - 1.0,
    "relu": lambda value: max(value, 0.0),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "log_sigmoid": lambda value: -_softplus(-value),
    "log": _log,
    "log1p": lambda value: _log(1.0 + value),
}
