"""What an expression surely holds: a tensor, several of them, or the operation that initialises variables."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.layers import class_of
from tfloss_migrate.sessions.counterparts.recurrences import loop_of
from tfloss_migrate.sessions.text.changes import IN_PLACE
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import bind_parameters, is_none
from tfloss_migrate.syntax.scopes import Binding

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["tensor", "list", "tuple", "dict", "initializer"]
else:
    Kind = str

#: What counts how many predictions are right, call by call.
ACCURACY = "keras.metrics.Accuracy"
_ORDERINGS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Tensors:
    """Answers what expressions of one tree hold; None where that is not sure."""

    def __init__(self, sights: Sights) -> None:
        self._sights = sights
        self._asked: set[int] = set()

    def kind(self, node: ast.AST | None) -> Kind | None:
        """What an expression holds where it stands. A name that is defined by itself holds what its others do."""
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BinOp):
            return "tensor" if "tensor" in (self.kind(node.left), self.kind(node.right)) else None
        if isinstance(node, ast.Attribute) and node.attr == "initializer":
            return "initializer" if self.kind(node.value) == "tensor" else None
        if isinstance(node, ast.UnaryOp):
            return self.kind(node.operand) if isinstance(node.op, (ast.USub, ast.Invert)) else None
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            plain = len(node.ops) == 1 and isinstance(node.ops[0], _ORDERINGS)
            return "tensor" if plain and any(self.kind(side) == "tensor" for side in sides) else None
        if isinstance(node, ast.IfExp):
            return self._common([self.kind(node.body), self.kind(node.orelse)])
        if isinstance(node, ast.Subscript):
            held = self.kind(node.value)
            single = not isinstance(node.slice, ast.Slice)
            return "tensor" if held == "tensor" or (held in ("list", "tuple", "dict") and single) else None
        return self._several(node)

    def _several(self, node: ast.AST | None) -> Kind | None:
        if isinstance(node, (ast.List, ast.Tuple)) and node.elts:
            if all(self.kind(element) == "tensor" for element in node.elts):
                return "list" if isinstance(node, ast.List) else "tuple"
            if all(self.kind(element) == "initializer" for element in node.elts):
                return "initializer"
        if isinstance(node, ast.Dict) and node.values and all(self.kind(value) == "tensor" for value in node.values):
            return "dict" if None not in node.keys else None
        if isinstance(node, ast.ListComp) and self.kind(node.elt) == "tensor":
            return "list"
        return None

    def _call(self, node: ast.Call) -> Kind | None:
        symbol = self._sights.called(node)
        if symbol is None:
            return self._call_of_own(node)
        if symbol in symbols.INITIALIZERS:
            return "initializer"
        if symbol == "group":
            grouped = [self.kind(argument) for argument in node.args]
            return "initializer" if self._common(grouped) == "initializer" else None
        if loop_of(node, self._sights) is not None:
            return "tuple"
        if symbol in symbols.LISTS:
            return "list"
        if symbol in symbols.PLAIN_TUPLES:
            return "tuple"
        if symbol == "cond" and len(node.args) > 1 and isinstance(node.args[1], ast.Lambda):
            return self.kind(node.args[1].body)
        loss_function = symbols.is_keras_loss(symbol) and symbol.rpartition(".")[2][:1].islower()
        known = (
            symbol in symbols.TENSORS or symbol in symbols.RANDOM or symbol in symbols.PLACEHOLDERS | symbols.VARIABLES
        )
        return "tensor" if known or loss_function else None

    def _call_of_own(self, node: ast.Call) -> Kind | None:
        """A call of a Keras loss object, or of a function of the module all of whose results are alike."""
        if self.is_loss_object(node.func) or self.is_layer(node.func) or self.counts(node):
            return "tensor"
        function = self.function(node.func)
        if function is None and isinstance(node.func, ast.Name) and self._gives_tensors(node.func):
            return "tensor"
        expression = self.expression(node.func)
        if expression is not None:
            return self.kind(expression.body)
        if function is None or id(function) in self._asked:
            return None
        self._asked.add(id(function))
        try:
            returns = [n for n in ast.walk(function) if isinstance(n, ast.Return)]
            own = [r for r in returns if self._sights.function_around(r) is function]
            return self._common([self.kind(r.value) for r in own])
        finally:
            self._asked.discard(id(function))

    def _gives_tensors(self, name: ast.Name) -> bool:
        """Whether a parameter holds an operation of TensorFlow in every call that gives it anything but None."""
        held = self._sights.may_hold(name)
        around = held[0].scope.node if len(held) == 1 and isinstance(held[0].node, ast.arg) else None
        scope = self._sights.place(around).scope.owner_of(around.name) if isinstance(around, ast.FunctionDef) else None
        if not isinstance(around, ast.FunctionDef) or scope is None:
            return False
        calls = [self._sights.parent(load) for load in self._sights.loads(around.name, scope)]
        bound = [bind_parameters(call, around.args) if isinstance(call, ast.Call) else None for call in calls]
        values = [(one or {}).get(name.id) for one in bound]
        given = [value for value in values if value is None or not is_none(value)]
        return bool(given) and all(one is not None and self._sights.symbol(one) in symbols.TENSORS for one in given)

    def is_loss_object(self, node: ast.expr) -> bool:
        """Whether an expression holds an instance of a Keras loss class."""
        if isinstance(node, ast.Name):
            held = self._sights.may_hold(node)
            return len(held) == 1 and held[0].value is not None and self.is_loss_object(held[0].value)
        symbol = self._sights.called(node)
        return symbol is not None and symbols.is_keras_loss(symbol) and symbol.rpartition(".")[2][:1].isupper()

    def is_layer(self, node: ast.expr) -> bool:
        """Whether an expression holds a layer."""
        if isinstance(node, ast.Name):
            held = self._sights.may_hold(node)
            return len(held) == 1 and held[0].value is not None and self.is_layer(held[0].value)
        return class_of(self._sights.called(node)) is not None

    def counts(self, call: ast.Call) -> bool:
        """Whether a call is one of an accuracy that counts."""
        held = self._sights.may_hold(call.func) if isinstance(call.func, ast.Name) else ()
        return len(held) == 1 and self._sights.called(held[0].value) == ACCURACY

    def function(self, node: ast.expr) -> ast.FunctionDef | None:
        """The function of the file that a name surely stands for."""
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        if len(held) != 1 or not isinstance(held[0].node, ast.FunctionDef) or held[0].node.decorator_list:
            return None
        return held[0].node

    def expression(self, node: ast.expr) -> ast.Lambda | None:
        """The `lambda` that a name surely stands for."""
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        value = held[0].value if len(held) == 1 else None
        return value if isinstance(value, ast.Lambda) else None

    def _name(self, node: ast.Name) -> Kind | None:
        held = self._sights.may_hold(node)
        if not held or self._is_changed(node):
            return None
        kinds = [self._held(binding, node.id) for binding in held if id(binding) not in self._asked]
        return self._common(kinds)

    def _is_changed(self, node: ast.Name) -> bool:
        """Whether a list of this name is added to somewhere: then its elements are not those that are seen."""
        owner = self._sights.place(node).scope.owner_of(node.id)
        if owner is None:
            return True
        for load in self._sights.loads(node.id, owner):
            parent = self._sights.parent(load)
            if isinstance(parent, ast.Attribute) and parent.attr in IN_PLACE:
                return True
        return False

    def _held(self, binding: Binding, name: str) -> Kind | None:
        self._asked.add(id(binding))
        try:
            if binding.value is not None:
                return self.kind(binding.value)
            if isinstance(binding.scope.node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                return self._element(binding.scope.node.generators, name)
            statement = binding.node
            if isinstance(statement, ast.AugAssign):
                return "tensor" if self.kind(statement.value) == "tensor" else self._before(binding, name)
            if isinstance(statement, ast.For) and isinstance(statement.target, ast.Name):
                return "tensor" if self.kind(statement.iter) in ("list", "tuple") else None
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
                symbol = self._sights.called(statement.value)
                several = symbol is not None and symbols.is_tuple(symbol)
                return "tensor" if several or self.kind(statement.value) in ("list", "tuple") else None
            return None
        finally:
            self._asked.discard(id(binding))

    def _element(self, generators: list[ast.comprehension], name: str) -> Kind | None:
        """What the variable of a comprehension holds."""
        own = [g for g in generators if isinstance(g.target, ast.Name) and g.target.id == name]
        return "tensor" if len(own) == 1 and self.kind(own[0].iter) in ("list", "tuple") else None

    def _before(self, binding: Binding, name: str) -> Kind | None:
        """What a name held before `name += ...`."""
        earlier = [b for b in binding.scope.bindings[name] if b.order < binding.order and id(b) not in self._asked]
        return self._common([self._held(one, name) for one in earlier])

    @staticmethod
    def _common(kinds: list[Kind | None]) -> Kind | None:
        return kinds[0] if kinds and len(set(kinds)) == 1 else None
