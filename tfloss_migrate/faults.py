"""What is wrong with a file, or went wrong with it, as its outcome: it stays as it was, and the run goes on."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tfloss_migrate.model import FileOutcome, FileStatus, Finding, Settled, Span
from tfloss_migrate.record import replace
from tfloss_migrate.settings import Settings
from tfloss_migrate.source.failures import ReadFailure, WriteFailure
from tfloss_migrate.source.text import SourceText

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def failed(failure: ReadFailure, source: SourceText | None, settings: Settings) -> FileOutcome:
    """The outcome of a file that was not looked into."""
    kind = failure.kind
    span = Span(0, 0, failure.line, failure.column - 1, failure.line, failure.column - 1)
    finding = Finding(
        kind.id, kind.name, kind.severity, failure.message, span, "", (), failure.consequence, failure.cell
    )
    settled = Settled(finding, None, finding.reason, None, kind.severity)
    findings = (settled,) if settings.wants(kind.id, kind.name) else ()
    status: FileStatus = "unchanged" if kind.severity == "info" else "failed"
    text, encoding = (source.text, source.encoding) if source is not None else (None, "utf-8")
    error = None if status == "unchanged" else failure.message
    return FileOutcome(failure.path, status, findings, error, text, encoding=encoding)


def besides(failures: Sequence[ReadFailure], settings: Settings) -> tuple[Settled, ...]:
    """What is said of a file besides."""
    return tuple(one for failure in failures for one in failed(failure, None, settings).findings)


def not_written(outcome: FileOutcome, failure: WriteFailure, settings: Settings) -> FileOutcome:
    """The file is what it was: nothing that was to be written counts as written."""
    told = failed(ReadFailure(outcome.path, failure.rule_id, failure.message), None, settings)
    kept = tuple(
        replace(one, new=None, reason="the file could not be written") if one.new is not None else one
        for one in outcome.findings
    )
    return replace(outcome, status="failed", error=failure.message, findings=(*told.findings, *kept), new_text=None)


def crashed(path: str, error: Exception) -> ReadFailure:
    """An error of the tool itself that was met in a file. Raises it again where its traceback is asked for."""
    if wants_traceback():
        raise error
    what = f"{type(error).__name__}: {error}".splitlines()[0].removesuffix(": ")
    return ReadFailure(path, "TFL913", f"internal error {_place(error)}: {what}; {PLEASE}")


#: What is to be done about an error of the tool itself.
PLEASE = "please report it (TFLOSS_MIGRATE_DEBUG=1 shows where)"


def wants_traceback() -> bool:
    """Whether an error of the tool itself is to end the run, with its traceback."""
    return os.environ.get("TFLOSS_MIGRATE_DEBUG") == "1"


def _place(error: Exception) -> str:
    """The innermost line of the tool's own that an error went through."""
    place, trace = "of the tool", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_PACKAGE):
            place = f"in {os.path.relpath(file, _PACKAGE)}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
