"""The referee's answers within a run, and for which files one may be another the next time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.settings import Settings

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.referee.referee import Referee


class Answers:
    """A referee as the settings want it, which is there when it is first asked; to be closed, for it has children.

    `told` hears how many verdicts of how many there are.
    """

    def __init__(self, settings: Settings, told: Callable[[int, int, str], None] | None = None) -> None:
        self._settings, self._told = settings, told
        self._referee: Referee | None = None
        self._passing: set[str] = set()
        self._waiting: dict[str, set[str]] = {}

    def close(self) -> None:
        """Ends the referee's child processes."""
        if self._referee is not None:
            self._referee.close()

    def unused_fixtures(self) -> list[tuple[str, str]]:
        """The files of the user's own arrays that were not all tried, each with what is to be said of it."""
        fixtures = self._asked().fixtures
        return fixtures.unused() if fixtures is not None else []

    def of(self, paths: Sequence[str], asked: Sequence[Sequence[Question]]) -> dict[Question, Verdict]:
        """The verdicts on all that is asked for files."""
        referee = self._asked()
        verdicts = referee.ask([question for questions in asked for question in questions])
        for path, questions in zip(paths, asked, strict=True):
            if not referee.passing.isdisjoint(questions):
                self._passing.add(path)
            self._waiting.setdefault(path, set()).update(
                referee.waiting[question] for question in questions if question in referee.waiting
            )
        return verdicts

    def hanging(self, path: str) -> tuple[bool, tuple[str, ...]]:
        """Whether a verdict of a file may be another one the next time, with everything as it is; and the keys of
        those that it lacks, which somebody else may earn. Both are forgotten now."""
        passing = path in self._passing
        self._passing.discard(path)
        return passing, tuple(sorted(self._waiting.pop(path, ())))

    def _asked(self) -> Referee:
        if self._referee is None:
            from tfloss_migrate.referee.referee import DIFFER, Referee

            settings = self._settings
            self._referee = Referee(
                run=not settings.no_verify,
                use_cache=not settings.no_cache,
                verify_all=settings.verify_all,
                legacy_python=settings.legacy_python,
                keras=settings.keras,
                fixtures=settings.fixtures,
                told=self._told,
                curves=DIFFER if settings.curves else (),
            )
        return self._referee
