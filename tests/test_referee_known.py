"""What ran before on the same arrays is not run again, and what was raised is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tfloss_migrate.domains import Logits, Real
from tfloss_migrate.model import Input, Question
from tfloss_migrate.referee.known import KEPT, KnownRuns
from tfloss_migrate.referee.plan import Outcome, Run

QUESTION = Question("tf.square(y)", "y * y", (Input("y", Real()),))
OLD = Run("legacy", "session", "float64", 0, (0, 1))
NEW = Run("target", "function", "float32", 0, (0, 1), "3")
OUTCOMES = [Outcome(value=np.float64(1)), Outcome(value=np.float64(2))]


@pytest.fixture
def known() -> KnownRuns:
    known = KnownRuns()
    known.put(QUESTION, OLD, OUTCOMES)
    known.put(QUESTION, NEW, OUTCOMES)
    return known


def test_another_target_needs_only_the_new_side(known: KnownRuns) -> None:
    other = dataclasses.replace(QUESTION, target="y ** 2")
    assert known.get(other, OLD) == OUTCOMES
    assert known.get(other, NEW) is None


def test_another_old_spelling_needs_only_the_old_side(known: KnownRuns) -> None:
    other = dataclasses.replace(QUESTION, legacy="tf.pow(y, 2)")
    assert known.get(other, OLD) is None
    assert known.get(other, NEW) == OUTCOMES


@pytest.mark.parametrize(
    "other",
    [dataclasses.replace(QUESTION, inputs=(Input("y", Logits()),)), dataclasses.replace(QUESTION, ranks=(2,))],
)
def test_other_arrays_need_both_sides(known: KnownRuns, other: Question) -> None:
    assert known.get(other, OLD) is known.get(other, NEW) is None


@pytest.mark.parametrize("change", [{"mode": "optimised"}, {"precision": "float32"}, {"group": 1}, {"cases": (0,)}])
def test_another_way_to_run_is_another_run(known: KnownRuns, change: dict[str, object]) -> None:
    assert known.get(QUESTION, dataclasses.replace(OLD, **change)) is None  # type: ignore[arg-type]


def test_what_was_raised_is_asked_again() -> None:
    known = KnownRuns()
    known.put(QUESTION, OLD, [OUTCOMES[0], Outcome(error="ResourceExhaustedError: out of memory")])
    assert known.get(QUESTION, OLD) is None


def test_no_more_is_kept_than_fits(known: KnownRuns) -> None:
    for at in range(KEPT):
        known.put(QUESTION, dataclasses.replace(OLD, group=at + 1), OUTCOMES)
    assert known.get(QUESTION, OLD) is None
    assert known.get(QUESTION, dataclasses.replace(OLD, group=KEPT)) == OUTCOMES
