"""What the code shows for or against what a form needs.

A need reads `fact:input` or `fact:input,input`. Facts: `constant` (no gradient can reach it), `not-softmax` and
`not-sigmoid` (it is not visibly the output of one), `whole-rows` (nothing is multiplied into the labels, and no class
number out of range is seen to be made one-hot), `in-range` (no class number is seen to be out of range), `bare` (no
epsilon or clip around it), `apart` (the labels are not these very probabilities, nor the softmax of these logits: that
would be an entropy), `rows-of-one` (nothing shows that the rows do not sum to one), `equal-shape` (nothing shows that
two inputs have different shapes), `shapes-agree` (their static shapes may be one), `ones` (it is made by `tf.ones` or
`tf.ones_like`), `called-labels` (its name says that it holds labels, and not that these are one-hot), `number` (it is
spelled out, or a name of what may be one), `column` (its last axis is surely one long, and there are others).
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from tfloss_migrate.model import Input
from tfloss_migrate.recognise import called, rows
from tfloss_migrate.recognise.layout import Layout
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.scopes import Scope
from tfloss_migrate.syntax.terms import Term, constant_of
from tfloss_migrate.syntax.values import Values

_RESHAPING = frozenset({"reshape", "squeeze", "expand_dims", "cast", "identity", "to_float", "transpose", "list"})
_OTHER_SHAPE = frozenset({"expand_dims", "l2_loss", "one_hot", "shape", "argmax"})


class Shown:
    """Answers needs for the terms of one file."""

    def __init__(self, values: Values) -> None:
        self._reader, self._names, self.layout = values.reader, values.reader.names, Layout(values)
        self._values = values

    def holds(self, need: str, inputs: dict[str, Term]) -> bool:
        """Whether the code shows what a form needs."""
        fact, _, labels = need.partition(":")
        return _FACTS[fact](self, *(inputs[label] for label in labels.split(",")))

    def constant(self, term: Term) -> bool:
        """Whether no gradient reaches a term: a literal, a placeholder, a numpy array, one_hot of anything."""
        if self.layout.whole(term) is not None:
            return True
        if term.kind in ("sum", "prod"):
            return all(self.constant(part) for part, _ in term.parts)
        if term.kind == "op":
            operation = next((o for o in BY_SYMBOL.values() if o.name == term.name), None)
            if operation is not None and "blocked" in operation.traits:
                return True
            given = [part for part, _ in term.parts if constant_of(part) is None]
            return term.pure and bool(given) and all(self.constant(part) for part in given)
        if term.kind == "num":
            return True
        return term.node is not None and term.place is not None and self._constant_node(term.node, term, 0)

    def fits(self, declared: Input, term: Term, ranks: tuple[int, ...], axes: frozenset[int]) -> bool:
        """Whether nothing shows that an array has too few axes for a form, or more than the one that is reduced."""
        if declared.domain.axes != "full" or (not axes and min(ranks) == 0):
            return True
        shape = self.layout.shape(term)
        if shape is None:
            return True
        return len(shape) >= min(ranks) and all(axis in (-1, len(shape) - 1) for axis in axes)

    def may_be_activated(self, term: Term) -> bool:
        """Whether a softmax or a sigmoid may have made a term: in a graph, Keras takes logits back out of these."""
        if term.node is None or term.place is None:
            return False
        return not self._values.activations(term.node, term.place).isdisjoint({"softmax", "sigmoid"})

    def has_no_rank(self, term: Term) -> bool:
        """Whether a graph surely does not know how many axes a term has: what it is made of is fed, without a shape."""
        if term.kind == "op" and term.name == "placeholder":
            shape = term.argument("shape")
            return shape is None or (constant_of(shape) is None and shape.kind == "leaf" and _is_none(shape))
        if term.kind == "leaf" and isinstance(term.node, ast.Name) and term.place is not None:
            return self._is_traced_without_rank(term.node.id, term.place.scope)
        spread = term.kind in ("sum", "prod") or (term.kind == "op" and term.name in (*_ELEMENTWISE, "matmul"))
        return spread and any(self.has_no_rank(part) for part, _ in term.parts)

    def _is_traced_without_rank(self, name: str, scope: Scope) -> bool:
        """Whether a name is a parameter of a function whose `input_signature` gives it no shape."""
        owner = scope.owner_of(name)
        function = owner.node if owner is not None else None
        if owner is None or not isinstance(function, ast.FunctionDef) or owner.bindings[name][0].kind != "parameter":
            return False
        at = next((at for at, one in enumerate(function.args.args) if one.arg == name), None)
        for decorator in function.decorator_list:
            for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
                specs = keyword.value.elts if isinstance(keyword.value, (ast.List, ast.Tuple)) else []
                spec = specs[at] if at is not None and at < len(specs) else None
                if keyword.arg == "input_signature" and isinstance(spec, ast.Call) and spec.args:
                    return isinstance(spec.args[0], ast.Constant) and spec.args[0].value is None
        return False

    def is_list(self, term: Term) -> bool:
        """Whether a term is a plain Python list."""
        return isinstance(self._value_of(term), (ast.List, ast.Tuple))

    def is_written_out(self, term: Term) -> bool:
        """Whether a term is an array of numpy whose numbers stand in it: `np.array([1.0, 0.5])`."""
        return self.layout.numbers(term) is not None and self.constant(term)

    def maker(self, term: Term) -> str:
        """What makes a tensor of a list: of numbers a constant, of other tensors one of them all."""
        value = self._value_of(term)
        return "constant" if value is not None and literal(value) is not None else "convert_to_tensor"

    def is_named(self, term: Term) -> bool:
        """Whether a term is a name, of what may be a number."""
        named = term.kind == "leaf" and isinstance(term.node, (ast.Name, ast.Attribute))
        return named and constant_of(term) is None and not self.is_list(term)

    def _value_of(self, term: Term) -> ast.expr | None:
        """The expression that a term is, seen through one variable."""
        node = term.node
        if isinstance(node, (ast.Name, ast.Attribute)) and term.place is not None:
            binding = flow.reaching(dotted(node) or "", term.place)
            return binding.value if binding is not None else None
        return node

    def made_by(self, term: Term) -> ast.Call | None:
        """The call, not of TensorFlow and not of the module's own functions, that a named term is the result of."""
        node = self._value_of(term)
        if not isinstance(node, ast.Call) or term.place is None or term.kind != "leaf":
            return None
        function: ast.expr = node
        while isinstance(function, ast.Call):  # a loss class is made and then called
            function = function.func
        return node if self._names.symbol(function, term.place.scope) is None else None

    def _constant_node(self, node: ast.expr, term: Term, depth: int) -> bool:
        if isinstance(node, (ast.List, ast.Tuple)):
            return all(isinstance(item, (ast.List, ast.Tuple, ast.Constant, ast.UnaryOp)) for item in node.elts)
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Call) and term.place is not None:
            root = (dotted(node.func) or "").split(".")[0]
            return self._is_numpy(root, term)
        if isinstance(node, ast.Subscript) and term.place is not None:
            return self.constant(self._reader.term(node.value, term.place))
        if isinstance(node, (ast.Name, ast.Attribute)) and depth < 5 and term.place is not None:
            name = dotted(node)
            binding = flow.reaching(name, term.place) if name else None
            if binding is not None and binding.kind == "assign" and binding.value is not None:
                return self._constant_node(binding.value, term, depth + 1)
        return False

    def _is_numpy(self, root: str, term: Term) -> bool:
        owner = term.place.scope.owner_of(root) if term.place is not None else None
        nodes = [binding.node for binding in owner.bindings[root]] if owner is not None else []
        return bool(nodes) and all(
            isinstance(node, ast.Import) and any(a.name.split(".")[0] == "numpy" for a in node.names) for node in nodes
        )

    def _comes_from(self, activation: str, term: Term) -> bool:
        while term.kind == "op" and term.name in _RESHAPING and term.parts:
            inner = [part for part, label in term.parts if label in ("tensor", "input", "x", "a", "000")]
            if not inner:
                break
            term = inner[0]
        if term.kind == "op":
            return term.name == activation
        return self._layer_activation(term) == activation

    def _layer_activation(self, term: Term) -> str | None:
        """The activation that a layer call names: `tf.layers.dense(h, 10, activation=tf.nn.softmax)`."""
        node, place = term.node, term.place
        if place is not None and isinstance(node, (ast.Name, ast.Attribute)):
            binding = flow.reaching(dotted(node) or "", place)
            node = binding.value if binding is not None else None
        if not isinstance(node, ast.Call) or place is None:
            return None
        for keyword in node.keywords:
            if keyword.arg in ("activation", "activation_fn"):
                symbol = self._names.symbol(keyword.value, place.scope)
                if symbol in BY_SYMBOL:
                    return BY_SYMBOL[symbol].name
                return keyword.value.value if isinstance(keyword.value, ast.Constant) else None  # type: ignore[return-value]
        return None

    def _rows_of_one(self, term: Term) -> bool:
        """Whether nothing shows that rows do not sum to one: another activation than a softmax, a product, a sum."""
        if term.kind in ("sum", "prod", "num") or term.name.startswith("reduce_"):
            return False
        if term.kind == "op" and term.name not in _RESHAPING:
            return term.name in ("softmax", "placeholder", "one_hot") or "elementwise" not in _traits(term)
        return not any(self._comes_from(activation, term) for activation in ("sigmoid", "relu", "tanh"))

    def _equal_shape(self, one: Term, other: Term) -> bool:
        if any(len(self.layout.shape(a) or ()) == 1 and self._is_over_rows(b) for a, b in ((one, other), (other, one))):
            return True
        is_shown = all(self.layout.shape(term) for term in (one, other))
        if one.kind == "num" or other.kind == "num" or (not is_shown and (_reshapes(one) or _reshapes(other))):
            return False
        if any(constant_of(term) is not None for term in (one, other)):
            return False
        if not _plain(one) and not _plain(other) and _leaves(one) & _leaves(other):
            return False  # two functions of one thing, held against each other
        return self.layout.may_be_equal(one, other)

    def _is_over_rows(self, term: Term) -> bool:
        """Whether a term is one value for each row, as far as it shows: the chosen value of `sum(values * one_hot, 1)`,
        or the target `rewards + gamma * max(values, 1)`.
        """
        parts = [part for part, _ in term.parts]
        if term.kind == "prod":  # what else is unknown is taken for a number
            shapes = [self.layout.shape(part) for part in parts]
            return any(map(self._is_over_rows, parts)) and all(len(shape or ()) < 2 for shape in shapes)
        if term.kind == "sum":
            over = [self._is_over_rows(part) or len(self.layout.shape(part) or ()) == 1 for part in parts]
            return all(over) and any(map(self._is_over_rows, parts))
        if term.kind == "op" and term.name in ("stop_gradient", "identity"):
            return self._is_over_rows(parts[0])
        axis = constant_of(term.argument("axis")) if term.kind == "op" and term.name.startswith("reduce_") else None
        return axis in (1, -1) and term.argument("keepdims") is None


