"""TF1 programs whose sessions only evaluate become eager TF2 code; all others stay, with the reason."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tfloss_migrate.model import Rule, Severity, Span
from tfloss_migrate.rules import (
    tfl501_session_evaluates,
    tfl502_training_program,
    tfl503_session_left,
    tfl504_no_such_name,
)
from tfloss_migrate.sessions.evaluations import Evaluations
from tfloss_migrate.sessions.feeding import Feeding
from tfloss_migrate.sessions.functions import Functions
from tfloss_migrate.sessions.imports import Imports
from tfloss_migrate.sessions.layout import Layout
from tfloss_migrate.sessions.needs import Needs
from tfloss_migrate.sessions.obstacles import Obstacles, draws
from tfloss_migrate.sessions.program import Obstacle, Program, Run, Session
from tfloss_migrate.sessions.reading import Reading
from tfloss_migrate.sessions.scaffold import Scaffold
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.sessions.spacing import spaced
from tfloss_migrate.sessions.tensors import Tensors
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

_WORDS = ("Session", "session", "placeholder", "Placeholder", "Supervisor")


@dataclass(frozen=True)
class SessionFinding:
    """A session or a program with sessions. `fetches` are the offsets of the expressions that it evaluates."""

    rule: str
    name: str
    severity: Severity
    message: str
    span: Span
    old: str
    reason: str | None
    fetches: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Conversion:
    """What was found in a text, and the text without sessions; None if nothing is converted."""

    findings: tuple[SessionFinding, ...]
    new_text: str | None


def convert(
    text: str, names: Names, tree: ast.Module, *, rewritten: bool = False, look_only: bool = False
) -> Conversion:
    """Finds the sessions of a text, and writes it without them if all of them only evaluate.

    By default names of TF1 that have a TF2 name are no obstacle: they are for others to rewrite. With `rewritten`
    that has been done, and one that is left keeps the whole program as it is. With `look_only` nothing is written.
    """
    if not names.has_tensorflow or not any(word in text for word in _WORDS):
        return Conversion((), None)
    look = _Look(text, names, tree, rewritten=rewritten)
    if not look.program.sessions and not look.program.placeholder_calls and not look.program.nowhere:
        return Conversion((), None)
    new_text = (
        _converted(look, look.feeding)
        if look.feeding is not None and not look.program.obstacles and not look_only
        else None
    )
    return Conversion(tuple(look.findings()), new_text)


class _Look:
    """All that is known of one text."""

    def __init__(self, text: str, names: Names, tree: ast.Module, *, rewritten: bool) -> None:
        self.layout = Layout(text)
        self.sights = Sights(names, tree)
        self.tensors = Tensors(self.sights)
        reading = Reading(self.sights, self.tensors)
        self.program: Program = reading.program
        runs = frozenset(id(run.call) for run in self.program.runs)
        needs = Needs(self.sights, runs)
        Obstacles(self.sights, self.tensors, needs, reading, rewritten=rewritten)
        for run in self.program.runs:
            if not self.layout.shows(run.call):
                self.program.stop(run.call, "a session is run in a string whose parts this Python misplaces")
        self.feeding: Feeding | None = None
        if not self.program.obstacles:
            self.feeding = Feeding(self.program, self.sights, needs, self.tensors, self.layout)
            draws(self.program, self.sights, needs, self.feeding.statements, reading.uses)

    def functions(self, feeding: Feeding) -> Functions:
        """The functions that take the place of what is fed; parts that cannot be shared are an obstacle."""
        taken = {node.id for node in self.sights.nodes if isinstance(node, ast.Name)}
        taken |= {node.name for node in self.sights.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        return Functions(self.program, feeding, taken)

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
        if obstacle is None or obstacle.training:
            rule = (tfl501_session_evaluates if obstacle is None else tfl502_training_program).RULE
            message = rule.message
        reason = obstacle.reason if obstacle is not None else None
        spans = self.layout.spans
        fetched = [spans.of(run.fetch) for run in self.program.runs if self._session_of(run) is session]
        fetches = tuple((span.start, span.end) for span in fetched)
        return _finding(rule, message, spans.of(node), spans.source(node), reason, fetches)

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


def _converted(look: _Look, feeding: Feeding) -> str | None:
    """The text without sessions; None, and an obstacle, if it does not come out as Python."""
    try:
        functions = look.functions(feeding)
        if look.program.obstacles:
            return None
        edits = Evaluations(look.program, look.sights, look.tensors, feeding, functions, look.layout).edits()
        text = apply(look.layout.text, edits)
        tree = ast.parse(text)
        sights = Sights(Names(tree), tree)
        program = Reading(sights, Tensors(sights)).program
        text = apply(text, Scaffold(program, tree, Layout(text)).edits())
        text = spaced(text, [function.name for function in functions.all])
        tree = ast.parse(text)
        text = apply(text, Imports(Sights(Names(tree), tree), Layout(text)).edits())
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        look.program.stop(look.program.sessions[0].call, f"the eager text would not be Python ({error})")
        return None
    return text
