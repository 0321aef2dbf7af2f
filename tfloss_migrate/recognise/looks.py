"""Findings of the rules that look at a whole program."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import SEVERITY, Edit, Finding, Rewrite, Rule, Sighting, Span
from tfloss_migrate.recognise import comments
from tfloss_migrate.recognise.shapes import outside
from tfloss_migrate.record import replace
from tfloss_migrate.rules.registry import load
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.spans import Spans


def sightings(program: Program, spans: Spans, *, compose: bool) -> Iterator[Finding]:
    """What the rules see whose symbols the program names; `compose` off (lint): no new text is made."""
    for module in outside().looking(program.used):
        rule = load(module)
        if rule.look is not None:
            for sighting in rule.look.find(program):
                yield _finding(rule, sighting, spans, compose=compose)


def untold(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Findings without those that a finding around them tells already."""
    told_by = outside().told_by
    for finding in findings:
        tellers = told_by.get(finding.rule, ())
        around = (other.span for other in findings if other.rule in tellers) if tellers else ()
        if not any(span.start <= finding.span.start and finding.span.end <= span.end for span in around):
            yield finding


def _finding(rule: Rule, sighting: Sighting, spans: Spans, *, compose: bool) -> Finding:
    span, old, reason = spans.of(sighting.node), spans.source(sighting.node), sighting.reason
    rewrites: tuple[Rewrite, ...] = ()
    if compose and reason is None and (sighting.question is not None or sighting.verdict is not None):
        edits = tuple(_edit(node, _text(text, spans), spans) for node, text in sighting.replacements)
        inside = [edit for edit in edits if span.start <= edit.start and edit.end <= span.end]
        within = [replace(edit, start=edit.start - span.start, end=edit.end - span.start) for edit in inside]
        goes = any(edit.start <= span.start and span.end <= edit.end and not edit.text for edit in edits)
        new = "" if goes else apply(old, within)
        if any(comments.lost(spans.text[edit.start : edit.end], edit.text) for edit in edits):
            reason = comments.NO_ROOM
        elif isinstance(sighting.node, ast.stmt) or _is_code(new):
            rewrites = (Rewrite(new, edits, sighting.question, sighting.verdict, repair=sighting.repair),)
        else:
            reason = "brackets or comments around an argument leave no room for the new text"
    reason = reason or (rule.otherwise if compose and not rewrites else None)
    severity, message = rule.severity, sighting.message
    if sighting.sure is not None:
        severity, message = SEVERITY[sighting.sure], f"{message} ({sighting.sure})"
    return Finding(rule.id, rule.name, severity, message, span, old, rewrites, reason)


def _edit(node: ast.expr | ast.stmt | ast.keyword | ast.alias, text: str, spans: Spans) -> Edit:
    """The edit that gives a node its new text; a statement that goes takes its line along, an argument its comma."""
    span = spans.of(node)
    if isinstance(node, ast.keyword) and not text:
        return _without_argument(span, spans)
    if text or not isinstance(node, ast.stmt):
        return Edit(span.start, span.end, text)
    end = spans.line_end(span.end)
    behind = spans.text[span.end : end]
    if spans.indent(span.start) is None or behind.lstrip().startswith(";"):
        return Edit(span.start, span.end, "pass")
    if behind.strip():  # a comment, which stays
        return Edit(span.start, span.end + len(behind) - len(behind.lstrip()), "")
    return Edit(spans.line_start(span.start), end, "")


def _without_argument(span: Span, spans: Spans) -> Edit:
    """The edit that takes an argument away: up to the next one, or, of the last, with the comma before it."""
    behind = spans.text[span.end :]
    following = behind.lstrip().removeprefix(",").lstrip()
    if behind.lstrip().startswith(",") and not following.startswith(")"):
        return Edit(span.start, len(spans.text) - len(following), "")
    before = spans.text[: span.start].rstrip()
    return Edit(len(before.removesuffix(",")) if before.endswith(",") else span.start, span.end, "")


def _text(text: str | tuple[str | ast.expr, ...], spans: Spans) -> str:
    pieces = (text,) if isinstance(text, str) else text
    return "".join(piece if isinstance(piece, str) else spans.source(piece) for piece in pieces)


def _is_code(text: str) -> bool:
    try:
        ast.parse(f"({text}\n)")
    except SyntaxError:
        return False
    return True
