"""Groups what runs need into functions: one a set of fetches, shared parts once."""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass, field

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
        for function in sorted(self.all, key=lambda f: len(f.statements), reverse=True):
            for unit in sorted(units.values(), key=lambda f: len(f.statements), reverse=True):
                last = unit.statements[-1]
                if unit is function or last not in function.own:
                    continue
                inner = set(unit.statements) - {last}
                rest = [s for s in function.statements if s not in unit.statements]
                read = set().union(*(self._feeding.direct(node) for node in (*rest, *function.returned)))
                if inner & read or not inner <= {*function.statements, *function.calls}:
                    continue
                function.statements = [s for s in function.statements if s not in inner]
                function.calls = {s: f for s, f in function.calls.items() if s not in inner} | {last: unit}

    def _is_unit(self, function: Function) -> bool:
        if len(function.returned) != 1 or not function.statements or not isinstance(function.fetch, ast.Name):
            return False
        last = function.statements[-1]
        plain = isinstance(last, ast.Assign) and isinstance(last.targets[0], ast.Name)
        return plain and last in self._feeding.direct(function.returned[0]) and last.targets[0].id == function.fetch.id  # type: ignore[attr-defined]

    def _share(self) -> None:
        """Statements that several functions still have in common become a function that these call."""
        owners: dict[ast.stmt, list[Function]] = {}
        for function in self.all:
            for statement in function.own:
                owners.setdefault(statement, []).append(function)
        shared = [statement for statement, by in owners.items() if len(by) > 1]
        groups = {tuple(map(id, owners[statement])) for statement in shared}
        for group in groups:
            part = sorted((s for s in shared if tuple(map(id, owners[s])) == group), key=lambda s: s.lineno)
            if not self._part(part, owners[part[0]]):
                line = part[0]
                self._program.stop(line, "several runs need what is computed here, each in another way")

    def _part(self, part: list[ast.stmt], callers: list[Function]) -> bool:
        read: set[ast.stmt] = set()
        for function in callers:
            rest = [s for s in function.own if s not in part]
            read |= set().union(*(self._feeding.direct(node) for node in (*rest, *function.returned)))
        frontier = [s for s in part if s in read]
        inside = set().union(*(self._feeding.direct(s) for s in part))
        targets = [s.targets[0] for s in frontier if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)]
        if not inside <= set(part) or len(targets) < len(frontier) or not targets:
            return False
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if len(set(names)) < len(names) or any(self._rebound(name, part, frontier) for name in names):
            return False
        helper = Function(
            self._free(names), self._feeding.placeholders_of(*part), part, tuple(targets), None, traced=False
        )
        self.all.append(helper)
        for function in callers:
            gone = set(part) - {part[-1]}
            function.statements = [s for s in function.statements if s not in gone]
            function.calls[part[-1]] = helper
        return True

    def _rebound(self, name: str, part: list[ast.stmt], frontier: list[ast.stmt]) -> bool:
        """Whether a name of the frontier is given another value in the same part."""
        assigned = [s for s in part if _assigned(s) == name]
        return len(assigned) > 1 or not set(assigned) <= set(frontier)


def _assigned(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None
