"""Which graph statements draw numbers anew at each step or run: eagerly they would draw once."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.program import Program
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights


def drawn_anew(program: Program, sights: Sights, needs: Needs, variables: Variables) -> set[int]:
    """The bindings that draw beside steps that need them, or for several runs, by identity.

    What variables start from is drawn once.
    """
    found: dict[int, list[ast.AST]] = {}
    asked: list[tuple[ast.AST, tuple[ast.expr, ...]]] = [(step.statement, step.needed) for step in program.steps]
    asked += [(run.call, (run.fetch,)) for run in program.runs if not program.steps]
    for node, read in asked:
        scope = sights.place(node).scope
        for binding in needs.of(*read, through_variables=False).values():
            beside = binding.scope is scope and isinstance(binding.node, ast.Assign)
            if beside and binding.value is not None and not variables.holds(binding):
                code = needs.code(binding.value, through_variables=False)
                if any(sights.called(one) in symbols.RANDOM for one in code):
                    looped = not program.steps and any(
                        loop not in sights.loops(binding.node) for loop in sights.loops(node)
                    )
                    found.setdefault(id(binding), []).extend([node] * (1 + looped))
    return {key for key, several in found.items() if program.steps or len(several) > 1}
