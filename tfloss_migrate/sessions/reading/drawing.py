"""Which graph statements draw numbers anew at each step: eagerly they would draw once."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.program import Program
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights


def drawn_anew(program: Program, sights: Sights, needs: Needs, variables: Variables) -> set[int]:
    """The bindings beside steps that these need and that draw, by identity; what variables start from is drawn once."""
    found = set()
    for step in program.steps:
        for binding in needs.of(*step.needed, through_variables=False).values():
            beside = binding.scope is step.binding.scope and isinstance(binding.node, ast.Assign)
            if beside and binding.value is not None and not variables.holds(binding):
                code = needs.code(binding.value, through_variables=False)
                if any(sights.called(node) in symbols.RANDOM for node in code):
                    found.add(id(binding))
    return found
