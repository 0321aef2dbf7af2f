"""What is fed and fetched by a name, written out: a dict or a list that has a name for nothing but to be run."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfloss_migrate.sessions.reading.program import Program, Step
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax import flow

#: What may be fed anew at each call: nothing happens when it is evaluated.
_PLAIN = (
    *(ast.Name, ast.Attribute, ast.Constant, ast.Subscript, ast.Slice, ast.UnaryOp, ast.BinOp, ast.List, ast.Tuple),
    *(ast.expr_context, ast.operator, ast.unaryop),
)


class WrittenOut:
    """Finds what names of feeds and fetches stand for; the statements that give them go, as a program notes."""

    def __init__(self, sights: Sights, program: Program) -> None:
        self._sights, self._program = sights, program

    def groups(self, explained: set[int]) -> None:
        """`name = tf.group(first, second)` stands for these steps. What it accounts for is added to `explained`."""
        for use in self._sights.uses():
            statement = self._sights.parent(use.call) if use.symbol == "group" and use.call is not None else None
            if not isinstance(statement, ast.Assign) or use.call is None or len(statement.targets) != 1:
                continue
            names = [one for one in use.call.args if isinstance(one, ast.Name)]
            steps = [self._program.steps_of(self._sights.may_hold(one)) for one in names]
            if len(names) == len(use.call.args) and all(steps) and isinstance(statement.targets[0], ast.Name):
                explained.add(id(use.node))
                self._program.grouped[statement] = tuple(step for one in steps for step in one)
                self._program.listed.add(statement)

    def fetch(self, fetch: ast.expr, steps_of: Callable[[ast.expr], tuple[Step, ...]]) -> ast.expr:
        """What is fetched by the name of a list with a step in it, that nobody uses but to run it."""
        held = self._sights.may_hold(fetch) if isinstance(fetch, ast.Name) else ()
        value = held[0].value if len(held) == 1 else None
        if not isinstance(fetch, ast.Name) or not isinstance(value, (ast.List, ast.Tuple)):
            return fetch
        statement, scope = self._sights.statement(value), held[0].scope
        runs = [self._sights.parent(load) for load in self._sights.loads(fetch.id, scope)]
        run = all(isinstance(one, ast.Call) and getattr(one.func, "attr", "") == "run" for one in runs)
        names = all(isinstance(part, ast.Name) for part in value.elts)
        source, site = self._sights.place(value), self._sights.place(fetch)
        parts = frozenset(part.id for part in value.elts if isinstance(part, ast.Name))
        steps = any(map(steps_of, value.elts))
        if not (steps and names and run and flow.unchanged(parts, source, site)):
            return fetch
        self._program.listed.add(statement)
        return value

    def feed(self, name: ast.expr | None) -> ast.Dict | None:
        """What is fed, also by a name that nobody else uses, where all that is in it still is what it was."""
        if not isinstance(name, ast.Name):
            return name if isinstance(name, ast.Dict) else None
        held = self._sights.may_hold(name)
        binding = held[0] if len(held) == 1 else None
        if binding is None or not isinstance(binding.value, ast.Dict) or not isinstance(binding.node, ast.Assign):
            return None
        source, site = self._sights.place(binding.node), self._sights.place(name)
        names = {n.id for n in ast.walk(binding.value) if isinstance(n, ast.Name)}
        plain = all(isinstance(n, _PLAIN) for value in binding.value.values for n in ast.walk(value))
        if not plain or not flow.unchanged(frozenset(names), source, site):
            return None
        for load in self._sights.loads(name.id, binding.scope):
            parent = self._sights.parent(load)
            call = self._sights.parent(parent) if isinstance(parent, ast.keyword) else parent
            function = call.func if isinstance(call, ast.Call) else None
            if not isinstance(function, ast.Attribute) or function.attr not in ("run", "eval"):
                return None
        self._program.feeds[binding.node] = binding.value
        return binding.value
