"""The shape of what a dataset gives, as far as the code shows it: with this it is played."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, literal
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.shapes import Shape, Shapes, broadcast
from tfloss_migrate.syntax.values import Values

#: Methods of datasets that give what they are called of, in another order or number; and those that put it together.
_KEEPING = frozenset("shuffle repeat prefetch take skip cache filter shard".split())
_BATCHING = frozenset({"batch", "padded_batch"})
_OF_SLICES = ("data.Dataset.from_tensor_slices", "data.Dataset.from_tensors")
#: Functions of NumPy whose result has the shape of what they are given first.
_SAME = frozenset("power sin cos exp log sqrt square abs tanh array asarray float32 float64 int32 copy".split())
_METHODS = frozenset({"astype", "copy"})
#: The handwritten digits that TensorFlow came with.
_DIGITS = {"images": 784, "labels": 10}


class ElementShapes:
    """Reads shapes in one text."""

    def __init__(self, sights: Sights) -> None:
        self._sights = sights
        self._shapes = Shapes(Values(Reader(sights.names)))

    def of(self, dataset: ast.expr, at: int | None) -> Shape | None:
        """The shape of a part of the elements of a dataset, or of them if they have no parts; None if not known."""
        calls = list(self._calls(dataset))
        array = self.array(dataset, at)
        shape = self._array(array) if array is not None else None
        if not shape or self._sights.called(calls[-1]) != _OF_SLICES[0]:
            return None
        return (*(None for call in calls if getattr(call.func, "attr", "") in _BATCHING), *shape[1:])

    def array(self, dataset: ast.expr, at: int | None) -> ast.expr | None:
        """What a dataset has a part of its elements from."""
        calls = list(self._calls(dataset))
        if not calls or self._sights.called(calls[-1]) not in _OF_SLICES or not calls[-1].args:
            return None
        whole = calls[-1].args[0]
        if at is None:
            return whole
        return whole.elts[at] if isinstance(whole, ast.Tuple) and at < len(whole.elts) else None

    def _calls(self, dataset: ast.expr) -> Iterator[ast.Call]:
        """The calls that make a dataset, the last one first, where each gives what the one before gave."""
        while True:
            if isinstance(dataset, ast.Name):
                held = self._sights.may_hold(dataset)
                if len(held) != 1 or held[0].value is None:
                    return
                dataset = held[0].value
            elif isinstance(dataset, ast.Call):
                yield dataset
                method = dataset.func
                if not isinstance(method, ast.Attribute) or method.attr not in _KEEPING | _BATCHING:
                    return
                dataset = method.value
            else:
                return

    def _array(self, node: ast.expr) -> Shape | None:
        """The shape of an array."""
        if isinstance(node, ast.Name):
            return self._named(node)
        shape = self._shapes.of(Origin(node, self._sights.place(node))) if hasattr(node, "lineno") else None
        if shape is not None:
            return shape
        if isinstance(node, ast.BinOp):
            return broadcast(self._array(node.left), self._array(node.right))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            shape = self._array(node.value)
            return (None, *shape[1:]) if shape else None
        if isinstance(node, ast.Attribute) and node.attr in _DIGITS and ast.unparse(node).startswith("mnist."):
            return None, _DIGITS[node.attr]
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return None
        if self._sights.called(node) == symbols.PLACEHOLDER:
            return self._declared(node)
        if node.func.attr == "reshape":
            sizes = literal(node.args[0]) if len(node.args) == 1 else tuple(map(literal, node.args))
            if not isinstance(sizes, (tuple, list)) or not all(isinstance(size, int) for size in sizes):
                return None
            return tuple(None if size == -1 else size for size in sizes)
        if node.func.attr in _METHODS:
            return self._array(node.func.value)
        return self._array(node.args[0]) if node.func.attr in _SAME and node.args else None

    def _named(self, name: ast.Name) -> Shape | None:
        """The shape of what a name holds, also one of the parts into which an array is split."""
        held = self._sights.may_hold(name)
        if len(held) != 1:
            return None
        if held[0].value is not None:
            return self._array(held[0].value)
        value = held[0].node.value if isinstance(held[0].node, ast.Assign) else None
        split = isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "split" and len(value.args) == 2
        shape = self._array(value.args[0]) if isinstance(value, ast.Call) and split else None
        return (None, *shape[1:]) if shape else None

    def _declared(self, placeholder: ast.Call) -> Shape | None:
        """The shape of a placeholder, also that of an array: `tf.placeholder(xs.dtype, xs.shape)`."""
        shape = (given(placeholder, ("dtype", "shape", "name")) or {}).get("shape")
        if isinstance(shape, ast.Attribute) and shape.attr == "shape":
            return self._array(shape.value)
        return self._shapes.of(Origin(placeholder, self._sights.place(placeholder)))
