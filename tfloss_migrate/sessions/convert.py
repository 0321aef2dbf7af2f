"""TF1 programs with sessions become TF2 code, a whole file at once; or they stay, with the reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts.of_keras import of_keras, seeded
from tfloss_migrate.sessions.counterparts.recurrences import recurrent
from tfloss_migrate.sessions.obstacles.looking import Looking, look
from tfloss_migrate.sessions.plain.classes import Flat
from tfloss_migrate.sessions.plain.flattening import flattened
from tfloss_migrate.sessions.plain.summary_writing import NAME
from tfloss_migrate.sessions.reading.feeding import Fed, Feeding
from tfloss_migrate.sessions.reading.functions import Functions
from tfloss_migrate.sessions.reading.orders import left_open
from tfloss_migrate.sessions.reading.program import MARK, SessionFinding, short, unmarked
from tfloss_migrate.sessions.reading.saving import FORMAT, KEPT
from tfloss_migrate.sessions.reading.sessions import Reading
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.scripts import Fetched, Played, Scripts, starts
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.sessions.text.spacing import spaced
from tfloss_migrate.sessions.writing.brought import brought
from tfloss_migrate.sessions.writing.evaluations import Evaluations
from tfloss_migrate.sessions.writing.imports import Imports
from tfloss_migrate.sessions.writing.methods import NoClassError, attributes, classes_again
from tfloss_migrate.sessions.writing.scaffold import Scaffold
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names


@dataclass(frozen=True)
class Conversion:
    """What was found in a text, and the text without sessions; None if nothing is converted.

    `played` is how a program that trains is run beside its new text, `said` what else the new text does otherwise.
    """

    findings: tuple[SessionFinding, ...]
    new_text: str | None
    played: Played | None = None
    said: tuple[str, ...] = ()


def convert(
    text: str, names: Names, tree: ast.Module, *, rewritten: bool = False, flat: Flat | None = None
) -> Conversion:
    """Finds the sessions of a text, and writes it without them if all in it is understood; see `looking.look`.

    Of a text whose classes are read as functions, `flat` is what is known of them; the new text has classes again.
    """
    seen = look(text, names, tree, rewritten=rewritten, lines=flat.lines if flat is not None else ())
    if seen is None:
        return Conversion((), None)
    if seen.feeding is None or seen.program.obstacles:
        return Conversion(tuple(seen.findings()), None)
    functions = _functions(seen, seen.feeding)
    new_text = None if seen.program.obstacles else _converted(seen, seen.feeding, functions)
    if new_text is not None and flat is not None:
        new_text = _with_classes(seen, new_text, flat)
    trains = new_text is not None and seen.program.steps
    played = _played(seen, seen.feeding, functions, new_text) if new_text is not None and trains else None
    numbered = any(one.directory is not None for one in seen.program.savers)
    said = [FORMAT] * bool(seen.program.savers) + [KEPT] * numbered + list(left_open(seen.feeding))
    said += seen.normalizing.said if seen.normalizing is not None else ()
    return Conversion(tuple(seen.findings()), new_text, played, tuple(said) if new_text is not None else ())


def _with_classes(seen: Looking, text: str, flat: Flat) -> str | None:
    """The new text with its classes; None, and an obstacle, where they cannot be made."""
    gone = {
        unmarked(name)
        for held in flat.classes
        for name in attributes(seen.sights.tree, held) - attributes(ast.parse(text), held)
    }
    for node in seen.sights.nodes:
        if isinstance(node, ast.Attribute) and node.attr in gone and not _is_of_module(node, seen.sights):
            seen.program.stop(node, f"{short(node)} is read from outside of its class, and would be gone")
            return None
    try:
        text = classes_again(text, flat.classes)
        ast.parse(text)
    except (SyntaxError, NoClassError) as error:
        seen.program.stop(seen.program.sessions[0].call, f"the class would not be one ({error})")
        return None
    return text


def _is_of_module(node: ast.Attribute, sights: Sights) -> bool:
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    held = sights.may_hold(root) if isinstance(root, ast.Name) else ()
    return bool(held) and all(one.kind == "import" for one in held)


def _played(seen: Looking, feeding: Feeding, functions: Functions, new_text: str) -> Played:
    """Both texts as the referee runs them."""
    steps = [step.statement for step in seen.program.steps]
    fetches = [fetch for fed in feeding.fed for fetch in fed.fetches]
    before = Scripts(seen.sights, seen.needs)
    tree = ast.parse(new_text)
    flat = flattened(new_text, Names(tree), tree)
    tree = ast.parse(flat.text) if flat is not None else tree
    sights = Sights(Names(tree), tree)
    named = {n.name: n for n in sights.nodes if isinstance(n, ast.FunctionDef)}
    written = {f.name: named.get(f"{MARK}{unmarked(f.name)}") or named[f.name] for f in functions.all}
    fed = tuple(
        Fetched(
            tuple(_spelled(before.text(value)) for value in one.fetches),
            tuple(_spelled(step.name) for step in one.run.steps),
            _spelled(written[functions.by_run[one.run.call].name].name),
            tuple(_spelled(placeholder.name) for placeholder in one.placeholders),
            tuple(_flags(one)),
            seen.offsets(one.run.feed) if one.run.feed is not None else None,
        )
        for one in feeding.fed
    )
    loads = [n for n in seen.sights.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    uses = {one.name: n for one in seen.program.placeholders for n in loads if n.id == one.name}
    places = tuple((_spelled(name), seen.offsets(node)) for name, node in uses.items())
    after = Scripts(sights, Needs(sights)).of([*written.values(), *(n for n in sights.nodes if starts(n))])
    return Played(_spelled(before.of([*steps, *fetches])), _spelled(after), fed, places)


def _flags(fed: Fed) -> Iterator[tuple[str, bool]]:
    """The placeholders to which a run feeds a plain True or False, and which of these; a step may never be run."""
    for placeholder, value in zip(fed.placeholders, fed.values, strict=False):
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            yield _spelled(placeholder.name), value.value


def _spelled(text: str) -> str:
    """A text whose names are names to every Python."""
    return text.replace(MARK, "self_")


def _functions(seen: Looking, feeding: Feeding) -> Functions:
    """The functions that take the place of what is fed; parts that cannot be shared are an obstacle."""
    taken = {node.id for node in seen.sights.nodes if isinstance(node, ast.Name)}
    taken |= {node.name for node in seen.sights.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    taken -= {step.name for step in seen.program.steps}
    return Functions(seen.program, feeding, seen.unrun, taken | set(map(unmarked, taken)))


def _converted(seen: Looking, feeding: Feeding, functions: Functions) -> str | None:
    """The text without sessions; None, and an obstacle, if it does not come out as Python."""
    try:
        edits = Evaluations(
            seen.program, seen.sights, seen.tensors, feeding, functions, seen.variables, seen.layout, seen.normalizing
        ).edits()
        text = apply(seen.layout.text, edits)
        tree = ast.parse(text)
        sights = Sights(Names(tree), tree)
        program = Reading(sights, Tensors(sights)).program
        text = apply(text, Scaffold(program, tree, Layout(text)).edits())
        for change in (recurrent, of_keras, seeded, brought):
            tree = ast.parse(text)
            text = apply(text, change(Sights(Names(tree), tree), Layout(text)))
        names = [function.name for function in functions.all]
        text = spaced(text, [*names, *([NAME] if f"def {NAME}(" in text else [])])
        tree = ast.parse(text)
        text = apply(text, Imports(Sights(Names(tree), tree), Layout(text)).edits())
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        seen.program.stop(seen.program.sessions[0].call, f"the eager text would not be Python ({error})")
        return None
    return text
