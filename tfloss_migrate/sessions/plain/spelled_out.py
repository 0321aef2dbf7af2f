"""What layers are told by a name, written out where it is used: initializers, and the parameters of a normalizer.

In Keras one initializer draws the same each time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts.initializers import is_initializer
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names


def spelled_out(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that put `tf.zeros_initializer()` in the place of the name that it has, and take that name away."""
    if "nitializer" not in text and "normalizer_params" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    return [edit for node in sights.all(ast.Assign) for edit in _edits(node, sights, layout)]


def _edits(statement: ast.Assign, sights: Sights, layout: Layout) -> Iterator[Edit]:
    target = statement.targets[0] if len(statement.targets) == 1 else None
    starts = is_initializer(statement.value, sights)
    if not isinstance(target, ast.Name) or not (starts or isinstance(statement.value, ast.Dict)):
        return
    scope = sights.place(statement).scope.owner_of(target.id)
    loads = sights.loads(target.id, scope) if scope is not None else []
    once = scope is not None and len(scope.bindings[target.id]) == 1 and not any(sights.loops(statement))
    if not once or not loads or not all(_is_given(load, starts, sights) for load in loads):
        return
    source = layout.in_line(statement.value)
    for load in loads:
        span = layout.spans.of(load)
        yield Edit(span.start, span.end, source)
    yield from Removal(layout).edits([statement])


def _is_given(load: ast.Name, starts: bool, sights: Sights) -> bool:
    """Whether a name is what a call is told to start variables from, or what a normalizer is told."""
    above = sights.parent(load)
    name = (above.arg or "") if isinstance(above, ast.keyword) else ""
    return name.rpartition("_")[2] == "initializer" if starts else name == "normalizer_params"
