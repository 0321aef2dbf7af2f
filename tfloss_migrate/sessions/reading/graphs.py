"""Several graphs in one file, one after another: each begins where the one before is reset."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.text.sights import Sights

_RESETS = ("reset_default_graph", "python.framework.ops.reset_default_graph")


class Graphs:
    """Tells in which graph of a file a node stands, counted from 0."""

    def __init__(self, sights: Sights) -> None:
        statements = [node for node in sights.tree.body if isinstance(node, ast.Expr)]
        self._begins = [node.lineno for node in statements if sights.called(node.value) in _RESETS]

    def of(self, node: ast.expr | ast.stmt) -> int:
        """The number of the graph that a node stands in, where nothing but the module itself runs it."""
        return self.of_line(node.lineno)

    def of_line(self, line: int) -> int:
        """The number of the graph that is there at a line."""
        return sum(begin < line for begin in self._begins)
