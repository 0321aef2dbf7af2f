"""The sizes of a shape, which are plain numbers where no session is left: `x.shape[1].value` is `x.shape[1]` or 784."""

from __future__ import annotations

import ast

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.origins import Origins
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.shapes import Shapes
from tfloss_migrate.syntax.sizes import length, sizes_read
from tfloss_migrate.syntax.values import Values

_READ = "compat.dimension_value"


def plain_dimensions(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that put a number, where the code shows which, or the dimension itself in the place of its value."""
    read = dimensions_read(names)
    if not read:
        return []
    spans, shapes = layout_of(text).spans, Shapes(Values(Reader(names)))
    edits = []
    for value, dimension, place in read:
        size = length(dimension, lambda tensor, at=place: shapes.of(Origin(tensor, at)))  # type: ignore[misc]
        span = spans.of(value)
        edits.append(Edit(span.start, span.end, spans.source(dimension) if size is None else str(size)))
    return edits


def dimensions_read(names: Names) -> list[tuple[ast.expr, ast.expr, Place]]:
    """Every expression that is the value of a dimension, with that dimension, and where it stands."""
    found: list[tuple[ast.expr, ast.expr, Place]] = []
    if names.read_values:
        found = [(read, read.value, place) for read, place in sizes_read(names, Origins(names))]
    calls = [(call, place) for call, place in names.calls if names.symbol(call.func, place.scope) == _READ]
    return [*found, *((call, call.args[0], place) for call, place in calls if len(call.args) == 1)]