def _apart(labels: Term, other: Term) -> bool:
    return labels != other and not (
        labels.kind == "op" and labels.name == "softmax" and labels.argument("logits") == other
    )


def _traits(term: Term) -> frozenset[str]:
    operation = next((o for o in BY_SYMBOL.values() if o.name == term.name), None)
    return operation.traits if operation is not None else frozenset()


_GUARDS = frozenset({"maximum", "minimum", "clip_by_value"})

#: From the fact that a need names to what answers it.
_FACTS: dict[str, Callable[..., bool]] = {
    "constant": Shown.constant,
    "not-softmax": lambda shown, term: not shown._comes_from("softmax", term) and not shown.may_be_activated(term),
    "not-sigmoid": lambda shown, term: not shown._comes_from("sigmoid", term) and not shown.may_be_activated(term),
    "no-modulus": lambda shown, term: "abs" not in term.operations and all(power != 2.0 for _, power in term.parts),
    "whole-rows": lambda shown, labels: rows.are_whole(shown.layout, labels),
    "bare": lambda shown, term: term.kind == "leaf" or (term.kind == "op" and term.name not in _GUARDS),
    "apart": lambda shown, labels, other: _apart(labels, other),
    "in-range": lambda shown, class_ids, depth: rows.in_range(shown.layout, class_ids, depth),
    "rows-of-one": Shown._rows_of_one,
    "equal-shape": Shown._equal_shape,
    "shapes-agree": lambda shown, one, other: shown.layout.may_be_equal(one, other),
    "ones": lambda shown, term: term.kind == "op" and term.name in ("ones", "ones_like"),
    "called-labels": lambda shown, term: _called_labels(term),
    "column": lambda shown, term: len(shown.layout.shape(term) or ()) > 1 and shown.layout.shape(term)[-1] == 1,
    "number": lambda shown, term: term.kind == "num" or shown.is_named(term),
}


