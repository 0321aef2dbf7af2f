"""Graph statements that no run needs: they go along with what they read from, as do asserts about it.

A step that is never run is a function that nobody calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import replace
from tfloss_migrate.sessions.reading.feeding import Fed, Feeding
from tfloss_migrate.sessions.reading.program import Program, Run
from tfloss_migrate.sessions.text.sights import Sights


class Unrun:
    """Adds to the runs of a program what none of them needs. `statements` are those that are there for nobody."""

    def __init__(self, program: Program, sights: Sights, feeding: Feeding) -> None:
        self._program, self._sights, self._feeding = program, sights, feeding
        run = {step for one in program.runs for step in one.steps}
        for step in program.steps:
            if step not in run:
                feeding.add(Run(step.call, ast.Tuple([], ast.Load()), None, None, (step,)))
        self.statements: set[ast.stmt] = set()
        for statement in sorted(set(map(feeding.whole, self._idle())), key=lambda one: one.lineno):
            self._attach(statement)

    def _idle(self) -> Iterator[ast.stmt]:
        """The statements that hang on placeholders, and that no run needs; asserts about such."""
        inside, placeholders = self._feeding.statements, [one.statement for one in self._program.placeholders]
        for scope in {id(one.binding.scope): one.binding.scope for one in self._program.placeholders}.values():
            for bindings in list(scope.bindings.values()):
                for binding in bindings:
                    node = binding.node
                    part = isinstance(node, ast.stmt) and self._feeding.whole(node) in inside
                    idle = not part and node not in self._feeding.apart and node not in placeholders
                    if idle and isinstance(node, (ast.Assign, ast.AugAssign)) and self._feeding.hangs(binding):
                        yield node
        for node in self._sights.nodes:
            if isinstance(node, ast.Assert) and self._feeding.needs(node):
                yield node

    def _attach(self, statement: ast.stmt) -> None:
        """Puts a statement into the first function that has all that it reads, one that trains if there is one."""
        needed = self._feeding.needs(statement)
        placeholders = set(self._feeding.placeholders_of(statement))
        fits = [f for f in self._feeding.fed if needed <= set(f.statements) and placeholders <= set(f.placeholders)]
        first = min(fits, key=lambda one: (len(one.statements), not one.run.steps), default=None)
        if first is None:
            return
        self.statements.add(statement)
        self._feeding.statements.add(statement)
        alike = [one for one in self._feeding.fed if _key(one) == _key(first)]
        self._feeding.fed = [_with(one, statement) if one in alike else one for one in self._feeding.fed]


def _key(fed: Fed) -> tuple[object, ...]:
    return fed.statements, fed.run.steps, *map(ast.dump, fed.fetches)


def _with(fed: Fed, statement: ast.stmt) -> Fed:
    ordered = sorted({*fed.statements, statement}, key=lambda one: (one.lineno, one.col_offset))
    return replace(fed, statements=tuple(ordered))
