"""A parsed file as a rule sees it that looks for more than one expression."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cached_property

from tfloss_migrate.model import Era
from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.feeds import Feed, feeds
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.shapes import Shapes
from tfloss_migrate.syntax.training import Minimised, minimised
from tfloss_migrate.syntax.values import Values

Call = tuple[ast.Call, Place, str]


@dataclass(frozen=True)
class Program:
    """How to read the expressions of a file as terms, what is known of its values, its calls of TensorFlow with their
    symbols, and its era.

    `since_1`: the file surely is of 1.0 or later. `source` gives the text of a node, as written, `elsewhere` the line
    of another file under PATH in which a pattern is found, or a word in what matches it. `for_keras_3`: what only
    Keras 3 refuses is wrong.
    """

    reader: Reader
    values: Values
    shapes: Shapes
    calls: tuple[Call, ...]
    used: frozenset[str]
    era: Era
    before_2: bool
    since_1: bool
    source: Callable[[ast.expr], str]
    path: str
    elsewhere: Callable[[bytes, bytes], str | None]
    for_keras_3: bool = True

    @cached_property
    def minimised(self) -> tuple[Minimised, ...]:
        """Every loss that is given to an optimizer."""
        return tuple(minimised(self.reader, self.values))

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """Every entry of a dictionary, its key taken for what is fed."""
        return tuple(feeds(self.reader, self.values))

    def calls_of(self, *symbols: str) -> Iterator[Call]:
        """The calls of these symbols; one that ends in a point stands for all below it."""
        below = tuple([symbol for symbol in symbols if symbol.endswith(".")])
        wanted = {symbol for symbol in symbols if symbol in self._by_symbol}
        if below:
            wanted.update([symbol for symbol in self._by_symbol if symbol.startswith(below)])
        for position in sorted([position for symbol in wanted for position in self._by_symbol[symbol]]):
            yield self.calls[position]

    @cached_property
    def _by_symbol(self) -> dict[str, list[int]]:
        """The positions of the calls of each symbol."""
        found: dict[str, list[int]] = {}
        for position, (_, _, symbol) in enumerate(self.calls):
            found.setdefault(symbol, []).append(position)
        return found

    def names(self, symbols: tuple[str, ...]) -> bool:
        """Whether any of these symbols is named."""
        below = tuple(symbol for symbol in symbols if symbol.endswith("."))
        named = not self.used.isdisjoint(symbols)
        return named or (below != () and any(used.startswith(below) for used in self.used))
