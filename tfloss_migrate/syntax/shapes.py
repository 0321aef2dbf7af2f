"""Static shapes: what the code shows of the shape of a value. None in a shape is a length that it does not show."""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.arguments import bind_arguments, literal
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.ops import Operation
from tfloss_migrate.syntax.values import Values

Shape = tuple[int | None, ...]

_DEPTH = 24
_SAME = frozenset(
    "abs exp log log1p sqrt rsqrt square sigmoid tanh relu softmax log_softmax softplus negative cast to_float identity"
    " stop_gradient constant convert_to_tensor clip_by_value ones_like zeros_like sign cosh l2_normalize".split()
)
_BROADCAST = frozenset({"add", "subtract", "multiply", "divide", "maximum", "minimum", "pow", "squared_difference"})
_REDUCED = frozenset({"reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "argmax", "reduce_logsumexp"})
_CROSS_ENTROPIES = frozenset(
    "softmax_cross_entropy softmax_cross_entropy_v2 sparse_softmax_cross_entropy sigmoid_cross_entropy".split()
)
_FILLED = ("random_normal", "truncated_normal", "random_uniform", "zeros", "ones", "random.normal", "random.uniform")


class Shapes:
    """Reads the static shapes of one file."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known: dict[Origin, tuple[Shape | None, int]] = {}

    def of(self, origin: Origin, depth: int = _DEPTH) -> Shape | None:
        """The shape of a value, None where not even its rank is known."""
        if depth <= 0:
            return None
        shape, looked = self._known.get(origin, (None, 0))
        if shape is None and looked < depth:
            self._known[origin] = (None, depth)  # as for a value that is computed from itself
            shapes = {self._of(one, depth) for one in self._values.origins.of(origin)}
            shape = shapes.pop() if len(shapes) == 1 else None
            self._known[origin] = (shape, depth)
        return shape

    def _of(self, origin: Origin, depth: int) -> Shape | None:
        node = origin.node
        if isinstance(node, ast.BinOp):
            left, right = (Origin(side, origin.place, origin.frame) for side in (node.left, node.right))
            if isinstance(node.op, ast.MatMult):
                return self._product(left, right, depth)
            return broadcast(self.of(left, depth - 1), self.of(right, depth - 1))
        if isinstance(node, ast.Subscript):
            shape = self.of(Origin(node.value, origin.place, origin.frame), depth - 1)
            return shape[1:] if shape and isinstance(literal(node.slice), int) else None
        written = literal(node) if isinstance(node, (ast.Constant, ast.List, ast.Tuple)) else None
        if written is not None:
            return _of_numbers(written)
        if isinstance(node, (ast.List, ast.Tuple)) and node.elts:
            inside = {self.of(Origin(one, origin.place, origin.frame), depth - 1) for one in node.elts}
            shape = inside.pop() if len(inside) == 1 else None
            return (len(node.elts), *shape) if shape is not None else None
        if isinstance(node, ast.UnaryOp):
            return self.of(Origin(node.operand, origin.place, origin.frame), depth - 1)
        if not isinstance(node, ast.Call):
            return None
        operation = self._values.operation(origin)
        if operation is not None:
            return self._of_operation(node, operation, origin, depth)
        return self._of_call(node, self._values.symbol(node, origin) or "", origin, depth)

    def _of_operation(self, call: ast.Call, operation: Operation, origin: Origin, depth: int) -> Shape | None:
        arguments = bind_arguments(call, operation)
        if arguments is None:
            return None
        given = {label: Origin(value, origin.place, origin.frame) for label, value in arguments.items()}
        first = given.get(operation.parameters[0])
        if operation.name == "placeholder":
            return self._written(arguments.get("shape"))
        if operation.name == "constant" and "shape" in arguments:
            return self._written(arguments["shape"])
        if operation.name == "reshape":
            return self._written(arguments.get("shape"), open_length=True)
        if operation.name in _CROSS_ENTROPIES:
            return self._of_cross_entropy(operation.name, given, depth)
        if first is None:
            return None
        if operation.name in _REDUCED and not {"axis", "keepdims"} & given.keys() and operation.name != "argmax":
            return ()
        if operation.name in _SAME:
            return self.of(first, depth - 1)
        if operation.name in _BROADCAST and len(given) == 2:
            return broadcast(*(self.of(one, depth - 1) for one in given.values()))
        if operation.name == "bias_add":
            return self.of(first, depth - 1)
        if operation.name == "matmul":
            return self._product(first, given["b"], depth) if set(given) == {"a", "b"} else None
        shape = self.of(first, depth - 1)
        axis = literal(arguments["axis"]) if "axis" in arguments else None
        if shape is None or "keepdims" in given:
            return None
        if operation.name in _REDUCED:
            return without(shape, axis) if "axis" in given else shape[1:]  # argmax is over the first
        if operation.name == "squeeze":
            return without(shape, axis) if "axis" in given else _squeezed(shape)
        if operation.name == "expand_dims" and isinstance(axis, int):
            position = axis if axis >= 0 else len(shape) + 1 + axis
            return (*shape[:position], 1, *shape[position:])
        if operation.name == "one_hot" and "axis" not in given:
            return (*shape, _length(arguments.get("depth")))
        return None

    def _of_cross_entropy(self, name: str, given: dict[str, Origin], depth: int) -> Shape | None:
        """The shape of a cross-entropy from logits: one number a row, or, of sigmoids, one an element."""
        labels, logits = (self.of(given[k], depth - 1) if k in given else None for k in ("labels", "logits"))
        if name == "sigmoid_cross_entropy":
            return logits if logits is not None else labels
        rows = logits if logits is not None or name.startswith("sparse") else labels
        return rows[:-1] if rows else labels if name.startswith("sparse") else None

    def _of_call(self, call: ast.Call, symbol: str, origin: Origin, depth: int) -> Shape | None:
        kind = symbol.rpartition(".")[2]
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        if kind in ("dense", "fully_connected") and symbol.startswith(("layers.", "contrib.")):
            units = call.args[1] if len(call.args) > 1 else named.get("units", named.get("num_outputs"))
            inner = self._values.first(origin)
            shape = self.of(inner, depth - 1) if inner is not None else None
            return (*shape[:-1], _length(units)) if shape else None
        if kind == "flatten":
            return (None, None)
        if symbol == "get_variable":
            return self._written(call.args[1] if len(call.args) > 1 else named.get("shape"))
        if symbol == "Variable" and call.args:
            return self.of(Origin(call.args[0], origin.place, origin.frame), depth - 1)
        if symbol in _FILLED:
            return self._written(call.args[0] if call.args else named.get("shape"))
        return self._of_array(call, origin, depth) if not symbol else None

    def _of_array(self, call: ast.Call, origin: Origin, depth: int) -> Shape | None:
        """The shape of an array that numpy makes: `np.array([[1., 0.]])`, `np.zeros((2, 3))`, `random.randn(2, 3)`."""
        function = call.func
        if not isinstance(function, ast.Attribute):
            return None
        made = function.attr
        if made == "astype":
            return self.of(Origin(function.value, origin.place, origin.frame), depth - 1)
        if made in ("array", "asarray") and call.args:
            return self.of(Origin(call.args[0], origin.place, origin.frame), depth - 1)
        if made in ("zeros", "ones", "full") and call.args:
            return self._written(call.args[0])
        lengths = tuple(map(literal, call.args)) if made in ("rand", "randn") else ()
        return lengths if lengths and all(isinstance(length, int) for length in lengths) else None  # type: ignore[return-value]

    def _written(self, node: ast.expr | None, *, open_length: bool = False) -> Shape | None:
        """A shape that is written out; -1 in a reshape stands for whatever is left."""
        if not isinstance(node, (ast.List, ast.Tuple)) or any(isinstance(one, ast.Starred) for one in node.elts):
            return None
        lengths = tuple(_length(one) for one in node.elts)
        return tuple(None if open_length and length == -1 else length for length in lengths)

    def _product(self, left: Origin, right: Origin, depth: int) -> Shape | None:
        """The shape of a matrix product; before TF 1.14 both sides have the same rank."""
        one, other = self.of(left, depth - 1), self.of(right, depth - 1)
        if other is None or len(other) != 2 or (one is not None and len(one) != 2):
            return None
        return (one[0] if one is not None else None, other[1])


def broadcast(one: Shape | None, other: Shape | None) -> Shape | None:
    """The shape of an element-wise operation."""
    if one is None or other is None:
        return None
    rank = max(len(one), len(other))
    pairs = zip((1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other, strict=True)
    return tuple(b if a == 1 else a if b == 1 or b is None or a == b else b if a is None else None for a, b in pairs)


def without(shape: Shape, axis: object) -> Shape | None:
    """A shape without one or several of its axes."""
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    gone = {one % len(shape) for one in axes if isinstance(one, int) and -len(shape) <= one < len(shape)}
    if len(gone) != len(axes):
        return None
    return tuple(length for position, length in enumerate(shape) if position not in gone)


def _of_numbers(value: object) -> Shape | None:
    """The shape of a number, or of lists of numbers of one length."""
    if isinstance(value, (list, tuple)):
        inner = {_of_numbers(one) for one in value}
        shape = inner.pop() if len(inner) == 1 else None
        return None if shape is None else (len(value), *shape)
    return () if isinstance(value, (int, float)) else None


def _squeezed(shape: Shape) -> Shape | None:
    """A shape without its axes of length one; of those of unknown length the first is the batch, and stays."""
    return tuple(n for n in shape if n != 1) if None not in shape[1:] else None


def _length(node: ast.expr | None) -> int | None:
    value = literal(node) if node is not None else None
    return value if isinstance(value, int) else None
