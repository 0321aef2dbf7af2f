"""Findings of the rules that look at a whole program."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from tfloss_migrate.model import Edit, Finding, Rewrite, Rule, Sighting
from tfloss_migrate.rules.registry import all_rules
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.spans import Spans


def sightings(program: Program, spans: Spans, *, compose: bool) -> Iterator[Finding]:
    """What the rules see whose symbols the program names; `compose` off (lint): no new text is made."""
    for rule in all_rules():
        if rule.look is not None and program.names(rule.look.at):
            for sighting in rule.look.find(program):
                yield _finding(rule, sighting, spans, compose=compose)


def _finding(rule: Rule, sighting: Sighting, spans: Spans, *, compose: bool) -> Finding:
    span, old = spans.of(sighting.node), spans.source(sighting.node)
    rewrites: tuple[Rewrite, ...] = ()
    reason = sighting.reason
    if compose and sighting.reason is None and sighting.question is not None:
        places = [(spans.of(node), text) for node, text in sighting.replacements]
        edits = tuple(Edit(place.start, place.end, text) for place, text in places)
        within = [replace(edit, start=edit.start - span.start, end=edit.end - span.start) for edit in edits]
        new = apply(old, within)
        if isinstance(sighting.node, ast.stmt) or _is_code(new):
            rewrites = (Rewrite(new, edits, sighting.question, repair=sighting.repair),)
        else:
            reason = "brackets or comments around an argument leave no room for the new text"
    reason = reason or (rule.otherwise if compose and not rewrites else None)
    return Finding(rule.id, rule.name, rule.severity, sighting.message, span, old, rewrites, reason)


def _is_code(text: str) -> bool:
    try:
        ast.parse(f"({text}\n)")
    except SyntaxError:
        return False
    return True
