"""Reads what a program assigns when a session runs it: `update = w.assign(w - rate * slope)`, and lists of that.

All new values are those from before the step, as in a graph whose variables are read before they are written. Where the
order would matter, since a value reads what the same step has assigned, the program stays.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.sessions.reading.program import Assignment, Program, Step, short
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given

_METHODS = ("assign", "assign_add", "assign_sub")
_FUNCTION = ("ref", "value", "validate_shape", "use_locking", "name")
_METHOD = ("value", "use_locking", "name", "read_value")


class Assigning:
    """Adds to a program the steps that assign. What it accounts for is added to `explained`, by identity."""

    def __init__(self, sights: Sights, program: Program, variables: Variables, explained: set[int]) -> None:
        self._sights, self._variables = sights, variables
        for node in sights.all(ast.Assign):
            step = self._step(node)
            if step is not None:
                program.steps.append(step)
                explained.update(id(call.func) for call in ast.walk(node) if isinstance(call, ast.Call))
                for late in self._out_of_order(step):
                    program.stop(late, f"{short(late)} reads what the same step assigns, in an order that is not known")
        for call in sights.all(ast.Call):
            made = self._assignment(call, None) if self._is_run(call) else None
            if made is not None:
                program.at_once[call] = made
                explained.add(id(call.func))

    def _is_run(self, call: ast.Call) -> bool:
        """Whether a call is what is run where it stands: `sess.run(call)` or `call.eval()`."""
        above = self._sights.parent(call)
        run = above.func if isinstance(above, ast.Call) and above.args[:1] == [call] else None
        return getattr(run, "attr", "") == "run" or (isinstance(above, ast.Attribute) and above.attr == "eval")

    def _step(self, node: ast.Assign) -> Step | None:
        """The step of a statement that gives a name to assignments, and to nothing else."""
        target, value = node.targets[0], node.value
        if len(node.targets) > 1 or not isinstance(target, ast.Name):
            return None
        over: ast.comprehension | None = None
        calls: list[ast.expr] = [value]
        if self._sights.called(value) == "group" and isinstance(value, ast.Call) and not value.keywords:
            calls = value.args
        elif isinstance(value, (ast.List, ast.Tuple)):
            calls = value.elts
        elif isinstance(value, ast.ListComp) and len(value.generators) == 1 and not value.generators[0].ifs:
            over, calls = value.generators[0], [value.elt]
            if any(self._variables.listed(one) is None for one in _lists(over.iter)):
                return None
        made = [self._assignment(one, over) for one in calls]
        scope = self._sights.place(node).scope.owner_of(target.id)
        binding = next((one for one in scope.bindings[target.id] if one.node is node), None) if scope else None
        if binding is None or not made or None in made:
            return None
        assigned = tuple(one for one in made if one is not None)
        call = next(n for n in ast.walk(value) if isinstance(n, ast.Call))
        return Step(target.id, binding, node, call, call, "", None, assigned[0].value, assigned=assigned)

    def _assignment(self, node: ast.expr, over: ast.comprehension | None) -> Assignment | None:
        if not isinstance(node, ast.Call):
            return None
        name = (self._sights.called(node) or "").removeprefix("compat.v1.")
        if name in _METHODS:
            known = given(node, _FUNCTION)
            variable = (known or {}).get("ref")
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS and self._sights.called(node) is None:
            known, name, variable = given(node, _METHOD), node.func.attr, node.func.value
            if known is not None and {"value", "delta"} & known.keys() == {"delta"}:
                known["value"] = known.pop("delta")
        else:
            return None
        if known is None or variable is None or "value" not in known or set(known) - {"ref", "value", "name"}:
            return None
        name_of = variable.id if isinstance(variable, ast.Name) else None
        targets = ast.walk(over.target) if over is not None else ()
        looped = name_of is not None and any(isinstance(one, ast.Name) and one.id == name_of for one in targets)
        if not looped and not (over is None and self._variables.is_held(variable)):
            return None
        return Assignment(variable, known["value"], name, over)

    def _out_of_order(self, step: Step) -> Iterator[ast.expr]:
        """The values that read a variable which an assignment before them changes."""
        changed: set[str] = set()
        for one in step.assigned:
            if any(isinstance(n, ast.Name) and n.id in changed for n in ast.walk(one.value)):
                yield one.value
            changed.update(n.id for n in ast.walk(one.variable) if isinstance(n, ast.Name))


def _lists(iterated: ast.expr) -> list[ast.expr]:
    """What a loop goes through: a list, or several side by side."""
    zipped = isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id == "zip"
    return iterated.args if isinstance(iterated, ast.Call) and zipped else [iterated]
