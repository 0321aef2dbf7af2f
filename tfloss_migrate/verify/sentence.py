"""Verdicts in plain words, and counterexamples as tests that can be pasted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tfloss_migrate import domains as of
from tfloss_migrate.model import Counterexample, Question, Status
from tfloss_migrate.verify import pasted
from tfloss_migrate.verify.compare import Difference

if TYPE_CHECKING:
    from tfloss_migrate.verify.judge import Measured


def domain(question: Question) -> str:
    """The promises inside which the verdict holds."""
    full = [each.name for each in question.inputs if each.domain.axes == "full"]
    parts = [f"{listed(full)} of equal shape"] if len(full) > 1 else []
    parts.append("finite values, batch not empty")
    for each in question.inputs:
        if isinstance(each.domain, of.LabelDistribution):
            parts.append(f"rows of {each.name} that sum to one")
        if isinstance(each.domain, of.Probabilities):
            parts.append(f"{each.name} inside (0, 1)" + (" in rows that sum to one" if each.domain.normalised else ""))
        if isinstance(each.domain, of.UnitInterval):
            parts.append(f"{each.name} inside (0, 1)")
        if isinstance(each.domain, of.BinaryLabels):
            parts.append(f"{each.name} in [0, 1]")
        if isinstance(each.domain, of.Positive):
            parts.append(f"{each.name} above zero")
        if isinstance(each.domain, of.Logits):
            parts.append(f"{each.name} that are not the output of a softmax")
        if isinstance(each.domain, of.BinaryLogits):
            parts.append(f"{each.name} that are not the output of a sigmoid")
    return "; ".join([*parts, *question.promises])


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def verdict(
    status: Status,
    question: Question,
    cases: int,
    legacy: Measured,
    measured: Measured,
    failing: Difference | None,
    shown: Sequence[str],
) -> str:
    """The sentence of a verdict. Never 'proved': only what was run and seen."""
    seen = f"{cases} cases (values and gradients, float64 and float32, ordinary and stress inputs)"
    scope = f", for {domain(question)}"
    if failing is not None:
        told = described(failing)
    elif status == "steadier":
        told = f"no difference found wherever the old side is right, in {seen}{scope}; the old side is wrong at {few(measured.left)}"
    elif status == "shifted" and question.shift is not None:
        told = (
            f"differs as declared ({question.shift.because}): on ordinary inputs by at most {legacy.ordinary_value:.3g} in value "
            f"and {legacy.ordinary_gradient:.3g} in gradient, relative to values above 1, in {seen}{scope}"
        )
    elif status == "repaired":
        told = (
            f"computes what was meant, {question.intended}: no difference found in {seen}{scope}; "
            f"the value changes by up to {legacy.max_abs:.3g} and the gradient by up to {legacy.grad_max_abs:.3g} on ordinary inputs"
        )
    else:
        told = f"no difference found in {seen}{scope}"
    if measured.refused and failing is None:
        told += f"; the old side raises for {few(list(measured.refused))}"
    if shown:
        told += "; beyond the promises: " + "; ".join(shown)
    return told


def few(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    return ", ".join(distinct[:3]) + (f" and {len(distinct) - 3} more" if len(distinct) > 3 else "")


def described(failing: Difference) -> str:
    place = f"{failing.case.name} ({failing.group.name}, {failing.run.precision}, {mode(failing)})"
    if failing.what == "raises":
        return f"the new side raises on {place}: {failing.new}"
    at = f" at {list(failing.index)}" if failing.index else ""
    return f"{failing.what}{at} is {number(failing.old)} on the old side and {number(failing.new)} on the new one, on {place}"


def mode(failing: Difference) -> str:
    where = "in a tf.function" if failing.run.mode == "function" else "run eagerly"
    return f"{where} on Keras {failing.run.keras}"


def number(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def clearest(differences: Sequence[Difference]) -> Difference:
    """The difference to show: ordinary before stress, few elements before many, large before small."""

    def order(each: Difference) -> tuple[bool, int, float]:
        size = sum(array.size for array in each.case.arrays.values())
        return (each.case.kind != "ordinary", size, -each.absolute if np.isfinite(each.absolute) else -np.inf)

    large = [each for each in differences if not each.absolute <= 1e-4]
    return min(large or differences, key=order)


def counterexample(question: Question, failing: Difference) -> Counterexample:
    """A difference with its inputs, as plain numbers, and as a test."""
    inputs = {name: pasted.plain(array.tolist()) for name, array in failing.case.arrays.items()}
    return Counterexample(
        case=f"{failing.case.name}, {failing.group.name}, {failing.run.precision}, {mode(failing)}",
        what=failing.what,
        inputs={**inputs, **failing.group.scalars},
        old=pasted.plain(failing.old),
        new=pasted.plain(failing.new),
        test=pasted.test(question, failing),
    )
