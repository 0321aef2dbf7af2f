"""Arrays of a shape that the draws of domains are made of. `turn` makes the next one different."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = tuple[int, ...]


def one_hot(shape: Shape, turn: int) -> Array:
    rows = int(np.prod(shape[:-1], dtype=int))
    return np.eye(shape[-1], dtype=np.float32)[(np.arange(rows) + turn) % shape[-1]].reshape(shape)


def fractions(random: np.random.Generator, shape: Shape) -> Array:
    """Rows of multiples of 1/256, none zero, that sum to one exactly."""
    parts = 1 + random.multinomial(256 - shape[-1], np.full(shape[-1], 1 / shape[-1]), shape[:-1])
    return (parts / 256).astype(np.float32)


def dyadic(random: np.random.Generator, shape: Shape) -> Array:
    return (random.integers(4, 253, shape) / 256).astype(np.float32)


def binary(shape: Shape, turn: int) -> Array:
    return ((np.arange(np.prod(shape, dtype=int)) + turn) // 2 % 2).reshape(shape).astype(np.float32)


def signs(shape: Shape, turn: int) -> Array:
    return (2 * binary(shape, turn) - 1).astype(np.float32)


def alternating(shape: Shape, value: float = 1.0) -> Array:
    signs = 1 - 2 * (np.arange(np.prod(shape, dtype=int)) % 2)
    return (signs * value).reshape(shape).astype(np.float32)


def some(shape: Shape, turn: int) -> Array:
    """Ones, with a zero in every third place."""
    holes = (np.arange(np.prod(shape, dtype=int)).reshape(shape) + turn) % 3
    return (holes > 0).astype(np.float32)
