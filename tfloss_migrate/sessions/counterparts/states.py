"""States of recurrent loops: where they are read, by way of names, arguments and what functions return."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.sessions.counterparts.cell_kinds import depth_of
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import bind_parameters, given
from tfloss_migrate.syntax.nodes import nodes

#: What the parts of an LSTM's state are called, in their order.
PARTS = ("c", "h")
#: The loops, with their parameters in order.
_STATIC = ("cell", "inputs", "initial_state", "dtype", "sequence_length", "scope")
LOOPS = {
    "nn.dynamic_rnn": (
        *("cell", "inputs", "sequence_length", "initial_state", "dtype"),
        *("parallel_iterations", "swap_memory", "time_major", "scope"),
    ),
    "nn.static_rnn": _STATIC,
    "contrib.rnn.static_rnn": _STATIC,
}


def reads(name: ast.Name, statement: ast.Assign, sights: Sights) -> list[ast.Name]:
    """Where a name is read that may hold what a statement gives it."""
    scope = sights.place(statement).scope.owner_of(name.id)
    loads = sights.loads(name.id, scope) if scope is not None else []
    return [load for load in loads if any(one.node is statement for one in sights.may_hold(load))]


def are_parts(name: ast.Name, statement: ast.Assign, depth: int, sights: Sights) -> bool:
    """Whether all that is read of states that a statement gives a name is a tensor of them, or starts another loop."""
    return all(_is_part(load, depth, sights, (id(statement),)) for load in reads(name, statement, sights))


def _is_part(node: ast.expr, depth: int, sights: Sights, seen: tuple[int, ...]) -> bool:
    above = sights.parent(node)
    if depth == 0 or _starts(node, sights):
        return True
    if isinstance(above, ast.Subscript):
        inner = above.value is node and not isinstance(above.slice, ast.Slice)
        return inner and _is_part(above, depth - 1, sights, seen)
    if isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
        return id(above) not in seen and all(
            _is_part(load, depth, sights, (*seen, id(above))) for load in reads(above.targets[0], above, sights)
        )
    function = sights.function_around(node)
    at = _returned_at(node, sights)
    if at is not None and isinstance(function, ast.FunctionDef) and id(function) not in seen:
        held = list(_given_by(function, at, sights))
        seen = (*seen, id(function))
        return (
            bool(held)
            and None not in held
            and all(
                _is_part(load, depth, sights, seen)
                for one in held
                if one is not None
                for load in reads(one[0], one[1], sights)
            )
        )
    return _is_read_as_argument(node, depth, sights, seen)


def _starts(node: ast.expr, sights: Sights) -> bool:
    """Whether a loop starts from a state."""
    above = sights.parent(node)
    call = sights.parent(above) if isinstance(above, ast.keyword) else above
    symbol = sights.called(call) or ""
    known = given(call, LOOPS[symbol]) if symbol in LOOPS and isinstance(call, ast.Call) else None
    return known is not None and known.get("initial_state") is node


def _is_read_as_argument(node: ast.expr, depth: int, sights: Sights, seen: tuple[int, ...]) -> bool:
    """Whether a function of the file that is given a state does nothing else with it."""
    above = sights.parent(node)
    call = sights.parent(above) if isinstance(above, ast.keyword) else above
    function = _function(call, sights)
    bound = bind_parameters(call, function.args) if function is not None and isinstance(call, ast.Call) else None
    name = next((label for label, value in (bound or {}).items() if value is node), None)
    if function is None or name is None or id(function) in seen:
        return False
    scope = next((one for one in sights.names.scopes if one.node is function), None)
    loads = sights.loads(name, scope) if scope is not None else []
    plain = scope is not None and len(scope.bindings[name]) == 1
    return plain and all(_is_part(load, depth, sights, (*seen, id(function))) for load in loads)


def _returned_at(node: ast.expr, sights: Sights) -> int | None:
    """The place of an expression in what its function returns, 0 where it is all; None where it is not returned."""
    above = sights.parent(node)
    if isinstance(above, ast.Return):
        return 0
    if isinstance(above, ast.Tuple) and isinstance(sights.parent(above), ast.Return):
        return above.elts.index(node)
    return None


def _given_by(function: ast.FunctionDef, at: int, sights: Sights) -> Iterator[tuple[ast.Name, ast.Assign] | None]:
    """The names that the calls of a function give to a part of what it returns; None for another use of it."""
    scope = sights.scope_with(function)
    for load in sights.loads(function.name, scope) if scope is not None else []:
        call = sights.parent(load)
        statement = sights.parent(call)
        plain = isinstance(call, ast.Call) and call.func is load and isinstance(statement, ast.Assign)
        if not plain or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            yield None
            continue
        target: ast.AST = statement.targets[0]
        if any(isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) for node in nodes(function)):
            several = isinstance(target, ast.Tuple) and len(target.elts) > at
            target = target.elts[at] if several and isinstance(target, ast.Tuple) else statement
        yield (target, statement) if isinstance(target, ast.Name) else None


def depth_of_state(node: ast.expr, sights: Sights) -> int | None:
    """How many subscripts it takes from a state to a tensor; None for what is not known to be one."""
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        around = depth_of_state(node.value, sights)
        return around - 1 if around else None
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    made = held[0].node if len(held) == 1 else None
    if isinstance(made, ast.arg) and isinstance(held[0].scope.node, ast.FunctionDef):
        depths = {
            _depth_given(call, held[0].scope.node, made.arg, sights) for call in _calls(held[0].scope.node, sights)
        }
        return depths.pop() if len(depths) == 1 else None
    if not isinstance(made, ast.Assign) or len(made.targets) != 1 or not isinstance(node, ast.Name):
        return None
    if made.lineno >= node.lineno:
        return None
    target = made.targets[0]
    if isinstance(target, ast.Name) and isinstance(made.value, (ast.Name, ast.Subscript)):
        return depth_of_state(made.value, sights)
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    at = next((at for at, one in enumerate(parts) if isinstance(one, ast.Name) and one.id == node.id), None)
    symbol = sights.called(made.value) or ""
    if symbol in LOOPS and isinstance(made.value, ast.Call):
        cell = (given(made.value, LOOPS[symbol]) or {}).get("cell")
        return depth_of(cell, sights) if at == 1 and len(parts) == 2 else None
    function = _function(made.value, sights)
    if function is None or at is None or (function.end_lineno or 0) >= made.lineno:
        return None
    value = returned_by(function)
    values = value.elts if isinstance(value, ast.Tuple) and isinstance(target, ast.Tuple) else [value]
    found = values[at] if len(values) == len(parts) else None
    return depth_of_state(found, sights) if found is not None else None


def returned_by(function: ast.FunctionDef) -> ast.expr | None:
    """What the one `return` of a function gives."""
    returned = [one.value for one in nodes(function) if isinstance(one, ast.Return)]
    return returned[0] if len(returned) == 1 else None


def _depth_given(call: ast.Call, function: ast.FunctionDef, name: str, sights: Sights) -> int | None:
    """The depth of the state that a call gives to a parameter."""
    value = (bind_parameters(call, function.args) or {}).get(name)
    return depth_of_state(value, sights) if value is not None and function not in sights.above(call) else None


def _calls(function: ast.FunctionDef, sights: Sights) -> list[ast.Call]:
    scope = sights.scope_with(function)
    above = [sights.parent(load) for load in (sights.loads(function.name, scope) if scope is not None else [])]
    return [one for one in above if isinstance(one, ast.Call)]


def _function(node: ast.AST, sights: Sights) -> ast.FunctionDef | None:
    """The function of the file that is called."""
    held = sights.may_hold(node.func) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ()
    made = held[0].node if len(held) == 1 else None
    return made if isinstance(made, ast.FunctionDef) else None
