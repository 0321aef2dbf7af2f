"""What is fed and fetched by a name, written out: a dict or a list that has a name for nothing but to be run."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable

from tfloss_migrate.sessions.reading.program import Program, Step
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax import flow

#: What may be fed anew at each call: nothing happens when it is evaluated.
_PLAIN = (
    *(ast.Name, ast.Attribute, ast.Constant, ast.Subscript, ast.Slice, ast.UnaryOp, ast.BinOp, ast.List, ast.Tuple),
    *(ast.expr_context, ast.operator, ast.unaryop),
)
#: What evaluates its parts several times, later, or not at all.
_AGAIN = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.IfExp, ast.BoolOp)
#: What gives an array another shape or dtype, and changes nothing.
_SHAPING = frozenset("reshape astype flatten ravel transpose squeeze expand_dims copy tolist asarray array".split())


def _shapes(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _SHAPING


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
        at_once = self._is_next(binding.node, name)
        plain = at_once or all(self._is_plain(value) for value in binding.value.values)
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

    def _is_plain(self, value: ast.expr) -> bool:
        """Whether nothing happens when a value is evaluated, once more: it is made of names, and put into a shape."""
        calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
        shaped = {id(part) for call in calls if _shapes(call) for part in (call, *call.keywords)}
        return all(isinstance(node, _PLAIN) or id(node) in shaped for node in ast.walk(value))

    def _is_next(self, statement: ast.Assign, name: ast.Name) -> bool:
        """Whether the only thing that is done with a name is done by the statement after the one that gives it."""
        block = next(
            body
            for field in ("body", "orelse", "finalbody", "handlers")
            if isinstance(body := getattr(self._sights.parent(statement), field, None), list) and statement in body
        )
        following = block[block.index(statement) + 1 : block.index(statement) + 2]
        scope = self._sights.place(name).scope.owner_of(name.id)
        loads = self._sights.loads(name.id, scope) if scope is not None else []
        mine = [load for load in loads if any(one.node is statement for one in self._sights.may_hold(load))]
        own = self._sights.statement(name)
        around = itertools.takewhile(lambda one: one is not own, self._sights.above(name))
        simple = isinstance(own, (ast.Expr, ast.Assign)) and not any(isinstance(one, _AGAIN) for one in around)
        return simple and mine == [name] and following == [own]
