"""Expressions in a normal form in which one formula has one shape, however it was spelled.

`a - b`, `tf.sub(a, b)` and `tf.subtract(a, b)` are one sum; `tf.square(x)`, `x ** 2` and `x * x` one power; factors
and signs are pulled out of `reduce_sum` and `reduce_mean`. The normal form serves recognition only: what the referee
runs is the code as it was written.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable

from tfloss_migrate.syntax.scopes import Place

Number = float


class Term:
    """A node of the normal form.

    `kind` is "num" (value), "var" (a pattern's input), "leaf" (an expression not looked into), "sum" (number +
    coefficient * part ...), "prod" (number * part ** exponent ...) or "op" (an operation with named arguments).
    `node` and `place` are where it was written; `split` are the two signed operands of a written sum, kept because
    in `y - (w * x + b)` the bracket is one thing.
    """

    __slots__ = (
        "_hash",
        "_numbers",
        "_operations",
        "key",
        "kind",
        "name",
        "node",
        "number",
        "parts",
        "place",
        "pure",
        "size",
        "split",
    )

    def __init__(
        self,
        kind: str,
        name: str = "",
        number: Number = 0.0,
        parts: tuple[tuple[Term, object], ...] = (),
        pure: bool = True,
        identity: Hashable = None,
    ) -> None:
        self.kind, self.name, self.number, self.parts, self.pure = kind, name, number, parts, pure
        self.node: ast.expr | None = None
        self.place: Place | None = None
        self.size: int = 1 + sum([part.size for part, _ in parts])
        self.split: tuple[tuple[Term, Number], tuple[Term, Number]] | None = None
        shape: Hashable = frozenset(parts) if kind in ("sum", "prod") else parts
        self.key: tuple[Hashable, ...] = (kind, name, number, shape, identity)
        self._hash = hash(self.key)
        self._operations: frozenset[str] | None = None
        self._numbers: frozenset[float] | None = None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Term) and self._hash == other._hash and self.key == other.key

    def __hash__(self) -> int:
        return self._hash

    @property
    def operations(self) -> frozenset[str]:
        """The names of all operations in this term; "sum" and "power" are those written with operators."""
        if self._operations is None:
            found = {name for part, _ in self.parts for name in part.operations}
            if self.kind == "op":
                found.add(self.name)
            elif self.kind == "sum":
                found.add("sum")
            elif self.kind == "prod" and any(exponent not in (1.0, -1.0) for _, exponent in self.parts):
                found.add("power")
            self._operations = frozenset(found)
        return self._operations

    @property
    def numbers(self) -> frozenset[float]:
        """The positive numbers written in this term: those that a parameter of a formula can be."""
        if self._numbers is None:
            values = [self.number] if self.kind in ("num", "sum", "prod") else []
            if self.kind == "sum":
                values += [float(coefficient) for _, coefficient in self.parts]  # type: ignore[arg-type]
            sizes = [abs(value) for value in values if value]
            complements = [round(1.0 - value, 12) for value in values if 0.0 < value < 1.0]
            found = {*sizes, *[2 * size for size in sizes], *complements}
            self._numbers = frozenset(found.union(*[part.numbers for part, _ in self.parts]))
        return self._numbers

    def at(self, node: ast.expr, place: Place) -> Term:
        """This term, as written at a node; a term that is written elsewhere already is copied."""
        term = self if self.node is None else self._copy()
        term.node, term.place = node, place
        return term

    def written_as(self, left: tuple[Term, Number], right: tuple[Term, Number]) -> Term:
        """This sum, with the two signed operands that it was written as."""
        term = self._copy()
        term.split = (left, right)
        return term

    def _copy(self) -> Term:
        term = Term.__new__(Term)
        term.kind, term.name, term.number, term.parts, term.pure = (
            self.kind,
            self.name,
            self.number,
            self.parts,
            self.pure,
        )
        term.node, term.place, term.size, term.split = self.node, self.place, self.size, self.split
        term.key, term._hash, term._operations, term._numbers = self.key, self._hash, self._operations, self._numbers
        return term

    def argument(self, name: str) -> Term | None:
        """The argument of that name, of an operation."""
        for part, label in self.parts:
            if label == name:
                return part
        return None


def num(value: Number) -> Term:
    return Term("num", number=float(value))


def const(value: Hashable) -> Term:
    """A value that is no number: an axis, a dtype, a flag."""
    return Term("leaf", identity=("const", value))


def constant_of(term: Term | None) -> object:
    """The Python value of a constant argument, None where it is not one."""
    if term is None:
        return None
    identity = term.key[-1]
    return identity[1] if is_constant(term) and isinstance(identity, tuple) else None


def is_constant(term: Term) -> bool:
    """Whether a term is a value that is no number: an axis, a dtype, a flag, None."""
    identity = term.key[-1]
    return term.kind == "leaf" and isinstance(identity, tuple) and identity[0] == "const"


def number_of(term: Term) -> float | None:
    """The number that a term is, None where it is not one: an int for an axis."""
    if term.kind == "num":
        return term.number
    value = constant_of(term)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def op(name: str, arguments: Iterable[tuple[str, Term]], own: Hashable = None) -> Term:
    """An operation. `own` tells apart calls that are not pure: two placeholders of one shape are two things."""
    pure = own is None
    parts = tuple((term, label) for label, term in sorted(arguments, key=lambda pair: pair[0]))
    if name in ("reduce_sum", "reduce_mean"):
        inner = next((term for term, label in parts if label == "input_tensor"), None)
        if inner is not None and inner.kind == "prod" and inner.number != 1.0:
            rest = tuple((prod(1.0, inner.parts) if term is inner else term, label) for term, label in parts)
            return prod(inner.number, [(Term("op", name, parts=rest, pure=pure, identity=own), 1.0)])
    return Term("op", name, parts=parts, pure=pure, identity=own)


def total(constant: Number, terms: Iterable[tuple[Term, Number]]) -> Term:
    """constant + sum of coefficient * term, with nested numbers folded and equal terms gathered."""
    gathered: dict[Term, Number] = {}
    for term, coefficient in terms:
        if term.kind == "num":
            constant += coefficient * term.number
            continue
        if term.kind == "prod" and term.number != 1.0:
            coefficient, term = coefficient * term.number, prod(1.0, term.parts)
        gathered[term] = gathered.get(term, 0.0) + coefficient
    parts = tuple((term, coefficient) for term, coefficient in gathered.items() if coefficient != 0.0)
    if not parts:
        return num(constant)
    if len(parts) == 1 and constant == 0.0:
        return prod(parts[0][1], [(parts[0][0], 1.0)])
    if constant <= 0.0 and all(coefficient < 0.0 for _, coefficient in parts):
        flipped = Term("sum", number=-constant or 0.0, parts=tuple((t, -c) for t, c in parts))
        return prod(-1.0, [(flipped, 1.0)])
    return Term("sum", number=constant, parts=parts)


def _power(base: Number, exponent: float) -> float | None:
    """A power of two numbers, None where it is no number: a root of what is below zero, an overflow."""
    if base < 0.0 and exponent != int(exponent):
        return None
    try:
        return float(base**exponent)
    except ArithmeticError:
        return None


def prod(number: Number, factors: Iterable[tuple[Term, object]]) -> Term:
    """number * product of term ** exponent, with nested products opened and equal factors gathered."""
    gathered: dict[Term, Number] = {}
    for term, label in factors:
        exponent = float(label)  # type: ignore[arg-type]
        power = _power(term.number, exponent) if term.kind in ("num", "prod") else None
        if term.kind == "num" and power is not None:
            number *= power
        elif (
            term.kind == "prod"
            and power is not None
            and (exponent == 1.0 or (exponent == int(exponent) and len(term.parts) == 1))
        ):
            number *= power
            for inner, own in term.parts:
                gathered[inner] = gathered.get(inner, 0.0) + float(own) * exponent  # type: ignore[arg-type]
        else:
            gathered[term] = gathered.get(term, 0.0) + exponent
    parts = tuple((term, exponent) for term, exponent in gathered.items() if exponent != 0.0)
    if number == 0.0 or not parts:
        return num(number)
    if any(exponent == -1.0 for _, exponent in parts):
        parts = tuple(
            _sigmoid(term) or (term, exponent) if exponent == -1.0 else (term, exponent) for term, exponent in parts
        )
    if number == 1.0 and len(parts) == 1 and parts[0][1] == 1.0:
        return parts[0][0]
    return Term("prod", number=number, parts=parts)


def _sigmoid(denominator: Term) -> tuple[Term, Number] | None:
    """1 / (1 + exp(-x)) as the sigmoid that it is: for the bracket, what stands in the place of its reciprocal."""
    if denominator.kind != "sum" or denominator.number != 1.0 or len(denominator.parts) != 1:
        return None
    ((exponential, coefficient),) = denominator.parts
    x = exponential.argument("x") if exponential.kind == "op" and exponential.name == "exp" else None
    if x is None or coefficient != 1.0 or x.kind != "prod" or x.number >= 0.0:
        return None
    return op("sigmoid", [("x", prod(-x.number, x.parts))]), 1.0
