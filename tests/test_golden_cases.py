"""The golden numbers are whole, and say what is known of them."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from golden_cases import golden_case, golden_cases


def test_there_are_223_cases_of_tensorflow_1_15_and_52_of_0_12() -> None:
    assert len(golden_cases("1.15.5")) == 223
    assert len(golden_cases("0.12.1")) == 52
    assert len(golden_cases()) == 275


def test_no_two_cases_share_a_name() -> None:
    assert len({case.id for case in golden_cases()}) == len(golden_cases())


def test_every_case_either_computed_or_raised() -> None:
    for case in golden_cases():
        assert (case.out is None) == (case.raises is not None), case.id


def test_every_expression_reads_its_inputs_and_nothing_else() -> None:
    for case in golden_cases():
        names = {node.id for node in ast.walk(ast.parse(case.expr)) if isinstance(node, ast.Name)}
        assert set(case.inputs) <= names, case.id


def test_a_gradient_has_the_shape_of_its_input() -> None:
    for case in golden_cases():
        for name, gradient in case.grads.items():
            assert gradient.shape == case.inputs[name].shape, case.id


def test_every_float_input_has_a_gradient_or_is_known_to_have_none() -> None:
    for case in golden_cases():
        if case.raises is None:
            floats = {name for name, array in case.inputs.items() if array.dtype.kind == "f"}
            assert set(case.grads) | set(case.no_grad) == floats, case.id


def test_the_arrays_are_read_only() -> None:
    case = golden_case("A|mean_squared_error|R_BC")
    with pytest.raises(ValueError, match="read-only"):
        case.inputs["y"][0] = 0.0


def test_the_mean_squared_error_is_the_mean_of_the_squares() -> None:
    case = golden_case("A|mean_squared_error|R_BC")
    assert case.out == pytest.approx(np.mean((case.inputs["p"] - case.inputs["y"]) ** 2))


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="no such case"):
        golden_case("no such case")
