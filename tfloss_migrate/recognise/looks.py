"""Findings of the rules that look at a whole program."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import SEVERITY, Edit, Finding, Rewrite, Rule, Sighting
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
    span, old = spans.of(sighting.node), spans.source(sighting.node)
    rewrites: tuple[Rewrite, ...] = ()
    reason = sighting.reason
    if compose and sighting.reason is None and sighting.question is not None:
        places = [(spans.of(node), _text(text, spans)) for node, text in sighting.replacements]
        edits = tuple(Edit(place.start, place.end, text) for place, text in places)
        within = [replace(edit, start=edit.start - span.start, end=edit.end - span.start) for edit in edits]
        new = apply(old, within)
        if isinstance(sighting.node, ast.stmt) or _is_code(new):
            rewrites = (Rewrite(new, edits, sighting.question, repair=sighting.repair),)
        else:
            reason = "brackets or comments around an argument leave no room for the new text"
    reason = reason or (rule.otherwise if compose and not rewrites else None)
    severity, message = rule.severity, sighting.message
    if sighting.sure is not None:
        severity, message = SEVERITY[sighting.sure], f"{message} ({sighting.sure})"
    return Finding(rule.id, rule.name, severity, message, span, old, rewrites, reason)


def _text(text: str | tuple[str | ast.expr, ...], spans: Spans) -> str:
    pieces = (text,) if isinstance(text, str) else text
    return "".join(piece if isinstance(piece, str) else spans.source(piece) for piece in pieces)


def _is_code(text: str) -> bool:
    try:
        ast.parse(f"({text}\n)")
    except SyntaxError:
        return False
    return True
