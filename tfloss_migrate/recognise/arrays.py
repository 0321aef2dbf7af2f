"""Small arrays of Python numbers, and what the operations of losses make of them.

A lint must not import numpy, and a loss is told apart from another by a handful of numbers. Elements are in row-major
order. What has no value raises ValueError or ArithmeticError, as Python's own mathematics does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from tfloss_migrate.record import dataclass

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Array:
    """Numbers in a shape."""

    shape: Shape
    numbers: tuple[float, ...]

    @property
    def rank(self) -> int:
        return len(self.shape)


def scalar(value: float) -> Array:
    """A number, as an array of no axes."""
    return Array((), (value,))


def each(function: Callable[..., float], *arrays: Array) -> Array:
    """The function of the elements, broadcast as numpy does. Raises ValueError where the shapes do not fit."""
    shape = arrays[0].shape
    if any(array.shape != shape for array in arrays):
        shape = _common([array.shape for array in arrays])
        arrays = tuple(array if array.shape == shape else _spread(array, shape) for array in arrays)
    return Array(shape, tuple(map(function, *(array.numbers for array in arrays))))


def reduced(function: Callable[[Sequence[float]], float], array: Array, axes: object, keep: bool) -> Array:
    """The array with some axes, all for None, reduced by a function of their elements."""
    rank = array.rank
    wanted = range(rank) if axes is None else axes if isinstance(axes, (tuple, list)) else (axes,)
    gone = {_axis(axis, rank) for axis in wanted}
    groups: dict[Shape, list[float]] = {}
    for index, number in zip(_indices(array.shape), array.numbers, strict=True):
        rest = tuple(place for axis, place in enumerate(index) if axis not in gone)
        groups.setdefault(rest, []).append(number)
    kept = [1 if axis in gone else size for axis, size in enumerate(array.shape)]
    shape = tuple(kept if keep else [size for axis, size in enumerate(array.shape) if axis not in gone])
    return Array(shape, tuple(function(group) for group in groups.values()))


def along(function: Callable[[Sequence[float]], Sequence[float]], array: Array, axis: object) -> Array:
    """The array with a function of all elements of the last axis applied to each of its rows."""
    if array.rank == 0 or _axis(axis, array.rank) != array.rank - 1:
        raise ValueError("only along the last axis")
    size = array.shape[-1]
    rows = (array.numbers[start : start + size] for start in range(0, len(array.numbers), size))
    return Array(array.shape, tuple(itertools.chain.from_iterable(map(function, rows))))


def expanded(array: Array, axis: object) -> Array:
    """The array with a new axis of length one."""
    at = _axis(axis, array.rank + 1)
    return Array((*array.shape[:at], 1, *array.shape[at:]), array.numbers)


def squeezed(array: Array, axis: object) -> Array:
    """The array without the axis, or without all axes of length one for None."""
    gone = {at for at, size in enumerate(array.shape) if size == 1} if axis is None else {_axis(axis, array.rank)}
    if any(array.shape[at] != 1 for at in gone):
        raise ValueError("only axes of length one can be squeezed")
    return Array(tuple(size for at, size in enumerate(array.shape) if at not in gone), array.numbers)


def one_hot(indices: Array, depth: object) -> Array:
    """Rows with a one at each index."""
    if not isinstance(depth, int) or depth < 1:
        raise ValueError("the depth is not known")
    rows = [[float(int(index) == place) for place in range(depth)] for index in indices.numbers]
    return Array((*indices.shape, depth), tuple(itertools.chain.from_iterable(rows)))


def softmax(row: Sequence[float]) -> list[float]:
    """exp(z) / sum(exp(z))."""
    top = max(row)
    powers = [math.exp(number - top) for number in row]
    return [power / sum(powers) for power in powers]


def log_softmax(row: Sequence[float]) -> list[float]:
    """z - log(sum(exp(z)))."""
    total = logsumexp(row)
    return [number - total for number in row]


def logsumexp(row: Sequence[float]) -> float:
    """log(sum(exp(z)))."""
    top = max(row)
    return top + math.log(sum(math.exp(number - top) for number in row))


def softplus(number: float) -> float:
    """log(1 + exp(x))."""
    return max(number, 0.0) + math.log1p(math.exp(-abs(number)))


def sigmoid(number: float) -> float:
    """1 / (1 + exp(-x))."""
    return 0.5 * (1.0 + math.tanh(0.5 * number))


def _axis(axis: object, rank: int) -> int:
    if not isinstance(axis, (int, float)) or not -rank <= axis < rank:
        raise ValueError(f"no axis {axis} of {rank}")
    return int(axis) % rank


def _indices(shape: Shape) -> itertools.product[Shape]:
    return itertools.product(*map(range, shape))


def _common(shapes: Sequence[Shape]) -> Shape:
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    common = tuple(max(sizes) for sizes in zip(*padded, strict=True))
    if any(size not in (1, whole) for shape in padded for size, whole in zip(shape, common, strict=True)):
        raise ValueError("the shapes do not fit")
    return common


def _spread(array: Array, shape: Shape) -> Array:
    padded = (1,) * (len(shape) - array.rank) + array.shape
    steps, step = [], 1
    for size in reversed(padded):
        steps.append(step if size > 1 else 0)
        step *= size
    steps.reverse()
    places = (sum(at * by for at, by in zip(index, steps, strict=True)) for index in _indices(shape))
    return Array(shape, tuple(array.numbers[place] for place in places))
