"""Verdicts in plain words, and counterexamples as tests that can be pasted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tfloss_migrate import domains as of
from tfloss_migrate.model import Counterexample, Question, Status
from tfloss_migrate.referee import pasted
from tfloss_migrate.referee.compare import Difference
from tfloss_migrate.referee.samples import is_whole
from tfloss_migrate.wording import BETWEEN, OF_FLOATS, SEEN, USUAL

if TYPE_CHECKING:
    from tfloss_migrate.referee.judge import Measured


def domain(question: Question) -> str:
    """The promises inside which the verdict holds."""
    full = [each.name for each in question.inputs if each.domain.axes == "full"]
    parts = [f"{listed(full)} of equal shape"] if len(full) > 1 else []
    if full and question.ranks != (1, 2, 3):
        counts = [str(rank) for rank in question.ranks]
        parts.append(f"{listed(full)} of {listed(counts, 'or')} {'axis' if counts == ['1'] else 'axes'}")
    elif full and ".keras.losses." in question.target:
        parts.append("no scalars")
    parts += _of_dtypes(question)
    for each in question.inputs:
        if isinstance(each.domain, of.LabelDistribution):
            parts.append(f"rows of {each.name} that sum to one")
        if isinstance(each.domain, of.Probabilities):
            parts.append(f"{each.name} inside (0, 1)" + (" in rows that sum to one" if each.domain.normalised else ""))
        if isinstance(each.domain, of.UnitInterval):
            parts.append(f"{each.name} inside (0, 1)")
        if isinstance(each.domain, of.BinaryLabels):
            parts.append(f"{each.name} in [0, 1]")
        if isinstance(each.domain, (of.Positive, of.Hyperparameter)):
            parts.append(f"{each.name} above zero")
        if isinstance(each.domain, of.FromZero):
            parts.append(f"{each.name} from zero on")
        if isinstance(each.domain, of.Nonzero):
            parts.append(f"{each.name} further from zero than 1e-07")
        if isinstance(each.domain, of.Directions):
            parts.append(f"{each.name} without rows of zeros")
        if isinstance(each.domain, of.HingeLabels):
            parts.append(f"{each.name} of -1 and 1, or of 0 and 1")
        if isinstance(each.domain, of.Logits):
            parts.append(f"{each.name} that are not the output of a softmax")
        if isinstance(each.domain, of.BinaryLogits):
            parts.append(f"{each.name} that are not the output of a sigmoid")
    return BETWEEN.join(dict.fromkeys([*parts, *question.promises]))


def _of_dtypes(question: Question) -> list[str]:
    """What is said of values and dtypes."""
    arrays = [each for each in question.inputs if each.domain.axes != "scalar"]
    floats = [each.name for each in arrays if each.domain.dtype == "float32"]
    if not floats or any(isinstance(each.domain, of.Data) for each in arrays):
        parts = [USUAL]
    elif any(each.cast for each in arrays):
        parts = [USUAL, f"{listed(floats)} in float32"]
    else:
        parts = [USUAL + OF_FLOATS]
    wide = [each.name for each in arrays if each.domain.dtype == "float64"]
    parts += [f"{listed(wide)} in float64"] if wide else []
    for each in arrays:
        if is_whole(each.domain):
            parts.append(f"{each.name} of {'truth values' if each.domain.dtype == 'bool' else 'whole numbers'}")
    return parts


def listed(names: Sequence[str], last: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def verdict(
    status: Status,
    question: Question,
    legacy: Measured,
    measured: Measured,
    failing: Difference | None,
    notes: list[str],
) -> str:
    """The sentence of a verdict. Never 'proved': only what was run and seen."""
    if failing is not None:
        return described(failing)
    own = f", {measured.fixtures} of them on your own arrays" if measured.fixtures else ""
    seen = f"{measured.cases} cases{own}{SEEN}"
    seen += f", for {domain(question)}"
    if status == "steadier":
        told = f"no difference found wherever the old side is right, in {seen}"
        notes = [f"the old side is wrong at {few(measured.left)}", *notes]
    elif status == "shifted" and question.shift is not None:
        told = f"differs as declared ({question.shift.because}), in {seen}"
        value, slope = legacy.ordinary_value, legacy.ordinary_gradient
        notes = [f"on ordinary inputs the value moves by at most {value:.2g} and the gradient by {slope:.2g}", *notes]
    elif status == "repaired":
        told = f"computes what was meant, {question.intended}: no difference found in {seen}"
        value, slope = legacy.max_abs, legacy.grad_max_abs
        notes = [f"on ordinary inputs the value changes by up to {value:.3g} and the gradient by {slope:.3g}", *notes]
    else:
        told = f"no difference found in {seen}"
    if measured.refused:
        notes = [f"the old side raises for {few(list(measured.refused))}", *notes]
    return BETWEEN.join([told, *notes])


def few(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    return ", ".join(distinct[:3]) + (f" and {len(distinct) - 3} more" if len(distinct) > 3 else "")


def described(failing: Difference) -> str:
    place = f"{failing.case.name} ({failing.group.name}, {failing.run.precision}, {mode(failing)})"
    if failing.what == "raises":
        return f"the new side raises on {place}: {failing.new}"
    at = f" at {list(failing.index)}" if failing.index else ""
    values = f"{number(failing.old)} on the old side and {number(failing.new)} on the new one"
    return f"{failing.what}{at} is {values}, on {place}"


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
