"""Datasets without the iterators of a session: `x, y = iterator.get_next()` becomes placeholders, which each run feeds.

What is fed is `next(iterator)`, in a statement above the run, and the end of a dataset is a `StopIteration`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.plain.filling import FUNCTION, Filling
from tfloss_migrate.sessions.reading.element_shapes import ElementShapes
from tfloss_migrate.sessions.reading.elements import dtype_of, is_single, may_be_double
from tfloss_migrate.sessions.reading.iterators import END_OF_DATA, Iterated, LeftError, Take, iterators
from tfloss_migrate.sessions.reading.program import NEXT, SPEC, Program, parts_of, short
from tfloss_migrate.sessions.reading.sessions import Reading
from tfloss_migrate.sessions.reading.shuffling import orders
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.shapes import Shape

#: What is told of layers over numbers of which nothing shows that they are of float32.
DOUBLE = "layers compute in float32, where those of TF1 had the type of the data"
#: Functions that are called to go through a dataset.
_BUILT_IN = ("iter", "next")
#: What the comments say that tell of nothing but iterators.
_OF_ITERATORS = re.compile(r"initiali[sz]|iterator", re.IGNORECASE)


def iterated(text: str, names: Names, tree: ast.Module) -> tuple[list[Edit], tuple[str, ...]]:
    """The edits that advance iterators by hand, and what is to be said of them.

    None where one of them is used in a way that is not known.
    """
    if "_iterator(" not in text and "from_structure(" not in text:
        return [], ()
    sights, layout = sights_of(names, tree), layout_of(text)
    try:
        read = iterators(sights, Reading(sights, Tensors(sights)).program)
        said = list(orders(read, sights))
        if any("layers." in use.symbol for use in sights.uses()) and any(may_be_double(one, sights) for one in read):
            said.append(DOUBLE)
        return list(_Writing(sights, layout, read).edits()), tuple(dict.fromkeys(said))
    except LeftError:
        return [], ()


def iterators_left(sights: Sights, layout: Layout, program: Program) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The calls that make iterators, and why sessions still advance these."""
    try:
        read = iterators(sights, program)
        list(_Writing(sights, layout, read).edits())
        list(orders(read, sights))
    except LeftError as error:
        yield sights.statement(error.node), str(error)
        return
    yield from ((one.made, f"{short(one.made)} makes an iterator that a session advances") for one in read)


