"""Recognises a loss by what it computes, where no form fits how it is written.

An expression made of known operations over one to four unknown inputs is evaluated on small arrays and held against the
legacy side of every rule for losses by hand, with the inputs in every order, up to a positive factor, and with the
numbers that are written in it as parameters. What agrees is a candidate like one found by structure: the referee
decides.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterator
from fractions import Fraction

from tfloss_migrate import domains as of
from tfloss_migrate.recognise.arrays import Array, Shape
from tfloss_migrate.recognise.evaluate import KNOWN, Evaluation, NoMeaningError
from tfloss_migrate.recognise.patterns import Pattern, patterns_by_hand
from tfloss_migrate.recognise.trials import Draw
from tfloss_migrate.record import replace
from tfloss_migrate.syntax.match import Match
from tfloss_migrate.syntax.terms import Term, constant_of

#: The shapes of the trial arrays: what agrees on both hangs on no batch size and no number of classes. There are rows
#: enough for some to lie beyond the hinge of a loss that has one.
_SHAPES: tuple[Shape, ...] = ((2, 3), (8, 4))
_LEAVES = 4
_DEPTHS = 4
_REDUCTIONS = frozenset({"reduce_sum", "reduce_mean"})
#: A loss with a logarithm in it is never one without.
_LOGARITHMS = frozenset(
    "log log1p log_softmax log_sigmoid softplus reduce_logsumexp softmax_cross_entropy softmax_cross_entropy_v2 "
    "sparse_softmax_cross_entropy sigmoid_cross_entropy".split()
)
#: What is made with none of these has no corner, and is no loss with one.
_PIECEWISE = frozenset("abs sign maximum minimum clip_by_value where cond sqrt power reduce_max".split())
#: Nor is a loss of two branches ever one without: where they part may be out of reach of the trial arrays.
_BRANCHES = frozenset("where minimum maximum clip_by_value relu less less_equal greater greater_equal".split())
_CLOSE = 1e-10


def meanings(subject: Term) -> Iterator[tuple[Pattern, Match, float]]:
    """Every form that the expression is by meaning: the pattern, what its inputs stand for, and the factor."""
    if _REDUCTIONS.isdisjoint(subject.operations):
        return
    is_modulus = _squares_a_modulus(subject)
    wanted = [
        one for one in patterns_by_hand() if _may_be(subject, one) and not (is_modulus and "abs" not in one.required)
    ]
    for leaves in _frontiers(subject):
        meaning = _Meaning(subject, leaves)
        for pattern in wanted:
            if len(_inputs(pattern.term)) == len(leaves):
                for term, known in pattern.instances(subject):
                    yield from (
                        (pattern, match, factor) for match, factor in meaning.as_instance_of(pattern, term, known)
                    )


def _may_be(subject: Term, pattern: Pattern) -> bool:
    """Whether an expression may be a form, by the operations of both, and would gain by becoming its target."""
    operations, needed = subject.operations, pattern.required
    if pattern.form.target is None or _is_logarithmic(pattern.form.legacy) == _LOGARITHMS.isdisjoint(operations):
        return False
    if any(kinds.isdisjoint(operations) and not kinds.isdisjoint(needed) for kinds in (_PIECEWISE, _BRANCHES)):
        return False
    return not pattern.becomes or not operations.isdisjoint(needed - pattern.becomes)


def _squares_a_modulus(term: Term) -> bool:
    """Whether the square of an absolute value is taken: of real numbers nobody needs it, of complex ones it is used."""
    if term.kind == "prod" and any(part.name == "abs" and exponent == 2.0 for part, exponent in term.parts):
        return True
    return any(_squares_a_modulus(part) for part, _ in term.parts)


class _Meaning:
    """An expression over given leaves, evaluated for one assignment of domains to the leaves after another."""

    def __init__(self, subject: Term, leaves: tuple[Term, ...]) -> None:
        self._subject, self._leaves = subject, leaves
        self._axes = frozenset(_axes(subject))
        self._values: dict[tuple[Draw, ...], tuple[Array, ...] | None] = {}

    def as_instance_of(self, pattern: Pattern, term: Term, known: Match) -> Iterator[tuple[Match, float]]:
        """Every order of the inputs in which the expression is the pattern's, and the factor."""
        names = _inputs(term)
        if len(names) != len(self._leaves):
            return
        declared = {declared.name: declared.domain for declared in pattern.rule.inputs}
        draws = tuple(Draw(declared[name], at) for at, name in enumerate(names))
        expected = _pattern_values(term, names, draws)
        if expected is None or not _matters(pattern, known, names, draws, expected):
            return
        for order in itertools.permutations(range(len(names))):
            found = self._value(tuple(draws[place] for place in order))
            factor = None if found is None else _factor(found, expected)
            if factor is None or not self._agrees_near_numbers(term, names, draws, order, factor):
                continue
            if self._needs_equal_batches(term, names, draws, order):
                inputs = tuple((names[place], leaf) for leaf, place in zip(self._leaves, order, strict=True))
                yield Match((*known.inputs, *inputs), self._axes), factor

    def _agrees_near_numbers(
        self, term: Term, names: tuple[str, ...], draws: tuple[Draw, ...], order: tuple[int, ...], factor: float
    ) -> bool:
        """Whether they agree where inputs are about as large as each number that is written in either, too.

        A dead zone, a floor or a guard of 0.001 does not show among numbers around one.
        """
        if not any(isinstance(draw.domain, of.Real) for draw in draws):
            return True
        for scale in sorted(_numbers(self._subject) | _numbers(term)):
            near = tuple(replace(draw, scale=scale / 3) for draw in draws)
            found = self._value(tuple(near[place] for place in order))
            expected = None if found is None else _pattern_values(term, names, near)
            if found is None or expected is None or not _are_alike(found, expected, factor):
                return False
        return True

    def _needs_equal_batches(
        self, term: Term, names: tuple[str, ...], draws: tuple[Draw, ...], order: tuple[int, ...]
    ) -> bool:
        """Whether the expression takes no batches of unequal length that the pattern does not take too.

        Two means, of real and of made samples, have each their own number; the mean of a sum has one for both.
        """
        for longer in range(len(names) if len(names) > 1 else 0):
            uneven = tuple(replace(draw, rows=1) if at == longer else draw for at, draw in enumerate(draws))
            found = self._value(tuple(uneven[place] for place in order))
            expected = None if found is None else _pattern_values(term, names, uneven)
            if found is not None and (expected is None or _factor(found, expected) is None):
                return False
        return True

    def _value(self, draws: tuple[Draw, ...]) -> tuple[Array, ...] | None:
        if draws not in self._values:
            self._values[draws] = _evaluated(self._subject, self._leaves, draws)
        return self._values[draws]


