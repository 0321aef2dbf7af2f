"""Whether an expression has the same value at another place: what it reads is bound once, before, and never changed.

Code that a rewrite moves is run earlier or later than it was: an attribute may be set in between, and a draw of NumPy
or of Python comes at another place in its stream. That cannot be seen by training from the same initial values.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.nodes import nodes

#: What may be asked of tensors, and what asks a tensor for its static shape.
OF_SHAPES = frozenset({"shape", "get_shape", "as_list", "value"})
_PLAIN = frozenset("int float len abs range list tuple dict zip sum max min bool str round".split())


def is_settled(node: ast.expr, line: int, sights: Sights) -> bool:
    """Whether an expression has its value already at a line of the module, and keeps it."""
    if any(sights.called(call) is None for call in _calls(node)):
        return False
    for name in (one for one in nodes(node) if isinstance(one, ast.Name)):
        scope = sights.place(name).scope.owner_of(name.id)
        if scope is None and hasattr(builtins, name.id):
            continue
        if scope is None:
            return False
        held = scope.bindings[name.id]
        if scope is not sights.names.module or len(held) != 1 or getattr(held[0].node, "lineno", line) >= line:
            return False
        if held[0].kind != "import" and _is_root(name, sights):
            return False
    return True


def hangs_on_time(node: ast.AST, sights: Sights) -> bool:
    """Whether an expression reads attributes that may be set, or calls what is neither of TensorFlow nor plain."""
    read = [n for n in nodes(node) if isinstance(n, ast.Attribute) and sights.symbol(n) is None]
    set_ones = [
        n for n in read if n.attr not in OF_SHAPES and not _is_called(n, sights) and not _is_of_import(n, sights)
    ]
    return bool(set_ones) or any(_is_foreign(call, sights) for call in _calls(node))


def is_quiet(statements: Iterable[ast.AST], own: frozenset[str], sights: Sights) -> bool:
    """Whether statements set no attribute, and call nothing but TensorFlow, plain functions and what is named."""
    for node in (inner for statement in statements for inner in nodes(statement)):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            return False
        if isinstance(node, ast.Call) and _is_foreign(node, sights):
            called = node.func.id if isinstance(node.func, ast.Name) else None
            if called not in own and not _is_parameter(node.func, sights):
                return False
    return True


def modules_of(node: ast.expr, sights: Sights) -> set[str]:
    """The modules that what stands before the first dot of an expression is imported as, or from."""
    root = _root(node)
    held = sights.may_hold(root) if root is not None else ()
    modules = {alias.name for one in held if isinstance(one.node, ast.Import) for alias in one.node.names}
    return modules | {one.node.module or "" for one in held if isinstance(one.node, ast.ImportFrom)}


def draws(call: ast.Call, sights: Sights) -> bool:
    """Whether a call draws from NumPy or from Python's `random`."""
    modules, path = modules_of(call.func, sights), (dotted(call.func) or "").split(".")
    return bool(modules & {"random", "numpy.random"}) or ("numpy" in modules and "random" in path)


def _is_foreign(call: ast.Call, sights: Sights) -> bool:
    if sights.called(call) is not None:
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id not in _PLAIN or bool(sights.may_hold(call.func))
    if isinstance(call.func, ast.Attribute) and call.func.attr in OF_SHAPES:
        return False
    return draws(call, sights) or not _is_of_import(call.func, sights)


def _calls(node: ast.AST) -> list[ast.Call]:
    return [one for one in nodes(node) if isinstance(one, ast.Call)]


def _is_called(node: ast.Attribute, sights: Sights) -> bool:
    above = sights.parent(node)
    return isinstance(above, ast.Call) and above.func is node


def _is_root(name: ast.Name, sights: Sights) -> bool:
    """Whether a name is that of an object of which an attribute or an element is read."""
    above = sights.parent(name)
    return isinstance(above, (ast.Attribute, ast.Subscript)) and above.value is name


def _is_of_import(node: ast.expr, sights: Sights) -> bool:
    root = _root(node)
    held = sights.may_hold(root) if root is not None else ()
    return bool(held) and all(one.kind == "import" for one in held)


def _is_parameter(node: ast.expr, sights: Sights) -> bool:
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    return bool(held) and all(one.kind == "parameter" for one in held)


def _root(node: ast.AST) -> ast.Name | None:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node if isinstance(node, ast.Name) else None
