"""Domains -> arrays: the cases on which old and new are compared.

Every float drawn is a float32, so that the float64 run meets the very same points, and rows that must sum to one are
made of binary fractions, so that they do so exactly. Ordinary cases decide whether the formula is the same, stress
cases who is steadier; cases beyond the promises are only shown.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from tfloss_migrate import domains as of
from tfloss_migrate.model import Input, Question
from tfloss_migrate.referee.arrays import Array, Shape
from tfloss_migrate.referee.samples import beyond, is_whole, large_values, ordinary, stress

Kind = Literal["ordinary", "stress", "beyond"]

SHAPES: tuple[Shape, ...] = ((4, 3), (5,), (6, 1), (2, 3, 4))
ORDINARY = 4
ELEMENTWISE = (
    of.Real,
    of.Positive,
    of.FromZero,
    of.Nonzero,
    of.HingeLabels,
    of.BinaryLogits,
    of.BinaryLabels,
    of.UnitInterval,
)


@dataclass(frozen=True)
class Case:
    """One assignment of arrays to inputs. A case `beyond` the promises is shown, never judged."""

    name: str
    kind: Kind
    arrays: dict[str, Array]


@dataclass(frozen=True)
class Group:
    """Cases of equal shapes, so that one graph serves them all. The `main` group carries the stress cases.

    `scalars` are given as plain numbers; `batch` is the length of the first axis, which a traced function leaves open.
    `declared` are the shapes of the placeholders of a program, whose axes or rank may be open; what is `fed` to them
    goes into a function.
    """

    name: str
    main: bool
    batch: int | None
    shapes: dict[str, Shape]
    scalars: dict[str, float]
    cases: tuple[Case, ...]
    declared: Mapping[str, tuple[int | None, ...] | None] = field(default_factory=dict)
    origin: Literal["drawn", "fed", "fixture"] = "drawn"


def draw(question: Question, main: int = 0) -> tuple[Group, ...]:
    """The groups of drawn cases for a question; the one at `main` carries the stress cases.

    They hang on its inputs and ranks alone.
    """
    return drawn_for(question.inputs, question.ranks, main)


def above_zero(question: Question) -> Question | None:
    """The same question for numbers above zero, as a logarithm or a root of them needs; None where none can be."""
    inputs, held = [], []
    for each in question.inputs:
        domain = each.domain
        if isinstance(domain, of.Data) and domain.like is None and domain.dtype.startswith("float"):
            held.append(each.name)
            domain = replace(domain, like=of.Positive())
        elif type(domain) is of.Real:
            domain = of.Positive(domain.axes, domain.constant, domain.dtype)
        inputs.append(replace(each, domain=domain))
    promises = (*question.promises, *(f"{name} above zero" for name in held))
    return replace(question, inputs=tuple(inputs), promises=promises) if tuple(inputs) != question.inputs else None


@functools.lru_cache(maxsize=64)
def drawn_for(inputs: tuple[Input, ...], ranks: tuple[int, ...], main: int) -> tuple[Group, ...]:
    tensors = [each for each in inputs if each.domain.axes != "scalar"]
    shapes = [shape for shape in SHAPES if len(shape) in ranks and fits(shape, tensors)]
    shapes += [tuple(range(2, rank + 2)) for rank in ranks if rank > 3]
    if any(isinstance(each.domain, of.Data) for each in tensors):
        return (group(inputs, SHAPES[0], 0, main=True),)
    groups: list[Group] = []
    for shape in shapes:
        for layout in range(max([len(layouts(each.domain, shape)) for each in tensors], default=1)):
            groups.append(group(inputs, shape, layout, main=len(groups) == main))
    return (*groups, *outside(inputs, shapes))


def fits(shape: Shape, inputs: Sequence[Input]) -> bool:
    """Classes need more than one; a last axis of length one is for what goes element by element."""
    return shape[-1] > 1 or all(isinstance(each.domain, (*ELEMENTWISE, of.SampleWeight)) for each in inputs)


def layouts(domain: of.Domain, shape: Shape) -> list[Shape]:
    """The shapes that an input takes within the full shape of a case."""
    base = shape[:-1] if domain.axes.endswith("rows") else shape
    if domain.axes == "scalar":
        return [()]
    if domain.axes == "examples":
        return [shape[:1], ()]
    if isinstance(domain, of.Data):
        return [base if domain.shape is None else tuple(shape[0] if size is None else size for size in domain.shape)]
    if domain.axes.startswith("squeezable-"):
        plain = layouts(replace(domain, axes=domain.axes.removeprefix("squeezable-")), shape)  # type: ignore[arg-type]
        return [plain[0], *[(*plain[0], 1)] * len(plain[:2]), *plain[1:]]  # for weights twice: labels take turns
    if domain.axes == "column":
        return [(*base[:-1], 1)]
    if domain.axes == "broadcast-column":
        base = (*base[:-1], 1)
    if domain.axes.startswith("leading"):
        found = [base, (), *(base[:count] for count in range(1, len(base))), (*base[:1], 1)[: len(shape)]]
        return [each for at, each in enumerate(found) if each not in found[:at]]
    if not domain.axes.startswith("broadcast") or not base:
        return [base]
    found = [base, (), (*base[:-1], 1), (1, *base[1:]), base[-1:]]
    found = found[: {(4, 3): 5, (5,): 2, (6, 1): 1}.get(shape, 1)] if shape != (2, 3, 4) else [base, (*base[:-1], 1)]
    return [each for at, each in enumerate(found) if each not in found[:at]]


def group(inputs: Sequence[Input], shape: Shape, layout: int, main: bool) -> Group:
    shapes, scalars = laid_out(inputs, shape, layout, main)
    drawn = [each for each in inputs if each.name in shapes]
    cases = list(ordinary_cases(drawn, shapes, ORDINARY if main else 1))
    if main:
        cases += [*stress_cases(drawn, shapes), *beyond_cases(drawn, shapes)]
    name = ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items())
    return Group(name, main, shape[0], shapes, scalars, tuple(cases), declared(inputs))


def laid_out(
    inputs: Sequence[Input], shape: Shape, layout: int, main: bool
) -> tuple[dict[str, Shape], dict[str, float]]:
    """The shapes of the inputs that are arrays, in one of their layouts, and the numbers that the others are."""
    shapes: dict[str, Shape] = {}
    scalars: dict[str, float] = {}
    for at, each in enumerate(inputs):
        choice = layouts(each.domain, shape)
        if isinstance(each.domain, of.Count):
            scalars[each.name] = counted(each.domain, shape)
        elif each.domain.axes == "scalar" and isinstance(each.domain, (of.Hyperparameter, of.Literal)):
            scalars[each.name] = 0.75 if main else 0.5 + at + len(shape)
        else:
            shapes[each.name] = choice[layout % len(choice)]
    return shapes, scalars


def declared(inputs: Sequence[Input]) -> dict[str, tuple[int | None, ...] | None]:
    """The shapes of placeholders, as far as the code shows them."""
    placeholders = [(each.name, each.domain) for each in inputs if isinstance(each.domain, of.Fed)]
    return {name: domain.shape for name, domain in placeholders if domain.shape is not None or domain.any_rank}


def counted(domain: of.Count, shape: Shape) -> int:
    """How many rows or classes there are in an array of this shape."""
    return shape[0] if domain.rows else shape[-1]


def ordinary_cases(inputs: Sequence[Input], shapes: dict[str, Shape], count: int) -> Iterator[Case]:
    for turn in range(count):
        yield Case(f"ordinary draw {turn + 1}", "ordinary", ordinary_arrays(inputs, shapes, turn))


def ordinary_arrays(inputs: Sequence[Input], shapes: dict[str, Shape], turn: int) -> dict[str, Array]:
    return {each.name: ordinary(each.domain, shapes[each.name], turn, at) for at, each in enumerate(inputs)}


def stress_cases(inputs: Sequence[Input], shapes: dict[str, Shape]) -> Iterator[Case]:
    """Each input under stress in turn, the others ordinary; then ties and large values in all at once."""
    turn = 0
    for each in inputs:
        for name, array in stress(each.domain, shapes[each.name]):
            arrays = ordinary_arrays(inputs, shapes, turn)
            yield Case(f"{each.name}: {name}", "stress", {**arrays, each.name: array})
            turn += 1
    loose = [each for each in inputs if isinstance(each.domain, (of.Real, of.Positive)) and not is_whole(each.domain)]
    if loose:
        arrays = ordinary_arrays(inputs, shapes, turn)
        ties = {each.name: ordinary(of.Positive(), shapes[each.name], 0, 0) for each in loose}
        yield Case("equal values", "stress", {**arrays, **ties})
        large = {each.name: large_values(each.domain, shapes[each.name], at) for at, each in enumerate(loose)}
        yield Case("values up to 1000", "stress", {**arrays, **large})


def beyond_cases(inputs: Sequence[Input], shapes: dict[str, Shape]) -> Iterator[Case]:
    for each in inputs:
        for name, array in beyond(each.domain, shapes[each.name]):
            arrays = ordinary_arrays(inputs, shapes, 0)
            yield Case(f"{each.name}: {name}", "beyond", {**arrays, each.name: array})


def outside(inputs: Sequence[Input], shapes: Sequence[Shape]) -> Iterator[Group]:
    """Groups beyond the promises for their shapes: an empty batch, and (B,) against (B, 1)."""
    scalars = {each.name: 0.75 for each in inputs if isinstance(each.domain, (of.Hyperparameter, of.Literal))}
    drawn = [each for each in inputs if each.domain.axes != "scalar"]
    if shapes and len(shapes[0]) > 1:
        full = (0, *shapes[0][1:])
        scalars |= {each.name: counted(each.domain, full) for each in inputs if isinstance(each.domain, of.Count)}
        chosen = {each.name: layouts(each.domain, full)[0] for each in drawn}
        arrays = {each.name: np.zeros(chosen[each.name], dtype_of(each.domain)) for each in drawn}
        yield Group("empty batch", False, None, chosen, scalars, (Case("an empty batch", "beyond", arrays),))
    pair = [each.name for each in drawn if each.domain.axes == "full" and isinstance(each.domain, ELEMENTWISE)]
    if (5,) in shapes and len(pair) == len(drawn) == 2:
        chosen = {pair[0]: (5,), pair[1]: (5, 1)}
        case = Case(
            f"{pair[0]} of shape (B,) against {pair[1]} of shape (B, 1)", "beyond", ordinary_arrays(drawn, chosen, 0)
        )
        yield Group("(B,) against (B, 1)", False, None, chosen, scalars, (case,))


def dtype_of(domain: of.Domain) -> str:
    """The dtype of what is drawn."""
    return dtype_of(domain.like) if isinstance(domain, of.Data) and domain.like is not None else domain.dtype
