"""Outcomes -> verdict.

Same formula: float64 on ordinary inputs, element by element within 1e-9 * max(1, |reference|), gradients too.
Who is steadier: float32 everywhere, each side's error against the legacy formula in float64; the new error may be four
times the old one, or 2e-6. Where the old side is no number in float32, the new one must only be as near the reference
as that is known: another run, with other last digits, tells. What lies beyond the promises is told, and never judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tfloss_migrate.model import Question, Shift, Status, Verdict
from tfloss_migrate.referee import sentence
from tfloss_migrate.referee.compare import (
    SAME_FORMULA,
    Difference,
    excess,
    formula_error,
    leaves,
    quantities,
    scaled_error,
    worst,
)
from tfloss_migrate.referee.draws import Group
from tfloss_migrate.referee.plan import Outcome, Run
from tfloss_migrate.wording import BETWEEN, BEYOND

SHOWN = 1e-3
#: Fewer comparisons than this say too little, and so do any without the group that has the stress cases.
LEAST = 8
NO_NUMBER = "the old side gives no finite number on ordinary inputs: nothing could be compared"
#: Expression, whether the graph optimiser was on, precision, group, case.
Key = tuple[str, bool, str, int, int]


@dataclass
class Measured:
    """What the comparison of the new side with one old expression found."""

    cases: int = 0
    main: int = 0
    telling: int = 0
    fixtures: int = 0
    differences: list[Difference] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    max_abs: float = 0.0
    max_rel: float = 0.0
    grad_max_abs: float = 0.0
    ordinary_value: float = 0.0
    ordinary_gradient: float = 0.0


class Results:
    """The outcomes by what ran on what."""

    def __init__(
        self, question: Question, groups: Sequence[Group], runs: Sequence[Run], found: Sequence[Sequence[Outcome]]
    ) -> None:
        self.question, self.groups = question, groups
        self.wrt = tuple(each.name for each in question.inputs if not each.domain.constant)
        self.new: list[tuple[Run, int, Outcome]] = []
        self.old: dict[Key, Outcome] = {}
        self.moved: dict[tuple[str, int, int], list[Outcome]] = {}
        for run, outcomes in zip(runs, found, strict=True):
            for case, outcome in zip(run.cases, outcomes, strict=True):
                if run.expression == "target":
                    self.new.append((run, case, outcome))
                elif run.turn:
                    self.moved.setdefault((run.expression, run.group, case), []).append(outcome)
                else:
                    optimised = run.mode == "optimised"
                    self.old[run.expression, optimised, run.precision, run.group, case] = outcome


def judge(
    question: Question, groups: Sequence[Group], runs: Sequence[Run], found: Sequence[Sequence[Outcome]], oracle: str
) -> Verdict:
    """The verdict on one question from all that ran."""
    results = Results(question, groups, runs, found)
    if reason := nothing_to_compare(results):
        return Verdict("unknown", reason, oracle=oracle, domain=sentence.domain(question))
    against_legacy = measure(results, "legacy")
    measured = against_legacy
    status: Status
    if question.intended is not None and against_legacy.differences:
        measured = measure(results, "intended")
        status = "different" if measured.differences else "repaired"
    elif not measured.differences:
        status = "steadier" if measured.left else "same"
    elif question.shift is not None and within(measured, question.shift):
        status = "shifted"
    else:
        status = "different"
    if status != "different" and (reason := too_little(measured)):
        return Verdict("unknown", reason, cases=measured.cases, oracle=oracle, domain=sentence.domain(question))
    notes = [] if status == "different" else [*optimiser(results), *told_beyond(results)]
    failing = sentence.clearest(measured.differences) if status == "different" else None
    return Verdict(
        status,
        sentence.verdict(status, question, against_legacy, measured, failing, notes),
        cases=measured.cases,
        oracle=oracle,
        max_abs=against_legacy.max_abs,
        max_rel=against_legacy.max_rel,
        grad_max_abs=against_legacy.grad_max_abs,
        domain=sentence.domain(question),
        counterexample=sentence.counterexample(question, failing) if failing else None,
    )


def nothing_to_compare(results: Results) -> str | None:
    """Why there is nothing to judge: one side raises on every case."""
    for expression in ("legacy", "intended") if results.question.intended else ("legacy",):
        old = [each for key, each in results.old.items() if key[0] == expression and key[2] == "float64"]
        if not old:
            return "no case could be drawn for these inputs and ranks"
        if all(each.error for each in old):
            return f"the old expression could not be run: {old[0].error}"
    new = [each for _, _, each in results.new]
    if all(each.error for each in new):
        return f"the new expression could not be run: {new[0].error}"
    return None


def has_number(outcome: Outcome) -> bool:
    """Whether there is a finite number to compare; in an array without elements nothing is missing."""
    return outcome.value is None or not outcome.value.size or bool(np.isfinite(outcome.value).any())


def too_little(measured: Measured) -> str | None:
    """Why what was compared is no evidence, although nothing differs in it."""
    if measured.cases >= LEAST and measured.main and measured.telling:
        return None
    if measured.cases and not measured.telling:
        return NO_NUMBER
    refused = sentence.few(list(measured.refused))
    why = f"the old side raises for {refused}" if refused else "hardly anything could be drawn"
    return f"no difference found, but in {measured.cases} comparisons only, without stress: {why}"


def measure(results: Results, expression: str) -> Measured:
    """Compares every run of the target inside the promises with one old expression."""
    measured = Measured()
    for run, at, new in results.new:
        group = results.groups[run.group]
        case = group.cases[at]
        if case.kind == "beyond":
            continue
        reference = results.old[expression, False, "float64", run.group, at]
        old = results.old.get((expression, False, "float32", run.group, at))
        if reference.error is not None:
            measured.refused[group.name] = reference.error
            continue
        measured.cases += 1
        measured.main += group.main
        measured.telling += case.kind == "ordinary" and has_number(reference)
        measured.fixtures += group.origin == "fixture"
        if plain := plain_difference(run, reference, old, new):
            measured.differences.append(Difference(run, group, case, plain[0], (), plain[1], plain[2], np.inf, np.inf))
            continue
        moved = results.moved.get((expression, run.group, at), ())
        for one in quantities(reference, old if run.precision == "float32" else None, new, results.wrt, moved):
            errors = formula_error(one)
            largest = float(errors.max()) if errors.size else 0.0
            is_value = one.what == "value"
            if case.kind == "ordinary":
                if is_value:
                    measured.ordinary_value = max(measured.ordinary_value, largest)
                else:
                    measured.ordinary_gradient = max(measured.ordinary_gradient, largest)
                if run.precision == "float64":
                    note_largest(measured, worst(run, group, case, one, errors) if errors.size else None)
            bad = np.where(errors > SAME_FORMULA, errors, 0.0) if run.precision == "float64" else excess(one)
            if bad.size and bad.max() > 0:
                measured.differences.append(worst(run, group, case, one, bad))
            if leaves(one):
                measured.left.append(case.name)
    return measured


def plain_difference(
    run: Run, reference: Outcome, old: Outcome | None, new: Outcome
) -> tuple[str, object, object] | None:
    """A difference that needs no numbers: one side raises, or shape or dtype differ."""
    if new.error is not None or new.value is None or reference.value is None:
        return "raises", "a value", new.error
    if reference.value.shape != new.value.shape:
        return "shape", list(reference.value.shape), list(new.value.shape)
    if run.precision == "float32" and old is not None and old.value is not None and old.value.dtype != new.value.dtype:
        return "dtype", str(old.value.dtype), str(new.value.dtype)
    return None


def note_largest(measured: Measured, found: Difference | None) -> None:
    if found is None or not np.isfinite(found.absolute):
        return
    if found.what == "value":
        measured.max_abs = max(measured.max_abs, found.absolute)
        measured.max_rel = max(measured.max_rel, found.relative)
    else:
        measured.grad_max_abs = max(measured.grad_max_abs, found.absolute)


def within(measured: Measured, shift: Shift) -> bool:
    """Whether a declared shift explains everything seen on ordinary inputs."""
    if any(each.what in ("raises", "shape", "dtype") for each in measured.differences):
        return False
    gradients_hold = shift.gradient_bound is None or measured.ordinary_gradient <= shift.gradient_bound
    return measured.ordinary_value <= shift.bound and gradients_hold


def told_beyond(results: Results) -> list[str]:
    """What differs beyond the promises, in words, for each case once."""
    notes: dict[str, str] = {}
    for run, at, new in results.new:
        case = results.groups[run.group].cases[at]
        old = results.old.get(("legacy", False, "float32", run.group, at))
        if case.kind != "beyond" or old is None or case.name in notes:
            continue
        if note := beyond_note(old, new, results.wrt):
            notes[case.name] = note
    found = [f"{name}: {note}" for name, note in notes.items()]
    return [BEYOND + BETWEEN.join(found)] if found else []


def beyond_note(old: Outcome, new: Outcome, wrt: tuple[str, ...]) -> str | None:
    if old.error is not None or new.error is not None:
        if (old.error is None) == (new.error is None):
            return None
        return "the old side raises" if old.error is not None else "the new side raises"
    assert old.value is not None
    assert new.value is not None
    if old.value.shape != new.value.shape:
        return f"shape {list(old.value.shape)} becomes {list(new.value.shape)}"
    for one in quantities(old, None, new, wrt):
        errors = scaled_error(one.new, one.reference)
        told = np.isfinite(one.new) | np.isfinite(one.reference)  # inf or NaN: that hangs on the processor
        errors = np.where(told, errors, 0.0)
        if errors.size and errors.max() > SHOWN:
            index = np.unravel_index(int(np.argmax(errors)), errors.shape)
            return f"{one.what} {float(one.reference[index]):.6g} becomes {float(one.new[index]):.6g}"
    return None


def optimiser(results: Results) -> list[str]:
    """What TF1's graph optimiser, which the oracle runs without, changes on the old side."""
    for (expression, optimised, precision, group, at), folded in results.old.items():
        if not optimised:
            continue
        plain = results.old.get((expression, False, precision, group, at))
        if plain is None or plain.error is not None or folded.error is not None:
            continue
        for one in quantities(plain, None, folded, results.wrt):
            errors = scaled_error(one.new, one.reference)
            if errors.size and errors.max() > SHOWN:
                index = np.unravel_index(int(np.argmax(errors)), errors.shape)
                values = f"{float(one.reference[index]):.6g} becomes {float(one.new[index]):.6g}"
                name = results.groups[group].cases[at].name
                return [f"TF1's graph optimiser folds a small constant away ({name}: {one.what} {values})"]
    return []
