"""Cells that a function makes, which is called once, are made above it: they are variables of the program.

    def network(x, units):
        cell = LSTMCell(units)

makes the same cell as `cell = LSTMCell(128)` above it, where it is called as `network(x, 128)`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.cell_kinds import list_of, makes_cell, returned_by
from tfloss_migrate.sessions.plain.sharing import shared_in
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.settled import is_settled
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import bind_parameters, literal
from tfloss_migrate.syntax.names import Names


def hoisted(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that move what makes cells out of functions; first, functions inside of these are written out."""
    if "Cell(" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    inner = [edit for one in functions for edit in _written_out(one, sights, layout)]
    if inner:
        return inner
    shared = shared_in(sights) if "variable_scope" in text else {}
    taken: set[str] = set(sights.names.module.bindings)
    edits: list[Edit] = []
    for one in functions:
        if one in shared or _is_called_once(one, sights):
            edits += _Hoisting(one, sights, layout, taken, None if one in shared else sights.calls_of(one)[0]).edits()
    return edits


def _is_called_once(function: ast.FunctionDef, sights: Sights) -> bool:
    calls = sights.calls_of(function)
    inside = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    fed = any(sights.called(node) in symbols.PLACEHOLDERS | symbols.SESSIONS for node in inside)
    return len(calls) == 1 and not any(True for _ in sights.loops(calls[0])) and not fed


class _Hoisting:
    """The cells of one function; `call` is the one that gives it its parameters."""

    def __init__(
        self, function: ast.FunctionDef, sights: Sights, layout: Layout, taken: set[str], call: ast.Call | None
    ) -> None:
        self._function, self._sights, self._layout, self._taken = function, sights, layout, taken
        self._given = (bind_parameters(call, function.args) or {}) if call is not None else {}

    def edits(self) -> list[Edit]:
        edits: list[Edit] = []
        lines: list[str] = []
        for statement in self._function.body:
            name = self._name(statement)
            source = self._source(statement.value) if name is not None else None  # type: ignore[attr-defined]
            if name is None or source is None or not isinstance(statement, ast.Assign):
                continue
            own = name if name not in self._taken else f"{self._function.name}_{name}"
            if own in self._taken:
                continue
            self._taken.add(own)
            edits += self._renamed(name, own, statement) if own != name else []
            edits.append(self._moved(statement, f"{own} = {source}", lines))
        if lines:
            first = self._first_line(self._function)
            start = self._layout.start_of(first)
            edits.append(Edit(start, start, "".join(lines) + self._layout.newline * 2))
        return edits

    def _name(self, statement: ast.stmt) -> str | None:
        """The name that a statement gives to a cell, or to a list of them, alone on its lines."""
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Name):
            return None
        if not (makes_cell(statement.value, self._sights) or list_of(statement.value, self._sights)):
            return None
        column = self._layout.spans.of(statement).column
        after = self._layout.line(statement.end_lineno or 1)[self._layout.spans.of(statement).end_column :].strip()
        alone = not self._layout.line(statement.lineno)[:column].strip() and (not after or after.startswith("#"))
        scope = self._sights.place(statement).scope
        once = scope.node is self._function and len(scope.bindings.get(target.id, [])) == 1
        return target.id if alone and once and not isinstance(statement.value, ast.Name) else None

    def _source(self, value: ast.expr) -> str | None:
        """The source of a cell above the function; None where it is another one there."""
        told: dict[ast.Name, str] = {}
        for name in (node for node in ast.walk(value) if isinstance(node, ast.Name)):
            held = self._sights.may_hold(name)
            if isinstance(name.ctx, ast.Store) or (len(held) == 1 and held[0].scope.node in ast.walk(value)):
                continue
            if self._is_settled(name):
                continue
            if len(held) != 1 or held[0].scope.node is not self._function:
                return None
            given = self._given.get(name.id) if isinstance(held[0].node, ast.arg) else held[0].value
            plain = given is not None and (literal(given) is not None or isinstance(held[0].node, ast.arg))
            if not plain or given is None or not is_settled(given, self._function.lineno, self._sights):
                return None
            told[name] = self._layout.spans.source(given)
        return _with(value, told, self._layout)

    def _is_settled(self, name: ast.Name) -> bool:
        """Whether a name is known above the function, as a value or as a function."""
        held = self._sights.may_hold(name)
        made = held[0].node if len(held) == 1 else None
        if isinstance(made, ast.FunctionDef):
            return self._sights.parent(made) is self._sights.tree and made.lineno < self._function.lineno
        return is_settled(name, self._function.lineno, self._sights)

    def _moved(self, statement: ast.Assign, text: str, lines: list[str]) -> Edit:
        """Takes a statement out, with the comments above it, which go along."""
        layout, first, last = self._layout, self._first_line(statement), statement.end_lineno or statement.lineno
        comment = layout.comments.get(last)
        told = [f"{layout.line(line).strip()}{layout.newline}" for line in range(first, statement.lineno)]
        lines += [*told, f"{text}  {comment.text}{layout.newline}" if comment else f"{text}{layout.newline}"]
        after = last + 1 + (layout.blank(first - 1) and layout.blank(last + 1))
        return Edit(layout.start_of(first), layout.start_of(after), "")

    def _renamed(self, name: str, new: str, statement: ast.Assign) -> list[Edit]:
        spans = [self._layout.spans.of(one) for one in self._sights.loads(name, self._sights.place(statement).scope)]
        return [Edit(span.start, span.end, new) for span in spans]

    def _first_line(self, home: ast.stmt) -> int:
        """The line of a statement, or of the comment above it."""
        line = home.lineno
        while self._layout.line(line - 1).lstrip().startswith("#"):
            line -= 1
        return line


