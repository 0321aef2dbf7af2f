"""What is changed in place: arrays, lists, dicts and attributes, under their own name or another one.

A graph holds what a value was when it was built; a function reads it when it is traced, at its first call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.sessions.text.settled import OF_SHAPES
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import bind_parameters
from tfloss_migrate.syntax.scopes import Scope

#: Methods that change what they are called of, and functions that change what they are given first.
IN_PLACE = frozenset(
    "append extend insert update setdefault pop popitem clear remove sort reverse add discard fill put itemset resize "
    "partition setflags".split()
)
_CHANGING = frozenset("shuffle copyto put place putmask fill_diagonal put_along_axis".split())
#: Attributes, methods and functions that give a view of an array.
_OF_NUMPY = frozenset(
    "asarray asanyarray atleast_1d atleast_2d reshape ravel transpose squeeze expand_dims swapaxes".split()
)
_VIEWS = _OF_NUMPY | frozenset({"T", "real", "imag", "flat", "view", "diagonal"})
#: A name, in the scope that binds it.
_Held = tuple[Scope, str]


class Changes:
    """Answers, for one tree, whether what is read at one place may be changed after it."""

    def __init__(self, sights: Sights) -> None:
        self._sights = sights
        self._calls: dict[str, list[ast.Call]] = {}
        for call in sights.all(ast.Call):  # of a method too, whoever's it is
            function = call.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            self._calls.setdefault(name, []).append(call)
        self._edges: dict[_Held, set[_Held]] = {}
        for one, other in self._pairs():
            self._edges.setdefault(one, set()).add(other)
            self._edges.setdefault(other, set()).add(one)

    def changes_after(self, node: ast.Name | ast.Attribute) -> bool:
        """Whether what a name or an attribute holds may be changed in place after it is read, by code of this file."""
        if isinstance(node, ast.Attribute):
            return self._is_set_after(node)
        held = self._held(node)
        found, stack = set[_Held](), [held] if held is not None else []
        while stack:
            current = stack.pop()
            if current not in found:
                found.add(current)
                stack.extend(self._edges.get(current, ()))
        return any(self._is_later(change, node) for one in found for change in self._changes(one, other=one != held))

    def _is_set_after(self, node: ast.Attribute) -> bool:
        called = self._sights.parent(node)
        if isinstance(called, ast.Call) and called.func is node:
            return False
        if self._sights.symbol(node) is not None or node.attr in OF_SHAPES:
            return False
        every = self._sights.all(ast.Attribute)
        stored = [one for one in every if one.attr == node.attr and isinstance(one.ctx, ast.Store)]
        by_text = [one for one in self._sights.all(ast.Name) if one.id == "setattr"]
        return any(self._is_later(one, node) for one in (*stored, *by_text))

    def _pairs(self) -> Iterator[tuple[_Held, _Held]]:
        """Names that may hold one object, or a part of it: `a = b`, `a = b[1:]`, what loops and functions are given."""
        for node in self._sights.all(ast.Assign):
            for target in node.targets:
                yield from self._pair(target, node.value)
        for loop in self._sights.all(ast.For):
            several = loop.iter.args if isinstance(loop.iter, ast.Call) and not _is_view(loop.iter) else [loop.iter]
            for iterated in several:
                yield from self._pair(loop.target, iterated)
        for function in self._sights.all(ast.FunctionDef):
            scope = self._scope_of(function)
            for call in self._calls.get(function.name, ()) if scope is not None else ():
                for name, value in (bind_parameters(call, function.args) or {}).items():
                    held = self._held(_root(value))
                    if held is not None and scope is not None:
                        yield (scope, name), held

    def _pair(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[_Held, _Held]]:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, given in zip(target.elts, value.elts, strict=True):
                yield from self._pair(one, given)
            return
        if isinstance(target, ast.Tuple):
            for one in target.elts:
                yield from self._pair(one, value)
            return
        held, other = self._held(target), self._held(_root(value))
        if held is not None and other is not None:
            yield held, other

    def _held(self, node: ast.AST | None) -> _Held | None:
        """A name that holds an object, and no module: `tf.add` adds to none."""
        owner = self._sights.place(node).scope.owner_of(node.id) if isinstance(node, ast.Name) else None
        if owner is None or not isinstance(node, ast.Name):
            return None
        return None if any(one.kind == "import" for one in owner.bindings[node.id]) else (owner, node.id)

    def _scope_of(self, function: ast.FunctionDef) -> Scope | None:
        parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        named = {one.arg for one in parameters}
        inside = (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id in named)
        owners = (self._held(node) for node in inside)
        return next((owner[0] for owner in owners if owner is not None and owner[0].node is function), None)

    def _changes(self, held: _Held, *, other: bool) -> Iterator[ast.expr]:
        """Where the object of a name is changed; that a number is counted up by another name changes nothing."""
        scope, name = held
        yield from (load for load in self._sights.loads(name, scope) if self._is_changed_at(load))
        bindings = scope.bindings.get(name, [])
        if other and not any(isinstance(one.value, ast.Constant) for one in bindings):
            yield from (one.node.target for one in bindings if isinstance(one.node, ast.AugAssign))

    def _is_changed_at(self, load: ast.Name) -> bool:
        """Whether a name stands where the object that it holds is changed."""
        above = self._sights.parent(load)
        if isinstance(above, ast.Attribute):
            called = self._sights.parent(above)
            return above.attr in IN_PLACE and isinstance(called, ast.Call) and called.func is above
        if isinstance(above, ast.Subscript):
            return above.value is load and not isinstance(above.ctx, ast.Load)
        if isinstance(above, ast.keyword):
            return above.arg == "out"
        function = above.func if isinstance(above, ast.Call) and above.args[:1] == [load] else None
        return isinstance(function, ast.Attribute) and function.attr in _CHANGING

    def _is_later(self, change: ast.expr, read: ast.expr) -> bool:
        """Whether a change may come after what is read: further down, or in a function that is called there."""
        around = self._sights.function_around(change)
        if around is self._sights.function_around(read) or not isinstance(around, ast.FunctionDef):
            return change.lineno > read.lineno
        if around.name == "__init__":
            return False
        named: list[ast.expr] = [one for one in self._sights.all(ast.Name) if one.id == around.name]
        named += [one for one in self._sights.all(ast.Attribute) if one.attr == around.name]
        return any(one.lineno > read.lineno or self._is_inside(one) for one in named)

    def _is_inside(self, node: ast.expr) -> bool:
        return not isinstance(self._sights.function_around(node), ast.Module)


def _is_view(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _VIEWS


def _root(value: ast.expr) -> ast.expr:
    """What a value is a part of, or all of: an element of a list, a slice of an array or another view of it."""
    if isinstance(value, ast.Subscript) or (isinstance(value, ast.Attribute) and value.attr in _VIEWS):
        return _root(value.value)
    method = value.func if isinstance(value, ast.Call) else None
    if isinstance(value, ast.Call) and isinstance(method, ast.Attribute) and method.attr in _VIEWS:
        of_numpy = method.attr in _OF_NUMPY and bool(value.args)
        return _root(value.args[0] if of_numpy and isinstance(method.value, ast.Name) else method.value)
    return value
