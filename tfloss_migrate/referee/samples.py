"""What a domain holds, as arrays: mild values, hard ones inside its promises, and values beyond them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tfloss_migrate import domains as of
from tfloss_migrate.referee.arrays import Array, Shape, alternating, binary, dyadic, fractions, one_hot, signs, some

GAPS = (0.0, 16.0, 23.0, 30.0, 88.0, 104.0, 120.0)
TINY = np.float32(1e-8)
NEAR_ONE = np.float32(1 - 2.0**-24)


def ordinary(domain: of.Domain, shape: Shape, turn: int, at: int) -> Array:
    """The turn-th mild draw for the at-th input."""
    random = np.random.default_rng(zlib.crc32(f"{type(domain).__name__} {shape} {turn} {at}".encode()))
    rows = shape[:-1]
    if isinstance(domain, of.Data) and domain.like is not None:
        return ordinary(domain.like, shape, turn, at)
    if is_whole(domain):  # odd turns are soft
        return np.rint(ordinary(replace(domain, dtype="float32"), shape, 2 * turn, at)).astype(domain.dtype)
    if isinstance(domain, of.ClassIds):
        return ((np.arange(np.prod(shape, dtype=int)) + turn) % 3).reshape(shape).astype(np.int32)
    if isinstance(domain, of.Ones):
        return np.ones(shape, np.float32)
    if isinstance(domain, of.LabelDistribution):
        return one_hot(shape, turn) if turn % 2 == 0 else fractions(random, shape)
    if isinstance(domain, of.LabelWeights):
        labels = one_hot(shape, turn) if turn % 2 == 0 else fractions(random, shape)
        return labels * (random.integers(0, 5, (*rows, 1)) / 2).astype(np.float32) if turn % 2 else labels
    if isinstance(domain, of.Probabilities):
        return fractions(random, shape) if domain.normalised or turn % 2 == 0 else dyadic(random, shape)
    if isinstance(domain, of.UnitInterval):
        return dyadic(random, shape)
    if isinstance(domain, of.BinaryLabels):
        return (
            binary(shape, turn)
            if domain.hard or turn % 2 == 0
            else (random.integers(0, 65, shape) / 64).astype(np.float32)
        )
    if isinstance(domain, (of.Positive, of.Hyperparameter)):
        return random.uniform(0.1, 3.0, shape).astype(np.float32)
    if isinstance(domain, of.FromZero):
        return ordinary(of.Positive(), shape, turn, at) * some(shape, turn + at)
    if isinstance(domain, of.Nonzero):
        return signs(shape, turn) * random.uniform(0.1, 3.0, shape).astype(np.float32)
    if isinstance(domain, of.HingeLabels):
        return binary(shape, turn) if turn % 2 else signs(shape, turn)
    if isinstance(domain, of.SampleWeight):
        weights = random.uniform(0.2, 2.0, shape).astype(np.float32)
        holes = (np.arange(weights.size).reshape(shape) + turn) % 3
        kept = (np.ones(shape), holes != 0, np.where(holes, 1, -1), holes == 0)[turn % 4]
        return (weights * kept).astype(np.float32)
    return random.normal(0.0, 1.5, shape).astype(np.float32)


def stress(domain: of.Domain, shape: Shape) -> Iterator[tuple[str, Array]]:
    """Named hard values inside a domain's promises."""
    if is_whole(domain):
        for name, array in stress(replace(domain, dtype="float32"), shape):
            yield name, np.rint(array).astype(domain.dtype)
        return
    if isinstance(domain, of.Logits):
        for gap in GAPS:
            yield f"a logit gap of {gap:g}", one_hot(shape, 0) * alternating(shape[:-1], gap)[..., None]
    if isinstance(domain, of.BinaryLogits):
        for gap in GAPS:
            yield f"logits of {gap:g} and {-gap:g}", alternating(shape, gap)
    if isinstance(domain, of.UnitInterval):
        yield "probabilities of 1e-08 and next to 1", np.where(alternating(shape) > 0, TINY, NEAR_ONE)
    if isinstance(domain, of.Probabilities):
        rest = (1 - np.float32(TINY)) / np.float32(max(shape[-1] - 1, 1))
        yield "a probability of 1e-08", np.where(one_hot(shape, 0) > 0, TINY, rest)
        yield (
            "a probability next to 1",
            np.where(one_hot(shape, 0) > 0, NEAR_ONE, np.float32(2.0**-24 / max(shape[-1] - 1, 1))),
        )
    if isinstance(domain, of.Positive):
        yield "values of 1e-08", np.where(alternating(shape) > 0, TINY, np.float32(1))
    if isinstance(domain, of.Nonzero):
        yield "values of 1e-06", alternating(shape, 1e-6)
    if isinstance(domain, of.HingeLabels):
        yield "all labels 1", np.ones(shape, np.float32)
        yield "all labels -1", -np.ones(shape, np.float32)
    if isinstance(domain, of.Directions):
        yield "rows of length 0.001", alternating(shape, 1e-3 / np.sqrt(max(shape[-1], 1)))
    if isinstance(domain, of.LabelWeights):
        yield "all-zero label rows", np.zeros(shape, np.float32)
    if isinstance(domain, of.BinaryLabels):
        yield "all labels 0", np.zeros(shape, np.float32)
        yield "all labels 1", np.ones(shape, np.float32)
    if isinstance(domain, of.SampleWeight):
        yield "all weights 0", np.zeros(shape, np.float32)


def beyond(domain: of.Domain, shape: Shape) -> Iterator[tuple[str, Array]]:
    """Named values outside a domain's promises."""
    if is_whole(domain):
        return
    if isinstance(domain, of.LabelDistribution):
        yield (
            "all-zero label rows",
            np.where(alternating(shape[:-1])[..., None] > 0, 0, one_hot(shape, 0)).astype(np.float32),
        )
        yield "rows that do not sum to one", one_hot(shape, 0) * np.float32(1.5)
    if isinstance(domain, (of.UnitInterval, of.Probabilities)):
        exact = (alternating(shape) > 0) if isinstance(domain, of.UnitInterval) else one_hot(shape, 0)
        yield "probabilities of exactly 0 and 1", exact.astype(np.float32)
    if isinstance(domain, of.Nonzero):
        yield "zeros", np.where(alternating(shape) > 0, 0, ordinary(domain, shape, 0, 0)).astype(np.float32)
    if isinstance(domain, of.Directions):
        yield (
            "a row of zeros",
            ordinary(domain, shape, 0, 0) * (np.arange(shape[0]) > 0).reshape(-1, *[1] * (len(shape) - 1)),
        )
    if isinstance(domain, (of.Real, of.Directions, of.Logits, of.BinaryLogits)) and np.prod(shape) > 1:
        for value in (np.nan, np.inf):
            array = ordinary(domain, shape, 0, 0).copy()
            array.reshape(-1)[1] = value
            yield f"a value of {value}", array


def is_whole(domain: of.Domain) -> bool:
    """Whether a domain of floats is drawn in whole numbers or truth values, as the code holds them."""
    return domain.dtype not in ("float32", "float64") and not isinstance(domain, (of.ClassIds, of.Data))


def large_values(domain: of.Domain, shape: Shape, at: int) -> Array:
    values: Array = ordinary(of.Positive(), shape, at, at) * np.float32(300) + np.float32(50)
    return values if isinstance(domain, of.Positive) else values * alternating(shape) * np.float32(1 - 2 * (at % 2))
