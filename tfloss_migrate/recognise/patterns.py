"""Compiles the rules' legacy expressions to terms."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping

from tfloss_migrate.domains import Hyperparameter, Literal
from tfloss_migrate.model import Form, Rule
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.registry import load, modules
from tfloss_migrate.syntax.match import Match, alike, scaled, solve
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.nodes import children, nodes
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.terms import Term, num, number_of

#: Stands for a parameter where only the shape of a pattern matters.
_ANY = 0.3


@dataclass(frozen=True, eq=False)
class Pattern:
    """A form with its legacy side as a term.

    `parameter` is an input that the formula computes with and that stands for a written-out number, as in
    `0.5 * delta ** 2`; `named` if it may stand for a name as well. `compiled` holds the terms for the numbers that
    were met, and that for a name.
    """

    rule: Rule
    form: Form
    term: Term
    required: frozenset[str]
    parameter: str | None
    named: bool
    compiled: dict[float | None, Term]

    @property
    def becomes(self) -> frozenset[str]:
        """The operations of the target, if it is a formula and no loss of Keras."""
        target = self.form.target
        return frozenset() if target is None or ".keras." in target else _operations(target)

    def matches(self, subject: Term) -> Iterator[tuple[Match, float]]:
        """Every instance that `subject` is, up to a positive factor."""
        for term, known in (*self._alike(subject), *self._named()):
            factor, rest = scaled(term, subject)
            for match in solve(term, rest, known):
                yield match, factor

    def instances(self, subject: Term) -> Iterator[tuple[Term, Match]]:
        """The pattern's term; with a parameter, once for each number of the code."""
        if self.parameter is None:
            yield self.term, Match()
            return
        for value in sorted(subject.numbers | {1.0}):
            yield self.at(value), Match(((self.parameter, num(value)),))

    def _alike(self, subject: Term) -> Iterator[tuple[Term, Match]]:
        """Those instances that `subject` may be of; a factor of 1 is not written, so that its term looks unlike."""
        if self.parameter is None or alike(self.term, subject):
            yield from self.instances(subject)
        else:
            yield self.at(1.0), Match(((self.parameter, num(1.0)),))

    def at(self, value: float) -> Term:
        """The pattern's term for a value of its parameter."""
        if value not in self.compiled and self.parameter is not None:
            self.compiled[value] = _compiled(self.form.legacy, self.rule, {self.parameter: num(value)})
        return self.compiled[value]

    def _named(self) -> Iterator[tuple[Term, Match]]:
        """The pattern's term with a name for its parameter, if it may have one."""
        if self.named:
            if None not in self.compiled:
                self.compiled[None] = _compiled(self.form.legacy, self.rule, {})
            yield self.compiled[None], Match()


def _compiled(legacy: str, rule: Rule, numbers: Mapping[str, Term]) -> Term:
    names = _names(legacy)
    inputs = {i.name: numbers.get(i.name) or Term("var", i.name) for i in rule.inputs}
    expression, place = names.places[-1]
    return Reader(names, inputs).term(expression, place)


@functools.cache
def _names(legacy: str) -> Names:
    return Names(ast.parse(f"import tensorflow as tf\n({legacy})"))


@functools.cache
def _operations(formula: str) -> frozenset[str]:
    names = _names(formula)
    return Reader(names).term(*names.places[-1]).operations


@functools.cache
def pattern(module: str, number: int) -> Pattern:
    """The form with this number, from 0, of the rule in this module."""
    rule = load(module)
    form = rule.forms[number]
    numbers = [i for i in rule.inputs if isinstance(i.domain, (Hyperparameter, Literal))]
    computed = _computed(_names(form.legacy).places[-1][0]) if numbers else frozenset()
    parameter = next((i for i in numbers if i.name in computed), None)
    term = _compiled(form.legacy, rule, {parameter.name: num(_ANY)} if parameter else {})
    name, named = (None, False) if parameter is None else (parameter.name, isinstance(parameter.domain, Hyperparameter))
    return Pattern(rule, form, term, term.operations, name, named, {})


def _computed(expression: ast.expr) -> frozenset[str]:
    """The names that a formula computes with."""
    return frozenset(
        name.id
        for node in nodes(expression)
        if isinstance(node, (ast.BinOp, ast.Compare, ast.Call)) and _is_formula(node)
        for name in children(node)
        if isinstance(name, ast.Name)
    )


def _is_formula(node: ast.AST) -> bool:
    """Whether a node computes with its operands, rather than handing them on to a loss."""
    return not (isinstance(node, ast.Call) and "losses." in (dotted(node.func) or ""))


@functools.cache
def patterns_by_hand() -> tuple[Pattern, ...]:
    """The patterns of the rules for losses written by hand."""
    by_hand = [module for module in modules() if module.startswith("tfl3")]
    return tuple(pattern(module, number) for module in by_hand for number in range(len(load(module).forms)))


def with_numbers(text: str, match: Match) -> str:
    """An expression of a form with the code's numbers in place of its parameters."""
    numbers = {name: number for name, term in match.inputs if (number := number_of(term)) is not None}
    return ast.unparse(_Numbers(numbers).visit(ast.parse(text, mode="eval"))) if numbers else text


class _Numbers(ast.NodeTransformer):
    def __init__(self, numbers: dict[str, float]) -> None:
        self._numbers = numbers

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self._numbers[node.id]) if node.id in self._numbers else node
