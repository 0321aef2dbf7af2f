"""What a program minimises."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.values import Values

_METHODS = ("minimize", "compute_gradients")
_FUNCTIONS = {
    "contrib.slim.learning.create_train_op": 0,
    "contrib.training.create_train_op": 0,
    "contrib.layers.optimize_loss": 0,
}

#: Symbols of which a program that minimises something names one.
SYMBOLS = ("train.", "contrib.opt.", *_FUNCTIONS)


@dataclass(frozen=True)
class Minimised:
    """A call that minimises, and the loss that it is given."""

    call: ast.Call
    loss: ast.expr
    place: Place


def minimised(reader: Reader, values: Values) -> Iterator[Minimised]:
    """Every loss that is given to an optimizer."""
    functions = reader.names.symbols() & _FUNCTIONS.keys()
    for call, place in reader.names.calls:
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in _METHODS:
            found = _is_optimizer(function.value, place, values)
        else:
            found = bool(functions) and reader.names.symbol(function, place.scope) in functions
        if not found:
            continue
        named = next((k.value for k in call.keywords if k.arg in ("loss", "total_loss")), None)
        loss = named if named is not None or not call.args else call.args[0]
        if loss is not None and not isinstance(loss, (ast.Lambda, ast.Starred)):
            yield Minimised(call, loss, place)


def _is_optimizer(node: ast.expr, place: Place, values: Values) -> bool:
    for origin in values.origins.of(Origin(node, place)):
        made = origin.node
        symbol = values.symbol(made, origin) if isinstance(made, ast.Call) else None
        if symbol is not None and symbol.endswith("Optimizer"):
            return True
        if symbol is None and "opt" in (dotted(made.func if isinstance(made, ast.Call) else made) or "").lower():
            return True
    return False
