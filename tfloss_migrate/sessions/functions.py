"""Groups what runs need into functions: one a set of fetches, shared parts once."""

from __future__ import annotations

import ast
import itertools

from tfloss_migrate.record import dataclass, field
from tfloss_migrate.sessions.feeding import Fed, Feeding
from tfloss_migrate.sessions.program import Placeholder, Program


@dataclass(eq=False)
class Function:
    """A function to be written in the place of graph statements.

    `calls` says by which function a statement's value is computed; `traced` whether it is called with arrays.
    """

    name: str
    parameters: tuple[Placeholder, ...]
    statements: list[ast.stmt]
    returned: tuple[ast.expr, ...]
    fetch: ast.expr | None  # None for a part of other functions
    traced: bool = True
    calls: dict[ast.stmt, Function] = field(default_factory=dict)

    @property
    def own(self) -> list[ast.stmt]:
        """The statements that are written in this function and in no other."""
        return [statement for statement in self.statements if statement not in self.calls]


class Functions:
    """The functions of a program, in the order in which they can be defined, and which of them serves each run."""

    def __init__(self, program: Program, feeding: Feeding, taken: set[str]) -> None:
        self._program, self._feeding, self._taken = program, feeding, taken
        self.by_run: dict[ast.Call, Function] = {}
        by_key: dict[object, Function] = {}
        for fed in feeding.fed:
            shape = type(fed.run.fetch) if len(fed.fetches) > 1 else None
            key = (tuple(map(ast.dump, fed.fetches)), fed.statements, fed.placeholders, shape)
            if key not in by_key:
                by_key[key] = self._function(fed)
            self.by_run[fed.run.call] = by_key[key]
        self.all = list(by_key.values())
        self._call_each_other()
        self._share()
        self.all.sort(key=lambda function: (function.traced, self._position(function)))

    def _function(self, fed: Fed) -> Function:
        names = [fetch.id for fetch in fed.fetches if isinstance(fetch, ast.Name)]
        if len(names) < len(fed.fetches):
            names = [self._feeding.assigned_by(fed.run) or "value"]
        fetch = fed.run.fetch if len(fed.fetches) > 1 else fed.fetches[0]
        return Function(self._free(names), fed.placeholders, list(fed.statements), fed.fetches, fetch)

    def _free(self, names: list[str]) -> str:
        head = "_".join(names[:-1])
        name = "compute_" + (f"{head}_and_{names[-1]}" if 1 < len(names) <= 3 else names[0])
        if len(names) > 3:
            name = "compute_all"
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
        own = own or [one.statement for one in function.parameters]
        return max(own, key=lambda statement: statement.lineno)

    def _call_each_other(self) -> None:
        """A function that computes on the way what another one returns calls it."""
        units = {f.statements[-1]: f for f in self.all if self._is_unit(f)}
        for function in self.all:
            closure = function.statements
            function.calls = {s: unit for s, unit in units.items() if s in closure and unit is not function}
            self._prune(function)
            if function.calls and any(self._feeding.draws(statement) for statement in closure):
                self._program.stop(
                    closure[0], "random numbers are drawn for several runs, some of them of more than this"
                )

    def _prune(self, function: Function) -> None:
        """Keeps the statements that are read, and not those that only a called function reads."""
        kept: set[ast.stmt] = set()
        stack: list[ast.AST] = list(function.returned)
        while stack:
            for statement in self._feeding.direct(stack.pop()) - kept:
                kept.add(statement)
                if statement not in function.calls:
                    stack.append(statement)
        function.statements = [statement for statement in function.statements if statement in kept]
        function.calls = {s: called for s, called in function.calls.items() if s in kept}

    def _is_unit(self, function: Function) -> bool:
        if len(function.returned) != 1 or not function.statements or not isinstance(function.fetch, ast.Name):
            return False
        last = function.statements[-1]
        return _assigned(last) == function.fetch.id and last in self._feeding.direct(function.returned[0])

    def _share(self) -> None:
        """Statements that several functions still have in common become a function that these call."""
        while True:
            owners: dict[ast.stmt, list[Function]] = {}
            for function in self.all:
                for statement in function.own:
                    owners.setdefault(statement, []).append(function)
            by = max(owners.values(), key=len, default=[])
            if len(by) < 2:
                return
            part = sorted((s for s, callers in owners.items() if callers == by), key=lambda s: s.lineno)
            if not self._part(part, by):
                self._program.stop(part[0], "several runs need what is computed here, each in another way")
                return

    def _part(self, part: list[ast.stmt], callers: list[Function]) -> bool:
        """Makes a function of statements that all `callers` have; whether that can be done."""
        read: set[ast.stmt] = set()
        for function in callers:
            rest = [s for s in function.own if s not in part]
            read |= set().union(*(self._feeding.direct(node) for node in (*rest, *function.returned)))
        frontier = [s for s in part if s in read]
        calls = {s: called for s, called in callers[0].calls.items() if all(s in f.calls for f in callers)}
        inside = set().union(*(self._feeding.direct(s) for s in part)) - set(part)
        targets = [s.targets[0] for s in frontier if isinstance(s, ast.Assign)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        last = {_assigned(statement): statement for statement in part}
        if not names or len(set(names)) < len(frontier) or any(last[_assigned(s)] is not s for s in frontier):
            return False
        if not inside <= calls.keys():
            return False
        statements = sorted({*part, *inside}, key=lambda s: s.lineno)
        helper = Function(
            self._free(names), self._feeding.placeholders_of(*part), statements, tuple(targets), None, traced=False
        )
        helper.calls = {s: calls[s] for s in inside}
        self.all.append(helper)
        for function in callers:
            function.statements = [s for s in function.statements if s not in part or s is frontier[0]]
            function.calls[frontier[0]] = helper
        return True


def _assigned(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None
