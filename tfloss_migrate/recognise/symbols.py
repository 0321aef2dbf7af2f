"""The symbols of TensorFlow that a file names."""

from __future__ import annotations

import ast

from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.successors import Successor, gone, longest
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place


@dataclass(frozen=True)
class Use:
    """A symbol of which TF1 and TF2 do not think alike, where it is named.

    `root` is the symbol that the first name of it stands for: "" for the package. `by_v1`: it goes by `compat.v1`.
    """

    node: ast.expr
    place: Place
    symbol: str
    root: str
    successor: Successor | None
    gone: str | None
    by_v1: bool


class Symbols:
    """All symbols of TensorFlow that a file names."""

    def __init__(self, reader: Reader) -> None:
        self._names = reader.names
        self.found = reader.names.uses()
        by_node = {id(node): symbol for node, _, symbol in self.found}
        self.calls = [
            (call, place, symbol)
            for call, place in self._names.calls
            if (symbol := by_node.get(id(call.func))) is not None
        ]
        self.used = reader.names.symbols()
        self.operations = frozenset(BY_SYMBOL[symbol].name for symbol in self.used if symbol in BY_SYMBOL)

    def operations_at(self) -> dict[int, set[str]]:
        """The operations that are named at each place, by the place's identity."""
        found: dict[int, set[str]] = {}
        for _, place, symbol in self.found:
            if symbol in BY_SYMBOL:
                found.setdefault(id(place), set()).add(BY_SYMBOL[symbol].name)
        return found

    def old(self) -> list[Use]:
        """Every use of a symbol that TF2 has otherwise, or not at all."""
        known = {symbol: (longest(symbol), gone(symbol)) for symbol in self.used}
        return [
            Use(
                node,
                place,
                symbol,
                self._root(node, place),
                *known[symbol],
                self._names.goes_by_v1(node, place.scope),
            )
            for node, place, symbol in self.found
            if known[symbol] != (None, None)
        ]

    def _root(self, node: ast.expr, place: Place) -> str:
        root = self._names.root_symbol(_first(node).id, place.scope) or ""
        return "" if root == "compat" else root

    def speaks_v1(self) -> bool:
        """Whether a name goes by `compat.v1`: then the file tells TF1's names from those of TF2."""
        return any(self._names.goes_by_v1(node, place.scope) for node, place, _ in self.found)

    def speaks_v2(self) -> bool:
        """Whether a name came with TF2: then what another name means is what it means there."""
        return any(symbol in ("function", "TensorSpec") for _, _, symbol in self.found)


def _first(node: ast.expr) -> ast.Name:
    while isinstance(node, ast.Attribute):
        node = node.value
    assert isinstance(node, ast.Name)
    return node
