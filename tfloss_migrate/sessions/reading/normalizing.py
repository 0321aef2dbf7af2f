"""Batch normalization in a program that is converted: which layers take its place, and whether averages move as before.

In TF1 moving averages move in the runs of a step that takes their updates along, or wherever they are computed in
training mode, if they are updated in place. In Keras they move at each call in training mode. Where no step takes the
updates along they never move, which a momentum of 1 says.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts import normalizers
from tfloss_migrate.sessions.counterparts.initializers import is_initializer, spelled
from tfloss_migrate.sessions.reading.feeding import Fed, Feeding
from tfloss_migrate.sessions.reading.program import Placeholder, Program, short
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import bind_parameters
from tfloss_migrate.syntax.scopes import Binding

UNMOVED = "moving averages that no run updates in TF1 have a momentum of 1 and stay what they are"
_COMMENT = "# no run updates its averages"


@dataclass(frozen=True)
class Norm:
    """A layer that normalizes: the call that makes it, its calls, and the flag of each.

    `in_place`: its averages move wherever it is called in training mode.
    """

    made: ast.Call
    calls: tuple[ast.Call, ...]
    flags: tuple[ast.expr, ...]
    in_place: bool


class Normalizing:
    """The layers of a program that normalize; adds to its obstacles where averages would move otherwise."""

    def __init__(self, program: Program, sights: Sights, needs: Needs, feeding: Feeding) -> None:
        self._program, self._sights, self._needs, self._feeding = program, sights, needs, feeding
        self._placeholders = {id(one.binding): one for one in program.placeholders}
        made = [node for node in sights.all(ast.Assign) if sights.called(node.value) == normalizers.OLD]
        self.norms = [norm for node in sorted(made, key=lambda one: one.lineno) if (norm := self._norm(node))]
        self._updated = any(step.updates for run in program.runs for step in run.steps)
        if self.norms:
            self._check()

    def _norm(self, statement: ast.Assign) -> Norm | None:
        target, made = statement.targets[0], statement.value
        scope = self._sights.place(statement).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
        if not isinstance(target, ast.Name) or not isinstance(made, ast.Call) or scope is None:
            return None
        calls = [self._sights.parent(load) for load in self._sights.loads(target.id, scope)]
        found = tuple(one for one in calls if isinstance(one, ast.Call))
        flags = tuple(one.value for call in found for one in call.keywords if one.arg == "training")
        return Norm(made, found, flags, any(one.arg == "updates_collections" for one in made.keywords))

    def _check(self) -> None:
        if normalizers.CLASS in self._sights.names.module.bindings:
            self._program.stop(self.norms[0].made, f"the file has a {normalizers.CLASS} of its own")
        for run in (fed.run for fed in self._feeding.fed if len(fed.run.steps) > 1):
            self._program.stop(run.call, f"{short(run.fetch)} takes several steps, and moving averages move with them")
        collected = [norm for norm in self.norms if not norm.in_place]
        for fed in self._feeding.fed if self._updated else ():
            step = fed.run.steps[0] if fed.run.steps else None
            parts = (*fed.fetches, *(step.needed if step is not None else ()))
            code = {id(node) for part in parts for node in self._needs.code(part)}
            for norm in collected:
                inside = [flag for call, flag in zip(norm.calls, norm.flags, strict=True) if id(call) in code]
                if step is not None and step.updates:
                    if not inside:
                        text = f"{short(step.call)} is run with updates of what its loss does not hang on"
                        self._program.stop(step.statement, text)
                elif any(self._value(flag, fed) is not False for flag in inside):
                    what = f"{short(fed.run.fetch)} may be computed in training mode, and no update is run with it"
                    self._program.stop(fed.run.call, f"{what}: moving averages would move")

    def _value(self, flag: ast.expr, fed: Fed) -> object:
        """What a flag is in a run, None where that is not known."""
        node = self._followed(flag)
        if isinstance(node, Placeholder):
            at = fed.placeholders.index(node) if node in fed.placeholders else -1
            value = fed.values[at] if at >= 0 else None
            return value.value if isinstance(value, ast.Constant) else None
        return node.value if isinstance(node, ast.Constant) else None

    def _followed(self, flag: ast.expr) -> ast.expr | Placeholder | None:
        """What a flag goes back to, through names and through the one call of a function."""
        for _ in range(10):
            held = self._sights.may_hold(flag) if isinstance(flag, ast.Name) else ()
            if len(held) != 1:
                return flag
            if id(held[0]) in self._placeholders:
                return self._placeholders[id(held[0])]
            value = held[0].value if held[0].kind != "parameter" else self._given(held[0])
            if value is None:
                return None
            flag = value
        return None

    def _given(self, parameter: Binding) -> ast.expr | None:
        """What the one call of a function gives to a parameter."""
        function = parameter.scope.node
        if not isinstance(function, ast.FunctionDef) or not isinstance(parameter.node, ast.arg):
            return None
        owner = self._sights.place(function).scope.owner_of(function.name)
        loads = self._sights.loads(function.name, owner) if owner is not None else []
        call = self._sights.parent(loads[0]) if len(loads) == 1 else None
        bound = bind_parameters(call, function.args) if isinstance(call, ast.Call) else None
        return (bound or {}).get(parameter.node.arg)

    @property
    def flags(self) -> frozenset[Placeholder]:
        """The placeholders that say whether a layer is in training mode."""
        found = [self._followed(flag) for norm in self.norms for flag in norm.flags]
        return frozenset(one for one in found if isinstance(one, Placeholder))

    @property
    def said(self) -> tuple[str, ...]:
        """What is to be said of averages that never move."""
        return (UNMOVED,) if any(map(self._is_unmoved, self.norms)) else ()

    def _is_unmoved(self, norm: Norm) -> bool:
        """Whether averages would move in Keras, and do not in TF1."""
        return not norm.in_place and not self._updated and not self._is_off(norm)

    def _is_off(self, norm: Norm) -> bool:
        values = [self._followed(flag) for flag in norm.flags]
        return all(isinstance(one, ast.Constant) and one.value is False for one in values)

    def edits(self, layout: Layout, root: str) -> Iterator[Edit]:
        """Each layer as one of Keras, or of the class that the program gets, where Keras' own does something else."""
        for norm in self.norms:
            span, still = layout.spans.of(norm.made), self._is_unmoved(norm)
            known = {one.arg or "": self._argument(one.value, layout, root) for one in norm.made.keywords}
            known.pop("updates_collections", None)
            if still:
                known["momentum"] = "1.0"
            values = [self._followed(flag) for flag in norm.flags]
            as_is = all(isinstance(one, ast.Constant) for one in values) and (still or self._is_off(norm))
            if as_is:
                known.pop("unbiased", None)
            name = f"{root}.keras.layers.{normalizers.CLASS}" if as_is else normalizers.CLASS
            yield Edit(span.start, span.end, f"{name}({', '.join(f'{k}={v}' for k, v in known.items())})")
            if still and span.end_line not in layout.comments:
                yield Edit(span.end, span.end, f"  {_COMMENT}")

    def _argument(self, node: ast.expr, layout: Layout, root: str) -> str:
        source: Callable[[ast.expr], str] = layout.spans.source
        if isinstance(node, ast.Call) and is_initializer(node, self._sights):
            return spelled(node, self._sights, root, source)
        return source(node)