def _matters(
    pattern: Pattern, known: Match, names: tuple[str, ...], draws: tuple[Draw, ...], values: tuple[Array, ...]
) -> bool:
    """Whether the trial arrays tell the value of the parameter, if there is one: a delta may be out of their reach."""
    value = known.get(pattern.parameter or "")
    return value is None or _pattern_values(pattern.at(1.25 * value.number), names, draws) != values


@functools.lru_cache(maxsize=4096)
def _pattern_values(term: Term, names: tuple[str, ...], draws: tuple[Draw, ...]) -> tuple[Array, ...] | None:
    return _evaluated(term, tuple(Term("var", name) for name in names), draws)


def _evaluated(term: Term, leaves: tuple[Term, ...], draws: tuple[Draw, ...]) -> tuple[Array, ...] | None:
    values = []
    for shape in _SHAPES:
        held = {leaf: draw.array(shape) for leaf, draw in zip(leaves, draws, strict=True)}
        given = {leaf: array for leaf, array in held.items() if array is not None}
        if len(given) < len(leaves):
            return None
        try:
            values.append(Evaluation(given, shape[-1]).value(term))
        except NoMeaningError:
            return None
    return tuple(values)


def _factor(found: tuple[Array, ...], expected: tuple[Array, ...]) -> float | None:
    """What the expected numbers are to be multiplied with, everywhere, to be those found: a plain positive number."""
    factor = None
    for one, other in zip(found, expected, strict=True):
        if one.shape != other.shape or not any(other.numbers):
            return None
        for number, wanted in zip(one.numbers, other.numbers, strict=True):
            if factor is None and wanted:
                factor = number / wanted
            if factor is None or not math.isclose(number, factor * wanted, rel_tol=_CLOSE, abs_tol=1e-14):
                return None
    if factor is None or factor <= 0.0:
        return None
    plain = float(Fraction(factor).limit_denominator(100))
    return plain if plain and math.isclose(plain, factor, rel_tol=_CLOSE) else None


