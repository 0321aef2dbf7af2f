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

#: Methods of datasets that take numbers.
_OF_NUMBERS = frozenset("batch shuffle repeat take skip prefetch".split())


@dataclass(frozen=True, eq=False)
class _Filled:
    """A placeholder that datasets are made of, its dtype, and where they read it."""

    statement: ast.Assign
    dtype: ast.expr
    loads: tuple[ast.Name, ...]


class Filling:
    """The edits by which datasets are made of what was fed; `gone` are the placeholders that go."""

    def __init__(self, sights: Sights, layout: Layout, read: Sequence[Iterated], root: str) -> None:
        self._sights, self._layout, self._root = sights, layout, root
        self._source = layout.spans.source
        self.gone: list[ast.stmt] = []
        self._edits: list[Edit] = []
        needs = Needs(sights)
        self._code = {id(node) for one in read for each in _datasets(one) for node in needs.code(each)}
        fed: dict[str, list[tuple[Start, ast.expr]]] = {}
        for start in (start for one in read for start in one.starts):
            feed = start.run.feed
            for key, value in zip(feed.keys, feed.values, strict=True) if feed is not None else ():
                if not isinstance(key, ast.Name):
                    raise LeftError(start.run.call, f"{short(start.run.call)} feeds what is no placeholder")
                fed.setdefault(key.id, []).append((start, value))
        for name, given_ones in fed.items():
            filled = self._filled(name, given_ones[0][0])
            self._edits += self._in_place(filled, given_ones)
            self.gone.append(filled.statement)

    def edits(self) -> Iterator[Edit]:
        """All edits, in no particular order."""
        yield from self._edits

    def _filled(self, name: str, start: Start) -> _Filled:
        """A placeholder that nothing but datasets is made of."""
        place = self._sights.place(start.run.call)
        scope = place.scope.owner_of(name)
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
        return _Filled(statement, known["dtype"], loads)

    def _in_place(self, filled: _Filled, fed: Sequence[tuple[Start, ast.expr]]) -> Iterator[Edit]:
        """What is fed, where the placeholder is read."""
        texts = {self._source(value) for _, value in fed}
        name = filled.statement.targets[0].id  # type: ignore[attr-defined]
        if len(texts) > 1:
            raise LeftError(fed[0][0].run.call, f"{name} is fed to a dataset with one value and another")
        for load in filled.loads:
            for start, value in fed:
                if any(isinstance(node, (ast.Call, ast.Lambda)) for node in ast.walk(value)):
                    raise LeftError(start.run.call, f"{short(value)} is fed to a dataset, and is computed for that")
                names = frozenset(node.id for node in ast.walk(value) if isinstance(node, ast.Name))
                if not flow.unchanged(names, self._sights.place(load), self._sights.place(start.run.call)):
                    raise LeftError(start.run.call, f"{short(value)} is fed to a dataset that is made before it")
            span = self._layout.spans.of(load)
            yield Edit(span.start, span.end, self._cast(filled, load, fed[0][1]))

    def _cast(self, filled: _Filled, load: ast.Name, value: ast.expr) -> str:
        """What is fed, of the dtype that the placeholder had."""
        text, dtype = self._source(value), filled.dtype
        above = self._sights.parent(load)
        method = getattr(above.func, "attr", "") if isinstance(above, ast.Call) else ""
        if method in _OF_NUMBERS or (isinstance(dtype, ast.Attribute) and self._source(dtype) == f"{text}.dtype"):
            return text
        return f"{self._root}.cast({text}, {self._source(dtype)})"


def _datasets(one: Iterated) -> list[ast.expr]:
    return [one.spec, *(start.dataset for start in one.starts)]
