"""The referee: questions in, verdicts out. What was answered before is not run again."""

from __future__ import annotations

import dataclasses
import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from tfloss_migrate.curves import Curve
from tfloss_migrate.model import Question, Status, Verdict
from tfloss_migrate.referee import cache, shipped
from tfloss_migrate.referee.versions import installed_versions, surroundings

if TYPE_CHECKING:
    from tfloss_migrate.referee.bench import Bench
    from tfloss_migrate.referee.fixtures import Fixtures
    from tfloss_migrate.referee.known import KnownRuns

NOT_INSTALLED = 'TensorFlow is not installed: pip install "tfloss-migrate[verify]"'
NOT_RUN = "not run: verification is switched off, and no earlier verdict is known"
#: Below this many questions for each, a second process costs more to start than it saves.
QUESTIONS_PER_BENCH = 12
#: The verdicts of expressions that differ somewhere.
DIFFER: tuple[Status, ...] = ("steadier", "shifted", "repaired", "different")

T = TypeVar("T")


class Referee:
    """Answers questions from shipped verdicts, from the user's cache, or by running both sides in a child process.

    A context manager: leaving it ends the child processes. `run=False` only looks answers up. `verify_all` runs
    everything anew. `legacy_python` names an interpreter with a real TensorFlow 0.x or 1.x for the old side. `keras` is
    "2" or "3", the one Keras that the new side runs on; "auto": on each that is there. `fixtures` names a folder of
    `.npz` files whose arrays are tried beside the drawn ones. `time_limit` is in seconds, for each question. `told`
    hears how many of how many verdicts are there, of those that are run. Of the questions asked last, `passing` are
    those whose answer may be another one the next time, with everything as it is, and `waiting` those that were only
    looked up, each with the key under which somebody else may keep a verdict. Verdicts whose status is among `curves`
    carry how old and new look; those of programs do not.
    """

    def __init__(
        self,
        *,
        run: bool = True,
        use_cache: bool = True,
        verify_all: bool = False,
        legacy_python: str | None = None,
        keras: str = "auto",
        fixtures: str | None = None,
        time_limit: float = 60.0,
        told: Callable[[int, int, str], None] | None = None,
        curves: Sequence[Status] = (),
    ) -> None:
        self._run, self._use_cache, self._verify_all = run, use_cache, verify_all
        self._legacy_python, self._folder, self._time_limit = legacy_python, fixtures, time_limit
        self._told, self._keras, self._curves = told, keras, curves
        self._fixtures: Fixtures | None = None
        self._benches: list[Bench] = []
        self._known_runs: KnownRuns | None = None
        self._versions = installed_versions()
        self.passing: set[Question] = set()
        self.waiting: dict[Question, str] = {}

    def __enter__(self) -> Referee:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child processes; a question that is being run ends with them."""
        for bench in self._benches:
            bench.close()
        self._benches.clear()

    @property
    def fixtures(self) -> Fixtures | None:
        """The user's own arrays, read when they are first needed."""
        if self._folder is not None and self._fixtures is None:
            from tfloss_migrate.referee.fixtures import Fixtures

            self._fixtures = Fixtures(self._folder)
        return self._fixtures

    def ask(self, questions: Sequence[Question]) -> dict[Question, Verdict]:
        """A verdict for each distinct question. Never raises for what a question holds: that is `unknown`."""
        verdicts: dict[Question, Verdict] = {}
        self.passing.clear()
        self.waiting.clear()
        open_questions: list[Question] = []
        around = self._surroundings()
        for question in dict.fromkeys(questions):
            if self.fixtures is not None:  # what matches is told, whether or not it runs again
                list(self.fixtures.groups(question))
            known = self._known(question, around)
            if known is None:
                open_questions.append(question)
            else:
                verdicts[question] = known
        reason = self._not_run()
        if reason is not None:
            verdicts.update(dict.fromkeys(open_questions, Verdict("unknown", reason)))
            if not self._run:
                self.waiting.update((question, cache.key(question, around)) for question in open_questions)
        elif open_questions:
            for question, verdict, keep in self._answers(open_questions, lambda bench: bench.answer, "verdicts"):
                verdicts[question] = verdict
                if not keep:
                    self.passing.add(question)
                elif self._use_cache:
                    cache.save(cache.key(question, around), verdict)
        return self._with_curves(verdicts, f"{around}\nwith a curve") if self._curves else verdicts

    def _with_curves(self, verdicts: Mapping[Question, Verdict], around: str) -> dict[Question, Verdict]:
        """The same verdicts; those for which it is wanted have a curve, or the reason why not."""
        drawn = dict(verdicts)
        wanted = []
        for question, verdict in verdicts.items():
            if verdict.status in self._curves and not question.plays:
                known = self._kept(question, around)
                if known is None or known.curve is None:
                    wanted.append(question)
                else:
                    drawn[question] = dataclasses.replace(verdict, curve=known.curve)
        reason = self._not_run()
        if reason is not None:
            return drawn | {one: dataclasses.replace(drawn[one], curve=Curve(reason=reason)) for one in wanted}
        for question, curve, keep in self._answers(wanted, lambda bench: bench.curve, "plots"):
            drawn[question] = dataclasses.replace(drawn[question], curve=curve)
            if not keep:
                self.passing.add(question)
            elif self._use_cache:
                cache.save(cache.key(question, around), drawn[question])
        return drawn

    def _not_run(self) -> str | None:
        """Why nothing is run, if nothing is."""
        if not self._run:
            return NOT_RUN
        return None if "tensorflow" in self._versions else NOT_INSTALLED

    def _known(self, question: Question, around: str) -> Verdict | None:
        if self._verify_all:
            return None
        if not self._legacy_python and not self._folder:
            found = shipped.lookup(question, self._versions if self._run else {})
            if found is not None:
                return found
        return self._kept(question, around)

    def _kept(self, question: Question, around: str) -> Verdict | None:
        if self._verify_all or not self._use_cache:
            return None
        return cache.load(cache.key(question, around))

    def _surroundings(self) -> str:
        return surroundings(self._versions, self._legacy_python, self._folder, self._keras)

    def _answers(
        self, questions: Sequence[Question], asked: Callable[[Bench], Callable[[Question], tuple[T, bool]]], what: str
    ) -> Iterator[tuple[Question, T, bool]]:
        """What the benches say, two of them when there is much to say, and whether each answer is worth keeping."""
        from tfloss_migrate.referee.bench import Bench
        from tfloss_migrate.referee.known import KnownRuns

        if self._known_runs is None:
            self._known_runs = KnownRuns()
        wanted = min(2, os.cpu_count() or 1, 1 + len(questions) // QUESTIONS_PER_BENCH) if questions else 0
        while len(self._benches) < wanted:
            self._benches.append(
                Bench(self._legacy_python, self._keras, self.fixtures, self._time_limit, self._known_runs)
            )
        waiting: queue.SimpleQueue[Question] = queue.SimpleQueue()
        answers: queue.SimpleQueue[tuple[Question, T, bool]] = queue.SimpleQueue()
        for question in questions:
            waiting.put(question)

        def work(bench: Bench) -> None:
            while True:
                try:
                    question = waiting.get_nowait()
                except queue.Empty:
                    return
                answers.put((question, *asked(bench)(question)))

        for bench in self._benches[:wanted]:
            threading.Thread(target=work, args=(bench,), daemon=True).start()
        for done in range(len(questions)):
            if self._told is not None:
                self._told(done, len(questions), what)
            yield answers.get()
        if self._told is not None and questions:
            self._told(len(questions), len(questions), what)
