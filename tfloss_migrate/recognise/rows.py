"""What the code shows of the rows of labels: whether each is one-hot or a distribution, as Keras' losses want it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.recognise.layout import Layout
from tfloss_migrate.syntax.terms import Term, number_of

_MASK = r"(?i)mask|weight(?!s_)|pad|valid"


def in_range(layout: Layout, class_ids: Term, depth: Term | None) -> bool:
    """Whether no class number that is written out is below zero, or as large as a depth that is written out."""
    numbers = _flat(layout.numbers(class_ids))
    size = number_of(depth) if depth is not None else None
    return all(number >= 0 and (size is None or number < size) for number in numbers)


def are_whole(layout: Layout, labels: Term) -> bool:
    """Whether nothing shows rows that do not sum to one: a mask, a class number out of range, numbers written out."""
    if labels.kind == "op" and labels.name == "one_hot":
        class_ids = labels.argument("indices")
        if class_ids is not None and not in_range(layout, class_ids, labels.argument("depth")):
            return False
    stopped = labels.argument("input") if labels.kind == "op" and labels.name == "stop_gradient" else None
    if stopped is not None:
        return are_whole(layout, stopped)
    if labels.kind in ("prod", "sum", "num") or _has_own_values(labels):
        return False
    if labels.node is None:
        return True
    if not _sums_to_one(layout.numbers(labels)):
        return False
    return re.search(_MASK, ast.unparse(labels.node)) is None


def _sums_to_one(numbers: object) -> bool:
    """Whether rows of numbers that are written out sum to one, as far as they show."""
    if not isinstance(numbers, (list, tuple)):
        return True
    if all(isinstance(one, (int, float)) for one in numbers):
        return abs(sum(numbers) - 1.0) < 1e-6
    return all(_sums_to_one(one) for one in numbers)


def _flat(numbers: object) -> Iterator[float]:
    if isinstance(numbers, (list, tuple)):
        for one in numbers:
            yield from _flat(one)
    elif isinstance(numbers, (int, float)):
        yield numbers


def _has_own_values(term: Term) -> bool:
    """Whether a one_hot holds other numbers than one and zero."""
    return (
        term.kind == "op"
        and term.name == "one_hot"
        and bool({"on_value", "off_value"} & {label for _, label in term.parts})
    )
