"""Reads what a program trains: `train = optimizer.minimize(loss)`, and the variables that it moves."""

from __future__ import annotations

import ast

from tfloss_migrate.record import replace
from tfloss_migrate.sessions.counterparts import optimizers, rates, symbols
from tfloss_migrate.sessions.counterparts.initializers import is_initializer
from tfloss_migrate.sessions.counterparts.layers import class_of
from tfloss_migrate.sessions.reading.gotten import why_kept
from tfloss_migrate.sessions.reading.program import Obstacle, Program, Step, short
from tfloss_migrate.sessions.reading.updates import explain_updates, group_of
from tfloss_migrate.sessions.reading.variables import Variables, is_of_layers
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.scopes import Binding

_TRAINING = ("minimize", "apply_gradients")
_GATES = ("gate_gradients", "aggregation_method", "colocate_gradients_with_ops")
_MINIMIZE = ("loss", "global_step", "var_list", *_GATES, "name", "grad_loss")
_APPLY = ("grads_and_vars", "global_step", "name")
_COMPUTE = ("loss", "var_list", *_GATES, "grad_loss")
_GRADIENTS = ("loss", "var_list", "grad_ys", "name")


class Training:
    """Adds to a program the steps that are understood, and obstacles for all others.

    What it accounts for is added to `explained`, by identity of the node.
    """

    def __init__(self, sights: Sights, program: Program, variables: Variables, explained: set[int]) -> None:
        self._sights, self._program, self._variables, self._explained = sights, program, variables, explained
        self._needs = Needs(sights)
        for node in sights.all(ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in _TRAINING:
                self._trains_by(node, node.func)
        if program.steps:
            explain_updates(sights, program, explained)
        self._check_optimizers()
        for group in variables.groups if program.steps else ():
            explained.update(id(node) for node in ast.walk(group))
            if any(map(is_of_layers, variables.all_before(group) or ())):
                self._program.stop(group, f"layers have no variables yet where {short(group)} stands")
        if program.steps:
            for call in variables.gotten:
                self._gotten(call)
            for call in sights.all(ast.Call):
                if class_of(sights.called(call)) is not None:
                    self._initialised(call)

    def _gotten(self, call: ast.Call) -> None:
        reason = why_kept(call, self._sights)
        if reason is not None:
            self._program.stop(call, reason)
        elif id(call) not in self._variables.makers:
            self._program.stop(call, f"{short(call)} has no name of its own")
        self._explained.add(id(call.func))
        self._initialised(call)

    def _initialised(self, call: ast.Call) -> None:
        """What draws the initial values of a variable or of a layer is written with it."""
        for use in ast.walk(call):
            if isinstance(use, ast.Call) and is_initializer(use, self._sights):
                self._explained.add(id(use.func))

    def _trains_by(self, call: ast.Call, method: ast.Attribute) -> None:
        """`optimizer.minimize(loss)` or `optimizer.apply_gradients(gradients)`."""
        made, statement = self._made(method.value)
        if made is None:
            return
        symbol = self._sights.called(made) or ""
        reason = optimizers.why_none(symbol)
        if reason is None and optimizers.arguments_of(symbol, made) is None:
            reason = f"{short(made)} is called with what is not known"
        self._explained.update((id(made.func), id(method)))
        if reason is not None:
            self._trains(made, reason)
            return
        step = self._step(call, made, symbol, statement)
        if step is not None:
            self._program.steps.append(step)

    def _made(self, node: ast.expr) -> tuple[ast.Call | None, ast.Assign | None]:
        """The call that makes an optimizer, and the statement that gives it a name."""
        if isinstance(node, ast.Call) and optimizers.is_optimizer(self._sights.called(node)):
            return node, None
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        statement = held[0].node if len(held) == 1 else None
        value = held[0].value if len(held) == 1 else None
        if not isinstance(statement, ast.Assign) or not isinstance(value, ast.Call) or len(statement.targets) != 1:
            return None, None
        return (value, statement) if optimizers.is_optimizer(self._sights.called(value)) else (None, None)

    def _step(self, call: ast.Call, made: ast.Call, symbol: str, home: ast.Assign | None) -> Step | None:
        """The step of `name = optimizer.minimize(loss)`; None, and an obstacle, where more than that is said."""
        group = group_of(call, self._sights)
        statement = self._sights.parent(call if group is None else group)
        names = statement.targets if isinstance(statement, ast.Assign) else []
        if len(names) != 1 or not isinstance(names[0], ast.Name) or not isinstance(statement, ast.Assign):
            self._trains(call, _where(statement, call))
            return None
        hyper = optimizers.arguments_of(symbol, made) or {}
        rate = self._rate(hyper.get("learning_rate"))
        fed = self._fed(hyper.get("learning_rate"))
        for name, value in hyper.items():
            if not self._is_number(value) and (name != "learning_rate" or (rate is None and fed is None)):
                self._trains(value, f"{name}={short(value)} is not known to be a number")
                return None
        scope = self._sights.place(statement).scope.owner_of(names[0].id)
        held = scope.bindings[names[0].id] if scope is not None else []
        binding = next((one for one in held if one.node is statement), None)
        if binding is None:  # several branches make it: only what they agree on is held
            self._trains(call, f"{names[0].id} is not only this step")
            return None
        if len(held) > 1 and not self._is_its_own_optimizer(names[0].id, held, home):
            self._trains(call, f"{names[0].id} is not only this step")
            return None
        self._explained.update([id(group.func)] if group is not None else [])
        updates = group is not None
        step = Step(names[0].id, binding, statement, call, made, symbol, home, call, updates=updates)
        return self._given(call, replace(step, rate=rate, fed_rate=fed))

    def _check_optimizers(self) -> None:
        """An optimizer with a name is there for steps that are known, and for nothing else."""
        for home in {id(step.home): step.home for step in self._program.steps if step.home is not None}.values():
            steps = [step for step in self._program.steps if step.home is home]
            taken = [step.taken for step in steps if step.taken is not None]
            if self._loads(home) != len(steps) + sum(self._sights.called(one) != "gradients" for one in taken):
                self._trains(home, "the optimizer is used for more than steps that are known")

    def _given(self, call: ast.Call, step: Step) -> Step | None:
        """The step with what its call is given."""
        minimises = isinstance(call.func, ast.Attribute) and call.func.attr == "minimize"
        known = given(call, _MINIMIZE if minimises else _APPLY)
        first = "loss" if minimises else "grads_and_vars"
        more = set(known or ()) - {first, "name", "global_step", "var_list"}
        if known is None or first not in known or more:
            self._trains(call, f"{short(call.func)} is called with {', '.join(sorted(more)) or 'what is not known'}")
            return None
        counter = known.get("global_step")
        if counter is not None and not (isinstance(counter, ast.Name) and self._variables.is_held(counter)):
            self._trains(counter, f"{short(counter)} counts the steps, and is not known to be a variable")
            return None
        if step.rate is not None and not self._counts(step.rate, counter):
            self._trains(step.rate, f"{short(step.rate)} hangs on what is not known to count the steps from 0")
            return None
        brought = optimizers.brings(step.symbol) if step.changes_its_rate else None
        if brought is not None and brought in self._sights.names.module.bindings:
            self._trains(step.made, f"{brought} is another thing in this file")
            return None
        step = replace(step, counter=counter)
        if minimises:
            return replace(step, loss=known["loss"], variables=known.get("var_list"))
        return self._applied(replace(step, applied=known["grads_and_vars"]), known["grads_and_vars"])

    def _applied(self, step: Step, applied: ast.expr) -> Step | None:
        """The step with the gradients that it applies: those of one call."""
        code = self._needs.code(applied)
        calls = [node for node in code if isinstance(node, ast.Call)]
        taken = [one for one in calls if self._takes(one)]
        parameters = _GRADIENTS if taken and self._sights.called(taken[0]) == "gradients" else _COMPUTE
        known = given(taken[0], parameters) if len(set(map(id, taken))) == 1 else None
        if known is None or "loss" not in known or set(known) - {"loss", "var_list"}:
            self._trains(applied, f"how the gradients in {short(applied)} are taken is not known")
            return None
        self._explained.add(id(taken[0].func))
        return replace(step, taken=taken[0], loss=known["loss"], variables=known.get("var_list"))

    def _takes(self, call: ast.Call) -> bool:
        """Whether a call takes gradients."""
        of_optimizer = isinstance(call.func, ast.Attribute) and call.func.attr == "compute_gradients"
        return of_optimizer or self._sights.called(call) == "gradients"

    def _fed(self, node: ast.expr | None) -> ast.Name | None:
        """The placeholder that a learning rate is."""
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        is_fed = len(held) == 1 and self._sights.called(held[0].value) in symbols.PLACEHOLDERS
        return node if is_fed and isinstance(node, ast.Name) else None

    def _rate(self, node: ast.expr | None) -> ast.Call | None:
        """The call that makes a learning rate hang on the number of steps, if nobody else has it."""
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        value = held[0].value if len(held) == 1 else node
        if not isinstance(value, ast.Call) or self._sights.called(value) not in rates.SCHEDULES:
            return None
        if isinstance(node, ast.Name) and len(self._sights.loads(node.id, held[0].scope)) > 1:
            return None
        numbers = (*value.args, *(keyword.value for keyword in value.keywords))
        counter = rates.counter(self._sights.called(value) or "", value)
        if not all(one is counter or self._is_number(one) for one in numbers):
            return None
        self._explained.add(id(value.func))
        if held and isinstance(held[0].node, ast.stmt):
            self._program.rates.add(held[0].node)
        return value

    def _counts(self, rate: ast.Call, counter: ast.expr | None) -> bool:
        """Whether a rate hangs on the counter of its own step, which starts at 0."""
        seen = rates.counter(self._sights.called(rate) or "", rate)
        if not isinstance(seen, ast.Name) or not isinstance(counter, ast.Name) or seen.id != counter.id:
            return False
        held = self._sights.may_hold(counter)
        made = held[0].value if len(held) == 1 else None
        start = made.args[0] if isinstance(made, ast.Call) and made.args else None
        return isinstance(start, ast.Constant) and start.value == 0

    @staticmethod
    def _is_its_own_optimizer(name: str, held: list[Binding], home: ast.Assign | None) -> bool:
        return home is not None and len(held) == 2 and any(one.node is home for one in held)

    def _loads(self, home: ast.Assign) -> int:
        target = home.targets[0]
        assert isinstance(target, ast.Name)
        scope = self._sights.place(home).scope.owner_of(target.id)
        loads = self._sights.loads(target.id, scope) if scope is not None else []
        return sum(any(one.node is home for one in self._sights.may_hold(load)) for load in loads)

    def _is_number(self, node: ast.expr) -> bool:
        """Whether an expression is a plain number, as far as the code shows: no part of it is of TensorFlow."""
        names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
        values = [one.value for name in names for one in self._sights.may_hold(name)]
        return self._is_plain(node) and all(value is None or self._is_plain(value) for value in values)

    def _is_plain(self, node: ast.expr) -> bool:
        names = [n for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute))]
        return all(self._sights.symbol(one) is None for one in names)

    def _trains(self, node: ast.expr | ast.stmt, text: str) -> None:
        self._program.obstacles.append(Obstacle(node.lineno, text, training=True))


def _where(statement: ast.AST, call: ast.Call) -> str:
    """What becomes of a step that has no name of its own."""
    what = f"what {short(call.func)} returns"
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Attribute):
        return f"{what} is stored as {short(target)}, which is not followed"
    return f"{what} is returned" if isinstance(statement, ast.Return) else f"{what} has no name of its own"
