"""Everyday respellings of an expression of TensorFlow 1: the same loss, as other people write it."""

from __future__ import annotations

import ast
import copy
import itertools
import operator
from collections.abc import Callable, Iterator
from typing import Any

from tfloss_migrate.syntax.ops import BY_SYMBOL

#: A way to write one kind of node; None leaves the node as it is.
Habit = Callable[[ast.AST], "ast.expr | None"]

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
}
_REDUCTIONS = frozenset({"tf.reduce_sum", "tf.reduce_mean"})


def respellings(expression: str, together: int) -> Iterator[str]:
    """The expression itself and its respellings, each once, with up to so many habits followed together."""
    seen = set()
    for count in range(together + 1):
        for kinds in itertools.combinations(HABITS, count):
            for habits in itertools.product(*kinds):
                tree = ast.parse(expression, mode="eval").body
                for habit in habits:
                    tree = _Followed(habit).visit(tree)
                text = ast.unparse(tree)
                if text not in seen:
                    seen.add(text)
                    yield text


class _Followed(ast.NodeTransformer):
    """An expression with one habit followed wherever it applies."""

    def __init__(self, habit: Habit) -> None:
        self._habit = habit

    def generic_visit(self, node: ast.AST) -> ast.AST:
        node = super().generic_visit(node)
        return self._habit(node) or node


def _called(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.parse(function, mode="eval").body, [copy.deepcopy(argument) for argument in arguments], [])


def _axis(spelling: str) -> Habit:
    """The last axis of a reduction, as another keyword or value."""
    written = ast.parse(f"f(x, {spelling})", mode="eval").body
    assert isinstance(written, ast.Call)

    def habit(node: ast.AST) -> ast.expr | None:
        if not isinstance(node, ast.Call) or _called(node) not in _REDUCTIONS:
            return None
        if [ast.unparse(keyword) for keyword in node.keywords] != ["axis=-1"]:
            return None
        return ast.Call(node.func, [*node.args, *written.args[1:]], written.keywords)

    return habit


def _square(write: Callable[[ast.expr], ast.expr | None]) -> Habit:
    """A square, written another way."""
    return lambda node: write(node.args[0]) if isinstance(node, ast.Call) and _called(node) == "tf.square" else None


def _difference(function: str) -> Callable[[ast.expr], ast.expr | None]:
    """`a - b` as a call of two arguments."""

    def write(node: ast.expr) -> ast.expr | None:
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
            return None
        return _call(function, node.left, node.right)

    return write


def _power(exponent: float) -> Callable[[ast.expr], ast.expr]:
    return lambda node: _call("tf.pow", node, ast.Constant(exponent))


def _times_itself(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Mult(), copy.deepcopy(node))


def _renamed(old: str, new: str) -> Habit:
    return lambda node: _call(new, *node.args) if isinstance(node, ast.Call) and _called(node) == old else None


def _swapped(node: ast.AST) -> ast.expr | None:
    """The other order of factors, and of the sides of a difference of two names."""
    if not isinstance(node, ast.BinOp):
        return None
    both_names = isinstance(node.left, ast.Name) and isinstance(node.right, ast.Name)
    a_number = isinstance(node.left, ast.Constant) or isinstance(node.right, ast.Constant)
    if (isinstance(node.op, ast.Mult) and not a_number) or (isinstance(node.op, ast.Sub) and both_names):
        return ast.BinOp(node.right, node.op, node.left)
    return None


def _one_with_a_point(node: ast.AST) -> ast.expr | None:
    """`1.0 - x` for `1 - x`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and ast.unparse(node.left) == "1":
        return ast.BinOp(ast.Constant(1.0), node.op, node.right)
    return None


def _minus_inside(node: ast.AST) -> ast.expr | None:
    """`tf.reduce_mean(-x)` for `-tf.reduce_mean(x)`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Call):
        call = node.operand
        if _called(call) in _REDUCTIONS:
            return ast.Call(call.func, [ast.UnaryOp(ast.USub(), call.args[0])], call.keywords)
    return None


def _minus_innermost(node: ast.AST) -> ast.expr | None:
    """`tf.reduce_mean(tf.reduce_sum(-x))` for `-tf.reduce_mean(tf.reduce_sum(x))`."""
    inside = _minus_inside(node)
    if isinstance(inside, ast.Call):
        inside.args[0] = _minus_innermost(inside.args[0]) or inside.args[0]
    return inside


def _worked_out(node: ast.AST) -> ast.expr | None:
    """Numbers worked out beforehand, and a factor of one left away."""
    if not isinstance(node, ast.BinOp):
        return None
    if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant):
        work_out = _ARITHMETIC.get(type(node.op))
        return work_out and ast.Constant(work_out(node.left.value, node.right.value))
    return node.right if isinstance(node.op, ast.Mult) and ast.unparse(node.left) == "1.0" else None


def _named(reverse: bool) -> Habit:
    """All arguments of a loss by name, in the order of its parameters or the other way round."""

    def habit(node: ast.AST) -> ast.expr | None:
        operation = BY_SYMBOL.get(_called(node).removeprefix("tf."))
        if operation is None or not isinstance(node, ast.Call) or "losses." not in _called(node):
            return None
        given = [ast.keyword(name, value) for name, value in zip(operation.parameters, node.args, strict=False)]
        return ast.Call(node.func, [], [*(reversed(given) if reverse else given), *node.keywords])

    return habit


#: Habits by kind: of each kind at most one is followed at a time.
HABITS: tuple[tuple[Habit, ...], ...] = (
    tuple(map(_axis, ("axis=1", "1", "axis=[1]", "reduction_indices=1", "reduction_indices=[1]"))),
    (
        _square(lambda node: ast.BinOp(node, ast.Pow(), ast.Constant(2))),
        _square(_power(2)),
        _square(_power(2.0)),
        _square(_difference("tf.squared_difference")),
        _square(_times_itself),
    ),
    (_renamed("tf.log", "tf.math.log"),),
    (_swapped,),
    (_one_with_a_point,),
    (_minus_inside, _minus_innermost),
    (lambda node: _difference("tf.subtract")(node) if isinstance(node, ast.expr) else None,),
    (_worked_out,),
    (_named(False), _named(True)),
)
