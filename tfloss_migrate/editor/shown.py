"""An outcome as an editor shows it: diagnostics, what hovers over them, and what mends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from tfloss_migrate.editor.places import Places, meets
from tfloss_migrate.model import LINT_ONLY, FileOutcome, Settled, Verdict
from tfloss_migrate.record import dataclass
from tfloss_migrate.report.fixes import Fixes, Replacement
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


@dataclass(frozen=True)
class Sheet:
    """A text with its name in the editor, and what was found in it: a file, or a cell of a notebook."""

    uri: str
    places: Places
    outcome: FileOutcome

    def edits(self, replacements: Iterable[Replacement]) -> list[types.TextEdit]:
        """Replacements as the editor makes them."""
        at = self.places.at
        return [
            types.TextEdit(
                types.Range(at(one.line - 1, one.column - 1), at(one.end_line - 1, one.end_column - 1)), one.text
            )
            for one in replacements
        ]


def actions(sheet: Sheet, others: Sequence[Sheet], at: types.Range, only: list[str] | None) -> list[types.CodeAction]:
    """What can be done about the findings at a place: each rewrite, a comment; and everything in the file.

    `others` are the other cells of the notebook that a cell is of: what belongs to a rewrite there is made with it.
    """
    found = [one for one in told(sheet.outcome) if meets(sheet.places.of(one.finding.span), at)]
    offered = [*_rewrites(sheet, others, found), *_everything(sheet, others)]
    offered += _silences(sheet.uri, sheet.places, found)
    return [one for one in offered if only is None or any(_within(one.kind, kind) for kind in only)]


def _within(kind: str | None, wanted: str) -> bool:
    return kind is not None and f"{kind}.".startswith(f"{wanted}.")


def _rewrites(sheet: Sheet, others: Sequence[Sheet], found: list[Settled]) -> Iterator[types.CodeAction]:
    fixes = Fixes(sheet.outcome)
    shared = {one.uri: one.edits(Fixes(one.outcome).shared) for one in others}
    for settled in found:
        edits = sheet.edits(fixes.of(settled))
        if edits:
            verdict = f" ({settled.verdict.status})" if settled.verdict is not None else ""
            title = f"Rewrite {settled.finding.rule} {settled.finding.name}{verdict}"
            mended = [_diagnostic(settled, sheet.places)]
            yield _action(title, types.CodeActionKind.QuickFix, {sheet.uri: edits, **shared}, mended)


def _everything(sheet: Sheet, others: Sequence[Sheet]) -> Iterator[types.CodeAction]:
    changes = {
        one.uri: [types.TextEdit(one.places.whole, one.outcome.new_text)]
        for one in (sheet, *others)
        if one.outcome.new_text is not None
    }
    if changes:
        yield _action(f"Rewrite all in this {'notebook' if others else 'file'}", FIX_ALL, changes, [])


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
        yield _action(title, types.CodeActionKind.QuickFix, {uri: edits}, mended)


def _action(
    title: str, kind: str, changes: dict[str, list[types.TextEdit]], mended: list[types.Diagnostic]
) -> types.CodeAction:
    made = {uri: edits for uri, edits in changes.items() if edits}
    return types.CodeAction(title, kind, diagnostics=mended, edit=types.WorkspaceEdit(made))
