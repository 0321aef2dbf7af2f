"""Which ways a gradient has from a value back to what it is made of."""

from __future__ import annotations

from collections.abc import Iterator

from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.terms import Term, constant_of
from tfloss_migrate.syntax.values import Values

#: To a variable; to something of which nothing is known; to a variable, but for an operation without a derivative.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Way = Literal["learned", "unknown", "blocked"]
else:
    Way = str

_DATA = frozenset({"stop_gradient", "placeholder", "constant", "one_hot", "ones_like", "zeros_like", "shape"})
_BLOCKING = frozenset(operation.name for operation in BY_SYMBOL.values() if "blocked" in operation.traits) - _DATA
_WHOLE = ("int", "bool")
_DEPTH = 8


def ways(term: Term, values: Values, *, blocked: bool = False, depth: int = _DEPTH) -> Iterator[Way]:
    """The ways to everything that a term is made of, and that is not data."""
    if term.kind == "num" or constant_of(term) is not None:
        return
    if term.kind != "leaf":
        blocked = blocked or (term.kind == "op" and _blocks(term))
        for part, _ in term.parts:
            yield from ways(part, values, blocked=blocked, depth=depth)
        return
    if term.node is None or term.place is None or depth == 0:
        yield "unknown"
        return
    for one in values.origins.of(Origin(term.node, term.place)):
        if one.node is not term.node:
            yield from ways(values.reader.term(one.node, one.place), values, blocked=blocked, depth=depth - 1)
        elif not values.is_fed(one):
            learned = values.learns(one)
            yield ("blocked" if blocked else "learned") if learned else "unknown"


def _blocks(term: Term) -> bool:
    dtype = str(constant_of(term.argument("dtype"))) if term.name == "cast" else ""
    return term.name in _BLOCKING or any(kind in dtype for kind in _WHOLE)
