"""Where one question is run: draws its cases, has the child processes compute both sides, and judges."""

from __future__ import annotations

from collections.abc import Sequence

from tfloss_migrate.curves import Curve
from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.referee import draws, fed, plan, sweep
from tfloss_migrate.referee.child import Child, ChildError
from tfloss_migrate.referee.draws import Group
from tfloss_migrate.referee.fixtures import Fixtures
from tfloss_migrate.referee.judge import NO_NUMBER, judge
from tfloss_migrate.referee.known import KnownRuns
from tfloss_migrate.referee.plan import Outcome, Run
from tfloss_migrate.referee.playing import play

_MISSING = {
    "2": "the new code is for Keras 2, which is not there to run it: pip install tf_keras",
    "3": "the new code is for Keras 3, which is not there to run it: TensorFlow 2.16 and later bring it",
}


class Bench:
    """A child process with today's TensorFlow and, with `legacy_python`, one with a real old one for the old side."""

    def __init__(
        self,
        legacy_python: str | None,
        keras: str,
        fixtures: Fixtures | None,
        time_limit: float,
        known: KnownRuns,
    ) -> None:
        self._new = Child()
        self._old = Child(legacy_python) if legacy_python else self._new
        self._keras, self._fixtures, self._time_limit, self._known = keras, fixtures, time_limit, known

    def answer(self, question: Question) -> tuple[Verdict, bool]:
        """The verdict, and whether it would come out the same another time."""
        try:
            return self._run(question), True
        except ChildError as error:
            return Verdict("unknown", str(error)), False
        except Exception as error:  # one question must not end the run
            return Verdict("unknown", f"the referee failed on this question: {type(error).__name__}: {error}"), False

    def _run(self, question: Question) -> Verdict:
        self._new.start()
        self._old.start()
        there = self._there()
        keras = [number for number in there if self._keras in ("auto", number)]
        if not keras and "keras" in f"{question.target} {question.plays}":
            return Verdict("unknown", _MISSING[self._keras])
        keras = keras or there
        oracle = self._oracle(keras)
        if question.plays:
            return play(question, self._old, self._new, keras, oracle, self._time_limit)
        verdict = self._judged(question, keras, oracle)
        other = draws.above_zero(question) if verdict.sentence == NO_NUMBER else None
        return verdict if other is None else self._judged(other, keras, oracle)

    def _judged(self, question: Question, keras: Sequence[str], oracle: str) -> Verdict:
        """The verdict from what is drawn for a question, and from the arrays of the user."""
        more = (*fed.groups(question), *(self._fixtures.groups(question) if self._fixtures is not None else ()))
        groups = (*draws.draw(question), *more)
        known = self._known if self._fixtures is None else None
        runs, found = self._ran(question, groups, keras, known)
        other = None if isinstance(found, str) else plan.instead_of_main(groups, runs, found)
        if other is not None:
            groups = (*draws.draw(question, other), *more)
            runs, found = self._ran(question, groups, keras, None)  # a run is known by the usual draws
        if isinstance(found, str):
            return Verdict("unknown", f"not run: the expression holds {found}", oracle=oracle)
        verdict = judge(question, groups, runs, found, oracle)
        moved = plan.moved_runs(question, groups) if verdict.status == "different" else []
        if not moved:
            return verdict
        more_found = self._outcomes(question, groups, moved, [], None)
        if isinstance(more_found, str):
            return verdict
        return judge(question, groups, [*runs, *moved], [*found, *more_found], oracle)

    def _ran(
        self, question: Question, groups: Sequence[Group], keras: Sequence[str], known: KnownRuns | None
    ) -> tuple[list[Run], list[Sequence[Outcome]] | str]:
        """All runs of a question on these groups, with what they gave."""
        old, new = plan.old_runs(question, groups, self._old is self._new), plan.new_runs(question, groups, keras)
        return [*old, *new], self._outcomes(question, groups, old, new, known)

    def curve(self, question: Question) -> tuple[Curve, bool]:
        """How both sides look while one input moves, and whether they would look the same another time."""
        try:
            return self._curve(question), True
        except ChildError as error:
            return Curve(reason=str(error)), False
        except Exception as error:  # one question must not end the run
            return Curve(reason=f"the referee failed on this question: {type(error).__name__}: {error}"), False

    def _curve(self, question: Question) -> Curve:
        self._new.start()
        self._old.start()
        keras = next((number for number in self._there() if self._keras in ("auto", number)), None)
        if keras is None:
            return Curve(reason=_MISSING.get(self._keras, "no Keras is there to run the new code"))
        curve = Curve(reason="no input of it can be moved on its own")
        for tried in sweep.sweeps(question):
            groups = [each.group for each in tried]
            every = [(at, tuple(range(len(group.cases)))) for at, group in enumerate(groups)]
            old = [Run("legacy", "session", "float32", at, cases) for at, cases in every]
            new = [Run("target", "function", "float32", at, cases, keras) for at, cases in every]
            found = self._outcomes(question, groups, old, new, None)
            if isinstance(found, str):
                return Curve(reason=f"the expression holds {found}")
            seen = sweep.clearest(list(zip(tried, found[: len(old)], found[len(old) :], strict=True)))
            if seen.tells:
                return seen
            curve = curve if curve.at else seen
        return curve

    def _outcomes(
        self, question: Question, groups: Sequence[Group], old: list[Run], new: list[Run], known: KnownRuns | None
    ) -> list[Sequence[Outcome]] | str:
        """What the old and the new runs gave, or what the expression holds that is not run."""
        found = {run: known.get(question, run) for run in (*old, *new)} if known is not None else {}
        for child, runs in (
            ((self._new, [*old, *new]),) if self._old is self._new else ((self._old, old), (self._new, new))
        ):
            todo = [run for run in runs if found.get(run) is None]
            if not todo:
                continue
            header, arrays = plan.job(question, groups, todo, self._time_limit)
            reply, results = child.ask(header, arrays, self._time_limit)
            if "refused" in reply:
                return str(reply["refused"])
            for run, outcomes in zip(todo, plan.outcomes(reply, results), strict=True):
                found[run] = outcomes
                if known is not None:
                    known.put(question, run, outcomes)
        return [found[run] or [] for run in (*old, *new)]

    def _there(self) -> list[str]:
        """The Keras versions that the new side can run on, the newest first."""
        return sorted((name[-1] for name in self._new.versions if name.startswith("keras")), reverse=True)

    def _oracle(self, keras: list[str]) -> str:
        """What ran, such as "tf.compat.v1 2.21 against Keras 3.15 and tf_keras 2.21"."""
        old = self._old.versions.get("tensorflow", "")
        names = {"3": "Keras", "2": "tf_keras"}
        against = " and ".join(f"{names[each]} {short(self._new.versions['keras' + each])}" for each in keras)
        legacy = f"tf.compat.v1 {short(old)}" if self._old is self._new else f"TensorFlow {old}"
        return f"{legacy} against {against}"

    def close(self) -> None:
        self._new.close()
        self._old.close()


def short(version: str) -> str:
    return ".".join(version.split(".")[:2])
