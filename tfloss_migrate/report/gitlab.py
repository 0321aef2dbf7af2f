"""Outcomes as a code quality report of GitLab, which shows them in merge requests.

Source: "Code Quality report format" of GitLab's documentation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.report.places import relative, sentences, told, unfound

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def entries(outcome: FileOutcome) -> Iterator[dict[str, object]]:
    """An entry for each finding of a file, and for its failure where no finding tells it."""
    path = relative(outcome.path)
    failure = unfound(outcome)
    if failure is not None:
        yield _entry("tfloss-migrate", failure, "major", path, "failed", {"line": 1}, {"line": 1})
    for settled in told(outcome):
        finding, span = settled.finding, settled.finding.span
        begin, end = {"line": 1}, {"line": 1}
        if finding.cell is None:
            begin = {"line": span.line, "column": span.column + 1}
            end = {"line": span.end_line, "column": span.end_column + 1}
        said = f"{finding.rule} {finding.name}: " + "\n".join(sentences(settled))
        yield _entry(finding.rule, said, _SEVERITIES[settled.severity], path, settled.fingerprint, begin, end)


def _entry(
    name: str, said: str, severity: str, path: str, fingerprint: str, begin: dict[str, int], end: dict[str, int]
) -> dict[str, object]:
    """The fingerprint is one for the whole report, so that the path goes into it."""
    unique = hashlib.sha256(f"{path}\0{fingerprint}".encode("utf-8", "surrogateescape")).hexdigest()
    location = {"path": path, "positions": {"begin": begin, "end": end}}
    return {
        "description": said,
        "check_name": name,
        "fingerprint": unique[:32],
        "severity": severity,
        "location": location,
    }