def _are_alike(found: tuple[Array, ...], expected: tuple[Array, ...], factor: float) -> bool:
    """Whether numbers are the expected ones times the factor, however small all of them are."""
    for one, other in zip(found, expected, strict=True):
        least = 1e-14 * max((abs(number) for number in one.numbers), default=0.0)
        pairs = zip(one.numbers, other.numbers, strict=True)
        alike = (math.isclose(a, factor * b, rel_tol=_CLOSE, abs_tol=least) for a, b in pairs)
        if one.shape != other.shape or not all(alike):
            return False
    return True


def _numbers(term: Term) -> set[float]:
    """The positive numbers that are written in a term, and those that it was folded to."""
    own = {abs(term.number)} if term.kind in ("num", "sum", "prod") else set()
    inner = (_numbers(part) for part, label in term.parts if label not in ("axis", "depth", "dtype", "keepdims"))
    return {one for one in own.union(*inner) if one > 0.0 and math.isfinite(one)}


def _frontiers(subject: Term) -> Iterator[tuple[Term, ...]]:
    """The unknown inputs of an expression: the variables that it names, then those that these hold, and so on."""
    seen = set()
    for depth in range(_DEPTHS):
        leaves = tuple(dict.fromkeys(_leaves(subject, depth, top=True)))
        if 1 <= len(leaves) <= _LEAVES and leaves not in seen:
            seen.add(leaves)
            yield leaves


def _leaves(term: Term, depth: int, *, top: bool = False) -> Iterator[Term]:
    named = not top and term.node is not None and type(term.node).__name__ in ("Name", "Attribute")
    if named and term.kind not in ("leaf", "num"):
        if depth == 0:
            yield term
            return
        depth -= 1
    if term.kind == "leaf":
        if constant_of(term) is None:
            yield term
    elif term.kind == "op" and (term.name not in KNOWN or _makes_floats(term)):
        yield term
    else:
        for part, label in term.parts:
            if label not in ("depth", "dtype", "axis", "keepdims"):
                yield from _leaves(part, depth)


def _makes_floats(term: Term) -> bool:
    """Whether a term is an unknown array in another dtype: an input as it is, for without the cast it has the first."""
    array = term.argument("x") if term.name in ("cast", "to_float") else None
    return array is not None and (array.kind == "leaf" or (array.kind == "op" and array.name not in KNOWN))


def _axes(term: Term) -> Iterator[int]:
    """The axes that are written as a number from the front: the last one, wherever it agrees with a form."""
    for part, label in term.parts:
        axis = constant_of(part) if part.kind == "leaf" else int(part.number) if part.kind == "num" else None
        if label == "axis" and isinstance(axis, int) and axis > 0:
            yield axis
        yield from _axes(part)


@functools.lru_cache(maxsize=4096)
def _inputs(term: Term) -> tuple[str, ...]:
    """The inputs of a pattern, in the order in which they are first named."""
    names: dict[str, None] = {}
    stack = [term]
    while stack:
        current = stack.pop()
        if current.kind == "var":
            names[current.name] = None
        stack.extend(part for part, _ in current.parts)
    return tuple(sorted(names))


@functools.cache
def _is_logarithmic(legacy: str) -> bool:
    return re.search(r"\blog|softplus|cross_entropy", legacy) is not None
