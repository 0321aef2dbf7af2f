"""Where a program tells tensors apart: TensorFlow 1 compares and hashes them as objects, TensorFlow 2 does not."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from tfloss_migrate.sessions.reading.program import Program, short
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.sights import Sights

_COMPARES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
#: Functions that hash the elements of what they are given.
_HASHING = frozenset({"set", "frozenset", "hash", "dict", "fromkeys", "OrderedDict", "Counter", "WeakKeyDictionary"})
_DICTS = frozenset({"dict", "fromkeys", "OrderedDict", "defaultdict", "Counter"})
#: Methods of lists, sets and dicts that compare or hash their first argument.
_LOOKING_UP = frozenset(
    {"add", "discard", "remove", "index", "count", "get", "pop", "setdefault", "__contains__", "__eq__", "__hash__"}
)


class Identity:
    """Adds to a program's obstacles the places at which it tells tensors apart."""

    def __init__(self, program: Program, sights: Sights, tensors: Tensors) -> None:
        self._sights, self._tensors = sights, tensors
        self._feeds = {id(run.feed) for run in program.runs if run.feed is not None}
        for node in sights.nodes:
            if isinstance(node, ast.expr) and any(map(self._is_tensor, self._told_apart(node))):
                program.stop(
                    node, f"`{short(node)}` tells tensors apart as objects; TF2 compares them by value, and hashes none"
                )

    def _told_apart(self, node: ast.AST) -> Iterator[ast.expr]:
        """What an expression compares or hashes."""
        if isinstance(node, ast.Compare) and any(isinstance(op, _COMPARES) for op in node.ops):
            for side in (node.left, *node.comparators):
                yield side
                yield from self._elements(side)
        elif isinstance(node, ast.Dict) and id(node) not in self._feeds:
            yield from (key for key in node.keys if key is not None)
        elif isinstance(node, ast.Set):
            yield from node.elts
        elif isinstance(node, ast.DictComp):
            yield node.key
        elif isinstance(node, ast.SetComp):
            yield node.elt
        elif isinstance(node, ast.Subscript) and self._is_dict(node):
            yield node.slice
        elif isinstance(node, ast.Call):
            yield from self._of_call(node)

    def _of_call(self, node: ast.Call) -> Iterator[ast.expr]:
        name = _name(node)
        if self._sights.called(node) is not None or not node.args:
            return
        if name in _HASHING and not (hasattr(builtins, name) and self._is_own(node.func)):
            yield from (
                node.args if name == "hash" else self._hashed(node.args[0], pairs=name in ("dict", "OrderedDict"))
            )
        elif name in _LOOKING_UP and isinstance(node.func, ast.Attribute):
            yield node.args[0]

    def _is_dict(self, node: ast.Subscript) -> bool:
        """Whether a subscript looks something up: what is stored to is no tensor."""
        held = self._sights.may_hold(node.value) if isinstance(node.value, ast.Name) else ()
        values = [binding.value for binding in held]
        calls = [_name(value) for value in values if isinstance(value, ast.Call)]
        made = any(isinstance(value, (ast.Dict, ast.DictComp)) for value in values) or not _DICTS.isdisjoint(calls)
        return made or not isinstance(node.ctx, ast.Load)

    def _is_own(self, function: ast.expr) -> bool:
        return isinstance(function, ast.Name) and bool(self._sights.may_hold(function))

    def _hashed(self, argument: ast.expr, *, pairs: bool) -> Iterator[ast.expr]:
        """What is hashed of an iterable; `pairs`: the first of each, as `dict` takes them."""
        if not pairs:
            yield from self._elements(argument)
        elif isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == "zip" and argument.args:
            yield from self._elements(argument.args[0])
        elif isinstance(argument, (ast.List, ast.Tuple)):
            yield from (pair.elts[0] for pair in argument.elts if isinstance(pair, (ast.List, ast.Tuple)) and pair.elts)
        elif isinstance(argument, (ast.GeneratorExp, ast.ListComp)) and isinstance(argument.elt, ast.Tuple):
            yield from argument.elt.elts[:1]

    def _elements(self, node: ast.expr) -> Iterator[ast.expr]:
        """What stands in a list, also through its name; of a dict, its keys."""
        if isinstance(node, _DISPLAYS):
            yield from (key for key in node.keys if key) if isinstance(node, ast.Dict) else node.elts
        elif isinstance(node, (ast.GeneratorExp, ast.ListComp)):
            yield node.elt
        elif isinstance(node, ast.Name):
            for binding in self._sights.may_hold(node):
                if binding.value is not None and not isinstance(binding.value, ast.Name):
                    yield from self._elements(binding.value)

    def _is_tensor(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Tuple):
            return any(map(self._is_tensor, node.elts))
        return self._tensors.kind(node) == "tensor" or self._is_given_a_tensor(node)

    def _is_given_a_tensor(self, node: ast.expr) -> bool:
        """Whether a name is a parameter of a function of the module that is called with a tensor somewhere."""
        if not isinstance(node, ast.Name):
            return False
        functions = [one.scope.node for one in self._sights.may_hold(node) if one.kind == "parameter"]
        calls = [call for call in self._sights.nodes if isinstance(call, ast.Call)]
        return any(
            self._tensors.kind(value) == "tensor"
            for function in functions
            if isinstance(function, ast.FunctionDef)
            for call in calls
            if self._tensors.function(call.func) is function
            for value in _given(call, node.id, function)
        )


def _name(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _given(call: ast.Call, parameter: str, function: ast.FunctionDef) -> list[ast.expr]:
    """What a call gives to a parameter."""
    labels = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    by_position = call.args[labels.index(parameter) :][:1] if parameter in labels else []
    return [*by_position, *(keyword.value for keyword in call.keywords if keyword.arg == parameter)]
