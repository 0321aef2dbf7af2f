"""The forms that a file can match at all, by what stands at their root."""

from __future__ import annotations

import functools

from tfloss_migrate.recognise.patterns import Pattern, pattern
from tfloss_migrate.recognise.shapes import Shape, outside, root
from tfloss_migrate.syntax.terms import Term


class Table:
    """Shapes by their root; `heads` are what code must name to match one."""

    def __init__(self, shapes: dict[str, list[Shape]], heads: frozenset[str]) -> None:
        self.heads = heads
        self._shapes = shapes
        self._possible: dict[tuple[object, ...], tuple[Pattern, ...]] = {}

    def possible(self, subject: Term) -> tuple[Pattern, ...]:
        """The patterns whose root and operations `subject` has, as often, in the order of the rules and their forms."""
        at_root = root(subject)
        if at_root not in self._shapes:
            return ()
        key = (at_root, subject.operations, frozenset(subject.often.items()))
        if key not in self._possible:
            found = [shape for shape in self._shapes[at_root] if shape.may_be(subject)]
            forms = sorted((shape.module, number) for shape in found for number in shape.numbers)
            self._possible[key] = tuple(pattern(*form) for form in forms)
        return self._possible[key]


@functools.lru_cache(maxsize=512)
def table(used: frozenset[str]) -> Table:
    """The patterns that code naming the operations `used` can match."""
    found: dict[str, list[Shape]] = {}
    heads: set[str] = set()
    known = used | {"sigmoid"} if "exp" in used else used  # 1 / (1 + exp(-x))
    for anchors, shapes in _by_anchors().items():
        if anchors <= known:
            for shape in shapes:
                found.setdefault(shape.root, []).append(shape)
                heads |= {shape.head} if shape.head in used else shape.required
    return Table(found, frozenset(heads))


@functools.cache
def _by_anchors() -> dict[frozenset[str], list[Shape]]:
    """The shapes that want the same operations to be named."""
    found: dict[frozenset[str], list[Shape]] = {}
    for shape in outside().shapes:
        found.setdefault(shape.anchors, []).append(shape)
    return found
