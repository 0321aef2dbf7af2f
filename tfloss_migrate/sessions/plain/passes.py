"""A text without what hides its graph: summaries, scopes, sizes, layers without a name, names given twice, classes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.sessions.plain.arg_scopes import arg_scoped
from tfloss_migrate.sessions.plain.chosen import chosen
from tfloss_migrate.sessions.plain.classes import Flat, Written
from tfloss_migrate.sessions.plain.dimensions import plain_dimensions
from tfloss_migrate.sessions.plain.flagged import FLAGGED, flagged
from tfloss_migrate.sessions.plain.flattening import flattened
from tfloss_migrate.sessions.plain.getting import gotten
from tfloss_migrate.sessions.plain.handed_in import handed_in
from tfloss_migrate.sessions.plain.iterating import iterated
from tfloss_migrate.sessions.plain.layering import layered
from tfloss_migrate.sessions.plain.looping import looped
from tfloss_migrate.sessions.plain.measuring import measured
from tfloss_migrate.sessions.plain.overridden import OVERRIDDEN, overridden
from tfloss_migrate.sessions.plain.placing import placed
from tfloss_migrate.sessions.plain.raising import raised
from tfloss_migrate.sessions.plain.regraphed import regraphed
from tfloss_migrate.sessions.plain.renamed import renamed
from tfloss_migrate.sessions.plain.sharing import unshared
from tfloss_migrate.sessions.plain.spelled_out import spelled_out
from tfloss_migrate.sessions.plain.summaries import has_tensorboard, without_summaries
from tfloss_migrate.sessions.plain.tried import tried
from tfloss_migrate.sessions.plain.undeclared import undeclared
from tfloss_migrate.sessions.plain.unscoped import unscoped
from tfloss_migrate.sessions.plain.updating import updated
from tfloss_migrate.syntax.edits import apply, lines_after
from tfloss_migrate.syntax.names import Names

#: How many functions may have their variables raised, one after the other.
_FUNCTIONS = 8
#: How deep calls may be through which functions are given what they read.
_CALLS = 3

_Change = Callable[[str, Names, ast.Module], list[Edit]]


def plain(text: str, names: Names, tree: ast.Module) -> Flat | None:
    """The plain text, and the line that each of its lines was; None if the text has nothing of that kind.

    Without TensorBoard, which has TF2's `tf.summary.scalar`, summaries stay. Raises SyntaxError if no Python comes out.
    """
    edits, said = without_summaries(text, names, tree) if has_tensorboard() else ([], ())
    read = _Read(text, names, tree).after(apply(text, edits))
    lines = list(lines_after(text, edits))
    fed = overridden(read.text, read.names, read.tree)
    read = read.after(apply(read.text, fed))
    said += (OVERRIDDEN,) * bool(fed)
    defined = flagged(read.text, read.names, read.tree)
    lines = [lines[line - 1] for line in lines_after(read.text, defined)]
    read = read.after(apply(read.text, defined))
    said += (FLAGGED,) * bool(defined)
    read, lines = _changed(read, lines, (regraphed, undeclared, measured, updated, tried, placed, gotten, gotten))
    taken, orders = iterated(read.text, read.names, read.tree)
    lines = [lines[line - 1] for line in lines_after(read.text, taken)]
    read, lines = _changed(read.after(apply(read.text, taken)), lines, (looped,))
    said += orders
    read = read.after(renamed(read.text, read.names, read.tree))
    flat = flattened(read.text, read.names, read.tree) or Flat(read.text, tuple(range(1, len(lines) + 1)), ())
    as_written, lines = read.after(flat.text), [lines[line - 1] for line in flat.lines]
    read, places = _changed(as_written, list(range(1, len(lines) + 1)), [handed_in] * _CALLS)
    if "_scope" in text:
        read, places = _changed(read, places, (arg_scoped, spelled_out, layered, unshared, chosen))
    bare, more = unscoped(read.text, read.names, read.tree)
    changes = (plain_dimensions, *[raised] * _FUNCTIONS, arg_scoped, updated, spelled_out, layered)
    read, places = _changed(read.after(bare), places, changes)
    if read.text == text:
        return None
    return replace(
        flat,
        text=read.text,
        lines=tuple(lines[place - 1] for place in places),
        said=(*said, *more),
        written=Written(as_written.text, tuple(places)) if as_written.text != read.text else None,
    )


def _changed(read: _Read, lines: list[int], changes: Iterable[_Change]) -> tuple[_Read, list[int]]:
    """A text after several changes, and the line that each of its lines was."""
    for change in changes:
        edits = change(read.text, read.names, read.tree)
        lines = [lines[line - 1] for line in lines_after(read.text, edits)]
        read = read.after(apply(read.text, edits))
    return read, lines


@dataclass(frozen=True)
class _Read:
    """A text with its names and its tree."""

    text: str
    names: Names
    tree: ast.Module

    def after(self, text: str) -> _Read:
        """What a change makes of it; the same, not read again, if it has made none."""
        if text == self.text:
            return self
        tree = ast.parse(text)
        return _Read(text, Names(tree), tree)
