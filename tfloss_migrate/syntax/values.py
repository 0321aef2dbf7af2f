"""What is known of a value wherever it was computed: its activation, its range, whether it is fed or learned."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.frames import Frame, Origin
from tfloss_migrate.syntax.nodes import nodes
from tfloss_migrate.syntax.ops import BY_SYMBOL, Operation
from tfloss_migrate.syntax.origins import Origins
from tfloss_migrate.syntax.ranges import ANYTHING, Range, Ranges, joined
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import Term

#: Operations that hand on the numbers that they are given.
PASSING = frozenset({"reshape", "squeeze", "expand_dims", "cast", "identity", "to_float", "to_double", "transpose"})
_FED = frozenset({"placeholder", "one_hot", "constant", "ones_like", "zeros_like"})
_FED_SYMBOLS = frozenset({"ones", "zeros", "fill", "placeholder_with_default", "linspace", "lin_space", "range"})
_VARIABLES = ("Variable", "get_variable")
_LAYERS = ("layers.", "contrib.layers.", "contrib.slim.", "keras.layers.")
_LINEAR = frozenset({"dense", "conv2d", "conv1d", "conv3d", "fully_connected", "Dense", "Conv2D", "linear"})
_SQUASHING = {"softmax": (0.0, 1.0), "sigmoid": (0.0, 1.0), "relu": (0.0, float("inf")), "tanh": (-1.0, 1.0)}
_DEPTH = 12


class Values:
    """Answers for the expressions of one file."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.origins = Origins(reader.names)
        self._learned: dict[Origin, bool] = {}
        self._ranges: dict[tuple[Origin, bool], tuple[Range | None, int]] = {}

    def symbol(self, call: ast.Call, origin: Origin) -> str | None:
        """The symbol that a call is of, through a variable or a parameter that holds the function."""
        symbol = self.reader.names.symbol(call.func, origin.place.scope)
        if symbol is None and isinstance(call.func, ast.Name):
            held = self.origins.of(Origin(call.func, origin.place, origin.frame))
            symbol = self.reader.names.symbol(held[0].node, held[0].place.scope) if len(held) == 1 else None
        return symbol

    def operation(self, origin: Origin) -> Operation | None:
        """The operation that an expression is a call of."""
        symbol = self.symbol(origin.node, origin) if isinstance(origin.node, ast.Call) else None
        return BY_SYMBOL.get(symbol) if symbol is not None else None

    def first(self, origin: Origin) -> Origin | None:
        """The tensor that a call is given."""
        call = origin.node
        if not isinstance(call, ast.Call):
            return None
        named = (k.value for k in call.keywords if k.arg in ("tensor", "input", "x", "a", "logits", "inputs"))
        node = call.args[0] if call.args else next(named, None)
        return Origin(node, origin.place, origin.frame) if node is not None else None

    def sources(self, node: ast.expr, place: Place, frame: Frame | None = None) -> tuple[Origin, ...]:
        """What may have computed a value, seen through operations that only hand it on."""
        return tuple(self._sources(Origin(node, place, frame), _DEPTH))

    def _sources(self, origin: Origin, depth: int) -> Iterator[Origin]:
        for one in self.origins.of(origin):
            operation = self.operation(one)
            inner = self.first(one) if operation is not None and operation.name in PASSING else None
            if inner is not None and depth > 0:
                yield from self._sources(inner, depth - 1)
            else:
                yield one

    def activations(self, node: ast.expr, place: Place) -> frozenset[str]:
        """The last functions that a value may have gone through; "linear" for a layer without one, "" for unknown."""
        return frozenset(self.activation(one) for one in self.sources(node, place))

    def activation(self, origin: Origin) -> str:
        """The function that an expression applies last, or has its layer apply."""
        node = origin.node
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.MatMult)):
            return self._of_sum(origin, node)
        if not isinstance(node, ast.Call):
            return ""
        operation = self.operation(origin)
        if operation is not None:
            return self._of_operation(origin, operation)
        symbol = self.symbol(node, origin)
        if symbol == "nn.xw_plus_b":
            return "linear"
        layer = node.func if isinstance(node.func, ast.Call) else node
        made = self.symbol(layer, origin) or ""
        if made.rpartition(".")[2] == "Softmax" and layer is not node:
            return "softmax"
        return self._of_layer(layer, made, origin)

    def _of_operation(self, origin: Origin, operation: Operation) -> str:
        if operation.name == "matmul":
            return "linear"
        if operation.name in ("bias_add", "add"):
            first = self.first(origin)
            sources = self.sources(first.node, first.place, first.frame) if first is not None else ()
            return "linear" if sources and all(self.activation(one) == "linear" for one in sources) else ""
        return operation.name

    def _of_sum(self, origin: Origin, node: ast.BinOp) -> str:
        if isinstance(node.op, ast.MatMult):
            return "linear"
        for side in (node.left, node.right):
            sources = self.sources(side, origin.place, origin.frame)
            if all(self.operation(one) is not None and self.activation(one) == "linear" for one in sources):
                return "linear"
        return ""

    def _of_layer(self, call: ast.Call, symbol: str, origin: Origin) -> str:
        given = next((k.value for k in call.keywords if k.arg in ("activation", "activation_fn", "act")), None)
        kind = symbol.rpartition(".")[2]
        if given is None and kind in ("dense", "fully_connected") and len(call.args) > 2:
            given = call.args[2]
        if given is not None:
            held = self.origins.of(Origin(given, origin.place, origin.frame))
            return self._named(held[0]) if len(held) == 1 else ""
        plain = symbol.startswith(("layers.", "keras.layers.")) and kind in _LINEAR
        return "linear" if plain and not any(k.arg is None for k in call.keywords) else ""

    def _named(self, origin: Origin) -> str:
        if isinstance(origin.node, ast.Constant):
            value = origin.node.value
            return "linear" if value is None else value if isinstance(value, str) else ""
        symbol = self.reader.names.symbol(origin.node, origin.place.scope) or ""
        return BY_SYMBOL[symbol].name if symbol in BY_SYMBOL else symbol.rpartition(".")[2]

    def range(self, term: Term, *, exact: bool = False) -> Range:
        """What numbers a term may hold, its variables followed to wherever they were computed."""
        return Ranges(self._leaf(None, exact, _DEPTH), exact=exact).of(term)

    def _leaf(self, frame: Frame | None, exact: bool, depth: int) -> Callable[[Term], Range | None]:
        def leaf(term: Term) -> Range | None:
            if term.node is None or term.place is None or depth == 0:
                return None
            key = (Origin(term.node, term.place, frame), exact)
            known, looked = self._ranges.get(key, (None, 0))
            if looked < depth:
                self._ranges[key] = (None, depth)  # as for a value that is computed from itself
                known = self._made(*key, depth)
                self._ranges[key] = (known, depth)
            return known

        return leaf

    def _made(self, origin: Origin, exact: bool, depth: int) -> Range | None:
        """What numbers a value may hold, by all that may have made it."""
        found = []
        for one in self.origins.of(origin):
            inner = Ranges(self._leaf(one.frame, exact, depth - 1), exact=exact)
            picked = self.picked_from(one)
            if picked is not None and self.operation(one) is None:  # the range of an operation hangs on its indices
                found.append(inner.of(self.reader.term(picked, one.place)))
            elif one.node is origin.node:
                found.append(self._fixed(one))
            else:
                found.append(inner.of(self.reader.term(one.node, one.place)))
        return joined(found)

    def picked_from(self, origin: Origin) -> ast.expr | None:
        """The array of which an expression picks elements or rows, by their numbers: `p[0, action]`, `tf.gather(p, i)`.

        None for an index that may be a mask, which picks by value.
        """
        node = origin.node
        if isinstance(node, ast.Subscript):
            index = node.slice
            parts = index.elts if isinstance(index, ast.Tuple) else [index]
            by_number = isinstance(index, ast.Tuple) or literal(index) is not None or isinstance(index, ast.Slice)
            return node.value if by_number and not any(isinstance(part, ast.Compare) for part in parts) else None
        if isinstance(node, ast.Call) and node.args and self.symbol(node, origin) in ("gather", "gather_nd"):
            return node.args[0]
        return None

    def _fixed(self, origin: Origin) -> Range:
        activation, own = self.activation(origin), frozenset({id(origin.node)})
        if activation in _SQUASHING:
            return Range(*_SQUASHING[activation], True, own)
        symbol = self.symbol(origin.node, origin) if isinstance(origin.node, ast.Call) else None
        learned = symbol in _VARIABLES or (activation == "linear" and self.learns(origin))
        return Range(ANYTHING.low, ANYTHING.high, learned, own)

    def is_fed(self, origin: Origin) -> bool:
        """Whether a value is data: a placeholder, a constant, one_hot of anything."""
        operation = self.operation(origin)
        if operation is not None:
            return operation.name in _FED
        symbol = self.symbol(origin.node, origin) if isinstance(origin.node, ast.Call) else None
        return symbol in _FED_SYMBOLS

    def learns(self, origin: Origin, depth: int = _DEPTH) -> bool:
        """Whether a variable or a layer is surely behind a value."""
        if origin not in self._learned:
            self._learned[origin] = False  # a value that is computed from itself
            self._learned[origin] = all(
                any(self._has_variable(node, one, depth) for node in nodes(one.node)) for one in self.origins.of(origin)
            )
        return self._learned[origin]

    def _has_variable(self, node: ast.AST, origin: Origin, depth: int) -> bool:
        if isinstance(node, ast.Call):
            symbol = self.symbol(node, origin) or ""
            if symbol:
                return symbol in _VARIABLES or symbol.startswith(_LAYERS)
        if isinstance(node, (ast.Name, ast.Attribute, ast.Call)) and depth > 0:
            inner = Origin(node, origin.place, origin.frame)
            return self.origins.of(inner) != (inner,) and self.learns(inner, depth - 1)
        return False
