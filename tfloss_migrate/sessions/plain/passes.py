"""A text without what hides its graph: summaries, scopes, sizes, layers without a name, names given twice, classes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.sessions.plain.arg_scopes import arg_scoped
from tfloss_migrate.sessions.plain.chosen import chosen
from tfloss_migrate.sessions.plain.classes import Flat, Written
from tfloss_migrate.sessions.plain.dimensions import plain_dimensions
from tfloss_migrate.sessions.plain.fetched import fetched
from tfloss_migrate.sessions.plain.flagged import FLAGGED, flagged
from tfloss_migrate.sessions.plain.flattening import flattened
from tfloss_migrate.sessions.plain.getting import gotten
from tfloss_migrate.sessions.plain.handed_in import handed_in
from tfloss_migrate.sessions.plain.hoisting import hoisted
from tfloss_migrate.sessions.plain.iterating import iterated
from tfloss_migrate.sessions.plain.layering import layered
from tfloss_migrate.sessions.plain.looping import looped
from tfloss_migrate.sessions.plain.measuring import measured
from tfloss_migrate.sessions.plain.overridden import OVERRIDDEN, overridden
from tfloss_migrate.sessions.plain.parts import parted
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
from tfloss_migrate.sessions.plain.versioned import versioned
from tfloss_migrate.sessions.plain.wrapped import wrapped
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
    read = _Read(text, names, tree, tuple(range(1, text.count("\n") + 2))).changed(versioned)
    if has_tensorboard():
        read = read.after(*without_summaries(read.text, read.names, read.tree))
    for change, said in ((overridden, OVERRIDDEN), (flagged, FLAGGED)):
        edits = change(read.text, read.names, read.tree)
        read = read.after(edits, (said,) * bool(edits))
    read = read.changed(fetched, regraphed, undeclared, measured, updated, tried, placed, gotten, gotten)
    read = read.after(*iterated(read.text, read.names, read.tree)).changed(looped)
    read = read.of(renamed(read.text, read.names, read.tree))
    flat = flattened(read.text, read.names, read.tree) or Flat(read.text, tuple(range(1, len(read.lines) + 1)), ())
    written = read.of(flat.text, tuple(read.lines[line - 1] for line in flat.lines)).changed(parted)
    inside = replace(written, lines=tuple(range(1, len(written.lines) + 1)))
    made = inside.changed(*[wrapped] * _CALLS, *[handed_in] * _CALLS)
    if "_scope" in text:
        made = made.changed(arg_scoped, spelled_out, layered, unshared, chosen)
    bare, more = unscoped(made.text, made.names, made.tree)
    made = made.of(bare).changed(plain_dimensions, *[raised] * _FUNCTIONS, arg_scoped, updated, spelled_out)
    made = made.changed(hoisted, hoisted, layered)
    if made.text == text:
        return None
    return replace(
        flat,
        text=made.text,
        lines=tuple(written.lines[line - 1] for line in made.lines),
        said=(*made.said, *more),
        written=Written(written.text, made.lines) if written.text != made.text else None,
    )


@dataclass(frozen=True)
class _Read:
    """A text with its names and its tree, the line that each of its lines was, and what is said of its changes."""

    text: str
    names: Names
    tree: ast.Module
    lines: tuple[int, ...]
    said: tuple[str, ...] = ()

    def changed(self, *changes: _Change) -> _Read:
        """What changes make of it, one after another."""
        read = self
        for change in changes:
            read = read.after(change(read.text, read.names, read.tree))
        return read

    def after(self, edits: Sequence[Edit], said: tuple[str, ...] = ()) -> _Read:
        """What edits make of it, of which that is said."""
        lines = tuple(self.lines[line - 1] for line in lines_after(self.text, edits))
        return replace(self.of(apply(self.text, edits), lines), said=(*self.said, *said))

    def of(self, text: str, lines: tuple[int, ...] = ()) -> _Read:
        """Another text of these lines, or of as many; the same, not read again, if it is that."""
        if text == self.text:
            return self
        tree = ast.parse(text)
        return replace(self, text=text, names=Names(tree), tree=tree, lines=lines or self.lines)
