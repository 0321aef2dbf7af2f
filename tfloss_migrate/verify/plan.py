"""Which expression runs in which mode, precision and Keras on which cases: the job for the child process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tfloss_migrate.domains import ClassIds
from tfloss_migrate.model import Question
from tfloss_migrate.verify.draws import Array, Group

Mode = Literal["session", "optimised", "function", "eager"]
Precision = Literal["float32", "float64"]

#: Legacy texts in which TF1's graph optimiser may fold a small constant away.
EAGER_ORDINARY = 2
EAGER_STRESS = 3


@dataclass(frozen=True)
class Run:
    """One expression in one mode and precision over some cases of a group; `keras` is "3", "2", or "" on the old side."""

    expression: Literal["legacy", "target", "intended"]
    mode: Mode
    precision: Precision
    group: int
    cases: tuple[int, ...]
    keras: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one run gave for one case: the text of an error, or a value and the gradients that exist."""

    error: str | None = None
    value: Array | None = None
    gradients: dict[str, Array] | None = None


def old_runs(question: Question, groups: Sequence[Group]) -> list[Run]:
    """The old side: everything in float64 and, where float32 is asked about, in float32; the optimiser off."""
    runs: list[Run] = []
    for at, group in enumerate(groups):
        judged = tuple(i for i, case in enumerate(group.cases) if case.kind != "beyond")
        every = tuple(range(len(group.cases)))
        if judged:
            runs.append(Run("legacy", "session", "float64", at, judged))
            if question.intended:
                runs.append(Run("intended", "session", "float64", at, judged))
        if group.main or not judged:
            runs.append(Run("legacy", "session", "float32", at, every))
            if question.intended:
                runs.append(Run("intended", "session", "float32", at, every))
        if group.main and may_fold(question.legacy):
            runs.append(Run("legacy", "optimised", "float32", at, every))
    return runs


def new_runs(question: Question, groups: Sequence[Group], keras: Sequence[str]) -> list[Run]:
    """The new side, on each Keras: eagerly in float64 for the formula, as a function in float32 on everything."""
    runs: list[Run] = []
    for number in keras if "keras" in question.target else keras[:1]:
        for at, group in enumerate(groups):
            kinds = [case.kind for case in group.cases]
            ordinary = [i for i, kind in enumerate(kinds) if kind == "ordinary"]
            stress = [i for i, kind in enumerate(kinds) if kind == "stress"]
            beyond = [i for i, kind in enumerate(kinds) if kind == "beyond"]
            if group.main:
                step = max(len(stress) // EAGER_STRESS, 1)
                first = number == keras[0]
                runs.append(Run("target", "function", "float32", at, tuple(range(len(kinds))), number))
                runs.append(Run("target", "eager", "float64", at, tuple(ordinary if first else ordinary[:2]), number))
                runs.append(Run("target", "eager", "float32", at, tuple(ordinary[:1] + stress[-1::-step]), number))
            elif ordinary:
                runs.append(Run("target", "eager", "float64", at, tuple(ordinary[:1]), number))
            elif number == keras[0]:
                runs.append(Run("target", "eager", "float32", at, tuple(beyond), number))
    return runs


def may_fold(legacy: str) -> bool:
    """Whether an epsilon stands in the expression, or in the function that it calls."""
    return "e-" in legacy or "epsilon" in legacy or "log_loss" in legacy or ".0000" in legacy


def job(
    question: Question, groups: Sequence[Group], runs: Sequence[Run], limit: float
) -> tuple[dict[str, Any], list[Array]]:
    """The frame for the child: header and arrays."""
    arrays: list[Array] = []
    sent = []
    for group in groups:
        cases = []
        for case in group.cases:
            cases.append({name: len(arrays) + at for at, name in enumerate(case.arrays)})
            arrays += case.arrays.values()
        sent.append(
            {
                "cases": cases,
                "scalars": group.scalars,
                "shapes": group.shapes,
                "open_shapes": {
                    name: [
                        None if at == 0 and size == group.batch and size > 1 else size for at, size in enumerate(shape)
                    ]
                    for name, shape in group.shapes.items()
                },
            }
        )
    expressions = {"legacy": question.legacy, "target": question.target, "intended": question.intended or ""}
    header = {
        "expressions": expressions,
        "kinds": {each.name: "int32" if isinstance(each.domain, ClassIds) else "float" for each in question.inputs},
        "wrt": [each.name for each in question.inputs if not each.domain.constant],
        "groups": sent,
        "runs": [vars(run) for run in runs],
        "time_limit": limit,
    }
    return header, arrays


def outcomes(reply: dict[str, Any], arrays: Sequence[Array]) -> list[list[Outcome]]:
    """The child's reply as outcomes, for each run and case."""

    def outcome(sent: dict[str, Any]) -> Outcome:
        if "error" in sent:
            return Outcome(error=str(sent["error"]))
        return Outcome(None, arrays[sent["value"]], {name: arrays[at] for name, at in sent["gradients"].items()})

    return [[outcome(each) for each in run] for run in reply["runs"]]
