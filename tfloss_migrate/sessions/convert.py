"""TF1 programs with sessions become TF2 code, a whole file at once; or they stay, with the reason."""

from __future__ import annotations

import ast

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.evaluations import Evaluations
from tfloss_migrate.sessions.feeding import Feeding
from tfloss_migrate.sessions.functions import Functions
from tfloss_migrate.sessions.imports import Imports
from tfloss_migrate.sessions.layout import Layout
from tfloss_migrate.sessions.looking import Looking, look
from tfloss_migrate.sessions.needs import Needs
from tfloss_migrate.sessions.of_keras import of_keras, seeded
from tfloss_migrate.sessions.program import SessionFinding
from tfloss_migrate.sessions.reading import Reading
from tfloss_migrate.sessions.recurrences import recurrent
from tfloss_migrate.sessions.scaffold import Scaffold
from tfloss_migrate.sessions.scripts import Fetched, Played, Scripts, starts
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.sessions.spacing import spaced
from tfloss_migrate.sessions.tensors import Tensors
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names


@dataclass(frozen=True)
class Conversion:
    """What was found in a text, and the text without sessions; None if nothing is converted.

    `played` is how a program that trains is run beside its new text.
    """

    findings: tuple[SessionFinding, ...]
    new_text: str | None
    played: Played | None = None


def convert(text: str, names: Names, tree: ast.Module, *, rewritten: bool = False) -> Conversion:
    """Finds the sessions of a text, and writes it without them if all in it is understood; see `looking.look`."""
    seen = look(text, names, tree, rewritten=rewritten)
    if seen is None:
        return Conversion((), None)
    if seen.feeding is None or seen.program.obstacles:
        return Conversion(tuple(seen.findings()), None)
    functions = _functions(seen, seen.feeding)
    new_text = None if seen.program.obstacles else _converted(seen, seen.feeding, functions)
    trains = new_text is not None and seen.program.steps
    played = _played(seen, seen.feeding, functions, new_text) if new_text is not None and trains else None
    return Conversion(tuple(seen.findings()), new_text, played)


def _played(seen: Looking, feeding: Feeding, functions: Functions, new_text: str) -> Played:
    """Both texts as the referee runs them."""
    steps = [step.statement for step in seen.program.steps]
    fetches = [fetch for fed in feeding.fed for fetch in fed.fetches]
    before = Scripts(seen.sights, seen.needs)
    tree = ast.parse(new_text)
    sights = Sights(Names(tree), tree)
    names = {function.name for function in functions.all}
    written = [n for n in sights.nodes if (isinstance(n, ast.FunctionDef) and n.name in names) or starts(n)]
    fed = tuple(
        Fetched(
            tuple(before.text(value) for value in one.fetches),
            one.run.step.name if one.run.step is not None else None,
            functions.by_run[one.run.call].name,
            tuple(placeholder.name for placeholder in one.placeholders),
            seen.offsets(one.run.feed) if one.run.feed is not None else None,
        )
        for one in feeding.fed
    )
    loads = [n for n in seen.sights.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    uses = {one.name: n for one in seen.program.placeholders for n in loads if n.id == one.name}
    places = tuple((name, seen.offsets(node)) for name, node in uses.items())
    return Played(before.of([*steps, *fetches]), Scripts(sights, Needs(sights)).of(written), fed, places)


def _functions(seen: Looking, feeding: Feeding) -> Functions:
    """The functions that take the place of what is fed; parts that cannot be shared are an obstacle."""
    taken = {node.id for node in seen.sights.nodes if isinstance(node, ast.Name)}
    taken |= {node.name for node in seen.sights.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return Functions(seen.program, feeding, taken - {step.name for step in seen.program.steps})


def _converted(seen: Looking, feeding: Feeding, functions: Functions) -> str | None:
    """The text without sessions; None, and an obstacle, if it does not come out as Python."""
    try:
        edits = Evaluations(
            seen.program, seen.sights, seen.tensors, feeding, functions, seen.variables, seen.layout
        ).edits()
        text = apply(seen.layout.text, edits)
        tree = ast.parse(text)
        sights = Sights(Names(tree), tree)
        program = Reading(sights, Tensors(sights)).program
        text = apply(text, Scaffold(program, tree, Layout(text)).edits())
        for change in (recurrent, of_keras, seeded):
            tree = ast.parse(text)
            text = apply(text, change(Sights(Names(tree), tree), Layout(text)))
        text = spaced(text, [function.name for function in functions.all])
        tree = ast.parse(text)
        text = apply(text, Imports(Sights(Names(tree), tree), Layout(text)).edits())
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        seen.program.stop(seen.program.sessions[0].call, f"the eager text would not be Python ({error})")
        return None
    return text
