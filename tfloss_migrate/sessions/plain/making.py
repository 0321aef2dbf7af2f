"""Functions that make variables at each call, on the way to what they return."""

from __future__ import annotations

import ast
import itertools

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.nodes import nodes

#: Statements above which another one may be put, and what evaluates a part of one not once.
_SIMPLE = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)
_NOT_ONCE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.BoolOp)
#: What makes a function a program of its own, whose variables are made once with it.
_OF_PROGRAMS = symbols.PLACEHOLDERS | symbols.SESSIONS
_HOLDING = (ast.Dict, ast.List, ast.Tuple)


@dataclass(frozen=True)
class Maker:
    """A function that makes variables: the statements that make them, those that only these need, and its calls."""

    function: ast.FunctionDef
    makes: tuple[ast.Assign, ...]
    locals: tuple[ast.Assign, ...]
    calls: tuple[ast.Call, ...]

    @property
    def gone(self) -> tuple[ast.Assign, ...]:
        """The statements that leave the function."""
        return (*self.makes, *self.locals)

    @property
    def names(self) -> list[str]:
        """The names of the variables in the function."""
        return [target.id for one in self.makes for target in one.targets if isinstance(target, ast.Name)]

    def _only_names(self, parameter: str) -> bool:
        """Whether a parameter that is not read takes nothing but strings: what a scope of names was called."""
        values = [given(call, [argument.arg for argument in self.function.args.args]) for call in self.calls]
        told = [(value or {}).get(parameter) for value in values]
        return all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in told)

    def parameters(self) -> list[str]:
        """The parameters that are still read when the variables are given, and the variables, in their order."""
        before = [argument.arg for argument in self.function.args.args]
        inside = [n for statement in self.gone for n in nodes(statement)]
        outside = {n.id for n in nodes(self.function) if isinstance(n, ast.Name) and n not in inside}
        kept = [name for name in before if name in outside or not (_reads(name, inside) or self._only_names(name))]
        required = len(before) - len(self.function.args.defaults)
        first = next((i for i, name in enumerate(before) if name not in kept), required)
        position = len([name for name in before[: min(first, required)] if name in kept])
        return [*kept[:position], *self.names, *kept[position:]]


def makers_in(sights: Sights) -> list[Maker]:
    """The functions of a file that make variables at each call, those first that call no other one."""
    functions = [node for node in sights.all(ast.FunctionDef) if sights.parent(node) is sights.tree]
    variables = Variables(sights, Tensors(sights))
    makers = [maker for one in functions if (maker := _maker(one, sights, variables)) is not None]
    names = {maker.function.name for maker in makers}
    return sorted(makers, key=lambda one: (not names.isdisjoint(_called(one.function)), one.function.lineno))


def _maker(function: ast.FunctionDef, sights: Sights, variables: Variables) -> Maker | None:
    """What a function is that makes variables of its own at each call; None if it is something else, or not seen."""
    taken = function.args
    if function.decorator_list or taken.vararg or taken.kwarg or taken.kwonlyargs or taken.posonlyargs:
        return None
    calls = sights.calls_of(function)
    if not calls:
        return None
    inside = [n for n in nodes(function) if isinstance(n, ast.Call)]
    if any(sights.called(n) in _OF_PROGRAMS for n in inside) or function.name in _called(function):
        return None
    made = [n for n in inside if variables.makes(n)]
    makes = list(dict.fromkeys(one for n in made if (one := _kept_as(n, sights, variables)) is not None))
    named = any(sights.called(call) == "get_variable" for call in made)
    if not makes or variables.makes(calls[0]) or any(_kept_as(n, sights, variables) is None for n in made):
        return None
    if named and _is_scoped(made, sights):
        return None
    if not all(_is_own(statement, function, sights) for statement in makes):
        return None
    if not all(_is_plain_call(call, sights) for call in calls):
        return None
    makes.sort(key=lambda one: one.lineno)
    return _with_locals(function, makes, calls, sights)


def _kept_as(call: ast.Call, sights: Sights, variables: Variables) -> ast.Assign | None:
    """The statement that keeps the variable which a call makes, alone or in a list or a dict of variables."""
    above = sights.parent(call)
    if isinstance(above, _HOLDING):
        values = above.values if isinstance(above, ast.Dict) else above.elts
        alike = all(isinstance(value, ast.Call) and variables.makes(value) for value in values)
        above = sights.parent(above) if alike else above
    return above if isinstance(above, ast.Assign) else None


def _with_locals(
    function: ast.FunctionDef, makes: list[ast.Assign], calls: list[ast.Call], sights: Sights
) -> Maker | None:
    """The maker with the local values that its variables are made of, if nothing else hangs on these."""
    own = {argument.arg for argument in function.args.args}
    found: list[ast.Assign] = []
    waiting: list[ast.Assign] = list(makes)
    while waiting:
        statement = waiting.pop()
        for name in (n for n in nodes(statement.value) if isinstance(n, ast.Name)):
            scope = sights.place(name).scope.owner_of(name.id)
            if scope is None or scope.node is not function:
                continue
            held = scope.bindings[name.id]
            if len(held) != 1:
                return None
            if name.id in own or held[0].node in found:
                continue
            local = held[0].node
            loads = sights.loads(name.id, scope)
            used = [sights.statement(load) for load in loads]
            if not isinstance(local, ast.Assign) or (len(loads) > 1 and _is_computed(local.value)):
                return None
            if not _is_own(local, function, sights):
                return None
            if not all(one in makes or one in found for one in used):
                return None
            found.append(local)
            waiting.append(local)
    return Maker(function, tuple(makes), tuple(found), tuple(calls))


def _is_computed(node: ast.expr) -> bool:
    """Whether an expression calls anything but what tells a static shape: written twice, it may be two values."""
    calls = [n for n in nodes(node) if isinstance(n, ast.Call)]
    return not all(isinstance(n.func, ast.Attribute) and n.func.attr in ("get_shape", "as_list") for n in calls)


def _is_own(statement: ast.Assign, function: ast.FunctionDef, sights: Sights) -> bool:
    """Whether a statement gives one name its only value, at each call once."""
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name):
        return False
    bindings = sights.place(statement).scope.bindings.get(target.id, ())
    return len(bindings) == 1 and sights.parent(statement) is function


def _is_plain_call(call: ast.Call, sights: Sights) -> bool:
    """Whether a call is made once each time that its statement is run."""
    inside = list(itertools.takewhile(lambda node: not isinstance(node, ast.stmt), sights.above(call)))
    return isinstance(sights.statement(call), _SIMPLE) and not any(isinstance(node, _NOT_ONCE) for node in inside)


def _is_scoped(made: list[ast.Call], sights: Sights) -> bool:
    return any(isinstance(n, ast.With) for call in made for n in sights.above(call))


def _called(function: ast.FunctionDef) -> set[str]:
    """The undotted names of what a function calls."""
    return {n.func.id for n in nodes(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def _reads(name: str, inside: list[ast.AST]) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in inside)
