"""`if` and `for` that do nothing but build a part of a graph: such a block goes into a function whole.

In a function, Python runs them while it is traced, as it did while it built the graph.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.layers import class_of
from tfloss_migrate.sessions.counterparts.recurrences import is_recurrent
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.sessions.text.using_up import may_be_used_up

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import TypeAlias

    Block: TypeAlias = ast.If | ast.For

#: Methods that run something, or make what is to be trained.
_RUN = frozenset({"run", "eval", "minimize", "apply_gradients", "compute_gradients", "append", "extend"})
_ELSEWHERE = (ast.Lambda, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Starred)


class Blocks:
    """Answers which statements are part of a block of a graph."""

    def __init__(self, sights: Sights, tensors: Tensors) -> None:
        self._sights, self._tensors = sights, tensors
        self._known: dict[int, bool] = {}

    def around(self, statement: ast.stmt) -> ast.stmt:
        """The outermost block of the graph that a statement stands in; itself where there is none."""
        found = statement
        for above in self._sights.above(statement):
            if not isinstance(above, (ast.If, ast.For)) or not self.builds(above):
                break
            found = above
        return found

    def builds(self, block: Block) -> bool:
        """Whether a block builds a part of a graph and does nothing else."""
        if id(block) not in self._known:
            self._known[id(block)] = all(map(self._is_plain, _inside(block))) and any(
                map(self._is_made, _inside(block))
            )
        return self._known[id(block)]

    def _is_made(self, statement: ast.stmt) -> bool:
        """Whether a statement gives a name to a tensor."""
        made = isinstance(statement, (ast.Assign, ast.AugAssign))
        return made and self._tensors.kind(statement.value) == "tensor"  # type: ignore[attr-defined]

    def _is_plain(self, statement: ast.stmt) -> bool:
        """Whether a statement may be run while a function is traced."""
        if isinstance(statement, ast.If):
            return self._is_quiet(statement.test)
        if isinstance(statement, ast.For):
            again = not may_be_used_up(statement.iter, self._sights)
            return again and _are_names(statement.target) and not statement.orelse and self._is_quiet(statement.iter)
        if isinstance(statement, ast.Assign):
            return all(map(_are_names, statement.targets)) and self._is_quiet(statement.value)
        if isinstance(statement, ast.AugAssign):
            return isinstance(statement.target, ast.Name) and self._is_quiet(statement.value)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            function, shown = statement.value.func, statement.value.args
            named = isinstance(function, ast.Name) and function.id == "print" and not self._sights.may_hold(function)
            return named and all(isinstance(one, ast.Constant) for one in shown)
        raised = isinstance(statement, ast.Raise) and statement.exc is not None and self._is_quiet(statement.exc)
        return raised or isinstance(statement, ast.Pass)

    def _is_quiet(self, node: ast.expr) -> bool:
        """Whether an expression runs nothing, and makes nothing that must be made but once."""
        for inner in ast.walk(node):
            if isinstance(inner, _ELSEWHERE):
                return False
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _RUN:
                return False
            symbol = self._sights.called(inner)
            if symbol is not None and _is_made_once(symbol):
                return False
        return True


def _is_made_once(symbol: str) -> bool:
    made = symbol in symbols.VARIABLES | symbols.PLACEHOLDERS | symbols.SESSIONS | symbols.INITIALIZERS
    return made or symbols.is_training(symbol) or class_of(symbol) is not None or is_recurrent(symbol)


def _inside(block: Block) -> Iterator[ast.stmt]:
    """A block and all statements in it."""
    yield block
    for statement in (*block.body, *block.orelse):
        if isinstance(statement, (ast.If, ast.For)):
            yield from _inside(statement)
        else:
            yield statement


def _are_names(target: ast.expr) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(map(_are_names, target.elts))
    return isinstance(target, ast.Name)
