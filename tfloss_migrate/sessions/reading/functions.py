"""Groups what runs need into functions: one a set of fetches, shared parts once."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from tfloss_migrate.record import dataclass, field
from tfloss_migrate.sessions.reading.feeding import Fed, Feeding
from tfloss_migrate.sessions.reading.program import Placeholder, Program, Step, unmarked

_DRAWS = "random numbers are drawn for several runs, some of them of more than this"


@dataclass(eq=False)
class Function:
    """A function to be written in the place of graph statements; with `steps`, one that trains.

    `calls` says by which function a statement's value is computed; `given` in which of these statements another one's
    value is computed too; `traced` whether it is called with arrays.
    """

    name: str
    parameters: tuple[Placeholder, ...]
    statements: list[ast.stmt]
    returned: tuple[ast.expr, ...]
    fetch: ast.expr | None  # None for a part of other functions
    traced: bool = True
    steps: tuple[Step, ...] = ()
    calls: dict[ast.stmt, Function] = field(default_factory=dict)
    given: dict[ast.stmt, ast.stmt] = field(default_factory=dict)

    @property
    def read(self) -> tuple[ast.expr, ...]:
        """What the statements are there for: what is returned, and the losses."""
        return (*self.returned, *(node for step in self.steps for node in step.needed))

    @property
    def own(self) -> list[ast.stmt]:
        """The statements that are written in this function and in no other."""
        return [statement for statement in self.statements if statement not in self.calls]


class Functions:
    """The functions of a program, in the order in which they can be defined, and which of them serves each run."""

    def __init__(self, program: Program, feeding: Feeding, unrun: set[ast.stmt], taken: set[str]) -> None:
        self._program, self._feeding, self._unrun, self._taken = program, feeding, unrun, taken
        self.by_run: dict[ast.Call, Function] = {}
        self._optimizers: dict[Step, str] = {}
        by_key: dict[object, Function] = {}
        for fed in feeding.fed:
            shape = type(fed.run.fetch) if len(fed.fetches) > 1 else None
            key = (tuple(map(ast.dump, fed.fetches)), fed.statements, fed.placeholders, shape, fed.run.steps)
            if key not in by_key:
                by_key[key] = self._function(fed)
            self.by_run[fed.run.call] = by_key[key]
        self.all = list(by_key.values())
        self._call_each_other()
        self._share()
        for function in (one for one in self.all if one.fetch is not None or one.steps):
            self._drop_unread(function)
        self._merge()
        self._check_draws()
        self.all.sort(key=lambda function: (function.traced, self._position(function)))

    def _function(self, fed: Fed) -> Function:
        names = [fetch.id for fetch in fed.fetches if isinstance(fetch, ast.Name)]
        if len(names) < len(fed.fetches):
            names = [self._feeding.assigned_by(fed.run) or "value"]
        fetch = fed.run.fetch if len(fed.run.values) > 1 else fed.fetches[0] if fed.fetches else None
        steps = fed.run.steps
        name = self._free_step(steps, names) if steps else self._free(names)
        return Function(name, fed.placeholders, list(fed.statements), fed.fetches, fetch, steps=steps)

    def _free_step(self, steps: tuple[Step, ...], names: list[str]) -> str:
        """`train_step`; where there are others, after the names of its own; a second one by what it returns."""
        own = "_and_".join(step.name for step in steps)
        own = own if own.rstrip("_0123456789").endswith("step") else f"{own}_step"
        alone = len(self._program.steps) == 1 and not steps[0].assigned
        name = "train_step" if alone or len(steps) > 3 else own
        values = "_and_".join(unmarked(name).lstrip("_") for name in names[-2:] if name)
        return self._unused(f"{name}_with_{values}" if values and name in self._taken else name)

    def _free(self, names: list[str]) -> str:
        names = [unmarked(name).lstrip("_") or "value" for name in names]
        head = "_".join(names[:-1])
        name = "compute_" + (f"{head}_and_{names[-1]}" if 1 < len(names) <= 3 else names[0])
        return self._unused(name if len(names) <= 3 else "compute_all")

    def _unused(self, name: str) -> str:
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        free = next(one for one in itertools.chain([name], numbered) if one not in self._taken)
        self._taken.add(free)
        return free

    def _position(self, function: Function) -> tuple[int, int]:
        statement = self.place_of(function)
        return statement.lineno, len(function.statements)

    def place_of(self, function: Function) -> ast.stmt:
        """The statement in whose place a function is written: the last of those that it is made of."""
        own = function.own or [self.place_of(inner) for inner in function.calls.values()]
        own = own or [one.statement for one in self._program.placeholders if function.parameters]
        own = [*own, *(step.statement for step in function.steps)]
        return max(own, key=lambda statement: statement.lineno)

    def local(self, name: str) -> str:
        """A name for something inside of a function that is not a name of the program."""
        return name if name not in self._taken else f"step_{name}"

    def optimizer(self, step: Step) -> str:
        """The name of what a step trains with."""
        if step not in self._optimizers:
            target = step.home.targets[0] if step.home is not None else None
            name = "optimizer" if len(self._program.steps) == 1 else f"{step.name}_optimizer"
            own = step.name if "opt" in step.name.lower() else self._unused(name)
            self._optimizers[step] = target.id if isinstance(target, ast.Name) else own
        return self._optimizers[step]

    def closure(self, function: Function, node: ast.AST) -> set[ast.stmt]:
        """The statements of a function that an expression needs."""
        needed: set[ast.stmt] = set()
        stack: list[ast.AST] = [node]
        while stack:
            direct = {function.given.get(one, one) for one in self._feeding.direct(stack.pop())}
            for statement in direct - needed:
                needed.add(statement)
                if statement not in function.calls:
                    stack.append(statement)
        return needed

    def after_gradients(self, function: Function) -> set[ast.stmt]:
        """The statements of a function that are made of gradients, which only a tape around its losses has."""
        taken = [step.taken for step in function.steps if step.taken is not None]
        homes = {one for one in function.statements if any(node in taken for node in ast.walk(one))}
        return homes | {one for one in function.statements if homes & self.closure(function, one)}

    def _call_each_other(self) -> None:
        """A function that computes on the way what another one returns calls it."""
        units = {f.statements[-1]: f for f in self.all if self._is_unit(f)}
        for function in self.all:
            closure = function.statements
            function.calls = {s: unit for s, unit in units.items() if s in closure and unit is not function}
            if any(map(self._feeding.draws, closure)):
                function.calls = {s: unit for s, unit in function.calls.items() if not self._draws(unit)}
            self._prune(function)

    def _draws(self, function: Function) -> bool:
        return any(map(self._feeding.draws, function.statements))

    def _check_draws(self) -> None:
        """A call of a function must not draw anew what a run drew once."""
        for function in self.all:
            drawn = list(self._drawn(function))
            if len(set(drawn)) < len(drawn):
                self._program.stop(drawn[0], _DRAWS)

    def _drawn(self, function: Function) -> Iterator[ast.stmt]:
        for statement in function.own:
            if self._feeding.draws(statement):
                yield statement
        for called in dict.fromkeys(function.calls.values()):
            yield from self._drawn(called)

    def _prune(self, function: Function) -> None:
        """Keeps the statements that are read, and not those that only a called function reads."""
        idle = [statement for statement in function.statements if statement in self._unrun]
        kept = set(idle).union(*(self.closure(function, node) for node in (*function.read, *idle)))
        function.statements = [statement for statement in function.statements if statement in kept]
        function.calls = {s: called for s, called in function.calls.items() if s in kept}

    def _drop_unread(self, function: Function) -> None:
        """Drops the calls whose value only another called function reads, which computes it itself."""
        idle = [statement for statement in function.statements if statement in self._unrun]
        kept = set[ast.stmt]().union(*(self.closure(function, node) for node in (*function.read, *idle)))
        several = {s for s, called in function.calls.items() if len(called.returned) > 1}
        function.statements = [s for s in function.statements if s in kept or s not in function.calls or s in several]
        function.calls = {s: called for s, called in function.calls.items() if s in function.statements}

    def _is_unit(self, function: Function) -> bool:
        if function.steps or len(function.returned) != 1 or not function.statements:
            return False
        if not isinstance(function.fetch, ast.Name):
            return False
        last = function.statements[-1]
        return [one.id for one in _assigned(last)] == [function.fetch.id] and last in self._feeding.direct(
            function.returned[0]
        )

    def _share(self) -> None:
        """Statements that several functions still have in common become a function that these call."""
        repeated = set[ast.stmt]().union(*map(self.after_gradients, self.all))
        while True:
            owners: dict[ast.stmt, list[Function]] = {}
            for function in self.all:
                for statement in function.own:
                    if statement not in repeated:
                        owners.setdefault(statement, []).append(function)
            by = max(owners.values(), key=len, default=[])
            if len(by) < 2:
                return
            part = sorted((s for s, callers in owners.items() if callers == by), key=lambda s: s.lineno)
            if self._draws_elsewhere(part, by):
                repeated.update(part)
            elif not self._part(part, by):
                self._program.stop(part[0], "several runs need what is computed here, each in another way")
                return

    def _merge(self) -> None:
        """A function that does nothing but call a part that returns the same takes the place of that part."""
        for function in [one for one in self.all if not one.steps and not one.own and one.traced]:
            called = next(iter(function.calls.values()), None)
            if called is None or called.traced or called.parameters != function.parameters:
                continue
            if list(map(ast.dump, map(_read, called.returned))) == list(map(ast.dump, function.returned)):
                function.statements, function.calls, function.given = called.statements, called.calls, called.given
                self.all.remove(called)
                for other in self.all:
                    other.calls = {s: function if one is called else one for s, one in other.calls.items()}

    def _draws_elsewhere(self, part: list[ast.stmt], callers: list[Function]) -> bool:
        """Whether a part needs what another function draws: called for this part too, it would draw anew."""
        inside = set[ast.stmt]().union(*(self._feeding.direct(s) for s in part)) - set(part)
        given = [(caller, caller.given.get(s, s)) for caller in callers for s in inside]
        called = [caller.calls[s] for caller, s in given if s in caller.calls]
        return any(True for one in called for _ in self._drawn(one))

    def _part(self, part: list[ast.stmt], callers: list[Function]) -> bool:
        """Makes a function of statements that all `callers` have; whether that can be done."""
        outside = [node for one in callers for node in (*(s for s in one.own if s not in part), *one.read)]
        read = set[ast.stmt]().union(*map(self._feeding.direct, outside))
        said = {n.id for node in outside for n in ast.walk(node) if isinstance(n, ast.Name)}
        frontier = [s for s in part if s in read]
        calls = {s: called for s, called in callers[0].calls.items() if all(s in f.calls for f in callers)}
        given = callers[0].given
        direct = set().union(*(self._feeding.direct(s) for s in part)) - set(part)
        inside = {given.get(s, s) for s in direct}
        targets = [name for s in frontier for name in _assigned(s) if name.id in said]
        names = [target.id for target in targets]
        last = {name.id: s for s in part for name in _assigned(s)}
        if not names or len(set(names)) < len(names) or any(last[name] not in frontier for name in names):
            return False
        if not inside <= calls.keys():
            return False
        statements = sorted({*part, *inside}, key=lambda s: s.lineno)
        helper = Function(
            self._free(names), self._feeding.placeholders_of(*part), statements, tuple(targets), None, traced=False
        )
        helper.calls = {s: calls[s] for s in inside}
        helper.given = {s: call for s, call in given.items() if call in inside}
        self.all.append(helper)
        for function in callers:
            function.statements = [s for s in function.statements if s not in part or s is frontier[0]]
            function.calls[frontier[0]] = helper
            function.given.update(dict.fromkeys(frontier[1:], frontier[0]))
            self._prune(function)
        return True


def _read(node: ast.expr) -> ast.expr:
    """A name that is assigned as it is when it is read."""
    return ast.Name(node.id, ast.Load()) if isinstance(node, ast.Name) else node


def _assigned(statement: ast.stmt) -> list[ast.Name]:
    """The names that a statement gives values to, each once."""
    if isinstance(statement, (ast.If, ast.For)):
        inner = [name for one in (*statement.body, *statement.orelse) for name in _assigned(one)]
        return list({name.id: name for name in inner}.values())
    if isinstance(statement, ast.AugAssign):
        return [statement.target] if isinstance(statement.target, ast.Name) else []
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
