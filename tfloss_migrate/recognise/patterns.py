"""Compiles the rules' legacy expressions to terms, and keys them by what stands at their root."""

from __future__ import annotations

import ast
import functools
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from tfloss_migrate.domains import Literal
from tfloss_migrate.model import Form, Rule
from tfloss_migrate.rules.registry import all_rules
from tfloss_migrate.syntax.match import Match, operations, scaled, solve
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.terms import Term, num


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
        """The pattern's term; where it has a parameter, with each number of the code in its place."""
        if not self.parameters:
            yield self.term, Match()
            return
        for value in sorted(_numbers(subject) | {1.0}):
            known = Match(tuple((name, num(value)) for name in self.parameters))
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
    term = _compiled(form.legacy, rule, (), None)
    return Pattern(rule, form, term, frozenset(operations(term)), parameters)


def root(term: Term) -> Hashable:
    """What a term is at its root, blind to its coefficient: the key of the table of patterns."""
    if term.kind == "prod":
        return tuple(sorted(_root_of(part) + f"^{exponent}" for part, exponent in term.parts))
    return (f"{_root_of(term)}^1.0",)


def _root_of(term: Term) -> str:
    return term.name if term.kind == "op" else term.kind


@functools.cache
def table() -> dict[Hashable, tuple[Pattern, ...]]:
    """All patterns by the root of their term, in the order of rules and forms."""
    found: dict[Hashable, list[Pattern]] = {}
    for rule in all_rules():
        for form in rule.forms:
            pattern = _pattern(rule, form)
            found.setdefault(root(pattern.term), []).append(pattern)
    return {key: tuple(patterns) for key, patterns in found.items()}
