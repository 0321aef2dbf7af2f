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
#: Draws of numpy and of Python's `random`: how many arguments stand before the size, one number where there is none.
_DRAWN = {"randint": 2, "uniform": 2, "normal": 2, "gauss": 2, "random": 0, "random_sample": 0}
_FILLED = ("random_normal", "truncated_normal", "random_uniform", "zeros", "random.normal", "random.uniform")


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
        if isinstance(node, ast.ListComp):
            return self._of_comprehension(node, origin, depth)
        if isinstance(node, ast.UnaryOp):
            return self.of(Origin(node.operand, origin.place, origin.frame), depth - 1)
        if not isinstance(node, ast.Call):
            return None
        operation = self._values.operation(origin)
        if operation is not None:
            return self._of_operation(node, operation, origin, depth)
        return self._of_call(node, self._values.symbol(node, origin) or "", origin, depth)

    def _of_comprehension(self, node: ast.ListComp, origin: Origin, depth: int) -> Shape | None:
        """The shape of `[... for _ in range(n)]`, where one element shows its own."""
        inner = self.of(Origin(node.elt, origin.place, origin.frame), depth - 1)
        if inner is None or len(node.generators) != 1 or node.generators[0].ifs:
            return None
        counted = node.generators[0].iter
        is_range = isinstance(counted, ast.Call) and isinstance(counted.func, ast.Name) and counted.func.id == "range"
        if not is_range or not isinstance(counted, ast.Call) or len(counted.args) != 1:
            return (None, *inner)
        return (self._length(Origin(counted.args[0], origin.place, origin.frame)), *inner)

    def _of_operation(self, call: ast.Call, operation: Operation, origin: Origin, depth: int) -> Shape | None:
        arguments = bind_arguments(call, operation)
        if arguments is None:
            return None
        given = {label: Origin(value, origin.place, origin.frame) for label, value in arguments.items()}
        first = given.get(operation.parameters[0])
        if operation.name in ("placeholder", "ones"):
            return self._written(given.get("shape"))
        if operation.name == "constant" and "shape" in given:
            return self._written(given["shape"])
        if operation.name == "reshape":
            return self._written(given.get("shape"), open_length=True)
        if operation.name == "range":
            return (None,)
        if operation.name == "stack":
            return self._of_stack(given, depth)
        if operation.name == "gather_nd" and set(given) == {"params", "indices"}:
            return _picked(self.of(given["params"], depth - 1), self.of(given["indices"], depth - 1))
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
            return (*shape, self._length(given.get("depth")))
        return None

    def _of_stack(self, given: dict[str, Origin], depth: int) -> Shape | None:
        """The shape of several arrays of one shape along a new axis."""
        values, axis = given.get("values"), literal(given["axis"].node) if "axis" in given else 0
        if values is None or not isinstance(values.node, (ast.List, ast.Tuple)) or not isinstance(axis, int):
            return None
        shapes = [self.of(Origin(one, values.place, values.frame), depth - 1) for one in values.node.elts]
        inner = shapes[0] if shapes else None
        if inner is None or not -len(inner) - 1 <= axis <= len(inner):
            return None
        at = axis if axis >= 0 else len(inner) + 1 + axis
        return (*inner[:at], len(shapes), *inner[at:]) if all(shape == inner for shape in shapes) else None

    def _of_cross_entropy(self, name: str, given: dict[str, Origin], depth: int) -> Shape | None:
        """The shape of a cross-entropy from logits: one number a row, or, of sigmoids, one an element."""
        labels, logits = (self.of(given[k], depth - 1) if k in given else None for k in ("labels", "logits"))
        if name == "sigmoid_cross_entropy":
            return logits if logits is not None else labels
        rows = logits if logits is not None or name.startswith("sparse") else labels
        return rows[:-1] if rows else labels if name.startswith("sparse") else None

    def _of_call(self, call: ast.Call, symbol: str, origin: Origin, depth: int) -> Shape | None:
        kind = symbol.rpartition(".")[2]
        named = {k.arg: Origin(k.value, origin.place, origin.frame) for k in call.keywords}
        placed = [Origin(argument, origin.place, origin.frame) for argument in call.args]
        if kind in ("dense", "fully_connected") and symbol.startswith(("layers.", "contrib.")):
            units = placed[1] if len(placed) > 1 else named.get("units", named.get("num_outputs"))
            inner = self._values.first(origin)
            shape = self.of(inner, depth - 1) if inner is not None else None
            return (*shape[:-1], self._length(units)) if shape else None
        if kind == "flatten":
            return (None, None)
        if symbol == "get_variable":
            return self._written(placed[1] if len(placed) > 1 else named.get("shape"))
        if symbol == "Variable" and placed:
            return self.of(placed[0], depth - 1)
        if symbol in _FILLED:
            return self._written(placed[0] if placed else named.get("shape"))
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
            return self._written(Origin(call.args[0], origin.place, origin.frame))
        if made in _DRAWN:
            given = [k.value for k in call.keywords if k.arg == "size"] or call.args[_DRAWN[made] :]
            size = Origin(given[0], origin.place, origin.frame) if given else None
            length = self._length(size)
            return () if size is None else (length,) if length is not None else self._written(size)
        lengths = tuple(map(literal, call.args)) if made in ("rand", "randn") else ()
        return lengths if lengths and all(isinstance(length, int) for length in lengths) else None  # type: ignore[return-value]

    def _written(self, origin: Origin | None, *, open_length: bool = False) -> Shape | None:
        """A shape that is written out, here or where its name was given; -1 in a reshape stands for what is left."""
        found = self._values.origins.of(origin) if origin is not None else ()
        node = found[0].node if len(found) == 1 else None
        if not isinstance(node, (ast.List, ast.Tuple)) or any(isinstance(one, ast.Starred) for one in node.elts):
            return None
        lengths = tuple(self._length(Origin(one, found[0].place, found[0].frame)) for one in node.elts)
        return tuple(None if open_length and length == -1 else length for length in lengths)

    def _length(self, origin: Origin | None) -> int | None:
        """A length that is a number, written here or where its name was given."""
        lengths = [literal(one.node) for one in self._values.origins.of(origin)] if origin is not None else []
        return lengths[0] if len(lengths) == 1 and isinstance(lengths[0], int) else None

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


def _picked(params: Shape | None, indices: Shape | None) -> Shape | None:
    """The shape of `tf.gather_nd`: the last axis of the indices holds as many numbers as axes are picked from."""
    if not params or not indices or indices[-1] is None or indices[-1] > len(params):
        return None
    return (*indices[:-1], *params[indices[-1] :])


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
