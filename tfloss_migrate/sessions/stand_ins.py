"""What stands in a script for what is not run: names of TensorFlow behind `tf.`, numbers for what others compute."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping

from tfloss_migrate.sessions.reading.showing import is_print
from tfloss_migrate.sessions.text.arrays import of_numbers
from tfloss_migrate.sessions.text.sights import Sights

#: The name of what stands for a number that only the user's own calls or data would tell: a size that is tried.
SIZE = "user_size"
#: The initial value of a variable that is such a number.
_VALUE = 0.5


def kept(node: ast.AST) -> ast.AST:
    """A copy of a tree whose nodes know the ones that they are copies of."""
    made = copy.deepcopy(node)
    for mine, theirs in zip(ast.walk(made), ast.walk(node), strict=True):
        mine.original = theirs  # type: ignore[attr-defined]
    return made


class Spelling(ast.NodeTransformer):
    """Names of TensorFlow as dotted names behind `tf.`, and plain numbers for what others would compute."""

    def __init__(self, sights: Sights, is_foreign: Callable[[ast.AST], bool], options: Mapping[str, ast.expr]) -> None:
        self._sights, self._is_foreign, self._options = sights, is_foreign, options

    def visit(self, node: ast.AST) -> ast.AST:
        original = getattr(node, "original", node)
        if isinstance(node, ast.Expr) and is_print(original, self._sights):  # what it shows is computed
            node.value = ast.Tuple([*node.value.args], ast.Load())  # type: ignore[attr-defined]
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            symbol = self._sights.symbol(original)
            if symbol:
                return ast.parse(f"tf.{symbol}", mode="eval").body
            if isinstance(original, ast.Attribute) and original.attr in self._options:
                return self._options[original.attr]
        array = of_numbers(original, self._sights)
        if array is not None:
            return array
        if isinstance(node, ast.expr) and self._is_foreign(original):
            above = self._sights.parent(original)
            return ast.Constant(_VALUE) if self._sights.called(above) == "Variable" else ast.Name(SIZE, ast.Load())
        return self.generic_visit(node)
