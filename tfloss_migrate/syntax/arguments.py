"""Which argument of a call is which parameter."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tfloss_migrate.syntax.ops import ARGUMENT_NAMES, DECORATIONS, Operation
from tfloss_migrate.syntax.terms import Term


def bind_arguments(node: ast.Call, operation: Operation, old_order: bool = False) -> dict[str, ast.expr] | None:
    """The arguments of a call by today's parameter names, without decorations; None if they do not fit.

    Cross-entropies take no positional arguments in 1.x, but behind a None, which stands for their first parameter; with
    `old_order` they are (logits, labels), as in 0.x.
    """
    order = parameters = operation.parameters
    guarded = order[:1] == ("_sentinel",) and is_guarded(node)
    if old_order and order[0] == "_sentinel" and not guarded:
        order = ("logits", "labels", *(label for label in order if label not in ("_sentinel", "labels", "logits")))
    if len(node.args) > len(parameters) + 1 or ast.Starred in map(type, node.args):
        return None
    bound = dict(zip((*order, "name"), node.args, strict=False))
    for keyword in node.keywords:
        label = keyword.arg
        if label is None or label in bound:
            return None
        if label not in parameters and ARGUMENT_NAMES.get(label) in parameters:
            label = ARGUMENT_NAMES[label]
        bound[label] = keyword.value
    if guarded:
        del bound["_sentinel"]
    if "_sentinel" in bound:
        return None
    if not DECORATIONS.issuperset(bound.keys() - parameters):
        return None
    for label in DECORATIONS.intersection(bound):
        del bound[label]
    return bound


def is_guarded(call: ast.Call) -> bool:
    """Whether the first argument is None, as the cross-entropies of 1.x want it: labels and logits follow."""
    return bool(call.args) and is_none(call.args[0])


def is_none(node: ast.expr) -> bool:
    """Whether an argument is a None that is written out."""
    return isinstance(node, ast.Constant) and node.value is None


def given(call: ast.Call, parameters: Sequence[str]) -> dict[str, ast.expr] | None:
    """The arguments of a call by the names of its parameters; None where they cannot be told."""
    if len(call.args) > len(parameters) or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    bound = dict(zip(parameters, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg not in parameters or keyword.arg in bound:
            return None
        bound[keyword.arg] = keyword.value
    return bound


def bind_parameters(node: ast.Call, arguments: ast.arguments) -> dict[str, ast.expr] | None:
    """The arguments of a call of a module's own function, by parameter; None if they do not fit plainly."""
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
        return None
    labels = [argument.arg for argument in arguments.args]
    bound = given(node, labels)
    if bound is None:
        return None
    for label, default in zip(reversed(labels), reversed(arguments.defaults), strict=False):
        if label not in bound and isinstance(default, ast.Constant):
            bound[label] = default
    return bound if len(bound) == len(labels) else None


def literal(node: ast.expr) -> object:
    """The value of a literal, None where it is not one."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
        return None
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def is_default(term: Term, default: str) -> bool:
    """Whether an argument is the default that the table of operations gives as text."""
    if term.kind == "num":
        try:
            return term.number == float(default)
        except ValueError:
            return False
    identity = term.key[-1]
    return isinstance(identity, tuple) and identity[0] == "const" and str(identity[1]) == default
