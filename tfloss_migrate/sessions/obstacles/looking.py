"""What the sessions of a text do, and what stands in the way of doing without them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tfloss_migrate.model import Rule, Span
from tfloss_migrate.record import replace
from tfloss_migrate.rules import (
    tfl501_session_evaluates,
    tfl502_training_program,
    tfl503_session_left,
    tfl504_no_such_name,
)
from tfloss_migrate.sessions.obstacles.identity import Identity
from tfloss_migrate.sessions.obstacles.keeping import Obstacles, controls, draws
from tfloss_migrate.sessions.obstacles.moving import Moving
from tfloss_migrate.sessions.obstacles.telling import reason
from tfloss_migrate.sessions.obstacles.unrun import Unrun
from tfloss_migrate.sessions.plain.iterating import iterators_left
from tfloss_migrate.sessions.reading.feeding import Feeding
from tfloss_migrate.sessions.reading.normalizing import Normalizing
from tfloss_migrate.sessions.reading.program import Obstacle, Program, Run, Session, SessionFinding
from tfloss_migrate.sessions.reading.sessions import Reading
from tfloss_migrate.sessions.reading.showing import Showing
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.changes import Changes
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import sights_of
from tfloss_migrate.syntax.names import Names

_WORDS = ("Session", "session", "placeholder", "Placeholder", "Supervisor")


def look(
    text: str, names: Names, tree: ast.Module, *, rewritten: bool = False, lines: Sequence[int] = ()
) -> Looking | None:
    """What is known of the sessions of a text, None where there are none.

    By default names of TF1 that have a TF2 name are no obstacle: they are for others to rewrite. With `rewritten`
    that has been done, and one that is left keeps the whole program as it is. `lines` tells which line each line was.
    """
    if not names.has_tensorflow or not any(word in text for word in _WORDS):
        return None
    seen = Looking(text, names, tree, rewritten=rewritten)
    program = seen.program
    program.lines = lines
    return seen if program.sessions or program.placeholder_calls or program.nowhere else None


class Looking:
    """All that is known of one text."""

    def __init__(self, text: str, names: Names, tree: ast.Module, *, rewritten: bool) -> None:
        self.layout = layout_of(text)
        self.sights = sights_of(names, tree)
        self.tensors = Tensors(self.sights)
        reading = Reading(self.sights, self.tensors)
        self.program: Program = reading.program
        runs = frozenset(id(run.call) for run in self.program.runs)
        runs |= {id(fed) for fed in self.program.feeds.values()} | {id(one.call) for one in self.program.savers}
        self.needs = needs = Needs(self.sights, runs, reading.variables.makers)
        Obstacles(self.sights, self.tensors, needs, reading, rewritten=rewritten)
        for node, why in iterators_left(self.sights, self.layout, self.program):
            self.program.stop(node, why)
        if not self.program.obstacles:
            Identity(self.program, self.sights, self.tensors)
        for run in self.program.runs:
            if not self.layout.shows(run.call):
                self.program.stop(run.call, "a session is run in a string whose parts this Python misplaces")
        self.variables = reading.variables
        self.feeding: Feeding | None = None
        self.normalizing: Normalizing | None = None
        self.showing: Showing | None = None
        self.unrun: set[ast.stmt] = set()
        if not self.program.obstacles:
            self.feeding = Feeding(self.program, self.sights, needs, self.tensors, reading.variables, self.layout)
            self.normalizing = Normalizing(self.program, self.sights, needs, self.feeding)
            self.unrun = Unrun(self.program, self.sights, self.feeding).statements
            changes = Changes(self.sights)
            self.showing = Showing(self.program, self.sights, self.feeding, self.tensors, changes)
            Moving(self.program, self.sights, self.feeding, self.tensors, self.layout, changes)
            taken = {id(step.taken.func) for step in self.program.steps if step.taken is not None}
            uses = [use for use in reading.uses if id(use.node) not in taken]
            controls(self.program, self.sights, self.feeding.statements, uses)
            draws(self.program, self.sights, needs, self.feeding.statements, reading.uses)

    def findings(self) -> list[SessionFinding]:
        """The findings, in the order of the text."""
        obstacle = self.program.obstacle()
        found = [self._nowhere(node, name) for node, name in self.program.nowhere]
        anchors: list[tuple[ast.expr, Session | None]] = [(one.call, one) for one in self.program.sessions]
        if not anchors and self.program.placeholder_calls:
            anchors = [(self.program.placeholder_calls[0], None)]
        found += [self._anchored(node, session, obstacle) for node, session in anchors]
        return sorted(found, key=lambda finding: (finding.span.start, finding.span.end))

    def _anchored(self, node: ast.expr, session: Session | None, obstacle: Obstacle | None) -> SessionFinding:
        rule, message = tfl503_session_left.RULE, f"this {'session' if session else 'placeholder'} cannot be converted"
        trains = bool(self.program.steps) or any(one.training for one in self.program.obstacles)
        if trains and session is not None:
            rule, message = tfl502_training_program.RULE, tfl502_training_program.RULE.message
        elif obstacle is None:
            rule, message = tfl501_session_evaluates.RULE, tfl501_session_evaluates.RULE.message
        spans = self.layout.spans
        runs = [run for run in self.program.runs if self._session_of(run) is session]
        fetches = tuple(self.offsets(run.fetch) for run in runs)
        feeds = tuple(None if run.feed is None else self.offsets(run.feed) for run in runs)
        return replace(
            _finding(rule, message, spans.of(node), spans.source(node), reason(self.program), fetches), feeds=feeds
        )

    def offsets(self, node: ast.expr) -> tuple[int, int]:
        span = self.layout.spans.of(node)
        return span.start, span.end

    def _session_of(self, run: Run) -> Session | None:
        """The session of a run: the last one that is made before it."""
        before = [one for one in self.program.sessions if one.call.lineno <= run.call.lineno]
        return before[-1] if before else run.session

    def _nowhere(self, node: ast.expr, name: str) -> SessionFinding:
        spans, rule = self.layout.spans, tfl504_no_such_name.RULE
        reason = f"the name is tf.{name}"
        return _finding(rule, f"{rule.message}; {reason}", spans.of(node), spans.source(node), reason, ())


def _finding(
    rule: Rule, message: str, span: Span, old: str, reason: str | None, fetches: tuple[tuple[int, int], ...]
) -> SessionFinding:
    return SessionFinding(rule.id, rule.name, rule.severity, message, span, old, reason, fetches)
