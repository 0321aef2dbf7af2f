"""A quick answer for a lint: a file that names optimizers and sessions trains, whatever else is in it."""

from __future__ import annotations

import ast

from tfloss_migrate.rules.tfl502_training_program import RULE
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.program import SessionFinding
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.spans import Spans


def glance(text: str, names: Names, tree: ast.Module) -> tuple[SessionFinding, ...]:
    """The sessions of a text; for a training program without the reason, which takes a longer look."""
    used = names.symbols()
    sessions = used & symbols.SESSIONS
    if not sessions and not any("laceholder" in symbol or symbol in symbols.NO_SUCH_NAME for symbol in used):
        return ()
    if not any(symbols.is_training(symbol) for symbol in used) or used & symbols.NO_SUCH_NAME.keys():
        from tfloss_migrate.sessions.obstacles.looking import look

        seen = look(text, names, tree)
        return () if seen is None else tuple(seen.findings())
    spans = Spans(text)
    made = {id(node) for node, _, symbol in names.uses() if symbol in sessions}
    return tuple(
        SessionFinding(RULE.id, RULE.name, RULE.severity, RULE.message, spans.of(call), spans.source(call), None, ())
        for call, _ in names.calls
        if id(call.func) in made
    )
