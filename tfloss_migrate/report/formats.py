"""The reports for programs, by the name of their format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from tfloss_migrate.model import FileOutcome, Rule
from tfloss_migrate.report.tally import Summary


def report(
    format_: str,
    outcomes: Iterable[FileOutcome],
    summary: Callable[[], Summary],
    rules: Callable[[], Sequence[Rule]],
    version: str,
) -> Iterator[str]:
    """The report on all outcomes, in pieces; `summary` is asked when the last of them has come."""
    if format_ == "json":
        from tfloss_migrate.report.json_report import document

        yield from document(outcomes, summary, version)
    elif format_ == "sarif":
        from tfloss_migrate.report.sarif import document as log

        yield from log(outcomes, rules, version)
    elif format_ == "gitlab":
        from tfloss_migrate.report.gitlab import entries as listed

        between = "["
        for entry in (entry for outcome in outcomes for entry in listed(outcome)):
            yield f"{between}\n  " + json.dumps(entry, indent=2).replace("\n", "\n  ")
            between = ","
        yield "[]\n" if between == "[" else "\n]\n"
    elif format_ == "github":
        from tfloss_migrate.report.github import commands

        for outcome in outcomes:
            yield from commands(outcome)
    else:
        from tfloss_migrate.report.junit import document as suites

        yield from suites(outcomes)
