"""Pieces of the user's source are put into a template as what they are."""

from __future__ import annotations

import pytest

from tfloss_migrate.syntax.bridge import fill


@pytest.mark.parametrize(
    ("piece", "argument", "operand"),
    [
        ("q := z", "f((q := z))", "(q := z) + 1"),
        ("x if y else z", "f(x if y else z)", "(x if y else z) + 1"),
        ("lambda: 1", "f(lambda: 1)", "(lambda: 1) + 1"),
        ("(a, b)", "f((a, b))", "(a, b) + 1"),
        ("a.b[0]", "f(a.b[0])", "a.b[0] + 1"),
    ],
)
def test_a_piece_has_the_brackets_that_it_needs(piece: str, argument: str, operand: str) -> None:
    assert fill("f(p)", {"p": piece}) == argument
    assert fill("p + 1", {"p": piece}) == operand