def _written_out(function: ast.FunctionDef, sights: Sights, layout: Layout) -> list[Edit]:
    """The edits that write out what functions inside of another one make, where they are called."""
    edits = []
    for inner in (node for node in function.body if isinstance(node, ast.FunctionDef)):
        value, scope = returned_by(inner, sights), sights.scope_with(inner)
        loads = sights.loads(inner.name, scope) if scope is not None else []
        calls = [one for load in loads if isinstance(one := sights.parent(load), ast.Call) and one.func is load]
        own = sum(isinstance(node, ast.stmt) for node in inner.body)
        if value is None or not makes_cell(value, sights) or own > 2 or not calls or len(calls) < len(loads):
            continue
        texts = [_called(call, inner, value, sights, layout) for call in calls]
        if None in texts or inner.decorator_list:
            continue
        for call, text in zip(calls, texts, strict=True):
            span = layout.spans.of(call)
            edits.append(Edit(span.start, span.end, text or ""))
        after = (inner.end_lineno or inner.lineno) + 1
        after += layout.blank(after)
        edits.append(Edit(layout.start_of(inner.lineno), layout.start_of(after), ""))
    return edits


def _called(call: ast.Call, function: ast.FunctionDef, value: ast.expr, sights: Sights, layout: Layout) -> str | None:
    """What a call of a function makes, written out."""
    bound = bind_parameters(call, function.args)
    if bound is None:
        return None
    told: dict[ast.Name, str] = {}
    for name in (node for node in ast.walk(value) if isinstance(node, ast.Name)):
        held = sights.may_hold(name)
        if len(held) == 1 and held[0].scope.node is function:
            if not isinstance(held[0].node, ast.arg):
                return None
            told[name] = layout.spans.source(bound[name.id])
    return _with(value, told, layout)


def _with(value: ast.expr, told: Mapping[ast.Name, str], layout: Layout) -> str:
    """The source of an expression, with other code for some of its names."""
    span = layout.spans.of(value)
    text, position = "", span.start
    for name in sorted(told, key=lambda one: (one.lineno, one.col_offset)):
        here = layout.spans.of(name)
        text += layout.text[position : here.start] + told[name]
        position = here.end
    return text + layout.text[position : span.end]
