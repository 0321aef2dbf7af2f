"""What adds to a graph's collections of losses, and what reads them.

`tf.losses` and `tf.contrib.losses` add every loss that they compute to the collection "losses" of the graph; layers add
the losses of their regularizers to "regularization_losses". TF2 has no collections: a sum over one can only become a
sum of the losses by name, where the code shows every one of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.hidden import Hidden
from tfloss_migrate.syntax.nodes import nodes
from tfloss_migrate.syntax.ops import ADDS_ITSELF, BY_SYMBOL
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import constant_of

LOSSES, REGULARIZATION = "losses", "regularization_losses"
_MODULES = ("losses.", "contrib.losses.", "contrib.slim.losses.")


def of_each_module(*names: str) -> tuple[str, ...]:
    """Functions of `tf.losses` under all their symbols."""
    return tuple(module + name for name in names for module in _MODULES)


ADD = (*of_each_module("add_loss"), "add_to_collection", "add_to_collections")
TOTAL = of_each_module("get_total_loss")
LIST = (*of_each_module("get_losses"), "get_collection")
REGULAR = of_each_module("get_regularization_losses", "get_regularization_loss")

#: What another file shows that reads the collection, one pattern a line.
#: What begins with a letter is searched for six times as fast as what begins with a look behind it.
READ_ELSEWHERE = (
    rb"get_(?:total_loss|losses(?<=\bget_losses)\b|collection(?:_ref)?\(\s*(?:\w+\s*=\s*)?[\"']losses[\"'])"
    b"\n"
    rb"GraphKeys\.LOSSES(?<!add_to_collection\(tf\.GraphKeys\.LOSSES)(?<!loss_collection=tf\.GraphKeys\.LOSSES)"
)
REGULAR_ELSEWHERE = (
    rb"get_(?:total_loss|regularization_loss|collection(?:_ref)?\([^)]*regularization_losses)"
    b"\n"
    rb"REGULARIZATION_LOSSES"
)
_WAYS = (*TOTAL, *of_each_module("get_losses"))


@dataclass(frozen=True, eq=False)
class Put:
    """A call that adds `value` to a collection; its `key` is None where the code does not spell it out.

    Here and in reads, a call by way of a graph that cannot be followed has no symbol.
    """

    call: ast.Call
    place: Place
    symbol: str
    key: str | None
    value: ast.expr | None


@dataclass(frozen=True, eq=False)
class Read:
    """A call that reads one collection, or two after one another."""

    call: ast.Call
    place: Place
    symbol: str
    keys: tuple[str | None, ...]
    scope: ast.expr | None
    name: ast.expr | None = None


class Collected:
    """The collections of losses of one program."""

    def __init__(self, program: Program) -> None:
        self._program, self._reader = program, program.reader
        self.hidden = Hidden(program)
        self.puts = tuple(sorted(self._find_puts(), key=lambda put: put.place.order))
        self.reads = tuple(self._find_reads())

    def _find_puts(self) -> Iterator[Put]:
        for call, place, symbol in self._program.calls:
            if symbol in ADDS_ITSELF:
                parameters = BY_SYMBOL[symbol].parameters
                at = parameters.index("loss_collection") if "loss_collection" in parameters else len(call.args)
                yield from self._put(call, place, symbol, argument(call, "loss_collection", at), call)
            elif symbol in ADD and symbol.endswith("add_loss"):
                given, value = argument(call, "loss_collection", 1), argument(call, "loss", 0)
                yield from self._put(call, place, symbol, given, value)
        for call, place, name, symbol in self._of_graphs("add_to_collection", "add_to_collections"):
            for put in self._put(call, place, symbol, argument(call, "name", 0), argument(call, "value", 1)):
                if put.key in (None, LOSSES, REGULARIZATION) and (name == "add_to_collection" or put.key is None):
                    yield put

    def _put(
        self, call: ast.Call, place: Place, symbol: str, given: ast.expr | None, value: ast.expr | None
    ) -> Iterator[Put]:
        if isinstance(given, ast.Constant) and given.value is None:
            return  # collected nowhere
        if any(isinstance(one, ast.Starred) for one in call.args) or any(k.arg is None for k in call.keywords):
            yield Put(call, place, symbol, None, None)
        else:
            yield Put(call, place, symbol, LOSSES if given is None else self.key(given, place), value)

    def _find_reads(self) -> Iterator[Read]:
        for call, place, symbol in self._program.calls:
            if symbol in TOTAL:
                adds = argument(call, "add_regularization_losses", 0)
                only = isinstance(adds, ast.Constant) and not adds.value
                keys: tuple[str | None, ...] = (LOSSES,) if only else (LOSSES, REGULARIZATION)
                yield Read(call, place, symbol, keys, argument(call, "scope", 2), argument(call, "name", 1))
            elif symbol in REGULAR:
                scope, name = argument(call, "scope", 0), argument(call, "name", 1)
                yield Read(call, place, symbol, (REGULARIZATION,), scope, name)
            elif symbol in LIST and symbol.endswith("get_losses"):
                given = argument(call, "loss_collection", 1)
                key = LOSSES if given is None else self.key(given, place)
                yield Read(call, place, symbol, (key,), argument(call, "scope", 0))
        for call, place, function, symbol in self._of_graphs(
            "get_collection", "get_collection_ref", "clear_collection"
        ):
            given = argument(call, "key", 0) or argument(call, "name", 0)
            key = None if given is None else self.key(given, place)
            if key in (None, LOSSES, REGULARIZATION):
                plain = symbol if function == "get_collection" else ""
                yield Read(call, place, plain, (key,), argument(call, "scope", 1))

    def _of_graphs(self, *names: str) -> Iterator[tuple[ast.Call, Place, str, str]]:
        """The calls of functions that graphs have as methods too; these have no symbol."""
        for call, place in self._reader.names.calls:
            method = call.func.attr if isinstance(call.func, ast.Attribute) else None
            if method is not None and method not in names:
                continue
            symbol = self._reader.names.symbol(call.func, place.scope)
            name = method or (symbol or "").rpartition(".")[2]
            if name in names:
                yield call, place, name, "" if symbol is None else name

    def key(self, node: ast.expr, place: Place) -> str | None:
        """The collection that an argument names; None where that is not in the code."""
        value = constant_of(self._reader.term(node, place))
        if isinstance(value, str) and value.startswith("tf.") and "GraphKeys." in value:
            return value.rpartition(".")[2].lower()
        return value if isinstance(value, str) and not value.startswith("tf.") else None

    def refusal(self, node: ast.expr) -> str | None:
        """Why an expression with a loss that adds itself to a collection cannot become one without."""
        inside = {id(part) for part in nodes(node)}
        found: list[ast.Call | None] = [
            call for call, _, symbol in self._program.calls if id(call) in inside and symbol in ADDS_ITSELF
        ]
        where = next(filter(None, map(self.reader_of, found or [None])), None)
        return where and (
            f"this call also adds itself to the losses collection, which {where} reads: "
            "rewritten, it would vanish from that total without a word"
        )

    def reader_of(self, call: ast.Call | None) -> str | None:
        """Who reads the collection that a loss adds itself to, where anybody does; None for a loss out of sight."""
        put = next((put for put in self.puts if put.call is call), None)
        if put is None and call is not None:
            return None
        key = LOSSES if put is None else put.key
        for read in self.reads:
            if key is None or None in read.keys or key in read.keys:
                return f"line {read.call.lineno}"
        if key not in (LOSSES, REGULARIZATION):
            return "whoever asks for it" if key is None else f"whoever asks for {key!r}"
        if any(symbol in self._program.used for symbol in _WAYS) and not self.reads:
            return "this file"
        elsewhere = self._program.elsewhere(READ_ELSEWHERE if key == LOSSES else REGULAR_ELSEWHERE, b"")
        return None if elsewhere is None or self.hidden.alone() else elsewhere


def argument(call: ast.Call, name: str, position: int) -> ast.expr | None:
    """An argument of a call, given by name or by position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position < len(call.args) else None
