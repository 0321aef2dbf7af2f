"""Reads the iterators of datasets, which a session advances: `x, y = dataset.make_one_shot_iterator().get_next()`.

A run that needs what such an iterator gives takes one element of it, however much it fetches; any other run takes none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.reading.program import Program, Run, parts_of, short
from tfloss_migrate.sessions.text.needs import Needs, sources
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.scopes import Binding

#: What is raised where an iterator of a session has no element left.
END_OF_DATA = "errors.OutOfRangeError"
_MAKERS = frozenset({"make_one_shot_iterator", "make_initializable_iterator"})
_FROM_STRUCTURE = "data.Iterator.from_structure"
_TYPES = ("output_types", "get_output_types")
_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return)
#: What may not be evaluated, or more than once, within its statement.
_PERHAPS = (ast.IfExp, ast.BoolOp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class LeftError(Exception):
    """Why iterators stay: a node, and what is the matter with it."""

    def __init__(self, node: ast.AST, text: str) -> None:
        super().__init__(text)
        self.node = node


@dataclass(frozen=True, eq=False)
class Start:
    """A run that puts an iterator to the beginning of a dataset: `part` of its fetch does."""

    run: Run
    part: ast.expr
    dataset: ast.expr


@dataclass(frozen=True, eq=False)
class Take:
    """A run that takes an element, of which it `needs` parts. One that only `hands` it over fetches nothing else."""

    run: Run
    needs: tuple[str, ...]
    hands: bool


@dataclass(frozen=True, eq=False)
class Iterated:
    """An iterator: the call that makes it, its name, and of which dataset it is if it begins where it is made.

    `spec` is a dataset with elements of that kind. `got` is the statement that gives names to the parts of an element,
    None where only runs ask for one; `aliases` those that give a name to what starts it.
    """

    made: ast.Call
    name: str | None
    at_once: bool
    spec: ast.expr
    got: ast.Assign | None
    elements: tuple[str, ...]
    starts: tuple[Start, ...]
    takes: tuple[Take, ...]
    aliases: tuple[ast.stmt, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether an element has one name, whatever it consists of."""
        return self.got is None or isinstance(self.got.targets[0], ast.Name)


def iterators(sights: Sights, program: Program) -> list[Iterated]:
    """All iterators of a text; raises `LeftError` if one of them is used in a way that is not known."""
    makes = [call for call in sights.all(ast.Call) if _dataset_of(call, sights) is not None]
    read = [_Reader(call, sights, program).read() for call in sorted(makes, key=lambda one: one.lineno)]
    every = [sights.statement(take.run.call) for one in read for take in one.takes]
    for statement in every:
        if every.count(statement) > 1:
            raise LeftError(statement, "one statement takes several elements of iterators")
    return read


def _dataset_of(call: ast.Call, sights: Sights) -> ast.expr | None:
    """What a call makes an iterator of, or of the kind of which it makes one."""
    symbol = sights.called(call)
    if symbol == _FROM_STRUCTURE:
        types = (given(call, ("output_types", "output_shapes")) or {}).get("output_types")
        if isinstance(types, ast.Attribute) and types.attr in _TYPES:
            return types.value
        if isinstance(types, ast.Call) and types.args and (sights.called(types) or "").endswith(_TYPES):
            return types.args[0]
        raise LeftError(call, f"of which types the elements of {short(call)} are is not known")
    if symbol is not None and symbol.removeprefix("data.") in _MAKERS:
        return call.args[0] if len(call.args) == 1 and not call.keywords else None
    method = call.func if isinstance(call.func, ast.Attribute) and symbol is None else None
    return method.value if method is not None and method.attr in _MAKERS and not call.args + call.keywords else None


