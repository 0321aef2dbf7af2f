"""The rules of comparison, on arrays made by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Input, Question
from tfloss_migrate.referee import draws, plan
from tfloss_migrate.referee.compare import Quantity, excess, formula_error, leaves, scaled_error, spread
from tfloss_migrate.referee.judge import judge
from tfloss_migrate.referee.plan import Outcome, Run

_QUESTION = Question("tf.square(x)", "x * x", (Input("x", Real()),))


def verdict_where(taken: Callable[[draws.Group], bool]) -> str:
    """The status where both sides square, and the old one raises for all groups but those that it takes."""
    groups = draws.draw(_QUESTION)
    runs = [*plan.old_runs(_QUESTION, groups, True), *plan.new_runs(_QUESTION, groups, ["3"])]

    def outcome(run: Run, at: int) -> Outcome:
        if run.expression == "legacy" and not taken(groups[run.group]):
            return Outcome(error="InvalidArgumentError: another shape")
        x = groups[run.group].cases[at].arrays["x"].astype(run.precision)
        return Outcome(value=x * x, gradients={"x": 2 * x})

    found = [[outcome(run, at) for at in run.cases] for run in runs]
    return judge(_QUESTION, groups, runs, found, "by hand").status


def quantity(reference: list[float], old: list[float], new: list[float]) -> Quantity:
    return Quantity("value", np.array(reference), np.array(old, np.float32), np.array(new, np.float32))


def fails(reference: float, old: float, new: float) -> bool:
    return bool(excess(quantity([reference], [old], [new])).any())


def test_errors_are_relative_above_one_and_absolute_below() -> None:
    assert scaled_error(np.array([2000.0, 0.002]), np.array([1000.0, 0.001])).tolist() == [1.0, 0.001]


def test_only_one_side_finite_is_an_infinite_error_and_both_alike_none() -> None:
    found, reference = np.array([np.nan, np.inf, 1.0, np.nan, -np.inf]), np.array([np.nan, np.inf, np.nan, 1.0, np.inf])
    assert scaled_error(found, reference).tolist() == [0, 0, np.inf, np.inf, np.inf]


def test_where_the_reference_is_no_number_nothing_is_judged() -> None:
    assert formula_error(quantity([np.nan, np.inf], [0, 0], [1, 2])).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("old", "new", "bad"),
    [
        (30.0, 30.0, False),
        (30.0, 30.0 * (1 + 3e-6), True),  # beyond 2e-6
        (30.0 * (1 + 1e-5), 30.0 * (1 + 3e-5), False),  # within four times the old error
        (30.0 * (1 + 1e-5), 30.0 * (1 + 6e-5), True),
        (30.0, 23.03, True),
        (23.03, 23.03, False),  # as wrong as before
        (np.inf, 30.0, False),
        (np.inf, 23.03, True),  # no number before, a wrong number now
        (np.nan, np.inf, False),  # as broken as before
        (30.0, np.nan, True),
    ],
)
def test_the_new_side_may_be_no_worse_than_the_old(old: float, new: float, bad: bool) -> None:
    assert fails(30.0, old, new) is bad


def test_where_the_old_side_is_no_number_the_new_one_is_as_near_as_the_reference_is_known() -> None:
    def bad(old: float, new: float, moved: list[float]) -> bool:
        reference = np.array([-1.0])
        rounding = spread(reference, [np.array([each]) for each in moved])
        one = Quantity("value", reference, np.array([old], np.float32), np.array([new], np.float32), rounding)
        return bool(excess(one).any())

    assert bad(np.nan, -1.001, [])
    assert bad(np.nan, -1.001, [-1.0, -1.00001, np.inf])
    assert not bad(np.nan, -1.001, [-1.0, -1.002])
    assert bad(np.nan, -1.003, [-1.0, -1.002])
    assert bad(-1.0, -1.001, [-1.0, -1.002])  # the old side is right, and is to be met


def test_one_broken_element_excuses_no_other() -> None:
    assert excess(quantity([30.0, 1.0], [np.inf, 1.0], [30.0, 1.1])).tolist() == pytest.approx([0.0, 0.1])


def test_the_old_side_leaves_the_reference_only_where_the_new_one_stays() -> None:
    assert leaves(quantity([30.0], [np.inf], [30.0]))
    assert leaves(quantity([30.0], [29.0], [30.0]))
    assert not leaves(quantity([30.0], [np.inf], [23.03]))
    assert not leaves(quantity([30.0], [30.0], [30.0]))


def test_what_the_old_side_refuses_in_part_is_the_same_in_the_rest() -> None:
    assert verdict_where(lambda group: True) == "same"
    assert verdict_where(lambda group: group.main) == "same"


def test_a_few_comparisons_without_stress_are_no_evidence() -> None:
    assert verdict_where(lambda group: not group.main) == "unknown"
    assert verdict_where(lambda group: group.shapes["x"] == (5,)) == "unknown"


def test_the_first_group_that_is_taken_stands_in_for_a_main_one_that_is_not() -> None:
    groups = draws.draw(_QUESTION)
    runs = plan.old_runs(_QUESTION, groups, True)
    refused, fine = Outcome(error="no"), Outcome(value=np.zeros(1))
    of_others = [[refused if groups[run.group].main else fine for _ in run.cases] for run in runs]
    assert plan.instead_of_main(groups, runs, of_others) == 1
    assert plan.instead_of_main(groups, runs, [[fine for _ in run.cases] for run in runs]) is None
    assert plan.instead_of_main(groups, runs, [[refused for _ in run.cases] for run in runs]) is None
