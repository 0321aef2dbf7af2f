"""A text on its way through an editor: what is found in it at once, and with verdicts a little later."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from tfloss_migrate.configuration import settings_for
from tfloss_migrate.model import FileOutcome, Settled
from tfloss_migrate.pipeline import run
from tfloss_migrate.record import replace
from tfloss_migrate.source.globs import Excludes
from tfloss_migrate.source.text import encoded

#: How far a look goes: at how code is written; at rewrites, with the verdicts that are known; with all verdicts.
LINT, KNOWN, RUN = "lint", "known", "run"
Depth = str


class OutdatedError(BaseException):
    """The text is another one by now, or nobody waits for what is found: no error, like that of a cancelled task."""


def look(path: str, text: str, depth: Depth, wanted: Callable[[], bool]) -> FileOutcome | None:
    """What is found in a text that the editor holds for a file; None if the project leaves that file out.

    Raises:
        SettingsError: the project's configuration cannot be followed.
        OutdatedError: `wanted`, which is asked between verdicts, says so.
    """

    def told(done: int, total: int, what: str) -> None:
        if not wanted():
            raise OutdatedError

    settings = settings_for({"paths": ("-",), "stdin_filename": path, "mode": "check" if depth == LINT else "plain"})
    if settings.exclude and Excludes.of(settings.exclude).cover(path, os.path.basename(path)):
        return None
    settings = replace(settings, jobs=1, verify_all=False, no_verify=settings.no_verify or depth != RUN)
    (outcome,) = (one for one in run(settings, encoded(text), told) if one.path == path)
    return outcome


def is_open(outcome: FileOutcome) -> bool:
    """Whether a verdict is missing that the referee could give."""
    from tfloss_migrate.referee.referee import NOT_RUN

    return any(NOT_RUN in sentence for one in outcome.findings for sentence in _sentences(one))


def _sentences(settled: Settled) -> Iterator[str]:
    yield settled.reason or ""
    for verdict in (settled.verdict, settled.offered.verdict if settled.offered is not None else None):
        if verdict is not None:
            yield verdict.sentence