class _Reader:
    """Reads one iterator."""

    def __init__(self, made: ast.Call, sights: Sights, program: Program) -> None:
        self._made, self._sights, self._program = made, sights, program
        self._fetching = {id(node): run for run in program.runs for node in ast.walk(run.fetch)}
        dataset = _dataset_of(made, sights)
        assert dataset is not None
        self._dataset = dataset
        self._structure = sights.called(made) == _FROM_STRUCTURE
        self._is_at_once = not self._structure and "one_shot" in ast.unparse(made.func)
        self._got: list[ast.Call] = []
        self._starts: list[Start] = []
        self._aliases: list[ast.stmt] = []

    def read(self) -> Iterated:
        made, sights = self._made, self._sights
        above, name = sights.parent(made), None
        if isinstance(above, ast.Attribute):
            self._used(above)
        elif isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
            name = above.targets[0].id
            scope = sights.place(above).scope.owner_of(name)
            if scope is None or len(scope.bindings[name]) > 1:
                raise LeftError(made, f"{name} is not only this iterator")
            for load in sights.loads(name, scope):
                self._used(sights.parent(load))
        else:
            raise LeftError(made, f"{short(made)} is handed on")
        if self._is_at_once and self._starts:
            raise LeftError(made, f"{short(made)} is started twice")
        statements = {self._statement(call) for call in self._got if id(call) not in self._fetching}
        if len(statements) > 1:
            raise LeftError(made, f"several elements of {short(made)} are asked for")
        got = statements.pop() if statements else None
        elements = self._elements(got) if got is not None else ()
        takes = tuple(self._takes(got, elements))
        if not takes or (got is None and not all(take.hands for take in takes)):
            raise LeftError(made, f"which runs take elements of {short(made)} is not known")
        self._check(takes, scope_of=made)
        return Iterated(
            made, name, self._is_at_once, self._dataset, got, elements, tuple(self._starts), takes, tuple(self._aliases)
        )

    def _used(self, used: ast.AST) -> None:
        """One use of the iterator: an element is asked for, or it is started."""
        call = self._sights.parent(used)
        called = isinstance(used, ast.Attribute) and isinstance(call, ast.Call) and call.func is used
        if isinstance(used, ast.Attribute) and used.attr == "initializer" and not self._structure:
            self._started(used, self._dataset)
            return
        if isinstance(used, ast.Attribute) and isinstance(call, ast.Call) and called:
            known = given(call, ("dataset", "name") if used.attr == "make_initializer" else ("name",))
            if used.attr == "get_next" and known is not None:
                self._got.append(call)
                return
            if used.attr == "make_initializer" and self._structure and known is not None and "dataset" in known:
                self._started(call, known["dataset"])
                return
        if isinstance(used, ast.Call) and getattr(used.func, "id", "") == "print" and self._is_at_once:
            return
        raise LeftError(used, f"what {short(used)} does with an iterator is not known")

    def _started(self, node: ast.expr, dataset: ast.expr) -> None:
        """Where an iterator is started: in runs, also by a name."""
        statement = self._sights.parent(node)
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            scope = self._sights.place(statement).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
            if not isinstance(target, ast.Name) or scope is None or len(scope.bindings[target.id]) > 1:
                raise LeftError(statement, f"what starts an iterator is stored as {short(target)}")
            self._aliases.append(statement)
            for load in self._sights.loads(target.id, scope):
                self._start(load, dataset)
        else:
            self._start(node, dataset)

    def _start(self, part: ast.expr, dataset: ast.expr) -> None:
        run = self._fetching.get(id(part))
        alone = run is not None and part in parts_of(run.fetch) and not isinstance(run.fetch, ast.Dict)
        if run is None or not alone or not isinstance(self._sights.parent(run.call), ast.Expr):
            raise LeftError(part, f"{short(part)} is not only run")
        self._starts.append(Start(run, part, dataset))

    def _statement(self, call: ast.Call) -> ast.Assign:
        statement = self._sights.parent(call)
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise LeftError(call, f"what {short(call)} gives has no name of its own")
        if any(self._sights.loops(statement)):
            raise LeftError(call, f"{short(call)} is called in a loop")
        return statement

    def _elements(self, got: ast.Assign) -> tuple[str, ...]:
        """The names of the parts of an element."""
        target = got.targets[0]
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        if len(names) < len(parts):
            raise LeftError(got, f"an element of an iterator is stored as {short(target)}")
        return tuple(names)

    def _takes(self, got: ast.Assign | None, elements: Sequence[str]) -> Iterator[Take]:
        """The runs that take an element."""
        asked = {id(self._fetching[id(call)]): call for call in self._got if id(call) in self._fetching}
        needs = Needs(self._sights, frozenset(id(run.call) for run in self._program.runs))
        bound = {id(one): name for name, one in self._bound(got, elements)}
        for run in self._program.runs:
            if id(run) in asked:
                if got is not None or run.fetch is not asked[id(run)]:
                    raise LeftError(run.call, f"{short(run.call)} fetches more than an element")
                yield Take(run, (), True)
                continue
            needed = {bound[key] for key in needs.of(run.fetch) if key in bound}
            fed = {key.id for key in (run.feed.keys if run.feed is not None else ()) if isinstance(key, ast.Name)}
            if needed - fed:
                self._surely(run, needs, bound)
                hands = not run.steps and all(self._is_element(part, got) for part in parts_of(run.fetch))
                yield Take(run, tuple(name for name in elements if name in needed - fed), hands)

    def _bound(self, got: ast.Assign | None, elements: Sequence[str]) -> Iterator[tuple[str, Binding]]:
        for name in elements:
            scope = self._sights.place(got).scope.owner_of(name) if got is not None else None
            yield from ((name, one) for one in (scope.bindings[name] if scope is not None else ()) if one.node is got)

    def _surely(self, run: Run, needs: Needs, bound: Mapping[int, str]) -> None:
        """Refuses a run that needs an element by one of the values that a name may have, and not by another one."""
        for node in needs.code(run.fetch):
            held = self._sights.may_hold(node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else ()
            reads = [id(one) in bound or not bound.keys().isdisjoint(needs.of(*sources(one))) for one in held]
            if any(reads) and not all(reads) and not any(isinstance(one.node, ast.AugAssign) for one in held):
                raise LeftError(run.call, f"whether {short(run.call)} takes an element hangs on {short(node)}")

    def _is_element(self, node: ast.expr, got: ast.Assign | None) -> bool:
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        return len(held) == 1 and held[0].node is got

    def _check(self, takes: Sequence[Take], scope_of: ast.AST) -> None:
        """Each element is taken where a statement of its own can stand, and the iterator is started there too."""
        sights = self._sights
        own = sights.function_around(scope_of)
        for start in self._starts:
            if sights.function_around(start.run.call) is not own:
                raise LeftError(start.run.call, f"{short(start.run.call)} starts what another function takes from")
            names = frozenset(n.id for n in ast.walk(start.dataset) if isinstance(n, ast.Name))
            if not flow.unchanged(names, sights.place(start.dataset), sights.place(start.run.call)):
                raise LeftError(start.run.call, f"which dataset {short(start.run.call)} starts is not known")
        idle = [run.call for run in self._program.runs]
        for call in (take.run.call for take in takes):
            statement = sights.statement(call)
            inside = {node for node in sights.above(call) if node in ast.walk(statement)}
            others = [node for node in ast.walk(statement) if isinstance(node, ast.Call) and node not in inside]
            before = [node for node in others if (node.lineno, node.col_offset) < (call.lineno, call.col_offset)]
            before = [node for node in before if node not in idle]
            fed = [node for node in others if node in ast.walk(call) and node is not call]
            plain = all(sights.called(node) is not None for node in fed) or not self._may_end()
            if not isinstance(statement, _SIMPLE) or any(isinstance(node, _PERHAPS) for node in inside):
                raise LeftError(call, f"when {short(call)} takes an element is not known")
            if before or not plain:
                raise LeftError(call, f"{short(call)} takes an element after other calls in its statement")
            around = sights.function_around(call)
            yields = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(around))
            if yields and around is not sights.tree:
                raise LeftError(call, f"{short(call)} takes an element in a generator")

    def _may_end(self) -> bool:
        """Whether a program waits for the end of a dataset."""
        return any(use.symbol == END_OF_DATA for use in self._sights.uses())
