"""An outcome as an editor shows it: diagnostics, what hovers over them, and what mends them."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from tfloss_migrate.editor.places import Places, meets
from tfloss_migrate.model import LINT_ONLY, FileOutcome, Settled, Verdict
from tfloss_migrate.report.fixes import Fixes
from tfloss_migrate.report.places import told
from tfloss_migrate.source.add_ignore import with_ignores

SOURCE = "tfloss-migrate"
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_WAITING = "not verified yet: the referee is running"
_REASON = "left as it is"


def diagnostics(outcome: FileOutcome, places: Places) -> list[types.Diagnostic]:
    """What is found, but for what lies inside another rewrite."""
    return [_diagnostic(settled, places) for settled in told(outcome)]


def _diagnostic(settled: Settled, places: Places) -> types.Diagnostic:
    finding = settled.finding
    verdict = f" [{settled.verdict.status}]" if settled.verdict is not None else ""
    return types.Diagnostic(
        places.of(finding.span),
        f"{finding.message}{verdict}",
        _SEVERITIES[settled.severity],
        finding.rule,
        source=SOURCE,
    )


def hover(outcome: FileOutcome, places: Places, at: types.Position, waiting: bool) -> types.Hover | None:
    """What is known of the findings at a place; `waiting`: verdicts that are unknown may still come."""
    here = types.Range(at, at)
    found = [one for one in told(outcome) if meets(places.of(one.finding.span), here)]
    if not found:
        return None
    text = "\n\n---\n\n".join("\n\n".join(_said(one, waiting)) for one in found)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), places.of(found[-1].finding.span))


def _said(settled: Settled, waiting: bool) -> Iterator[str]:
    finding = settled.finding
    yield f"**{finding.rule} {finding.name}**: {finding.message}"
    if settled.new is not None:
        yield f"```python\n{settled.new}\n```"
    if settled.verdict is not None:
        yield from _verdict(settled.verdict, waiting)
    if settled.offered is not None and settled.new is None:
        yield f"It would become:\n```python\n{settled.offered.new}\n```"
        yield from _verdict(settled.offered.verdict, waiting)
    elif settled.reason is not None:
        yield _WAITING if waiting and settled.reason == LINT_ONLY else settled.reason
    yield f"`tfloss-migrate --explain {finding.rule}` tells more."


def _verdict(verdict: Verdict, waiting: bool) -> Iterator[str]:
    if waiting and verdict.status == "unknown":
        yield _WAITING
        return
    yield f"**{verdict.status}**: {verdict.sentence}"
    if verdict.oracle:
        yield f"Run on {verdict.oracle}."
    if verdict.counterexample is not None:
        yield f"```python\n{verdict.counterexample.test}\n```"


def actions(
    outcome: FileOutcome, uri: str, places: Places, at: types.Range, only: list[str] | None
) -> list[types.CodeAction]:
    """What can be done about the findings at a place: each rewrite, a comment; and everything in the file."""
    found = [one for one in told(outcome) if meets(places.of(one.finding.span), at)]
    offered = [*_rewrites(outcome, uri, places, found), *_everything(outcome, uri, places)]
    offered += _silences(uri, places, found)
    return [one for one in offered if only is None or any(_within(one.kind, kind) for kind in only)]


def _within(kind: str | None, wanted: str) -> bool:
    return kind is not None and f"{kind}.".startswith(f"{wanted}.")


def _rewrites(outcome: FileOutcome, uri: str, places: Places, found: list[Settled]) -> Iterator[types.CodeAction]:
    fixes = Fixes(outcome)
    for settled in found:
        edits = [
            types.TextEdit(
                types.Range(places.at(one.line - 1, one.column - 1), places.at(one.end_line - 1, one.end_column - 1)),
                one.text,
            )
            for one in fixes.of(settled)
        ]
        if edits:
            verdict = f" ({settled.verdict.status})" if settled.verdict is not None else ""
            title = f"Rewrite {settled.finding.rule} {settled.finding.name}{verdict}"
            yield _action(title, types.CodeActionKind.QuickFix, uri, edits, [_diagnostic(settled, places)])


def _everything(outcome: FileOutcome, uri: str, places: Places) -> Iterator[types.CodeAction]:
    if outcome.new_text is not None:
        yield _action("Rewrite all in this file", FIX_ALL, uri, [types.TextEdit(places.whole, outcome.new_text)], [])


def _silences(uri: str, places: Places, found: list[Settled]) -> Iterator[types.CodeAction]:
    """A comment for each finding; findings of a rule that end in one line share theirs."""
    silencing: dict[str, list[Settled]] = {}
    for settled in found:
        text, silenced, _ = with_ignores(places.text, [settled], _REASON)
        if silenced:
            silencing.setdefault(text, []).append(settled)
    for text, silenced_by_it in silencing.items():
        title = f"Silence {silenced_by_it[0].finding.rule} here, with a comment"
        edits = [types.TextEdit(places.whole, text)]
        mended = [_diagnostic(one, places) for one in silenced_by_it]
        yield _action(title, types.CodeActionKind.QuickFix, uri, edits, mended)


def _action(
    title: str, kind: str, uri: str, edits: list[types.TextEdit], mended: list[types.Diagnostic]
) -> types.CodeAction:
    return types.CodeAction(title, kind, diagnostics=mended, edit=types.WorkspaceEdit({uri: edits}))