class _Writing:
    """The edits of one text."""

    def __init__(self, sights: Sights, layout: Layout, read: list[Iterated]) -> None:
        self._sights, self._layout, self._read = sights, layout, read
        self._source, self._shapes = layout.spans.source, ElementShapes(sights)
        self._root = sights.root() or "tf"
        self._taken = {node.id for node in sights.all(ast.Name)}
        self._filling = Filling(sights, layout, read, self._root, self._free(FUNCTION))
        own = {one.name for one in read}
        for node in sights.all(ast.Name):
            if node.id in _BUILT_IN and not isinstance(node.ctx, ast.Load) and node.id not in own:
                raise LeftError(node, f"{node.id} is a name of the program's own")

    def edits(self) -> Iterator[Edit]:
        """All edits, in no particular order."""
        gone: list[ast.stmt] = []
        starts: dict[ast.Call, list[tuple[ast.expr, str]]] = {}
        for one in self._read:
            name = one.name if one.name is not None and one.name not in _BUILT_IN else self._free("iterator")
            handed = all(take.hands for take in one.takes)
            dataset = self._source(one.spec)
            if not one.at_once and not isinstance(one.spec, ast.Name):
                dataset = self._free("dataset")
            yield from self._made(one, name, dataset, gone, handed=handed)
            for start in one.starts:
                of = dataset if start.dataset is one.spec else self._source(start.dataset)
                of = self._filling.dataset(start, of)
                starts.setdefault(start.run.call, []).append((start.part, f"{name} = {_begun(of, handed=handed)}"))
            for take in one.takes:
                yield from (
                    self._handed(one, take, name, alone=handed) if take.hands else self._taken_by(one, take, name)
                )
            gone += one.aliases
        yield from self._filling.edits()
        gone += self._filling.gone
        for call, parts in starts.items():
            yield self._started(call, parts)
        comments = self._layout.comments
        told = {line for line, one in comments.items() if _OF_ITERATORS.search(one.text)}
        yield from Removal(self._layout, keeps=lambda line: line not in told).edits(gone)
        yield from self._ends()

    def _free(self, name: str) -> str:
        """The name, with a number behind it where the text has it already."""
        number, free = 2, name
        while free in self._taken:
            number, free = number + 1, f"{name}_{number}"
        self._taken.add(free)
        return free

    def _made(self, one: Iterated, name: str, dataset: str, gone: list[ast.stmt], *, handed: bool) -> Iterator[Edit]:
        """The iterator where it is made, and what it gives as placeholders."""
        made, got = self._sights.statement(one.made), one.got
        spec = f"{name if one.at_once and not isinstance(one.spec, ast.Name) else dataset}{SPEC}"
        lines = [] if handed or got is None else list(self._placeholders(one, spec))
        span = self._layout.spans.of(one.made)
        if made is got:
            lines.insert(0, f"{name} = {_begun(dataset, handed=handed)}")
        elif one.at_once:
            yield Edit(span.start, span.end, _begun(dataset, handed=handed))
            yield from self._named(made, name)
        elif dataset != self._source(one.spec):
            yield Edit(span.start, span.end, self._source(one.spec))
            yield from self._named(made, dataset)
        else:
            gone.append(made)
        if lines and got is not None:
            yield self._replaced(got, lines)
        elif got is not None:
            gone.append(got)

    def _named(self, statement: ast.stmt, name: str) -> Iterator[Edit]:
        """The name that a statement gives."""
        assert isinstance(statement, ast.Assign)
        if self._source(statement.targets[0]) != name:
            span = self._layout.spans.of(statement.targets[0])
            yield Edit(span.start, span.end, name)

    def _placeholders(self, one: Iterated, spec: str) -> Iterator[str]:
        """What stands for the parts of an element until they are given to functions."""
        if one.is_whole:
            self._is_a_tensor(one)
        for at, name in enumerate(one.elements):
            where = spec if one.is_whole else f"{spec}[{at}] of {len(one.elements)}"
            dtype, shape = dtype_of(name, one, self._sights), self._shapes.of(one.spec, None if one.is_whole else at)
            known = f", {list(shape)}" if shape is not None else ""
            if self._filling.is_called:
                yield f"{name} = {self._root}.placeholder({self._declared(one, at, shape)})"
            else:
                yield f'{name} = {self._root}.placeholder({self._root}.{dtype}{known}, name="{where}")'

    def _declared(self, one: Iterated, at: int, shape: Shape | None) -> str:
        """The dtype and the shape of a part of the elements of a dataset that a function makes."""
        made = self._shapes.array(one.spec, None if one.is_whole else at)
        dtype = self._filling.dtype(made) if made is not None else None
        if dtype is None or shape is None:
            raise LeftError(one.made, f"the shapes of what {short(one.made)} gives are not known")
        return f"{dtype}, {list(shape)}"

    def _is_a_tensor(self, one: Iterated) -> None:
        """Refuses an element that may consist of several tensors."""
        assert one.got is not None
        if not is_single(one, self._sights):
            raise LeftError(one.got, f"whether what {one.elements[0]} holds is one tensor is not known")

    def _replaced(self, statement: ast.stmt, lines: list[str]) -> Edit:
        """A statement that becomes several; it stands on lines of its own."""
        layout, span = self._layout, self._layout.spans.of(statement)
        indent = layout.line(statement.lineno)[: span.column]
        if indent.strip():
            raise LeftError(statement, "an iterator is used in the middle of a line")
        return Edit(span.start, span.end, f"{layout.newline}{indent}".join(lines))

    def _started(self, call: ast.Call, parts: list[tuple[ast.expr, str]]) -> Edit:
        """A run that starts iterators, and runs the rest of what it fetches."""
        fetch = call.args[0] if call.args else next(one.value for one in call.keywords if one.arg == "fetches")
        starting = [part for part, _ in parts]
        rest = [self._source(part) for part in parts_of(fetch) if part not in starting]
        lines = [line for _, line in parts]
        if rest:
            lines.append(f"{self._source(call.func)}([{', '.join(rest)}])")
        return self._replaced(self._sights.statement(call), lines)

    def _taken_by(self, one: Iterated, take: Take, name: str) -> Iterator[Edit]:
        """A run that is fed with the next element."""
        layout, call = self._layout, take.run.call
        statement = self._sights.statement(call)
        span = layout.spans.of(statement)
        indent = layout.line(statement.lineno)[: span.column]
        if indent.strip():
            raise LeftError(statement, "an iterator is used in the middle of a line")
        targets = ", ".join(f"{part}{NEXT}" for part in one.elements)
        comma = "," * (not one.is_whole and len(one.elements) == 1)
        yield Edit(span.start, span.start, f"{targets}{comma} = next({name}){layout.newline}{indent}")
        yield self._fed(take)

    def _fed(self, take: Take) -> Edit:
        """What a run feeds, with the parts of the element that it needs."""
        call, layout = take.run.call, self._layout
        pairs = ", ".join(f"{part}: {part}{NEXT}" for part in take.needs)
        feed = take.run.feed
        if feed is not None and feed not in ast.walk(call):
            raise LeftError(call, "what is fed beside an element is not written out at the call")
        if feed is not None:
            values = feed.values
            at = layout.spans.of(values[-1]).end if values else layout.spans.of(feed).start + 1
            return Edit(at, at, ", " * bool(values) + pairs)
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if any(keyword.arg == "feed_dict" for keyword in call.keywords) or len(call.args) > 1:
            raise LeftError(call, "what is fed beside an element is not written out at the call")
        at = max((layout.spans.of(value).end for value in given), default=layout.spans.of(call).end - 1)
        return Edit(at, at, ", " * bool(given) + f"feed_dict={{{pairs}}}")

    def _handed(self, one: Iterated, take: Take, name: str, *, alone: bool) -> Iterator[Edit]:
        """A run that gives an element and nothing else."""
        call, fetch = take.run.call, take.run.fetch
        span, parts = self._layout.spans.of(call), parts_of(fetch)
        above = self._sights.parent(call)
        unpacked = isinstance(above, ast.Assign) and isinstance(above.targets[0], (ast.Tuple, ast.List))
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        if parts == [fetch] and one.is_whole:
            if not alone:
                self._is_a_tensor(one)
            text = f"next({name})" if alone else f"next({name}).numpy()"
        elif tuple(names) == one.elements and unpacked:
            text = f"next({name})" if alone else f"[value.numpy() for value in next({name})]"
        elif parts == [fetch] and names[0] in one.elements:
            text = f"next({name})[{one.elements.index(names[0])}]" + ".numpy()" * (not alone)
        else:
            raise LeftError(call, "what is done with the parts of an element is not known")
        if alone and self._is_changed(above):
            raise LeftError(call, "what an iterator gives is changed in place")
        yield Edit(span.start, span.end, text)

    def _is_changed(self, statement: ast.AST) -> bool:
        """Whether what a statement gives a name may be changed in place: what iterators give to NumPy may not."""
        if not isinstance(statement, ast.Assign):
            return False
        names = {node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        stored: list[ast.expr] = [node.target for node in self._sights.all(ast.AugAssign)]
        stored += [node.value for node in self._sights.all(ast.Subscript) if not isinstance(node.ctx, ast.Load)]
        return any(isinstance(node, ast.Name) and node.id in names for node in stored)

    def _ends(self) -> Iterator[Edit]:
        """The end of a dataset, which programs wait for."""
        for use in self._sights.uses():
            if use.symbol != END_OF_DATA:
                continue
            above = self._sights.parent(use.node)
            handler = self._sights.parent(above) if isinstance(above, ast.Tuple) else above
            if not isinstance(handler, ast.ExceptHandler) or handler.name is not None:
                raise LeftError(use.node, "the end of a dataset is looked into")
            span = self._layout.spans.of(use.node)
            yield Edit(span.start, span.end, "StopIteration")


def _begun(dataset: str, *, handed: bool) -> str:
    """What goes through a dataset; through arrays, where no function takes its elements."""
    return f"{dataset}.as_numpy_iterator()" if handed else f"iter({dataset})"
