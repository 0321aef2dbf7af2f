"""What the code shows of an array: its shape, and the numbers that it holds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.shapes import Shape, Shapes
from tfloss_migrate.syntax.terms import Term, constant_of
from tfloss_migrate.syntax.values import Values

_WHOLE = frozenset({"to_int32", "to_int64", "argmax", "size", "shape"})
_TRUE_OR_FALSE = frozenset({"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"})
_TYPED = frozenset({"cast", "constant", "placeholder", "convert_to_tensor", "ones", "zeros", "ones_like", "zeros_like"})
_SAME = frozenset(o.name for o in BY_SYMBOL.values() if "elementwise" in o.traits and "float" not in o.traits)
_REDUCED = ("reduce_", "reshape", "squeeze", "expand_dims", "transpose", "convert_to_tensor", "ones_like", "zeros_like")


class Layout:
    """Answers for the terms of one file."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.shapes = Shapes(values)

    def shape(self, term: Term) -> Shape | None:
        """The static shape of a term, None where not even its rank shows."""
        if term.kind == "num":
            return ()
        if term.node is None or term.place is None:
            return None
        return self.shapes.of(Origin(term.node, term.place))

    def numbers(self, term: Term) -> object:
        """The numbers of an array that is written out, in lists; None where they do not show."""
        if term.node is None or term.place is None:
            return None
        origins = self._values.origins.of(Origin(term.node, term.place))
        return self._written(origins[0]) if len(origins) == 1 else None

    def _written(self, origin: Origin) -> object:
        node = origin.node
        if isinstance(node, ast.Call):
            operation = self._values.operation(origin)
            made = operation.name if operation is not None else (dotted(node.func) or "").rpartition(".")[2]
            node = node.args[0] if made in ("constant", "array", "asarray") and node.args else node
        return literal(node)

    def may_be_equal(self, one: Term, other: Term) -> bool:
        """Whether two terms may have one shape, as far as it shows."""
        left, right = self.shape(one), self.shape(other)
        if left is None or right is None:
            return True
        return len(left) == len(right) and all(a == b or None in (a, b) for a, b in zip(left, right, strict=True))

    def whole(self, term: Term) -> str | None:
        """ "int32" for what surely holds whole numbers, "bool" for truth values, None for floats and the unknown."""
        dtype = self.dtype(term)
        return None if dtype == "float64" else dtype

    def dtype(self, term: Term) -> str | None:
        """ "float64", "int32" or "bool" for what is surely not in float32, None for floats and the unknown."""
        if term.kind in ("sum", "prod"):
            divided = any(isinstance(exponent, float) and exponent < 0.0 for _, exponent in term.parts)
            return None if divided else self._any_of(part for part, _ in term.parts)
        if term.kind == "op":
            return self._of_operation(term)
        return self._of_all(term, self._of_other)

    def _of_all(self, term: Term, kind: Callable[[Origin], str | None]) -> str | None:
        """What all agree on that may have made a term, as it is written."""
        if term.node is None or term.place is None:
            return None
        held = {kind(origin) for origin in self._values.origins.of(Origin(term.node, term.place))}
        return None if None in held else _joined(held)

    def _any_of(self, terms: Iterable[Term]) -> str | None:
        return _joined({self.dtype(term) for term in terms})

    def _of_operation(self, term: Term) -> str | None:
        dtype = constant_of(term.argument("dtype"))
        if term.name in (*_TYPED, "one_hot", "sequence_mask") and dtype is not None:
            return _named(str(dtype))
        if term.name in _TRUE_OR_FALSE or term.name in ("reduce_all", "reduce_any", "sequence_mask"):
            return "bool"
        if term.name in _WHOLE:
            return "int32"
        if term.name == "one_hot":
            return self._of_all(term, lambda origin: _of_one_hot(origin.node))
        if term.name == "cast":
            return None
        if term.name in _SAME or term.name.startswith(_REDUCED) or term.name == "constant":
            aside = ("axis", "shape", "perm", "condition")
            return self._any_of(part for part, label in term.parts if label not in aside)
        return None

    def _of_other(self, origin: Origin) -> str | None:
        """What an expression that is no operation of losses makes: a literal, an array of numpy."""
        node = origin.node
        if isinstance(node, (ast.List, ast.Tuple)):
            numbers = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            plain = all(isinstance(part, (*_LITERAL, ast.expr_context)) for part in ast.walk(node))
            whole = plain and bool(numbers) and all(isinstance(number, int) for number in numbers)
            return None if not whole else "bool" if all(isinstance(number, bool) for number in numbers) else "int32"
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return None
        if node.func.attr.startswith("logical_"):
            return "bool" if self._values.symbol(node, origin) is not None else None
        if node.func.attr == "astype":
            return _named(ast.unparse(node.args[0])) if node.args else None
        if node.func.attr not in ("array", "asarray", "ones", "zeros", "full") or dotted(node.func) is None:
            return None
        dtype = next((ast.unparse(k.value) for k in node.keywords if k.arg == "dtype"), None)
        if dtype is not None:
            return _named(dtype)
        if node.func.attr in ("ones", "zeros"):
            return "float64" if len(node.args) == 1 else None
        made = node.func.attr in ("array", "asarray") and len(node.args) == 1 and literal(node.args[0]) is not None
        return self._of_other(Origin(node.args[0], origin.place, origin.frame)) or "float64" if made else None


def _joined(kinds: set[str | None]) -> str | None:
    """What operations on several things make, where one of them is not in float32."""
    return next((kind for kind in ("float64", "int32", "bool") if kind in kinds), None)


def _named(dtype: str) -> str | None:
    known = {"float64": "float64", "double": "float64", "int": "int32", "bool": "bool"}
    return next((kind for part, kind in known.items() if part in dtype), None)


def _of_one_hot(node: ast.expr) -> str | None:
    """The dtype of a one_hot that names none is that of its values."""
    if not isinstance(node, ast.Call):
        return None
    given = [*node.args[2:4], *(k.value for k in node.keywords if k.arg in ("on_value", "off_value"))]
    whole = [isinstance(value, ast.Constant) and type(value.value) is int for value in given]
    return "int32" if given and all(whole) else None


_LITERAL = (ast.List, ast.Tuple, ast.Constant, ast.UnaryOp, ast.unaryop)
