"""What the code shows of an array: its shape, and the numbers that it holds."""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.shapes import Shape, Shapes
from tfloss_migrate.syntax.terms import Term, constant_of
from tfloss_migrate.syntax.values import Values

_WHOLE = frozenset({"to_int32", "to_int64", "argmax", "size", "shape"})
_TYPED = frozenset({"cast", "constant", "placeholder", "convert_to_tensor", "ones", "zeros", "ones_like", "zeros_like"})
_SAME = frozenset(o.name for o in BY_SYMBOL.values() if "elementwise" in o.traits and "float" not in o.traits)
_REDUCED = ("reduce_", "reshape", "squeeze", "expand_dims", "transpose", "convert_to_tensor", "ones_like", "zeros_like")


class Layout:
    """Answers for the terms of one file."""

    def __init__(self, names: Names) -> None:
        self._values = Values(Reader(names))
        self._shapes = Shapes(self._values)

    def shape(self, term: Term) -> Shape | None:
        """The static shape of a term, None where not even its rank shows."""
        if term.kind == "num":
            return ()
        if term.node is None or term.place is None:
            return None
        return self._shapes.of(Origin(term.node, term.place))

    def may_be_equal(self, one: Term, other: Term) -> bool:
        """Whether two terms may have one shape, as far as it shows."""
        left, right = self.shape(one), self.shape(other)
        if left is None or right is None:
            return True
        return len(left) == len(right) and all(a == b or None in (a, b) for a, b in zip(left, right, strict=True))

    def holds_integers(self, term: Term) -> bool:
        """Whether a term surely holds whole numbers: Keras would make the other side whole as well."""
        if term.kind in ("sum", "prod"):
            divided = any(isinstance(exponent, float) and exponent < 0.0 for _, exponent in term.parts)
            return not divided and any(self.holds_integers(part) for part, _ in term.parts)
        if term.kind == "op":
            return self._of_operation(term)
        if term.node is None or term.place is None:
            return False
        held = self._values.origins.of(Origin(term.node, term.place))
        return bool(held) and all(self._are_integers(origin) for origin in held)

    def _of_operation(self, term: Term) -> bool:
        if term.name in _TYPED and (dtype := constant_of(term.argument("dtype"))) is not None:
            return "int" in str(dtype)
        if term.name == "one_hot":
            return "int" in str(constant_of(term.argument("dtype")))
        if term.name in _WHOLE:
            return True
        if term.name in _SAME or term.name.startswith(_REDUCED) or term.name == "constant":
            return any(
                self.holds_integers(part) for part, label in term.parts if label not in ("axis", "shape", "perm")
            )
        return False

    def _are_integers(self, origin: Origin) -> bool:
        """Whether an expression that is no operation makes whole numbers: a literal, an array of numpy."""
        node = origin.node
        if isinstance(node, (ast.List, ast.Tuple)):
            numbers = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            plain = all(isinstance(part, (*_LITERAL, ast.expr_context)) for part in ast.walk(node))
            return plain and bool(numbers) and all(isinstance(number, int) for number in numbers)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        if node.func.attr == "astype":
            return bool(node.args) and "int" in ast.unparse(node.args[0])
        if node.func.attr not in ("array", "asarray", "ones", "zeros", "full") or dotted(node.func) is None:
            return False
        dtype = next((ast.unparse(k.value) for k in node.keywords if k.arg == "dtype"), None)
        if dtype is not None:
            return "int" in dtype
        made = node.func.attr in ("array", "asarray") and bool(node.args)
        return made and len(node.args) == 1 and self._are_integers(Origin(node.args[0], origin.place, origin.frame))


_LITERAL = (ast.List, ast.Tuple, ast.Constant, ast.UnaryOp, ast.unaryop)
