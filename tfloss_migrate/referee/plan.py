"""Which expression runs in which mode, precision and Keras on which cases: the job for the child process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tfloss_migrate.domains import Domain
from tfloss_migrate.model import Question
from tfloss_migrate.referee.arrays import Array
from tfloss_migrate.referee.draws import Group

Mode = Literal["session", "optimised", "function", "eager"]
Precision = Literal["float32", "float64"]


@dataclass(frozen=True)
class Run:
    """One expression in one mode and precision over cases of a group; `keras` is "3", "2", or "" on the old side.

    In a `turn` above 0 the last digits of all that is computed on the way are others.
    """

    expression: Literal["legacy", "target", "intended"]
    mode: Mode
    precision: Precision
    group: int
    cases: tuple[int, ...]
    keras: str = ""
    turn: int = 0


@dataclass(frozen=True)
class Outcome:
    """What one run gave for one case: the text of an error, or a value and the gradients that exist."""

    error: str | None = None
    value: Array | None = None
    gradients: dict[str, Array] | None = None


#: So often the old side is run with other last digits.
TURNS = 4
#: The first counts all elements where a graph counts those of a sample; collections are empty outside of graphs.
_ONLY_IN_GRAPHS = ("tf.losses.mean_pairwise_squared_error", "get_total_loss", "get_losses", "get_collection")


def old_runs(question: Question, groups: Sequence[Group], embedded: bool) -> list[Run]:
    """The old side: the main group in TF1 sessions, the optimiser off, in both precisions.

    The other shapes run eagerly where the old TensorFlow is `embedded` in today's: the operations are the same but for
    those of `_ONLY_IN_GRAPHS`, and a graph costs ten times as much.
    """
    other: Mode = "eager" if embedded and not any(name in question.legacy for name in _ONLY_IN_GRAPHS) else "session"
    runs: list[Run] = []
    wanted: tuple[Literal["legacy", "intended"], ...] = ("legacy", "intended") if question.intended else ("legacy",)
    for at, group in enumerate(groups):
        every = tuple(range(len(group.cases)))
        judged = of_kind(group, "ordinary", "stress")
        if judged:
            runs += [Run(each, "session" if group.main else other, "float64", at, judged) for each in wanted]
        if group.main:
            runs += [Run(each, "session", "float32", at, every) for each in wanted]
            if may_fold(question.legacy):
                runs.append(Run("legacy", "optimised", "float32", at, every))
        elif not judged:
            runs.append(Run("legacy", other, "float32", at, every))
    return runs


def moved_runs(question: Question, groups: Sequence[Group]) -> list[Run]:
    """The reference once more on stress, with other last digits: how much of it is rounding."""
    wanted: tuple[Literal["legacy", "intended"], ...] = ("legacy", "intended") if question.intended else ("legacy",)
    stress = [(at, of_kind(group, "stress")) for at, group in enumerate(groups) if group.main]
    return [
        Run(each, "session", "float64", at, cases, turn=turn + 1)
        for at, cases in stress
        for each in wanted
        for turn in range(TURNS)
        if cases
    ]


def new_runs(question: Question, groups: Sequence[Group], keras: Sequence[str]) -> list[Run]:
    """The new side, on each Keras: as a function in float32 on everything, eagerly in float64 for the formula.

    Eagerly each Keras takes cases of its own where the shapes are the same.
    """
    runs: list[Run] = []
    wanted = keras if "keras" in question.target else keras[:1]
    for turn, number in enumerate(wanted):
        first = number == keras[0]
        for at, group in enumerate(groups):
            ordinary, stress = of_kind(group, "ordinary"), of_kind(group, "stress")
            if group.main:
                runs.append(Run("target", "function", "float32", at, tuple(range(len(group.cases))), number))
                mild, hard = share(ordinary, turn, len(wanted)), share(spread(stress, 2) or ordinary, turn, len(wanted))
                runs.append(Run("target", "eager", "float64", at, mild, number))
                runs.append(Run("target", "eager", "float32", at, hard, number))
            elif ordinary:
                runs.append(Run("target", "eager", "float64", at, ordinary[:1], number))
                if group.origin == "fed":
                    runs.append(Run("target", "function", "float64", at, ordinary[:1], number))
            elif first:
                runs.append(Run("target", "eager", "float32", at, of_kind(group, "beyond"), number))
    return runs


def instead_of_main(groups: Sequence[Group], runs: Sequence[Run], found: Sequence[Sequence[Outcome]]) -> int | None:
    """The first of the drawn groups that the old side takes, where it refuses every case of the main one.

    The main group alone has stress cases: without it hardly anything has been compared.
    """
    taken = {
        run.group
        for run, outcomes in zip(runs, found, strict=True)
        if run.expression == "legacy" and run.precision == "float64" and any(one.error is None for one in outcomes)
    }
    if any(groups[at].main for at in taken):
        return None
    return min((at for at in taken if groups[at].origin == "drawn" and of_kind(groups[at], "ordinary")), default=None)


def of_kind(group: Group, *kinds: str) -> tuple[int, ...]:
    return tuple(at for at, case in enumerate(group.cases) if case.kind in kinds)


def share(cases: tuple[int, ...], turn: int, turns: int) -> tuple[int, ...]:
    """What falls to one of several, in turn, of the first two cases; one at least."""
    return cases[:2][turn::turns] or cases[:1]


def spread(cases: tuple[int, ...], count: int) -> tuple[int, ...]:
    """`count` of the cases, spread over all, the middle one first."""
    return (
        tuple(cases[(2 * at + 1) * len(cases) // (2 * count)] for at in range(count)) if len(cases) >= count else cases
    )


def may_fold(legacy: str) -> bool:
    """Whether an epsilon stands in the expression, or in the function that it calls."""
    return "e-" in legacy or "epsilon" in legacy or "log_loss" in legacy or ".0000" in legacy


def open_shapes(group: Group) -> dict[str, list[int | None]]:
    """The shapes of a group with an open batch."""
    return {
        name: [None if at == 0 and size == group.batch and size > 1 else size for at, size in enumerate(shape)]
        for name, shape in group.shapes.items()
    }


def kind(domain: Domain) -> str:
    """The dtype of an input; a "float" is as wide as the run is precise."""
    return "float" if domain.dtype == "float32" else domain.dtype


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
                "gradients": group.main or bool(of_kind(group, "ordinary", "stress")),
                "shapes": {**group.shapes, **group.declared},
                "open_shapes": {**open_shapes(group), **group.declared},
            }
        )
    expressions = {"legacy": question.legacy, "target": question.target, "intended": question.intended or ""}
    header = {
        "expressions": expressions,
        "kinds": {each.name: kind(each.domain) for each in question.inputs},
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
