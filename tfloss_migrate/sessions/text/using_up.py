"""Whether what code goes through is used up by that: a function that is traced again would find nothing more."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tfloss_migrate.sessions.text.settled import modules_of
from tfloss_migrate.sessions.text.sights import Sights

#: Builtins that take from what they are given, and whose result is used up itself, or not.
_LAZY = frozenset({"zip", "map", "filter", "enumerate", "reversed"})
_WHOLE = frozenset({"list", "tuple", "sorted", "dict", "set", "sum", "max", "min", "any", "all", "len", "range"})
#: Builtins that give something else each time.
ONCE = frozenset({"next", "iter", "input", "open"})
#: Methods of lists, dicts, texts, arrays and shapes.
_METHODS = frozenset("items keys values split tolist as_list get_shape copy reshape astype flatten".split())


def may_be_used_up(node: ast.expr, sights: Sights, depth: int = 8) -> bool:
    """Whether an expression is not surely something that can be gone through again and again."""
    if not depth:
        return True
    if isinstance(node, (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.JoinedStr)):
        return False
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)):
        return any(may_be_used_up(one.iter, sights, depth - 1) for one in node.generators)
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return may_be_used_up(node.value, sights, depth - 1)
    if isinstance(node, ast.BinOp):
        return any(may_be_used_up(one, sights, depth - 1) for one in (node.left, node.right))
    if isinstance(node, ast.Call):
        return _is_call_used_up(node, sights, depth)
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    return not held or any(_is_held_used_up(one.node, one.value, one.kind, sights, depth) for one in held)


def _is_held_used_up(node: ast.AST, value: ast.expr | None, kind: str, sights: Sights, depth: int) -> bool:
    if kind == "import":
        return False
    if isinstance(node, ast.For):
        return may_be_used_up(node.iter, sights, depth - 1)
    return value is None or may_be_used_up(value, sights, depth - 1)


def _is_call_used_up(call: ast.Call, sights: Sights, depth: int) -> bool:
    if sights.called(call) is not None or "numpy" in modules_of(call.func, sights):
        return False
    if isinstance(call.func, ast.Name) and call.func.id in _LAZY | _WHOLE and not sights.may_hold(call.func):
        return any(may_be_used_up(one, sights, depth - 1) for one in call.args)
    if isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS:
        return may_be_used_up(call.func.value, sights, depth - 1)
    return True


def uses_up(node: ast.AST, sights: Sights) -> ast.expr | None:
    """What code surely uses up when it is run: an iterator, a generator or a file that has a name, a line of input."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and not sights.may_hold(inner.func):
            if inner.func.id in ONCE:
                return inner
            read = inner.args if inner.func.id in _LAZY | _WHOLE else []
        else:
            read = [inner.iter] if isinstance(inner, (ast.For, ast.comprehension)) else []
        found = _first(read, sights)
        if found is not None:
            return found
    return None


def _first(nodes: Iterable[ast.expr], sights: Sights) -> ast.expr | None:
    return next((one for one in nodes if _is_iterator(one, sights)), None)


def _is_iterator(node: ast.expr, sights: Sights) -> bool:
    """Whether a name holds what can be gone through but once, as far as the code shows."""
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    for value in (one.value for one in held):
        if isinstance(value, ast.GeneratorExp):
            return True
        function = value.func if isinstance(value, ast.Call) else None
        if isinstance(function, ast.Name) and function.id in _LAZY | ONCE and not sights.may_hold(function):
            return True
        modules = modules_of(function, sights) if isinstance(function, ast.Attribute) else set()
        if modules and "numpy" not in modules and function is not None and sights.symbol(function) is None:
            return True
    return False
