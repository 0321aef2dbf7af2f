"""Datasets of placeholders, which the run that starts an iterator feeds: they are made of what is fed.

Where each start feeds the same, and that is there when the dataset is made, it stands in the place of the placeholders;
else the statements that make the dataset become a function, which is called at each start.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.iterators import Iterated, LeftError, Start
from tfloss_migrate.sessions.reading.program import short
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.arguments import given

#: What a function is called that makes a dataset, where the name is free.
FUNCTION = "make_dataset"
#: Methods of datasets that take numbers.
_OF_NUMBERS = frozenset("batch shuffle repeat take skip prefetch".split())


@dataclass(frozen=True, eq=False)
class Filled:
    """A placeholder that datasets are made of: its name, its dtype, where they read it, and what each start feeds."""

    name: str
    statement: ast.Assign
    dtype: ast.expr
    loads: tuple[ast.Name, ...]
    fed: tuple[tuple[Start, ast.expr], ...]


class Filling:
    """How datasets are made of what was fed; `gone` are the placeholders that go."""

    def __init__(self, sights: Sights, layout: Layout, read: Sequence[Iterated], root: str, function: str) -> None:
        """`function` is a name that is free."""
        self._sights, self._layout, self._root, self._function = sights, layout, root, function
        self._source = layout.spans.source
        needs = Needs(sights)
        datasets = [each for one in read for each in (one.spec, *(start.dataset for start in one.starts))]
        self._code = {id(node) for each in datasets for node in needs.code(each)}
        fed: dict[str, list[tuple[Start, ast.expr]]] = {}
        for start in (start for one in read for start in one.starts):
            feed = start.run.feed
            for key, value in zip(feed.keys, feed.values, strict=True) if feed is not None else ():
                if not isinstance(key, ast.Name):
                    raise LeftError(start.run.call, f"{short(start.run.call)} feeds what is no placeholder")
                fed.setdefault(key.id, []).append((start, value))
        self._filled = [self._read(name, ones) for name, ones in fed.items()]
        self.gone: list[ast.stmt] = [one.statement for one in self._filled]
        self._made = [] if all(map(self._is_there, self._filled)) else self._statements(read)

    def _read(self, name: str, fed: Sequence[tuple[Start, ast.expr]]) -> Filled:
        """A placeholder that nothing but datasets is made of."""
        start = fed[0][0]
        scope = self._sights.place(start.run.call).scope.owner_of(name)
        held = scope.bindings[name] if scope is not None else []
        statement = held[0].node if len(held) == 1 else None
        call = statement.value if isinstance(statement, ast.Assign) else None
        known = given(call, ("dtype", "shape", "name")) if isinstance(call, ast.Call) else None
        if scope is None or self._sights.called(call) != symbols.PLACEHOLDER or known is None or "dtype" not in known:
            raise LeftError(start.run.call, f"{name} is fed to a dataset, and is not known to be a placeholder")
        keys = [key for node in self._sights.all(ast.Dict) for key in node.keys]
        loads = tuple(load for load in self._sights.loads(name, scope) if load not in keys)
        if any(id(load) not in self._code for load in loads):
            raise LeftError(start.run.call, f"{name} is fed to a dataset, and is used otherwise")
        assert isinstance(statement, ast.Assign)
        return Filled(name, statement, known["dtype"], loads, tuple(fed))

    def _is_there(self, one: Filled) -> bool:
        """Whether each start feeds the same, which is there already where the placeholder is read."""
        value = one.fed[0][1]
        names = frozenset(node.id for node in ast.walk(value) if isinstance(node, ast.Name))
        alike = len({self._source(each) for _, each in one.fed}) == 1
        places = [
            (self._sights.place(load), self._sights.place(start.run.call)) for load in one.loads for start, _ in one.fed
        ]
        plain = not any(isinstance(node, (ast.Call, ast.Lambda)) for node in ast.walk(value))
        return alike and plain and all(flow.unchanged(names, *pair) for pair in places)

    def _statements(self, read: Sequence[Iterated]) -> list[ast.stmt]:
        """The statements that make the one dataset of the one iterator, which follow one another."""
        one, sights = read[0], self._sights
        block = getattr(sights.parent(sights.statement(one.made)), "body", [])
        reading = [
            at
            for at, node in enumerate(block)
            if any(load in ast.walk(node) for each in self._filled for load in each.loads)
        ]
        scope = sights.place(one.made).scope
        last = [at for at, node in enumerate(block) if isinstance(one.spec, ast.Name) and one.spec.id in _targets(node)]
        if len(read) > 1 or one.at_once or not reading or not last or last[-1] < reading[-1]:
            raise LeftError(one.made, f"what {short(one.spec)} is made of is fed with one value and another")
        made = block[reading[0] : last[-1] + 1]
        inside = {node for statement in made for node in ast.walk(statement)}
        names = {name for node in made for name in _targets(node)}
        outside = [load for name in names for load in sights.loads(name, scope) if load not in inside]
        fed = [{each.name for each in self._filled if start in dict(each.fed)} for start in one.starts]
        if (
            not all(map(_targets, made))
            or any(load is not one.spec for load in outside)
            or any(len(each) < len(self._filled) for each in fed)
        ):
            raise LeftError(one.made, f"what {short(one.spec)} is made of is used otherwise, or is not always fed")
        return made

    @property
    def is_called(self) -> bool:
        """Whether a function makes the dataset."""
        return bool(self._made)

    def dataset(self, start: Start, text: str) -> str:
        """The dataset that a start goes through, `text` where it is made once."""
        if not self._made:
            return text
        values = [self._cast(one, dict(one.fed)[start]) for one in self._filled]
        return f"{self._function}({', '.join(values)})"

    def dtype(self, array: ast.expr) -> str | None:
        """The dtype of what a dataset is made of, as code: that of a placeholder."""
        found = [one for one in self._filled if array in one.loads]
        return self._source(found[0].dtype) if found else None

    def edits(self) -> Iterator[Edit]:
        """What is fed, where the placeholders are read; or the function."""
        layout, spans = self._layout, self._layout.spans
        if not self._made:
            for one in self._filled:
                for load in one.loads:
                    span = spans.of(load)
                    yield Edit(span.start, span.end, self._cast(one, one.fed[0][1]))
            return
        first, last = self._made[0], self._made[-1]
        indent, end = layout.indent(first.lineno), last.end_lineno or last.lineno
        start, unit = layout.start_of(first.lineno), " " * 4
        names = ", ".join(one.name for one in self._filled)
        yield Edit(start, start, f"{indent}def {self._function}({names}):{layout.newline}")
        for line in range(first.lineno, end + 1):
            if not layout.blank(line) and line not in layout.within_strings:
                yield Edit(layout.start_of(line), layout.start_of(line), unit)
        target = last.targets[0]  # type: ignore[attr-defined]
        yield Edit(
            layout.start_of(end + 1),
            layout.start_of(end + 1),
            f"{indent}{unit}return {self._source(target)}{layout.newline}",
        )

    def _cast(self, one: Filled, value: ast.expr) -> str:
        """What is fed, of the dtype that the placeholder had; plain numbers are of any."""
        text, dtype = self._source(value), one.dtype
        above = [self._sights.parent(load) for load in one.loads]
        numbers = all(isinstance(each, ast.Call) and getattr(each.func, "attr", "") in _OF_NUMBERS for each in above)
        if numbers or (isinstance(dtype, ast.Attribute) and self._source(dtype) == f"{text}.dtype"):
            return text
        return f"{self._root}.cast({text}, {self._source(dtype)})"


def _targets(node: ast.AST) -> list[str]:
    """The names to which a statement gives a value."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
