"""Lists of tensors are read in one way, wherever an operation takes them."""

from __future__ import annotations

import ast

import pytest

from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.terms import Term


def _term(expression: str) -> Term:
    parsed = parse("program.py", f"import tensorflow as tf\nx = {expression}\n")
    assert isinstance(parsed, Parsed)
    node, place = next(found for found in parsed.names.places if ast.unparse(found[0]) == expression)
    return Reader(parsed.names).term(node, place)


_BY_EXAMPLE = "tf.contrib.legacy_seq2seq.sequence_loss_by_example"


@pytest.mark.parametrize(
    ("expression", "label", "elements"),
    [
        ("tf.concat([a, b], 1)", "values", ["a", "b"]),
        ("tf.concat((a, b), 1)", "values", ["a", "b"]),
        ("tf.stack([a])", "values", ["a"]),
        (f"{_BY_EXAMPLE}([a], [b], [c])", "logits", ["a"]),
        (f"{_BY_EXAMPLE}([a, b], [b, c], [c, c])", "targets", ["b", "c"]),
    ],
)
def test_a_list_is_its_elements(expression: str, label: str, elements: list[str]) -> None:
    held = _term(expression).argument(label)
    assert held is not None
    assert (held.kind, held.name) == ("op", "list")
    assert [ast.unparse(part.node) for part, _ in held.parts if part.node is not None] == elements
    assert [name for _, name in held.parts] == [f"{at:03}" for at in range(len(elements))]


@pytest.mark.parametrize(("expression", "label"), [("tf.concat([*a, b], 1)", "values"), ("tf.reduce_sum([a, b])", "")])
def test_what_is_no_list_of_tensors_is_not_looked_into(expression: str, label: str) -> None:
    held = _term(expression).argument(label or "input_tensor")
    assert held is not None
    assert held.kind == "leaf"
