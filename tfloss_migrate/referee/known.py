"""Runs whose outcome is known: many old expressions become one new one, and one old expression several new ones."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from tfloss_migrate.model import Question
from tfloss_migrate.referee.plan import Outcome, Run

KEPT = 4096


class KnownRuns:
    """Outcomes of runs by all that they hang on, the latest `KEPT` of them. May be shared between threads.

    Cases are drawn from inputs and ranks alone, so that these stand for the arrays.
    """

    def __init__(self) -> None:
        self._outcomes: dict[Hashable, list[Outcome]] = {}

    def get(self, question: Question, run: Run) -> list[Outcome] | None:
        return self._outcomes.get(_key(question, run))

    def put(self, question: Question, run: Run, outcomes: Sequence[Outcome]) -> None:
        """Keeps what came out, unless something was raised: that may have been an accident."""
        if any(outcome.error is not None for outcome in outcomes):
            return
        self._outcomes[_key(question, run)] = list(outcomes)
        for oldest in list(self._outcomes)[: len(self._outcomes) - KEPT]:
            self._outcomes.pop(oldest, None)


def _key(question: Question, run: Run) -> Hashable:
    return getattr(question, run.expression), question.inputs, question.ranks, run
