"""Which ways a gradient has from a value back to what it is made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

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
#: Whose gradient TensorFlow defines as none, and that no loss is made of.
_ROUNDING = frozenset("round math.round rint math.rint floor math.floor ceil math.ceil floordiv math.floordiv".split())
#: So many terms are followed.
_MANY = 1000


def ways(term: Term, values: Values, is_data: Callable[[Origin], bool] = lambda origin: False) -> Iterator[Way]:
    """The ways to everything that a term is made of, and that is not data, or taken for it.

    What is met twice is followed once.
    """
    seen: dict[tuple[int, bool], Term] = {}
    ahead = [(term, False)]
    while ahead:
        term, blocked = ahead.pop()
        if (id(term.node or term), blocked) in seen or term.kind == "num" or constant_of(term) is not None:
            continue
        seen[id(term.node or term), blocked] = term
        if term.kind != "leaf":
            blocked = blocked or (term.kind == "op" and _blocks(term))
            ahead += [(part, blocked) for part, _ in term.parts]
        elif term.node is None or term.place is None or len(seen) > _MANY:
            yield "unknown"
        else:
            for one in values.origins.of(Origin(term.node, term.place)):
                if one.node is not term.node:
                    ahead.append((values.reader.term(one.node, one.place), blocked))
                elif not values.is_fed(one) and not is_data(one):
                    learned: Way = "blocked" if blocked or _rounds(one, values) else "learned"
                    yield learned if values.learns(one) else "unknown"


def _rounds(origin: Origin, values: Values) -> bool:
    return isinstance(origin.node, ast.Call) and values.symbol(origin.node, origin) in _ROUNDING


def _blocks(term: Term) -> bool:
    dtype = str(constant_of(term.argument("dtype"))) if term.name == "cast" else ""
    return term.name in _BLOCKING or any(kind in dtype for kind in _WHOLE)
