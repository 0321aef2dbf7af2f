"""What stands above functions in the place of placeholders: their shapes and types, and what was told of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.reading.functions import Function
from tfloss_migrate.sessions.reading.program import Placeholder
from tfloss_migrate.sessions.text.layout import WIDTH, Layout

_DTYPES = {"float": "float32", "double": "float64"}

#: A comment that is a line across the page.
_BANNER = re.compile(r"#\W{3,}")


@dataclass(frozen=True)
class Told:
    """The comments of a placeholder: those above it, and the one beside it; `lines` are those on which they stand."""

    above: tuple[str, ...] = ()
    beside: str = ""
    lines: tuple[int, ...] = ()


class Signatures:
    """The decorators of functions. What is told of a placeholder goes to the first function that is called with it."""

    def __init__(
        self, functions: Sequence[Function], layout: Layout, unit: str, root: str, scalars: Collection[Placeholder]
    ) -> None:
        """`scalars` are those of which Keras wants to know that they are single values."""
        self._layout, self._unit, self._root, self._scalars = layout, unit, root, scalars
        self._told: dict[Function, dict[Placeholder, Told]] = {one: {} for one in functions}
        traced = [one for one in functions if one.traced]
        placeholders = dict.fromkeys(each for one in traced for each in one.parameters)
        ends = {one.statement.lineno: one.statement.end_lineno or 0 for one in placeholders}
        for each in placeholders:
            first = next(one for one in traced if each in one.parameters)
            self._told[first][each] = self._of(each.statement, ends)

    @property
    def lines(self) -> frozenset[int]:
        """The lines whose comments go along with their placeholders."""
        return frozenset(line for told in self._told.values() for one in told.values() for line in one.lines)

    def _of(self, statement: ast.stmt, ends: Mapping[int, int]) -> Told:
        """What is told of one placeholder; comments above it that tell of what stays as well are not."""
        layout, last = self._layout, statement.end_lineno or statement.lineno
        first = statement.lineno
        while (comment := layout.comments.get(first - 1)) is not None and comment.alone and first > 2:
            first -= 1
        below = last + 1
        while below in ends:
            below = ends[below] + 1
        if not layout.blank(below) and layout.indent(below) == layout.indent(last) and below not in layout.comments:
            first = statement.lineno
        if any(_BANNER.fullmatch(layout.comments[line].text) for line in range(first, statement.lineno)):
            first = statement.lineno  # it is a heading of what follows
        above = range(first, statement.lineno)
        beside = [line for line in range(statement.lineno, last + 1) if line in layout.comments]
        texts = [layout.comments[line].text for line in (*above, *beside)]
        alone = texts.pop() if len(beside) == 1 else ""
        return Told(tuple(texts), alone, (*above, *beside))

    def above(self, function: Function, indent: str) -> Iterator[str]:
        """The decorator of a function."""
        if not function.parameters:
            yield f"{indent}@{self._root}.function"
            return
        told = self._told[function]
        whole = _whole(function)
        if whole is not None:
            yield from (f"{indent}{text}" for one in told.values() for text in (*one.above, one.beside) if text)
            yield f"{indent}@{self._root}.function(input_signature={whole})"
            return
        specs = [(self._spec(one), told.get(one, Told())) for one in function.parameters]
        line = f"{indent}@{self._root}.function(input_signature=[{', '.join(spec for spec, _ in specs)}])"
        if len(line) <= WIDTH and not any(one.lines for _, one in specs):
            yield line
            return
        inner = indent + self._unit * 2
        yield f"{indent}@{self._root}.function("
        yield f"{indent}{self._unit}input_signature=["
        for spec, one in specs:
            yield from (f"{inner}{text}" for text in one.above)
            yield f"{inner}{spec},{'  ' * bool(one.beside)}{one.beside}"
        yield f"{indent}{self._unit}]"
        yield f"{indent})"

    def _spec(self, placeholder: Placeholder) -> str:
        if placeholder.spec:
            return placeholder.spec.partition(" ")[0]
        base, dtype = self._root, self._layout.spans.source(placeholder.dtype)
        if isinstance(placeholder.dtype, ast.Constant) and isinstance(placeholder.dtype.value, str):
            dtype = f"{base}.{_DTYPES.get(placeholder.dtype.value, placeholder.dtype.value)}"
        shape = self._layout.spans.source(placeholder.shape) if placeholder.shape is not None else "None"
        shape = "[]" if placeholder in self._scalars else shape
        return f"{base}.TensorSpec({shape}, {dtype})"


def _whole(function: Function) -> str | None:
    """The elements of a dataset, where a function is given all parts of one, and nothing else."""
    specs = [one.spec for one in function.parameters]
    dataset = specs[0].partition("[")[0]
    every = [f"{dataset}[{at}] of {len(specs)}" for at in range(len(specs))]
    return dataset if dataset and specs == every else None
