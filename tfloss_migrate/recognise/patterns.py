"""Compiles the rules' legacy expressions to terms, and keys them by what stands at their root."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from tfloss_migrate.domains import Literal
from tfloss_migrate.model import Form, Rule
from tfloss_migrate.rules.registry import all_rules
from tfloss_migrate.syntax.match import Match, operations, scaled, solve
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.terms import Term, num

#: Operations that code may spell with an operator or by another operation, so that they need not be named.
_RESPELLED = frozenset("square sqrt pow subtract add multiply divide negative less less_equal log_softmax".split())

#: Stands for a parameter where only the shape of a pattern matters.
_ANY = 0.3


@dataclass(frozen=True)
class Pattern:
    """A form with its legacy side as a term. `parameters` are inputs that stand for written-out numbers."""

    rule: Rule
    form: Form
    term: Term
    required: frozenset[str]
    parameters: tuple[str, ...]

    def matches(self, subject: Term, found: set[str]) -> Iterator[tuple[Match, float]]:
        """Every instance that `subject`, which holds the operations `found`, is, up to a positive factor."""
        if not self.required <= found:
            return
        for term, known in self._instances(subject):
            factor, rest = scaled(term, subject)
            for match in solve(term, rest, known):
                yield match, factor

    def _instances(self, subject: Term) -> Iterator[tuple[Term, Match]]:
        """The pattern's term with a parameter for any number, and with each number of the code in its place.

        The second is for formulas that compute with their parameter, as in `0.5 * delta ** 2`.
        """
        yield _compiled(self.form.legacy, self.rule, (), None), Match()
        if len(self.parameters) == 1:
            for value in sorted(_numbers(subject) | {1.0}):
                known = Match(((self.parameters[0], num(value)),))
                yield _compiled(self.form.legacy, self.rule, self.parameters, value), known


def _numbers(term: Term, into: set[float] | None = None) -> set[float]:
    """The positive numbers written in a term: those that a parameter of the formula can be."""
    found: set[float] = set() if into is None else into
    values = [term.number] if term.kind in ("num", "sum", "prod") else []
    if term.kind == "sum":
        values.extend(float(coefficient) for _, coefficient in term.parts)  # type: ignore[arg-type]
    for value in values:
        found.update(v for v in (abs(value), 2 * abs(value)) if v > 0.0)
        if 0.0 < value < 1.0:
            found.add(1.0 - value)
    for part, _ in term.parts:
        _numbers(part, found)
    return found


@functools.lru_cache(maxsize=4096)
def _compiled(legacy: str, rule: Rule, parameters: tuple[str, ...], value: float | None) -> Term:
    tree = ast.parse(f"import tensorflow as tf\n({legacy})")
    names = Names(tree)
    inputs = {i.name: Term("var", i.name) if i.name not in parameters else num(value or 0.0) for i in rule.inputs}
    expression, place = names.places[-1]
    return Reader(names, inputs).term(expression, place)


def _pattern(rule: Rule, form: Form) -> Pattern:
    tree = ast.parse(form.legacy, mode="eval")
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    parameters = tuple(i.name for i in rule.inputs if isinstance(i.domain, Literal) and i.name in used)
    term = _compiled(form.legacy, rule, parameters, _ANY if parameters else None)
    return Pattern(rule, form, term, frozenset(operations(term)), parameters)


def root(term: Term) -> Hashable:
    """What a term is at its root, blind to its coefficient: the key of the table of patterns."""
    if term.kind == "prod":
        return tuple(sorted(_root_of(part) + f"^{exponent}" for part, exponent in term.parts))
    return (f"{_root_of(term)}^1.0",)


def _root_of(term: Term) -> str:
    return term.name if term.kind == "op" else term.kind


@functools.cache
def _compiled_pattern(rule: Rule, form: Form) -> tuple[Hashable, Pattern]:
    pattern = _pattern(rule, form)
    return root(pattern.term), pattern


@functools.cache
def _anchors() -> tuple[tuple[frozenset[str], Rule, Form], ...]:
    """Every form with the operations that code must name to match it: those that no operator spells."""
    found = []
    for rule in all_rules():
        for form in rule.forms if not rule.by_name else ():
            symbols = re.findall(r"\btf\.([\w.]+)\(", form.legacy)
            operations = {BY_SYMBOL[symbol].name for symbol in symbols} - _RESPELLED
            found.append((frozenset(operations), rule, form))
    return tuple(found)


def table(used: frozenset[str]) -> dict[Hashable, tuple[Pattern, ...]]:
    """The patterns that code naming the operations `used` can match, by their root, in the order of rules and forms."""
    found: dict[Hashable, list[Pattern]] = {}
    for anchors, rule, form in _anchors():
        if anchors <= used:
            key, pattern = _compiled_pattern(rule, form)
            found.setdefault(key, []).append(pattern)
    return {key: tuple(patterns) for key, patterns in found.items()}


def with_numbers(text: str, match: Match) -> str:
    """An expression of a form with the code's numbers in place of its parameters."""
    numbers = {name: term.number for name, term in match.inputs if term.kind == "num"}
    return ast.unparse(_Numbers(numbers).visit(ast.parse(text, mode="eval"))) if numbers else text


class _Numbers(ast.NodeTransformer):
    def __init__(self, numbers: dict[str, float]) -> None:
        self._numbers = numbers

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self._numbers[node.id]) if node.id in self._numbers else node