def _reshapes(term: Term) -> bool:
    """Whether a term shows that it is not an array of the full shape: a reduction, a new axis, a bare number."""
    if term.kind == "op" and (term.name.startswith("reduce_") or term.name in _OTHER_SHAPE):
        return True
    if term.kind == "leaf" and isinstance(term.node, ast.Subscript):
        for part in ast.walk(term.node.slice):
            if isinstance(part, ast.Constant) and part.value in (None, Ellipsis):
                return True
            if isinstance(part, ast.Attribute) and part.attr == "newaxis":
                return True
    elementwise = term.kind in ("sum", "prod") or (term.kind == "op" and term.name in _ELEMENTWISE)
    return elementwise and any(_reshapes(part) for part, _ in term.parts)


def _called_labels(term: Term) -> bool:
    if term.kind == "op" and term.name in ("placeholder", "one_hot"):
        return term.name == "placeholder"
    text = "" if term.node is None else ast.unparse(term.node).lower()
    return called.is_labels(text) and "onehot" not in text.replace("_", "")


_ELEMENTWISE = frozenset(operation.name for operation in BY_SYMBOL.values() if "elementwise" in operation.traits)


def _is_none(term: Term) -> bool:
    return isinstance(term.node, ast.Constant) and term.node.value is None


def _plain(term: Term) -> bool:
    return isinstance(term.node, (ast.Name, ast.Attribute, ast.Subscript, ast.List))


def _leaves(term: Term) -> frozenset[Term]:
    if term.kind == "leaf":
        return frozenset({term}) if constant_of(term) is None else frozenset()
    return frozenset(leaf for part, _ in term.parts for leaf in _leaves(part))
