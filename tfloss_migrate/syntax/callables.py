"""Functions and methods of a module: which one a call is of, and what its parameters are given."""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.scopes import Binding, Place, Scope, dotted

Function = ast.FunctionDef | ast.AsyncFunctionDef


def function_of(call: ast.Call, place: Place) -> Function | None:
    """The function of the module, or the method of the class around, that a call is of."""
    return function_named(call.func, place)


def function_named(node: ast.expr, place: Place) -> Function | None:
    """The function of the module, or the method of the class around, that a name or an attribute stands for."""
    if isinstance(node, ast.Name):
        owner = place.scope.owner_of(node.id)
        return _only_function(owner.bindings[node.id]) if owner is not None else None
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return None
    around = class_around(place.scope)
    if around is None or node.value.id != _first_parameter(place.scope):
        return None
    return _only_function(around.bindings.get(node.attr, []))


def given(call: ast.Call, function: Function) -> dict[str, ast.expr]:
    """What the parameters of a function hold in a call, defaults included; nothing where the call spreads a list."""
    if ast.Starred in map(type, call.args) or None in [keyword.arg for keyword in call.keywords]:
        return {}
    labels = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    found = dict(zip(reversed(labels), reversed(function.args.defaults), strict=False))
    if isinstance(call.func, ast.Attribute):
        labels = labels[1:]
    found.update(zip(labels, call.args, strict=False))
    found.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None})
    return found


def class_around(scope: Scope) -> Scope | None:
    """The class whose method a scope is, or is inside of."""
    current: Scope | None = scope
    while current is not None:
        if current.parent is not None and current.parent.is_class:
            return current.parent
        current = current.parent
    return None


def methods_around(scope: Scope, scopes: list[Scope]) -> list[Scope]:
    """The scopes of the methods of that class."""
    around = class_around(scope)
    return [one for one in scopes if around is not None and class_around(one) is around]


def _first_parameter(scope: Scope) -> str | None:
    current: Scope | None = scope
    while current is not None and not (current.parent is not None and current.parent.is_class):
        current = current.parent
    function = current.node if current is not None else None
    arguments = function.args.args if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    return arguments[0].arg if arguments else None


def _only_function(bindings: list[Binding]) -> Function | None:
    node = bindings[0].node if len(bindings) == 1 else None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    return node if all(_keeps(decorator) for decorator in node.decorator_list) else None


def _keeps(decorator: ast.expr) -> bool:
    """Whether a decorator leaves the value of a function as it is."""
    name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""
    return name.rpartition(".")[2] in ("staticmethod", "tf_export", "layer_register", "add_arg_scope")
