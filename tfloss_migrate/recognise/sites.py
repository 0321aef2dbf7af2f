"""Finds the places where a rule's legacy expression stands, by structure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.domains import Source
from tfloss_migrate.recognise.admission import admits, dtypes, likeness
from tfloss_migrate.recognise.evidence import Shown
from tfloss_migrate.recognise.patterns import Pattern
from tfloss_migrate.recognise.symbols import Symbols
from tfloss_migrate.recognise.table import table
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.syntax.match import Match
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.nodes import children, nodes
from tfloss_migrate.syntax.reader import Reader, place_of
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import Term

_OPERATORS = frozenset({ast.Add, ast.Sub, ast.Mult, ast.Div})
_ARITHMETIC = frozenset({ast.BinOp, ast.UnaryOp})
_PARTS = (ast.expr, ast.keyword)
#: What holds no site: names and constants, and what has places of its own.
_BARE = frozenset({ast.Name, ast.Constant, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp})
#: What stands in brackets already, so that new text in it needs none.
_BRACKETS = frozenset({ast.Call, ast.keyword, ast.List, ast.Dict})


@dataclass(frozen=True)
class Instance:
    """A form that an expression is an instance of, times `factor`; `by_meaning`: not as it is written.

    `dtypes` are those of the inputs that the code shows not to be tensors of float32, where the old function casts.
    """

    pattern: Pattern
    match: Match
    factor: float
    dtypes: dict[str, str]
    by_meaning: bool = False

    @property
    def keeps_axis(self) -> bool:
        """Whether the axis that is written need not be the last: no loss of Keras reduces, but an operation does."""
        target = self.pattern.form.target or ""
        return max(self.match.axes, default=-1) >= 1 and "axis=-1" in target and ".keras." not in target

    @property
    def target(self) -> str:
        """What is to be written in the place of the old expression."""
        text = self.pattern.form.target or self.pattern.form.legacy
        if self.keeps_axis:
            text = text.replace("axis=-1", f"axis={max(self.match.axes)}")
        cast = {declared.name: declared.cast for declared in self.pattern.rule.inputs}
        wide = any(dtype == "float64" and not cast[name] for name, dtype in self.dtypes.items())
        to = "float64" if wide else "float32"  # labels get the dtype of the logits
        for name, dtype in self.dtypes.items():
            if cast[name] and not (wide and dtype == to):  # where it is no keyword
                text = re.sub(rf"(?<![\w.]){name}(?!\w|\s*=[^=])", f"tf.cast({name}, tf.{to})", text)
        return text


@dataclass(frozen=True)
class Site:
    """An expression with all that it is an instance of. `bracketed`: new text there needs no brackets of its own."""

    node: ast.expr
    place: Place
    instances: tuple[Instance, ...]
    bracketed: bool


def source_of(place: Place, match: Match) -> Source:
    """The function around a place, and the last part of the name that each input has there."""
    around = place.scope.node
    named = [(label, dotted(term.node) if term.node is not None else None) for label, term in match.inputs]
    names = tuple((label, name.rpartition(".")[2]) for label, name in named if name is not None)
    return Source(around.name if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)) else "", names)


class Sites:
    """Looks for sites in one file; those `by_meaning` as well, or only those that are written like a form."""

    def __init__(self, reader: Reader, shown: Shown, symbols: Symbols, *, by_meaning: bool) -> None:
        self._reader, self._shown, self._meant = reader, shown, by_meaning
        self._table = table(symbols.operations)
        self._operations_at = symbols.operations_at()

    def __iter__(self) -> Iterator[Site]:
        """All sites, without those that only hand on what an earlier one computes."""
        if not self._table.heads:
            return
        calling = self._calling_helpers()
        computed: set[str] = set()  # the variables that hold what operations, or others of these, compute
        sites: list[Site] = []
        operations_at, heads = self._operations_at, self._table.heads
        for expression, place in self._reader.names.places:
            at = id(place)
            if at in calling or (at in operations_at and not heads.isdisjoint(operations_at[at])):
                self._visit(expression, place, True, sites)
            elif type(expression) in _ARITHMETIC and computed and not computed.isdisjoint(_names(expression)):
                self._add(expression, place, True, sites, len(sites))
            elif at not in operations_at:
                continue
            target = place.statement.targets[0] if isinstance(place.statement, ast.Assign) else None
            if isinstance(target, ast.Name):
                computed.add(target.id)
        owned = {id(site.node) for site in sites}
        for site in sites:
            instances = tuple(instance for instance in site.instances if not self._hands_on(site, instance, owned))
            if instances:
                yield replace(site, instances=instances)

    def _calling_helpers(self) -> set[int]:
        """The places that call a function of the module."""
        module = self._reader.names.module
        functions = {name for name, bindings in module.bindings.items() if any(b.kind == "function" for b in bindings)}
        if not functions:
            return set()
        return {
            id(place)
            for call, place in self._reader.names.calls
            if type(call.func) is ast.Name and call.func.id in functions
        }

    def _hands_on(self, site: Site, instance: Instance, owned: set[int]) -> bool:
        """Whether a formula goes through a variable that holds a loss already: `reduce_mean(xent)` after `xent = ...`.

        Such a loss is rewritten where it is computed; one that TF2 has under the same name stays there.
        """
        pieces = {id(term.node) for _, term in instance.match.inputs}
        held = list(self._held(site.node, site.place, pieces, 0))
        return any(id(value) in owned for value, _ in held)

    def _held(self, node: ast.expr, place: Place, pieces: set[int], depth: int) -> Iterator[tuple[ast.expr, Place]]:
        """What the variables in an expression hold, apart from the inputs of the formula."""
        if id(node) in pieces or depth > 8:
            return
        name = dotted(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
        if name is not None:
            binding = self._reader.definition(name, place)
            if binding is not None and binding.kind == "assign" and binding.value is not None:
                inner = place_of(binding)
                yield binding.value, inner
                yield from self._held(binding.value, inner, pieces, depth + 1)
            return
        for child in children(node):
            value = child.value if isinstance(child, ast.keyword) else child
            if isinstance(value, ast.expr):
                yield from self._held(value, place, pieces, depth)

    def _visit(self, node: ast.AST, place: Place, bracketed: bool, sites: list[Site]) -> bool:
        """Adds the sites in an expression, outermost last, and tells whether it names TensorFlow at all."""
        kind = type(node)
        if kind in _BARE or (kind is ast.Attribute and type(node.value) is ast.Name):  # type: ignore[attr-defined]
            return False
        first, relevant = len(sites), False
        inner_bracketed = kind in _BRACKETS
        for field in node._fields:
            value = getattr(node, field)
            for child in value if type(value) is list else (value,):
                if isinstance(child, _PARTS) and self._visit(child, place, inner_bracketed, sites):
                    relevant = True
        if kind is ast.Call:
            known = self._reader.operation(node, place.scope) is not None  # type: ignore[arg-type]
            candidate = known or self._calls_helper(node, place)  # type: ignore[arg-type]
            relevant = relevant or candidate
        else:
            candidate = relevant and (
                (kind is ast.BinOp and type(node.op) in _OPERATORS)  # type: ignore[attr-defined]
                or (kind is ast.UnaryOp and type(node.op) is ast.USub)  # type: ignore[attr-defined]
            )
        if candidate and isinstance(node, ast.expr):
            self._add(node, place, bracketed, sites, first)
        return relevant

    def _add(self, node: ast.expr, place: Place, bracketed: bool, sites: list[Site], first: int) -> None:
        """Adds the site that an expression is, if it is one; those inside it begin at `first`."""
        inside = {instance.pattern.rule.id for site in sites[first:] for instance in site.instances}
        instances = tuple(self.instances(node, place, inside))
        if self._meant and not instances and not self._holds_loss(node, place, sites, first):
            instances = tuple(self._by_meaning(node, place))
        if instances:
            sites.append(Site(node, place, instances, bracketed))

    def _holds_loss(self, node: ast.expr, place: Place, sites: list[Site], first: int) -> bool:
        """Whether a part of an expression, or a variable in it, is a loss already."""
        if any(_is_loss(site) for site in sites[first:]):
            return True
        losses = {id(site.node) for site in sites if _is_loss(site)}
        return bool(losses) and any(id(value) in losses for value, _ in self._held(node, place, set(), 0))

    def _calls_helper(self, node: ast.Call, place: Place) -> bool:
        """Whether a call is of a function of the module that is no site in itself."""
        inner = self._reader.helper(node, place)
        if inner is None:
            return False
        _, returned, inside = inner
        return not any(True for _ in self.instances(returned, inside, set()))

    def instances(self, node: ast.expr, place: Place, inside: set[str]) -> Iterator[Instance]:
        """What an expression is an instance of; `inside` are the rules that already own a part of it."""
        term = self._reader.term(node, place)
        for pattern in self._table.possible(term):
            if pattern.form.legacy == pattern.form.target and not self._is_call_of(pattern.term.name, node, place):
                continue
            best = None
            for match, factor in pattern.matches(term):
                if factor != 1.0 and (
                    pattern.rule.id in inside or not self._has_factor(node, term, pattern, factor, place)
                ):
                    continue
                if admits(self._shown, pattern, match) and (best is None or likeness(match) > likeness(best.match)):
                    best = Instance(pattern, match, factor, dtypes(self._shown, pattern, match))
            if best is not None:
                yield best

    def _is_call_of(self, operation: str, node: ast.expr, place: Place) -> bool:
        """Whether an expression calls an operation itself, which is all that a form without another target is about."""
        found = self._reader.operation(node, place.scope) if isinstance(node, ast.Call) else None
        return found is not None and found[1].name == operation

    def _by_meaning(self, node: ast.expr, place: Place) -> Iterator[Instance]:
        """What an expression that is written like no form computes all the same."""
        from tfloss_migrate.recognise.meaning import meanings

        best: dict[Pattern, Instance] = {}
        term = self._reader.term(node, place)
        for pattern, match, factor in meanings(term):
            if factor != 1.0 and pattern.rule.severity == "info":
                continue
            if pattern.becomes and pattern.becomes <= term.operations:  # the new spelling, or another as good
                continue
            known = best.get(pattern)
            if admits(self._shown, pattern, match) and (known is None or likeness(match) > likeness(known.match)):
                best[pattern] = Instance(pattern, match, factor, dtypes(self._shown, pattern, match), by_meaning=True)
        yield from best.values()

    def _has_factor(self, node: ast.expr, term: Term, pattern: Pattern, factor: float, place: Place) -> bool:
        """Whether an expression is written as a multiple of something; what is rewritten for style alone never is."""
        if pattern.rule.severity == "info" and (pattern.form.target is not None or factor < 0.0):
            return False
        if isinstance(node, ast.Call):
            found = self._reader.operation(node, place.scope)
            inside = term.kind == "prod" and abs(term.number) != 1.0  # a number within a reduction
            return found is not None and (found[1].name in ("multiply", "divide", "negative") or inside)
        return isinstance(node, (ast.BinOp, ast.UnaryOp))


def _names(expression: ast.expr) -> set[str]:
    return {node.id for node in nodes(expression) if type(node) is ast.Name}


def _is_loss(site: Site) -> bool:
    return any(not instance.pattern.rule.id.startswith("TFL1") for instance in site.instances)
