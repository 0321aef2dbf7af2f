"""Which branches of a function are run in a call whose arguments are known: `if activation is None: ...`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

#: Tells the expression that a parameter surely holds, None where it cannot be told.
Given = Callable[[str], ast.expr | None]


def runs(statement: ast.AST, function: ast.AST, given: Given) -> bool | None:
    """Whether a statement of a function is run, as far as its conditions tell; None where they do not."""
    answers = []
    for test, wanted in _conditions(statement, function):
        answer = _answer(test, given)
        answers.append(None if answer is None else answer is wanted)
    if False in answers:
        return False
    return True if answers and None not in answers else None


def _conditions(statement: ast.AST, function: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """The tests around a statement, each with what it must be for the statement to be run."""
    for node in ast.walk(function):
        if isinstance(node, ast.If):
            if any(inner is statement for child in node.body for inner in ast.walk(child)):
                yield node.test, True
            elif any(inner is statement for child in node.orelse for inner in ast.walk(child)):
                yield node.test, False


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
