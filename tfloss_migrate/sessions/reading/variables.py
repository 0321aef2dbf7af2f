"""Variables of a program: which names hold them, and which of them are trained."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import normalizers, symbols
from tfloss_migrate.sessions.counterparts.cell_kinds import list_of, makes_cell, makes_cells
from tfloss_migrate.sessions.counterparts.layers import MAKERS, class_of
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.nodes import nodes
from tfloss_migrate.syntax.scopes import Binding


def is_of_layers(code: str) -> bool:
    """Whether code of variables asks layers for them."""
    return ".trainable_variables" in code


class Variables:
    """Answers which bindings hold variables and nothing else: `W = tf.Variable(...)`, and lists and dicts of them."""

    def __init__(self, sights: Sights, tensors: Tensors) -> None:
        self._sights, self._tensors = sights, tensors
        self._held: dict[int, list[ast.Call]] = {}
        self._named: dict[str, Binding] = {}
        self.groups: list[ast.Call] = []
        self._makers: dict[ast.FunctionDef, ast.Call | None] = {}
        for node in sights.all(ast.Assign):
            target = node.targets[0]
            if makes_cells(sights.function_around(node), sights):
                continue  # they belong to what they are stacked to
            if self._is_returned(node):
                continue  # it has the name that a caller gives it
            if len(node.targets) == 1 and isinstance(target, ast.Name) and (made := self._made(node.value)):
                binding = self._binding(node, target)
                self._held[id(binding)] = made
                if binding is not None:
                    self._named[target.id] = binding
        self.gotten = [node for node in sights.all(ast.Call) if sights.called(node) == "get_variable"]
        for node in sorted(sights.all(ast.Assign), key=lambda node: node.lineno):
            target = node.targets[0]
            if len(node.targets) == 1 and isinstance(target, ast.Name):
                self._group(node, target)

    def _group(self, statement: ast.Assign, target: ast.Name) -> None:
        """`names = [w, b]` and `names = tf.trainable_variables()` hold variables that are made elsewhere."""
        value, binding = statement.value, self._binding(statement, target)
        if self._sights.called(value) == "trainable_variables" and isinstance(value, ast.Call) and not value.args:
            self.groups.append(value)
            self._held[id(binding)] = []
        elif isinstance(value, (ast.List, ast.Tuple, ast.BinOp)):
            listed = self.listed(value)
            if listed is not None and not any(map(is_of_layers, listed)):
                self._held[id(binding)] = []

    def is_held(self, node: ast.expr) -> bool:
        """Whether a name holds a variable, or variables, made where it is bound."""
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        return len(held) == 1 and bool(self._held.get(id(held[0])))

    def listed(self, node: ast.expr) -> list[str] | None:
        """The variables of a list as code, `*names` for a list that has a name; None where they are not known."""
        if isinstance(node, ast.Name):
            held = self._sights.may_hold(node)
            return [f"*{node.id}"] if len(held) == 1 and self._held.get(id(held[0])) == [] else None
        if isinstance(node, ast.Call) and not node.keywords:
            return self._values(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [self.listed(one) for one in (node.left, node.right)]
            return [name for part in parts for name in part or ()] if None not in parts else None
        if isinstance(node, (ast.List, ast.Tuple)) and node.elts:
            several = [self._element(one) for one in node.elts]
            return [name for part in several for name in part or ()] if None not in several else None
        return None

    def _element(self, node: ast.expr) -> list[str] | None:
        """The variables of an element of a list: one that has a name, or those of a layer or of another list."""
        if isinstance(node, ast.Name):
            return [node.id] if self.is_held(node) else None
        if isinstance(node, ast.Subscript):
            return [ast.unparse(node)] if self._is_item(node) else None
        of = node.value if isinstance(node, ast.Starred) else None
        if isinstance(of, ast.Attribute) and of.attr == "trainable_variables" and isinstance(of.value, ast.Name):
            held = self._sights.may_hold(of.value)
            return [f"*{of.value.id}.{of.attr}"] if len(held) == 1 and self.is_layer(held[0].value) else None
        return self.listed(of) if of is not None else None

    def _is_item(self, node: ast.Subscript) -> bool:
        """Whether a subscript is a variable out of a dict that shows its keys."""
        held = self._sights.may_hold(node.value) if isinstance(node.value, ast.Name) else ()
        value = held[0].value if len(held) == 1 and self._held.get(id(held[0])) else None
        keys = [literal(key) for key in value.keys if key is not None] if isinstance(value, ast.Dict) else []
        return keys.count(literal(node.slice)) == 1

    def _values(self, call: ast.Call) -> list[str] | None:
        """The variables of `weights.values()`, also as a list."""
        if isinstance(call.func, ast.Name) and call.func.id == "list" and len(call.args) == 1:
            return self._values(call.args[0]) if isinstance(call.args[0], ast.Call) else None
        method = call.func if isinstance(call.func, ast.Attribute) and not call.args else None
        if method is None or method.attr != "values" or not isinstance(method.value, ast.Name):
            return None
        return [f"*{method.value.id}.values()"] if self.is_held(method.value) else None

    def holders_before(self, node: ast.AST) -> list[str] | None:
        """The names that hold the variables which the file makes before a node, trained or not; None if not known."""
        made = [(name, one) for name, one in self._named.items() if self._held[id(one)]]
        if any(one.scope is not self._sights.place(node).scope for _, one in made):
            return None
        before = [(one.order, name) for name, one in made if one.order < self._sights.place(node).order]
        return [name for _, name in sorted(before)]

    def all_before(self, node: ast.AST) -> list[str] | None:
        """All variables that are trained and that the file makes before a node, as code."""
        found: list[str] = []
        for name, binding in sorted(self._named.items(), key=lambda pair: pair[1].order):
            text = self.trained(binding, name) if self._held[id(binding)] else ""
            if text is None or binding.scope is not self._sights.place(node).scope:
                return None
            if text and binding.order < self._sights.place(node).order:
                found.append(text)
        return found

    def _binding(self, statement: ast.Assign, target: ast.Name) -> Binding | None:
        owner = self._sights.place(statement).scope.owner_of(target.id)
        found = owner.bindings[target.id] if owner is not None else []
        return next((one for one in found if one.node is statement), None)

    def _made(self, node: ast.expr | None) -> list[ast.Call] | None:
        """The calls that make the variables which an expression holds; None if it holds anything else."""
        if isinstance(node, ast.Call):
            return [node] if self.makes(node) or self.is_layer(node) else None
        if isinstance(node, ast.ListComp) and list_of(node, self._sights):
            return [node.elt] if isinstance(node.elt, ast.Call) else None
        parts: list[ast.expr] = []
        if isinstance(node, ast.ListComp):
            parts = [node.elt]
        elif isinstance(node, (ast.List, ast.Tuple)):
            parts = node.elts
        elif isinstance(node, ast.Dict):
            parts = node.values
        made = [self._made(part) for part in parts]
        return [call for one in made for call in one or []] if made and None not in made else None

    def makes(self, call: ast.Call) -> bool:
        """Whether a call makes a variable: of TensorFlow, or of a function of the file that returns a new one."""
        symbol = self._sights.called(call)
        if symbol is not None:
            return symbol in symbols.VARIABLES
        return self._maker(call) is not None

    def is_layer(self, node: ast.AST | None) -> bool:
        """Whether a node makes a layer that has variables, or a recurrent cell."""
        return class_of(self._sights.called(node)) in MAKERS or makes_cell(node, self._sights)

    def normalizes(self, call: ast.Call) -> bool:
        """Whether a call is one of a layer whose moving averages it may move."""
        held = self._sights.may_hold(call.func) if isinstance(call.func, ast.Name) else ()
        return len(held) == 1 and class_of(self._sights.called(held[0].value)) == normalizers.CLASS

    def _maker(self, call: ast.Call) -> ast.Call | None:
        """What the function of the file makes that is called."""
        function = self._tensors.function(call.func)
        if function is None:
            return None
        if function not in self._makers:
            self._makers[function] = self._made_in(function)
        return self._makers[function]

    def _made_in(self, function: ast.FunctionDef) -> ast.Call | None:
        made = [node for node in nodes(function) if isinstance(node, ast.Return)]
        value = made[0].value if len(made) == 1 else None
        if isinstance(value, ast.Name):
            held = self._sights.may_hold(value)
            value = held[0].value if len(held) == 1 else None
        return value if isinstance(value, ast.Call) and self._sights.called(value) in symbols.VARIABLES else None

    def _is_returned(self, statement: ast.Assign) -> bool:
        """Whether a function of the file makes a variable there, to return it and nothing else."""
        function = self._sights.function_around(statement)
        return isinstance(function, ast.FunctionDef) and self._made_in(function) is statement.value

    def holds(self, binding: Binding) -> bool:
        """Whether a binding holds variables, and nothing else."""
        return id(binding) in self._held

    def makes_of(self, binding: Binding) -> bool:
        """Whether a binding holds variables that are made there."""
        return bool(self._held.get(id(binding)))

    @property
    def makers(self) -> frozenset[int]:
        """The calls that make variables, by identity."""
        return frozenset(id(call) for made in self._held.values() for call in made)

    def trained(self, binding: Binding, name: str) -> str | None:
        """How code says which variables of a binding are trained: `W`, `*weights`, `*weights.values()`; "" for none.

        None where some are and some are not.
        """
        flags = {self._is_trained(call) for call in self._held[id(binding)]}
        if len(flags) > 1 or None in flags:
            return None
        if flags == {False}:
            return ""
        if self.is_layer(binding.value):
            return f"*{name}.trainable_variables"
        if list_of(binding.value, self._sights):
            return f"*sum([cell.trainable_variables for cell in {name}], [])"
        if isinstance(binding.value, ast.Dict):
            return f"*{name}.values()"
        return f"*{name}" if isinstance(binding.value, (ast.List, ast.Tuple, ast.ListComp)) else name

    def _is_trained(self, call: ast.Call) -> bool | None:
        made = call if self._sights.called(call) is not None else self._maker(call)
        values = [keyword.value for keyword in made.keywords if keyword.arg == "trainable"] if made else []
        if not values:
            return True
        return bool(values[0].value) if isinstance(values[0], ast.Constant) else None
