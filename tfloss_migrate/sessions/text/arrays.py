"""Arrays that NumPy makes of numbers which stand in the code: these are known without running anything."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.text.settled import modules_of
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import literal

#: The functions, of which no dtype is kept.
_MAKERS = frozenset({"array", "asarray", "ones", "zeros", "eye", "arange", "linspace"})
_LONGEST = 10000


def of_numbers(node: ast.AST, sights: Sights) -> ast.Call | None:
    """`np.array([[1.0, 2.0]])` as `numpy_array([[1.0, 2.0]])`, as a play knows it; None for anything else."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _MAKERS:
        return None
    if "numpy" not in modules_of(node.func, sights) or not node.args or sights.symbol(node.func) is not None:
        return None
    if {keyword.arg for keyword in node.keywords} - {"dtype"} or len(ast.dump(node)) > 20 * _LONGEST:
        return None
    if not all(_is_number(literal(argument)) for argument in node.args):
        return None
    return ast.Call(ast.Name(f"numpy_{node.func.attr}", ast.Load()), list(node.args), [])


def _is_number(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(map(_is_number, value))
    return isinstance(value, (int, float))
