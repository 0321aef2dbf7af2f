"""TF1 programs whose sessions only evaluate become eager TF2 code; all others stay, with the reason."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tfloss_migrate.model import Severity, Span
from tfloss_migrate.sessions.evaluations import Evaluations
from tfloss_migrate.sessions.feeding import Feeding
from tfloss_migrate.sessions.functions import Functions
from tfloss_migrate.sessions.imports import Imports
from tfloss_migrate.sessions.layout import Layout
from tfloss_migrate.sessions.needs import Needs
from tfloss_migrate.sessions.obstacles import Obstacles, draws
from tfloss_migrate.sessions.program import Obstacle, Program, Session
from tfloss_migrate.sessions.reading import Reading
from tfloss_migrate.sessions.removal import apply
from tfloss_migrate.sessions.scaffold import Scaffold
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.sessions.spacing import spaced
from tfloss_migrate.sessions.tensors import Tensors
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


def convert(text: str, names: Names, tree: ast.Module, *, rewritten: bool = False) -> Conversion:
    """Finds the sessions of a text, and writes it without them if all of them only evaluate.

    By default names of TF1 that have a TF2 name are no obstacle: they are for others to rewrite. With `rewritten`
    that has been done, and one that is left keeps the whole program as it is.
    """
    if not names.has_tensorflow or not any(word in text for word in _WORDS):
        return Conversion((), None)
    look = _Look(text, names, tree, rewritten=rewritten)
    if not look.program.sessions and not look.program.placeholders and not look.program.nowhere:
        return Conversion((), None)
    new_text = None
    if look.program.obstacle() is None:
        new_text = _converted(look)
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
        self.feeding = Feeding(self.program, self.sights, needs, self.tensors, self.layout)
        draws(self.program, self.sights, needs, self.feeding.statements, reading.uses)

    def functions(self) -> Functions:
        """The functions that take the place of what is fed; parts that cannot be shared are an obstacle."""
        taken = {node.id for node in self.sights.nodes if isinstance(node, ast.Name)}
        taken |= {node.name for node in self.sights.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        return Functions(self.program, self.feeding, taken)

    def findings(self) -> list[SessionFinding]:
        """The findings, in the order of the text."""
        obstacle = self.program.obstacle()
        found = [self._nowhere(node, name) for node, name in self.program.nowhere]
        anchors: list[tuple[ast.expr, Session | None]] = [(one.call, one) for one in self.program.sessions]
        if not anchors and self.program.placeholders:
            anchors = [(self.program.placeholders[0].statement.value, None)]
        found += [self._anchored(node, session, obstacle) for node, session in anchors]
        return sorted(found, key=lambda finding: (finding.span.start, finding.rule))

    def _anchored(self, node: ast.expr, session: Session | None, obstacle: Obstacle | None) -> SessionFinding:
        if obstacle is None:
            rule, name, message = "TFL501", "session-evaluates", "this session only evaluates: eager code needs none"
        elif obstacle.training:
            rule, name, message = "TFL502", "training-program", "this program trains in a session"
        else:
            rule, name = "TFL503", "session-left"
            message = f"this {'session' if session is not None else 'placeholder'} cannot be converted"
        reason = obstacle.reason if obstacle is not None else None
        spans = self.layout.spans
        fetched = [
            spans.of(run.fetch) for run in self.program.runs if self._session_of(run.call, run.session) is session
        ]
        fetches = tuple((span.start, span.end) for span in fetched)
        return SessionFinding(rule, name, "warning", message, spans.of(node), spans.source(node), reason, fetches)

    def _session_of(self, call: ast.Call, session: Session | None) -> Session | None:
        """The session that runs a call: of those that the name may hold, and for `x.eval()`, the last one before it."""
        before = [one for one in self.program.sessions if one.call.lineno <= call.lineno]
        return before[-1] if before else session

    def _nowhere(self, node: ast.expr, name: str) -> SessionFinding:
        source = self.layout.spans.source(node)
        message = f"{source} was never in TensorFlow: the name is tf.{name}"
        return SessionFinding(
            "TFL504", "no-such-name", "error", message, self.layout.spans.of(node), source, message, ()
        )


def _converted(look: _Look) -> str | None:
    """The text without sessions; None, and an obstacle, if it does not come out as Python."""
    try:
        functions = look.functions()
        if look.program.obstacles:
            return None
        edits = Evaluations(look.program, look.sights, look.tensors, look.feeding, functions, look.layout).edits()
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
