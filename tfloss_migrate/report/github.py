"""Outcomes as workflow commands, which GitHub shows beside the lines of a pull request.

Source: "Workflow commands for GitHub Actions" of GitHub's documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfloss_migrate.model import FileOutcome, Settled
from tfloss_migrate.report.places import relative, sentences, told, unfound

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def commands(outcome: FileOutcome) -> Iterator[str]:
    """A line for each finding of a file, and for its failure where no finding tells it."""
    name = relative(outcome.path)
    failure = unfound(outcome)
    if failure is not None:
        yield _command("error", {"title": "tfloss-migrate", "file": name}, failure)
    for settled in told(outcome):
        finding = settled.finding
        title = f"{finding.rule} {finding.name}"
        yield _command(
            _COMMANDS[settled.severity],
            {"title": title, "file": name, **_place(settled)},
            "\n".join(sentences(settled)),
        )


def _place(settled: Settled) -> dict[str, object]:
    """Lines count in the file, so that a place in a notebook has none; columns go with a single line only."""
    span = settled.finding.span
    if settled.finding.cell is not None:
        return {}
    if span.line != span.end_line:
        return {"line": span.line, "endLine": span.end_line}
    return {"line": span.line, "col": span.column + 1, "endLine": span.line, "endColumn": span.end_column + 1}


def _command(command: str, properties: dict[str, object], message: str) -> str:
    listed = ",".join(f"{key}={_escaped(str(value), in_property=True)}" for key, value in properties.items())
    return f"::{command} {listed}::{_escaped(message, in_property=False)}\n"


def _escaped(text: str, in_property: bool) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text
