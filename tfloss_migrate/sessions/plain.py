"""A text without what hides its graph: summaries, scopes, layers without a name, names given twice, and classes."""

from __future__ import annotations

import ast

from tfloss_migrate.record import replace
from tfloss_migrate.sessions.classes import Flat
from tfloss_migrate.sessions.flattening import flattened
from tfloss_migrate.sessions.layering import layered
from tfloss_migrate.sessions.renamed import renamed
from tfloss_migrate.sessions.spelled_out import spelled_out
from tfloss_migrate.sessions.summaries import has_tensorboard, without_summaries
from tfloss_migrate.sessions.unscoped import unscoped
from tfloss_migrate.syntax.edits import apply, lines_after
from tfloss_migrate.syntax.names import Names


def plain(text: str, names: Names, tree: ast.Module) -> Flat | None:
    """The plain text, and the line that each of its lines was; None if the text has nothing of that kind.

    Without TensorBoard, which has TF2's `tf.summary.scalar`, summaries stay. Raises SyntaxError if no Python comes out.
    """
    edits, said = without_summaries(text, names, tree) if has_tensorboard() else ([], ())
    written, lines = apply(text, edits), lines_after(text, edits)
    tree = ast.parse(written)
    written, more = unscoped(written, Names(tree), tree)
    tree = ast.parse(written)
    written = renamed(written, Names(tree), tree)
    tree = ast.parse(written)
    flat = flattened(written, Names(tree), tree) or Flat(written, tuple(range(1, len(lines) + 1)), ())
    written, lines = flat.text, tuple(lines[line - 1] for line in flat.lines)
    for change in (spelled_out, layered):
        tree = ast.parse(written)
        edits = change(written, Names(tree), tree)
        written, lines = apply(written, edits), tuple(lines[line - 1] for line in lines_after(written, edits))
    return replace(flat, text=written, lines=lines, said=(*said, *more)) if written != text else None
