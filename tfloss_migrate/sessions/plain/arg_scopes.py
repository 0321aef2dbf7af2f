"""Defaults that `with arg_scope([fully_connected], activation_fn=tf.nn.relu):` gives to calls, written out in each.

What a call says itself goes before, and an inner scope before an outer one. The header goes, and its body moves out.
Where a scope is stored, or reaches into a function that is called in it, all scopes of the file stay.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts.layers import parameters_of, told_by
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.outdenting import outdented, said_in
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import given, is_none
from tfloss_migrate.syntax.names import Names

SCOPES = frozenset({"contrib.framework.arg_scope", "contrib.slim.arg_scope"})
_ALIASES = {"convolution2d": "conv2d"}
_NORM = "batch_norm"


class _StaysError(Exception):
    """The scopes of a file stay."""


@dataclass(frozen=True)
class _Scope:
    """The functions that a scope gives defaults to, by their bare names, and the defaults."""

    functions: frozenset[str]
    defaults: dict[str, ast.expr]


def arg_scoped(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that write the defaults of all scopes of a text out."""
    if "arg_scope" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    try:
        return list(_Writing(sights, layout).edits())
    except _StaysError:
        return []


class _Writing:
    """The edits of one text."""

    def __init__(self, sights: Sights, layout: Layout) -> None:
        self._sights, self._layout, self._needs = sights, layout, Needs(sights)
        self._scopes = {node: scope for node in sights.all(ast.With) if (scope := self._scope(node)) is not None}
        if sum(use.symbol in SCOPES for use in sights.uses()) > len(self._scopes):
            raise _StaysError  # one is stored, returned, or opened beside something else
        for node, scope in self._scopes.items():
            self._check(node, scope)

    def edits(self) -> Iterator[Edit]:
        """All edits."""
        yield from outdented({node: said_in(node, self._layout) for node in self._scopes}, self._layout)
        for call in self._sights.all(ast.Call):
            function = _bare(self._sights.called(call))
            around = [self._scopes[node] for node in self._sights.above(call) if node in self._scopes]
            if function is not None and around:
                yield from self._completed(call, function, around[::-1])

    def _scope(self, node: ast.With) -> _Scope | None:
        """What a `with` gives defaults to; None where it is no such scope, or not only that."""
        call, target = node.items[0].context_expr, node.items[0].optional_vars
        if not isinstance(call, ast.Call) or self._sights.called(call) not in SCOPES or len(node.items) > 1:
            return None
        listed = call.args[0] if len(call.args) == 1 and isinstance(call.args[0], (ast.List, ast.Tuple)) else None
        functions = [_bare(self._sights.symbol(one)) for one in listed.elts] if listed is not None else [None]
        defaults = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
        if None in functions or len(defaults) < len(call.keywords) or self._is_used(target):
            return None
        return _Scope(frozenset(one for one in functions if one is not None), defaults)

    def _is_used(self, target: ast.expr | None) -> bool:
        """Whether the name of a scope is read somewhere."""
        if target is None:
            return False
        scope = self._sights.place(target).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
        return scope is None or not isinstance(target, ast.Name) or bool(self._sights.loads(target.id, scope))

    def _check(self, node: ast.With, scope: _Scope) -> None:
        """What is called in a scope is called there itself, and its defaults are the same at each call."""
        inside = [one for statement in node.body for one in ast.walk(statement)]
        stored = {one.id for one in inside if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        read = {one.id for value in scope.defaults.values() for one in ast.walk(value) if isinstance(one, ast.Name)}
        if stored & read or any(isinstance(one, (ast.FunctionDef, ast.Lambda)) for one in inside):
            raise _StaysError
        for one in inside:
            name = _bare(self._sights.symbol(one))
            if name in scope.functions and not self._is_seen(one, name):
                raise _StaysError
            if isinstance(one, ast.Call) and self._sights.called(one) is None:
                reached = {_bare(self._sights.symbol(part)) for part in self._needs.code(one.func)}
                if reached & scope.functions:
                    raise _StaysError

    def _is_seen(self, node: ast.AST, name: str | None) -> bool:
        """Whether a function is called where it is named, or normalizes, or is named by a scope."""
        above = self._sights.parent(node)
        normalizes = isinstance(above, ast.keyword) and above.arg == "normalizer_fn" and name == _NORM
        listed = isinstance(above, (ast.List, ast.Tuple)) and self._sights.called(self._sights.parent(above)) in SCOPES
        return normalizes or listed or (isinstance(above, ast.Call) and above.func is node)

    def _completed(self, call: ast.Call, function: str, around: list[_Scope]) -> Iterator[Edit]:
        """A call with what the scopes around it, outside in, give to it."""
        parameters = parameters_of(self._sights.called(call))
        known = given(call, parameters) if parameters is not None else None
        defaults = _defaults(function, around)
        if known is None or parameters is None or not defaults.keys() <= set(parameters):
            raise _StaysError
        missing = {name: self._source(value) for name, value in defaults.items() if name not in known}
        told = self._normalized({**defaults, **known}, _defaults(_NORM, around))
        if told is not None and "normalizer_params" in known:
            span = self._layout.spans.of(known["normalizer_params"])
            yield Edit(span.start, span.end, told)
        elif told is not None:
            missing["normalizer_params"] = told
        if missing:
            yield self._added(call, [f"{name}={value}" for name, value in missing.items()])

    def _normalized(self, known: dict[str, ast.expr], defaults: dict[str, ast.expr]) -> str | None:
        """The parameters of a normalizer to which scopes give defaults; None where they give none."""
        normalizer = known.get("normalizer_fn")
        if normalizer is None or not defaults or _bare(self._sights.symbol(normalizer)) != _NORM:
            return None
        params = known.get("normalizer_params", ast.Constant(None))
        held = self._sights.may_hold(params) if isinstance(params, ast.Name) else ()
        params = held[0].value if len(held) == 1 and held[0].value is not None else params
        told = {} if is_none(params) else told_by(params)
        if told is None:
            raise _StaysError
        return "{" + ", ".join(f'"{name}": {self._source(value)}' for name, value in {**defaults, **told}.items()) + "}"

    def _added(self, call: ast.Call, arguments: list[str]) -> Edit:
        """More arguments, behind those of a call."""
        text, end = self._layout.text, self._layout.spans.of(call).end - 1
        before = text[:end].rstrip()
        comment = self._layout.comments.get(self._layout.line_of(len(before) - 1))
        at = end if comment is not None and comment.start < len(before) else len(before)
        comma = "" if before.endswith("(") else " " if before.endswith(",") else ", "
        return Edit(at, at, comma + ", ".join(arguments))

    def _source(self, node: ast.expr) -> str:
        return self._layout.in_line(node)


def _defaults(function: str, around: list[_Scope]) -> dict[str, ast.expr]:
    """What scopes give to a function, outside in."""
    return {name: value for one in around if function in one.functions for name, value in one.defaults.items()}


def _bare(symbol: str | None) -> str | None:
    """The bare name of a function of `tf.contrib` that takes defaults from scopes."""
    if symbol is None or not symbol.startswith("contrib.") or parameters_of(symbol) is None:
        return None
    name = symbol.rpartition(".")[2]
    return _ALIASES.get(name, name)
