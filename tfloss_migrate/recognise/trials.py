"""Arrays on which expressions are tried, to see what they mean: of every domain, of no pattern."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

from tfloss_migrate import domains as of
from tfloss_migrate.domains import Domain
from tfloss_migrate.recognise.arrays import Array, Shape
from tfloss_migrate.record import dataclass


@dataclass(frozen=True)
class Draw:
    """Trial arrays for the `at`-th input of a rule, of so many rows more than the others; real ones so much larger."""

    domain: Domain
    at: int
    rows: int = 0
    scale: float = 1.0

    def array(self, full: Shape) -> Array | None:
        drawn = _drawn(self.domain, self.at, (full[0] + self.rows, *full[1:]))
        if drawn is None or self.scale == 1.0 or not isinstance(self.domain, of.Real):
            return drawn
        return Array(drawn.shape, tuple(number * self.scale for number in drawn.numbers))


@functools.lru_cache(maxsize=256)
def _drawn(domain: Domain, at: int, full: Shape) -> Array | None:
    """Trial values of a domain, None for one that is not tried."""
    shape = full[:-1] if domain.axes == "rows" else () if domain.axes == "scalar" else full
    count = math.prod(shape)
    mixed = [_mixed(7 * at + place + len(full) * full[0]) for place in range(count)]
    if isinstance(domain, of.ClassIds):
        return Array(shape, tuple(float(int(number * full[-1])) for number in mixed))
    if isinstance(domain, of.LabelDistribution):  # sharp, as labels are
        return Array(shape, tuple(_normalised([0.01 + number**6 for number in mixed], full[-1])))
    if isinstance(domain, of.Probabilities):
        return Array(shape, tuple(_normalised([0.1 + number for number in mixed], full[-1])))
    if isinstance(domain, (of.BinaryLabels, of.UnitInterval)):
        return Array(shape, tuple(0.05 + 0.9 * number for number in mixed))
    if isinstance(domain, (of.Positive, of.LabelWeights, of.SampleWeight, of.Hyperparameter)):
        return Array(shape, tuple(0.1 + 2.0 * number for number in mixed))
    if isinstance(domain, of.Real):  # wide enough to reach both sides of a hinge
        return Array(shape, tuple(12.0 * number - 6.0 for number in mixed))
    if isinstance(domain, (of.Logits, of.BinaryLogits)):
        return Array(shape, tuple(4.0 * number - 2.0 for number in mixed))
    return None


def _mixed(place: int) -> float:
    """A number in [0, 1) that follows no pattern."""
    return math.modf(abs(math.sin(12.9898 * (place + 1)) * 43758.5453))[0]


def _normalised(numbers: list[float], size: int) -> Iterator[float]:
    for start in range(0, len(numbers), size):
        row = numbers[start : start + size]
        yield from (number / sum(row) for number in row)
