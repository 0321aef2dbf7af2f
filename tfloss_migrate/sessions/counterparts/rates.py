"""Learning rates that hang on the number of steps, as schedules of Keras.

Run side by side, TF 1.15 against Keras 3, for 25 steps: the rates agree but for the rounding of float32, at every step.
Keras counts the steps itself, so that the counter must be that of the step, and begin at 0.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.arguments import given

_FIRST = ("learning_rate", "global_step", "decay_steps")


@dataclass(frozen=True)
class Schedule:
    """The schedule of Keras in the place of a function of TF1, whose parameters are given in their order."""

    name: str
    parameters: tuple[str, ...]
    counter: str = "global_step"


SCHEDULES = {
    "train.exponential_decay": Schedule("ExponentialDecay", (*_FIRST, "decay_rate", "staircase", "name")),
    "train.inverse_time_decay": Schedule("InverseTimeDecay", (*_FIRST, "decay_rate", "staircase", "name")),
    "train.polynomial_decay": Schedule("PolynomialDecay", (*_FIRST, "end_learning_rate", "power", "cycle", "name")),
    "train.cosine_decay": Schedule("CosineDecay", (*_FIRST, "alpha", "name")),
    "train.piecewise_constant": Schedule("PiecewiseConstantDecay", ("x", "boundaries", "values", "name"), "x"),
}


def counter(symbol: str, call: ast.Call) -> ast.expr | None:
    """What counts the steps for a rate; None where the call is not understood."""
    schedule = SCHEDULES[symbol]
    return (given(call, schedule.parameters) or {}).get(schedule.counter)


def scheduled(symbol: str, call: ast.Call, root: str, source: Callable[[ast.expr], str]) -> str:
    """The call that makes the schedule; what stood by position still does."""
    schedule = SCHEDULES[symbol]
    parts = []
    for name, value in (given(call, schedule.parameters) or {}).items():
        if name in (schedule.counter, "name"):
            continue
        keyword = "initial_learning_rate" if name == "learning_rate" else name
        parts.append(source(value) if value in call.args else f"{keyword}={source(value)}")
    return f"{root}.keras.optimizers.schedules.{schedule.name}({', '.join(parts)})"
