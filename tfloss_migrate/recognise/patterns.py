"""Compiles the rules' legacy expressions to terms, and keys them by what stands at their root."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass

from tfloss_migrate.domains import Literal
from tfloss_migrate.model import Form, Rule
from tfloss_migrate.rules.registry import all_rules
from tfloss_migrate.syntax.match import Match, scaled, solve
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.terms import Term, num

#: Operations that code may spell with an operator or by another operation, so that they need not be named.
_RESPELLED = frozenset("square sqrt pow subtract add multiply divide negative less less_equal log_softmax".split())

#: Stands for a parameter where only the shape of a pattern matters.
_ANY = 0.3


@dataclass(frozen=True, eq=False)
class Pattern:
    """A form with its legacy side as a term.

    `parameter` is an input that the formula computes with and that stands for a written-out number, as in
    `0.5 * delta ** 2`; `compiled` holds the terms for the numbers that were met.
    """

    rule: Rule
    form: Form
    term: Term
    required: frozenset[str]
    parameter: str | None
    compiled: dict[float, Term]

    def matches(self, subject: Term) -> Iterator[tuple[Match, float]]:
        """Every instance that `subject` is, up to a positive factor."""
        for term, known in self.instances(subject):
            factor, rest = scaled(term, subject)
            for match in solve(term, rest, known):
                yield match, factor

    def instances(self, subject: Term) -> Iterator[tuple[Term, Match]]:
        """The pattern's term; with a parameter, once for each number of the code."""
        if self.parameter is None:
            yield self.term, Match()
            return
        for value in _candidates(subject):
            yield self.at(value), Match(((self.parameter, num(value)),))

    def at(self, value: float) -> Term:
        """The pattern's term for a value of its parameter."""
        if value not in self.compiled and self.parameter is not None:
            self.compiled[value] = _compiled(self.form.legacy, self.rule, {self.parameter: num(value)})
        return self.compiled[value]


@functools.lru_cache(maxsize=256)
def _candidates(subject: Term) -> tuple[float, ...]:
    return tuple(sorted(_numbers(subject) | {1.0}))


def _numbers(term: Term, into: set[float] | None = None) -> set[float]:
    """The positive numbers written in a term: those that a parameter of the formula can be."""
    found: set[float] = set() if into is None else into
    values = [term.number] if term.kind in ("num", "sum", "prod") else []
    if term.kind == "sum":
        values.extend(float(coefficient) for _, coefficient in term.parts)  # type: ignore[arg-type]
    for value in values:
        found.update(v for v in (abs(value), 2 * abs(value)) if v > 0.0)
        if 0.0 < value < 1.0:
            found.add(round(1.0 - value, 15))
    for part, _ in term.parts:
        _numbers(part, found)
    return found


def _compiled(legacy: str, rule: Rule, numbers: Mapping[str, Term]) -> Term:
    names = Names(ast.parse(f"import tensorflow as tf\n({legacy})"))
    inputs = {i.name: numbers.get(i.name) or Term("var", i.name) for i in rule.inputs}
    expression, place = names.places[-1]
    return Reader(names, inputs).term(expression, place)


def _pattern(rule: Rule, form: Form) -> Pattern:
    computed = {
        name.id
        for node in ast.walk(ast.parse(form.legacy, mode="eval"))
        if isinstance(node, (ast.BinOp, ast.Compare, ast.Call)) and _is_formula(node)
        for name in ast.iter_child_nodes(node)
        if isinstance(name, ast.Name)
    }
    parameter = next((i.name for i in rule.inputs if isinstance(i.domain, Literal) and i.name in computed), None)
    term = _compiled(form.legacy, rule, {parameter: num(_ANY)} if parameter else {})
    return Pattern(rule, form, term, term.operations, parameter, {})


def _is_formula(node: ast.AST) -> bool:
    """Whether a node computes with its operands, rather than handing them on to a loss."""
    return not (isinstance(node, ast.Call) and "losses." in ast.unparse(node.func))


def root(term: Term) -> Hashable:
    """What a term is at its root, blind to its coefficient: the key of the table of patterns."""
    if term.kind == "prod":
        return tuple(sorted(_root_of(part) + f"^{exponent}" for part, exponent in term.parts))
    return (f"{_root_of(term)}^1.0",)


def _root_of(term: Term) -> str:
    return term.name if term.kind == "op" else term.kind


@functools.cache
def _anchors() -> tuple[tuple[frozenset[str], Callable[[], Pattern]], ...]:
    """Every form: the operations that code must name to match it, as no operator spells them, and its pattern."""
    found = []
    for rule in all_rules():
        for form in rule.forms if not rule.by_name else ():
            symbols = re.findall(r"\btf\.([\w.]+)\(", form.legacy)
            operations = {BY_SYMBOL[symbol].name for symbol in symbols} - _RESPELLED
            found.append((frozenset(operations), functools.cache(functools.partial(_pattern, rule, form))))
    return tuple(found)


@functools.cache
def patterns_by_hand() -> tuple[Pattern, ...]:
    """The patterns of the rules for losses written by hand."""
    return tuple(_pattern(rule, form) for rule in all_rules() if rule.id.startswith("TFL3") for form in rule.forms)


@dataclass(frozen=True)
class Table:
    """Patterns by the root of their term and what they require; `heads` are what one must name to match."""

    patterns: dict[Hashable, dict[frozenset[str], list[tuple[int, Pattern]]]]
    heads: frozenset[str]

    def possible(self, subject: Term) -> list[Pattern]:
        """The patterns whose root and operations `subject` has."""
        by_required = self.patterns.get(root(subject))
        if by_required is None:
            return []
        operations = subject.operations
        found = [entry for required, entries in by_required.items() if required <= operations for entry in entries]
        return [pattern for _, pattern in sorted(found, key=lambda entry: entry[0])]


@functools.lru_cache(maxsize=512)
def table(used: frozenset[str]) -> Table:
    """The patterns that code naming the operations `used` can match."""
    found: dict[Hashable, dict[frozenset[str], list[tuple[int, Pattern]]]] = {}
    heads: set[str] = set()
    known = used | {"sigmoid"} if "exp" in used else used  # 1 / (1 + exp(-x))
    for position, (anchors, make) in enumerate(_anchors()):
        if anchors <= known:
            pattern = make()
            by_required = found.setdefault(root(pattern.term), {})
            by_required.setdefault(pattern.required, []).append((position, pattern))
            heads |= {_head(pattern.term)} if _head(pattern.term) in used else pattern.required
    return Table(found, frozenset(heads))


def _head(term: Term) -> str:
    """The operation at the root of a term, seen through its factors."""
    return term.parts[0][0].name if term.kind == "prod" and term.parts else term.name


def with_numbers(text: str, match: Match) -> str:
    """An expression of a form with the code's numbers in place of its parameters."""
    numbers = {name: term.number for name, term in match.inputs if term.kind == "num"}
    return ast.unparse(_Numbers(numbers).visit(ast.parse(text, mode="eval"))) if numbers else text


class _Numbers(ast.NodeTransformer):
    def __init__(self, numbers: dict[str, float]) -> None:
        self._numbers = numbers

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self._numbers[node.id]) if node.id in self._numbers else node
