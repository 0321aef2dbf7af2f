"""What an expression is computed from: the bindings that it needs, through names, calls and calls of own functions."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.nodes import children
from tfloss_migrate.syntax.scopes import Binding


class Needs:
    """Follows names backwards. Where it is not sure which binding gives a value, all of them count.

    `results` are the calls that fetch, by identity: what a session has computed needs no graph any more. `makers` are
    those that make variables.
    """

    def __init__(
        self, sights: Sights, results: frozenset[int] = frozenset(), makers: frozenset[int] = frozenset()
    ) -> None:
        self._sights, self._results, self._makers = sights, results, makers

    def of(self, *nodes: ast.AST, through_variables: bool = True) -> dict[int, Binding]:
        """All bindings that the nodes need, by identity; what variables start from may be left out."""
        return self._follow(list(nodes), through_variables)[0]

    def code(self, node: ast.AST, *, through_variables: bool = True) -> list[ast.AST]:
        """All code that makes the value of a node, its own first; what a variable starts from may be left out."""
        return self._follow([node], through_variables)[1]

    def _follow(self, stack: list[ast.AST], through_variables: bool) -> tuple[dict[int, Binding], list[ast.AST]]:
        bindings: dict[int, Binding] = {}
        code: list[ast.AST] = []
        while stack:
            node = stack.pop()
            code.append(node)
            if id(node) in self._results:
                continue
            if isinstance(node, ast.Call) and not through_variables and self._makes_a_variable(node):
                continue
            stack += children(node)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                for binding in _with_earlier(self._sights.may_hold(node), node.id):
                    if id(binding) not in bindings:
                        bindings[id(binding)] = binding
                        stack.extend(sources(binding))
        return bindings, code

    def _makes_a_variable(self, call: ast.Call) -> bool:
        return id(call) in self._makers or self._sights.called(call) == "Variable"


def sources(binding: Binding) -> list[ast.AST]:
    """The code that makes the value of a binding."""
    node = binding.node
    if binding.value is not None:
        return [binding.value]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [item.context_expr for item in node.items]
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return [node.iter]
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        return [node.value]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return list(node.body)
    return []


def _with_earlier(bindings: tuple[Binding, ...], name: str) -> tuple[Binding, ...]:
    """`x += y` needs what x held before."""
    for binding in bindings:
        if isinstance(binding.node, ast.AugAssign):
            return tuple(binding.scope.bindings[name])
    return bindings
