"""One element of one input moves, all else is held: the cases on which old and new can be drawn.

Which input moves, how far, and in arrays of which shape is tried until the two sides can be told apart by eye.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tfloss_migrate import domains as of
from tfloss_migrate.curves import Curve, Scale
from tfloss_migrate.model import Input, Question
from tfloss_migrate.referee.arrays import Array, Shape
from tfloss_migrate.referee.draws import ELEMENTWISE, Case, Group, fits, laid_out, ordinary_arrays
from tfloss_migrate.referee.plan import Outcome
from tfloss_migrate.referee.samples import is_whole

#: One example alone where that is possible, so that its loss is seen as it is; else a few.
SHAPES: tuple[Shape, ...] = ((1, 1), (1,), (1, 3), (1, 2, 3), (4, 3), (5,), (2, 3, 4))
#: The draws whose labels an element is held against: of the first the label is 0 (or the class moves), of the other 1.
TURNS = (0, 2)
#: So many inputs are moved, in turn.
MOVED = 2
#: Of the height of a drawing: a difference that is seen at once, and one that is seen at all.
PLAIN, VISIBLE = 0.05, 0.01
#: How far numbers move, the nearest first.
_LOGITS, _REALS = (8.0, 30.0, 120.0), (4.0, 30.0, 120.0, 1000.0)
_LEVEL = "it does not change when one input is moved, the others held"
_ALIKE = "old and new look alike wherever one input was moved, the others held"


@dataclass(frozen=True)
class Sweep:
    """The cases of a group, in which one element of an input takes one value after another."""

    moved: Input
    group: Group
    scale: Scale
    at: tuple[float, ...]
    reaches: tuple[float, ...]


def sweeps(question: Question) -> Iterator[list[Sweep]]:
    """What may be tried for a question, by the shape of its arrays; nothing if no input can be moved."""
    tensors = [each for each in question.inputs if each.domain.axes != "scalar"]
    ranked = [(rank, each) for each in reversed(tensors) if (rank := _rank(each.domain)) is not None]
    movable = [each for _, each in sorted(ranked, key=lambda one: one[0])]  # predictions come after labels
    single = all(isinstance(each.domain, (*ELEMENTWISE, of.SampleWeight)) for each in tensors)
    for shape in SHAPES if movable else ():
        if len(shape) in question.ranks and fits(shape, tensors) and (not single or shape[-1] < 3 or shape[0] > 1):
            yield [_sweep(question, each, shape, turn) for each in movable[:MOVED] for turn in TURNS]


def _rank(domain: of.Domain) -> int | None:
    """In which order inputs are moved: first what a model computes, last what that is held against.

    Whole numbers and what takes no gradient are not moved.
    """
    if domain.constant or is_whole(domain) or domain.dtype != "float32" or isinstance(domain, of.Data):
        return None
    later = (of.LabelDistribution, of.LabelWeights, of.BinaryLabels, of.HingeLabels, of.SampleWeight)
    return 1 + later.index(type(domain)) if isinstance(domain, later) else 0


def _sweep(question: Question, moved: Input, shape: Shape, turn: int) -> Sweep:
    shapes, scalars = laid_out(question.inputs, shape, 0, main=True)
    held = ordinary_arrays([each for each in question.inputs if each.name in shapes], shapes, turn)
    ties = [float(array.flat[0]) for name, array in held.items() if name != moved.name and array.size]
    scale, at, reaches = _values(moved.domain, ties)
    cases = tuple(
        Case(f"{value:g}", "stress", {**held, moved.name: _with(held[moved.name], value, moved.domain)}) for value in at
    )
    return Sweep(moved, Group(f"turn {turn}", True, shape[0], shapes, scalars, cases), scale, at, reaches)


def _values(domain: of.Domain, ties: Sequence[float]) -> tuple[Scale, tuple[float, ...], tuple[float, ...]]:
    """The scale, the values and how far they reach, from the nearest on. `ties` are what others are held at."""
    if isinstance(domain, (of.UnitInterval, of.Probabilities)):
        odds = np.linspace(np.log(1e-8), np.log(2.0**24), 121)
        return "logit", _numbers(1 / (1 + np.exp(-odds))), (np.inf,)
    if isinstance(domain, (of.Positive, of.FromZero)):
        return "log", _numbers(np.geomspace(1e-8, 1e3, 121)), (np.inf,)
    if isinstance(domain, (of.LabelDistribution, of.LabelWeights, of.BinaryLabels)):
        return "linear", _numbers(np.linspace(0, 1, 61)), (np.inf,)
    reaches = _LOGITS if isinstance(domain, (of.Logits, of.BinaryLogits)) else _REALS
    points = 80 if isinstance(domain, of.Nonzero) else 81
    found = np.concatenate([np.linspace(-reach, reach, points) for reach in reaches])
    near = [tie for tie in ties if abs(tie) <= reaches[0] and not isinstance(domain, of.Nonzero)]
    return "linear", _numbers(np.concatenate([found, near])), reaches


def _numbers(found: Array) -> tuple[float, ...]:
    return tuple(float(each) for each in np.unique(found.astype(np.float32)))


def _with(array: Array, value: float, domain: of.Domain) -> Array:
    """The array with its first element at `value`; what is a distribution stays one."""
    changed: Array = array.copy()
    if isinstance(domain, (of.Probabilities, of.LabelDistribution)):
        row = changed.reshape(-1, changed.shape[-1])[0]
        rest = row[1:].sum()
        row[1:] = (row[1:] / rest if rest > 0 else 1 / max(len(row) - 1, 1)) * np.float32(1 - value)
    changed.reshape(-1)[0] = value
    return changed


def clearest(tried: Sequence[tuple[Sweep, Sequence[Outcome], Sequence[Outcome]]]) -> Curve:
    """The sweep that shows a difference at once, or that shows it best, within the nearest reach that does.

    Where none shows one, the first that could be run, with that as the reason.
    """
    best, most = Curve(), 0.0
    for sweep, old, new in tried:
        whole = _curve(sweep, old, new)
        for reach in sweep.reaches if whole.at else ():
            curve = _within(whole, reach)
            seen = max(_apart(curve.old, curve.new), _apart(curve.old_gradient, curve.new_gradient))
            if seen >= PLAIN:
                return curve
            if seen >= VISIBLE and seen > most:
                best, most = curve, seen
            elif not best.at and len(set(curve.old)) > 1:
                best = replace(curve, reason=_ALIKE)
        if whole.reason and not best.at:
            best = whole
    return best if best.at or best.reason else Curve(reason=_LEVEL)


def _curve(sweep: Sweep, old: Sequence[Outcome], new: Sequence[Outcome]) -> Curve:
    failed = next((each.error for each in (*old, *new) if each.error is not None), None)
    if failed is not None:
        return Curve(reason=f"one side could not be run: {failed}")
    name = sweep.moved.name
    place = list(np.unravel_index(0, sweep.group.shapes[name])) if sweep.group.shapes[name] else []
    moved = f"{name}[{', '.join(str(int(each)) for each in place)}]" if place else name
    before, after = _slopes(name, old), _slopes(name, new)
    if not any(before) and not any(after):
        before = after = ()
    return Curve(moved, _held(sweep), sweep.scale, sweep.at, _losses(old), _losses(new), before, after)


def _losses(side: Sequence[Outcome]) -> tuple[float, ...]:
    return tuple(float(np.sum(each.value, dtype=np.float64)) for each in side if each.value is not None)


def _slopes(name: str, side: Sequence[Outcome]) -> tuple[float, ...]:
    """The gradient by the element that moves; one that does not exist counts as zero."""
    found = [(each.gradients or {}).get(name) for each in side]
    return tuple(0.0 if each is None else float(each.reshape(-1)[0]) for each in found)


def _held(sweep: Sweep) -> str:
    """What all else is held at; of the input that moves, the other elements."""
    arrays = sweep.group.cases[0].arrays
    parts = []
    for name, array in arrays.items():
        flat = [f"{each:.3g}" for each in array.reshape(-1)]
        if name == sweep.moved.name:
            rest = flat[1:]
            spread = isinstance(sweep.moved.domain, (of.Probabilities, of.LabelDistribution))
            if rest:
                parts.append(f"the rest of {name} {'makes its sum one' if spread else _some(rest)}")
        else:
            parts.append(f"{name} {_some(flat)}")
    parts += [f"{name} {number:g}" for name, number in sweep.group.scalars.items()]
    return "; ".join(parts)


def _some(numbers: Sequence[str]) -> str:
    return ", ".join(numbers[:6]) + (", ..." if len(numbers) > 6 else "")


def _within(curve: Curve, reach: float) -> Curve:
    """The part of a curve that lies nearer to zero than `reach`."""
    kept = [at for at, value in enumerate(curve.at) if abs(value) <= reach]

    def cut(values: Sequence[float]) -> tuple[float, ...]:
        return tuple(values[at] for at in kept) if values else ()

    return replace(
        curve,
        at=cut(curve.at),
        old=cut(curve.old),
        new=cut(curve.new),
        old_gradient=cut(curve.old_gradient),
        new_gradient=cut(curve.new_gradient),
    )


def _apart(old: Sequence[float], new: Sequence[float]) -> float:
    """How far two lines are apart at most, of the height that both take; 1 where only one of them is a number."""
    one, other = np.asarray(old), np.asarray(new)
    holds, other_holds = np.isfinite(one), np.isfinite(other)
    if (holds != other_holds).any():
        return 1.0
    both = holds & other_holds
    if not both.any():
        return 0.0
    seen = np.concatenate([one[both], other[both]])
    height = float(seen.max() - seen.min())
    return float(np.abs(one[both] - other[both]).max()) / height if height > 1e-12 else 0.0
