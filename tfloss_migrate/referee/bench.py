"""Where one question is run: draws its cases, has the child processes compute both sides, and judges."""

from __future__ import annotations

from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.referee import draws, fed, plan
from tfloss_migrate.referee.child import Child, ChildError
from tfloss_migrate.referee.fixtures import Fixtures
from tfloss_migrate.referee.judge import judge
from tfloss_migrate.referee.known import KnownRuns
from tfloss_migrate.referee.playing import keras_of, play


class Bench:
    """A child process with today's TensorFlow and, with `legacy_python`, one with a real old one for the old side."""

    def __init__(
        self, legacy_python: str | None, fixtures: Fixtures | None, time_limit: float, known: KnownRuns
    ) -> None:
        self._new = Child()
        self._old = Child(legacy_python) if legacy_python else self._new
        self._fixtures, self._time_limit, self._known = fixtures, time_limit, known

    def answer(self, question: Question) -> tuple[Verdict, bool]:
        """The verdict, and whether it would come out the same another time."""
        try:
            return self._run(question), True
        except ChildError as error:
            return Verdict("unknown", str(error)), False
        except Exception as error:  # one question must not end the run
            return Verdict("unknown", f"the referee failed on this question: {type(error).__name__}: {error}"), False

    def _run(self, question: Question) -> Verdict:
        if question.plays:
            self._new.start()
            self._old.start()
            return play(question, self._old, self._new, self._oracle, self._time_limit)
        groups = (*draws.draw(question), *fed.groups(question))
        if self._fixtures is not None:
            groups = (*groups, *self._fixtures.groups(question))
        self._new.start()
        self._old.start()
        keras = keras_of(self._new)
        old, new = plan.old_runs(question, groups, self._old is self._new), plan.new_runs(question, groups, keras)
        found = {} if self._fixtures is not None else {run: self._known.get(question, run) for run in (*old, *new)}
        for child, runs in (
            ((self._new, [*old, *new]),) if self._old is self._new else ((self._old, old), (self._new, new))
        ):
            todo = [run for run in runs if found.get(run) is None]
            if not todo:
                continue
            header, arrays = plan.job(question, groups, todo, self._time_limit)
            reply, results = child.ask(header, arrays, self._time_limit)
            if "refused" in reply:
                return Verdict(
                    "unknown", f"not run: the expression holds {reply['refused']}", oracle=self._oracle(keras)
                )
            for run, outcomes in zip(todo, plan.outcomes(reply, results), strict=True):
                found[run] = outcomes
                if self._fixtures is None:
                    self._known.put(question, run, outcomes)
        return judge(question, groups, [*old, *new], [found[run] or [] for run in (*old, *new)], self._oracle(keras))

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
