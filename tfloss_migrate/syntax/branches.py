"""Which branches of a function are run in a call whose arguments are known: `if activation is None: ...`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from tfloss_migrate.syntax.nodes import children

#: Tells the expression that a parameter surely holds, None where it cannot be told.
Given = Callable[[str], ast.expr | None]


#: The tests around each statement of a function that stands in a branch, with what they must be for it to be run.
Conditions = Mapping[ast.AST, tuple[tuple[ast.expr, bool], ...]]


def runs(statement: ast.AST, conditions: Conditions, given: Given) -> bool | None:
    """Whether a statement of a function is run, as far as its conditions tell; None where they do not."""
    answers = []
    for test, wanted in conditions.get(statement, ()):
        answer = _answer(test, given)
        answers.append(None if answer is None else answer is wanted)
    if False in answers:
        return False
    return True if answers and None not in answers else None


def conditions_in(function: ast.AST) -> Conditions:
    """The conditions of all statements in a function."""
    found: dict[ast.AST, tuple[tuple[ast.expr, bool], ...]] = {}
    ahead: list[tuple[ast.AST, tuple[tuple[ast.expr, bool], ...]]] = [(function, ())]
    while ahead:
        node, around = ahead.pop()
        if around:
            found[node] = around
        if isinstance(node, ast.If):
            ahead += [(child, (*around, (node.test, True))) for child in node.body]
            ahead += [(child, (*around, (node.test, False))) for child in node.orelse]
        else:
            ahead += [(child, around) for child in children(node) if not isinstance(child, ast.expr)]
    return found


def _answer(test: ast.expr, given: Given) -> bool | None:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _answer(test.operand, given)
        return None if inner is None else not inner
    if isinstance(test, ast.Name):
        held = given(test.id)
        if held is None:
            return None
        return bool(held.value) if isinstance(held, ast.Constant) else True
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.left, ast.Name):
        return None
    held, wanted = given(test.left.id), test.comparators[0]
    if held is None or not isinstance(wanted, ast.Constant):
        return None
    same = isinstance(held, ast.Constant) and held.value == wanted.value
    if isinstance(test.ops[0], (ast.Is, ast.Eq)):
        return same
    return not same if isinstance(test.ops[0], (ast.IsNot, ast.NotEq)) else None
