"""TF1 programs with sessions become TF2 code, a whole file at once; or they stay, with the reason."""

from __future__ import annotations

import ast

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts.of_keras import FROM_PYTHON, of_keras, seeded, takes_from_python
from tfloss_migrate.sessions.counterparts.recurrent import recurrent
from tfloss_migrate.sessions.obstacles.looking import Looking, look
from tfloss_migrate.sessions.plain.classes import Flat
from tfloss_migrate.sessions.plain.filling import FUNCTION
from tfloss_migrate.sessions.plain.summary_writing import NAME
from tfloss_migrate.sessions.playing import Played, played_by
from tfloss_migrate.sessions.reading.feeding import Feeding
from tfloss_migrate.sessions.reading.functions import Functions
from tfloss_migrate.sessions.reading.orders import left_open
from tfloss_migrate.sessions.reading.program import NEXT, SessionFinding, short, unmarked
from tfloss_migrate.sessions.reading.saving import FORMAT, KEPT
from tfloss_migrate.sessions.reading.sessions import Reading
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.layout import Layout
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

    `played` is how the program is run beside its new text, `said` what else the new text does otherwise.
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
    played = None
    if new_text is not None:
        played = played_by(seen, seen.feeding, functions, new_text, flat.written if flat is not None else None)
        if played is None and seen.program.steps:
            seen.program.stop(seen.program.sessions[0].call, "what its runs fetch is not found in the text as it was")
            new_text = None
    numbered = any(one.directory is not None for one in seen.program.savers)
    said = [*seen.program.said, *[FORMAT] * bool(seen.program.savers), *[KEPT] * numbered, *left_open(seen.feeding)]
    said += seen.showing.said if seen.showing is not None else ()
    said += seen.normalizing.said if seen.normalizing is not None else ()
    said += [FROM_PYTHON] * (new_text is not None and _takes_from_python(new_text))
    return Conversion(tuple(seen.findings()), new_text, played, tuple(said) if new_text is not None else ())


def _takes_from_python(text: str) -> bool:
    if "random.seed" not in text:
        return False
    tree = ast.parse(text)
    return takes_from_python(Sights(Names(tree), tree))


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


def _functions(seen: Looking, feeding: Feeding) -> Functions:
    """The functions that take the place of what is fed; parts that cannot be shared are an obstacle."""
    taken = {node.id for node in seen.sights.nodes if isinstance(node, ast.Name)}
    taken |= {node.name for node in seen.sights.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    taken -= {step.name for step in seen.program.steps}
    functions = Functions(seen.program, feeding, seen.unrun, taken | set(map(unmarked, taken)))
    if seen.showing is not None:
        seen.showing.place(functions)
    return functions


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
        text = spaced(text, [*names, *(name for name in (NAME, FUNCTION) if f"def {name}(" in text)])
        tree = ast.parse(text)
        text = apply(text, Imports(Sights(Names(tree), tree), Layout(text)).edits()).replace(NEXT, "")
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        seen.program.stop(seen.program.sessions[0].call, f"the eager text would not be Python ({error})")
        return None
    return text
