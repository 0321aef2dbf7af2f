"""Two outcomes of one case -> how far apart they are. Arrays only, no TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tfloss_migrate.referee.arrays import Array
from tfloss_migrate.referee.draws import Case, Group
from tfloss_migrate.referee.plan import Outcome, Run

SAME_FORMULA = 1e-9
SAME_ERROR = 2e-6
WORSE_BY = 4.0
LEAVES = 1e-3
STAYS = 1e-4


@dataclass(frozen=True)
class Difference:
    """One quantity of one case on which the new side fails, at its worst element."""

    run: Run
    group: Group
    case: Case
    what: str
    index: tuple[int, ...]
    old: object
    new: object
    absolute: float
    relative: float


@dataclass(frozen=True)
class Quantity:
    """The value, or one gradient: reference and old result in float64 and float32, and the new result.

    `rounding` is how far the reference moves, relative as errors are, when its last digits are others.
    """

    what: str
    reference: Array
    old: Array | None
    new: Array
    rounding: Array | float = 0.0


def quantities(
    reference: Outcome, old: Outcome | None, new: Outcome, wrt: tuple[str, ...], moved: Sequence[Outcome] = ()
) -> Iterator[Quantity]:
    """Value and gradients of a case. A gradient that does not exist counts as zero.

    `moved` are references with other last digits.
    """
    assert reference.value is not None
    assert new.value is not None
    values = [one.value for one in moved if one.value is not None]
    yield Quantity("value", reference.value, old.value if old else None, new.value, spread(reference.value, values))
    for name in wrt:
        found = [(one.gradients or {}).get(name) if one else None for one in (reference, old, new)]
        shape = next((one.shape for one in found if one is not None), None)
        if shape is not None:
            known = [np.zeros(shape) if one is None else one for one in found]
            slopes = [slope for one in moved if (slope := (one.gradients or {}).get(name)) is not None]
            yield Quantity(
                f"gradient of {name}", known[0], known[1] if old else None, known[2], spread(known[0], slopes)
            )


def spread(reference: Array, moved: Sequence[Array]) -> Array | float:
    """How far an array moves, element by element, relative as errors are; what is no number then tells nothing."""
    errors = [scaled_error(one, reference) for one in moved]
    return np.max([np.where(np.isfinite(each), each, 0.0) for each in errors], axis=0) if errors else 0.0


def scaled_error(found: Array, reference: Array) -> Array:
    """|found - reference| / max(1, |reference|), infinite where only one is finite, zero where both are alike."""
    found, reference = found.astype(np.float64), reference.astype(np.float64)
    with np.errstate(all="ignore"):
        error = np.abs(found - reference) / np.maximum(1, np.abs(reference))
        error = np.where(np.isfinite(found) & np.isfinite(reference), error, np.inf)
    alike = (found == reference) | (np.isnan(found) & np.isnan(reference))
    result: Array = np.where(alike, 0.0, error)
    return result


def formula_error(one: Quantity) -> Array:
    """How far the new side is from the old one, where the old one is a number at all."""
    reference_holds = np.isfinite(one.reference.astype(np.float64))
    error: Array = np.where(reference_holds, scaled_error(one.new, one.reference), 0.0)
    return error


def excess(one: Quantity) -> Array:
    """The new side's error in float32 where it is too large, zero elsewhere.

    Allowed are 2e-6, four times the old side's largest error while it is near the reference, and four times the old
    error of the same element. Where the old side is no number at all, the new one must be near the reference, as near
    as that is known, or as broken.
    """
    errors = formula_error(one)
    if one.old is None:
        return np.where(errors > SAME_ERROR, errors, 0.0)
    old_errors = np.where(np.isfinite(one.reference.astype(np.float64)), scaled_error(one.old, one.reference), 0.0)
    near = old_errors[old_errors <= LEAVES]
    allowed = np.maximum(SAME_ERROR, WORSE_BY * (float(near.max()) if near.size else 0.0))
    allowed = np.maximum(allowed, np.where(np.isfinite(old_errors), WORSE_BY * old_errors, nearness(one)))
    broken = ~np.isfinite(old_errors) & ~np.isfinite(errors)
    return np.where((errors > allowed) & ~broken, errors, 0.0)


def nearness(one: Quantity) -> Array:
    """How far from the reference is near, where the old side is no number: no nearer than the reference is known."""
    return np.maximum(STAYS, one.rounding)


def leaves(one: Quantity) -> bool:
    """Whether the old side leaves the reference somewhere while the new side stays near it everywhere."""
    if one.old is None or not one.old.size or (formula_error(one) > nearness(one)).any():
        return False
    holds = np.isfinite(one.reference.astype(np.float64))
    return bool((scaled_error(one.old, one.reference)[holds] > LEAVES).any())


def worst(run: Run, group: Group, case: Case, one: Quantity, error: Array) -> Difference:
    """The difference at the element where `error` is largest."""
    index = tuple(int(each) for each in np.unravel_index(int(np.argmax(error)), error.shape))
    old, new = float(one.reference[index]), float(one.new[index])
    with np.errstate(all="ignore"):
        absolute = float(np.abs(np.float64(new) - np.float64(old)))
        relative = absolute / abs(old) if old else float(absolute > 0)
    return Difference(run, group, case, one.what, index, old, new, absolute, relative)
