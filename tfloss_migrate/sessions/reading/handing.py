"""Sessions that are handed on: to functions of the file as an argument, and to other names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.reading.program import Handed, Program, short
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.scopes import Scope


class Handing:
    """Follows sessions into what they are handed to; notes in a program which arguments and parameters go."""

    def __init__(self, sights: Sights, tensors: Tensors, program: Program) -> None:
        self._sights, self._tensors, self._program = sights, tensors, program

    def to(self, load: ast.Name) -> tuple[str, Scope] | None:
        """The name, and its scope, of a session that is handed on: a parameter, or another name; None if not known."""
        parent = self._sights.parent(load)
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            self._program.gone.add(parent)
            name = parent.targets[0].id
            return self._bound(name, self._sights.place(parent).scope.owner_of(name))
        call = self._sights.parent(parent) if isinstance(parent, ast.keyword) else parent
        function = self._tensors.function(call.func) if isinstance(call, ast.Call) else None
        if function is None or not isinstance(call, ast.Call) or load is call.func:
            return None
        parameter = self._parameter(function, call, parent if isinstance(parent, ast.keyword) else load)
        if parameter is None:
            return None
        self._program.handed.append(
            Handed(function, parameter, call, parent if isinstance(parent, ast.keyword) else load)
        )
        inner = next(one for one in self._sights.names.scopes if one.node is function)
        return self._bound(parameter.arg, inner)

    def _parameter(self, function: ast.FunctionDef, call: ast.Call, given: ast.expr | ast.keyword) -> ast.arg | None:
        """The parameter that an argument is for, if it is a plain one without a default."""
        arguments = function.args
        plain = arguments.args[: len(arguments.args) - len(arguments.defaults)]
        if isinstance(given, ast.keyword):
            return next((one for one in plain if one.arg == given.arg), None)
        at = call.args.index(given)
        starred = any(isinstance(one, ast.Starred) for one in call.args[:at])
        return plain[at] if at < len(plain) and not starred and not arguments.posonlyargs else None

    @staticmethod
    def _bound(name: str, scope: Scope | None) -> tuple[str, Scope] | None:
        """A name with its scope, if it is bound but once."""
        return (name, scope) if scope is not None and len(scope.bindings[name]) == 1 else None

    def check(self) -> None:
        """Every call of a function hands on a session where one of them does."""
        for one in self._program.handed:
            scope = self._sights.place(one.function).scope.owner_of(one.function.name)
            loads = self._sights.loads(one.function.name, scope) if scope is not None else []
            handing = {id(each.call) for each in self._program.handed if each.parameter is one.parameter}
            for load in loads:
                if id(self._sights.parent(load)) not in handing:
                    self._program.stop(load, f"{short(load)} is not handed the session here as it is elsewhere")


def without_sessions(program: Program, layout: Layout) -> Iterator[Edit]:
    """The edits that take sessions out of calls, and their parameters out of functions."""
    removed: dict[int, Edit] = {}
    for one in program.handed:
        removed[id(one.given)] = _without([*one.call.args, *one.call.keywords], one.given, layout)
        removed[id(one.parameter)] = _without([*one.function.args.args], one.parameter, layout)
    yield from removed.values()


def _without(nodes: Sequence[ast.AST], gone: ast.AST, layout: Layout) -> Edit:
    """The edit that takes one out of nodes with commas between."""
    nodes = sorted(nodes, key=lambda node: _place(node, layout)[0])
    at = nodes.index(gone)
    start, end = _place(gone, layout)
    if at + 1 < len(nodes):
        return Edit(start, _place(nodes[at + 1], layout)[0], "")
    return Edit(_place(nodes[at - 1], layout)[1] if at else start, end, "")


def _place(node: ast.AST, layout: Layout) -> tuple[int, int]:
    offset: Callable[[int, int], int] = layout.spans.offset
    return offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
