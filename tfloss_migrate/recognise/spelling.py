"""Writes a found expression out in full, over the form's inputs: the text that the referee runs.

Names are followed as recognition followed them, TensorFlow is spelled `tf.`, decorations such as `name=` are left out,
keywords are put in the order of the parameters; everything else stays as it was written, so that what runs is the
user's formula and not ours.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tfloss_migrate.syntax.arguments import bind_arguments, literal
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.ops import DECORATIONS, Operation
from tfloss_migrate.syntax.reader import Reader, place_of
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import Term

_NAMED = frozenset({"softmax_cross_entropy", "sparse_softmax_cross_entropy", "sigmoid_cross_entropy"})
_LIMIT = 2000


class CannotSpellError(Exception):
    """Something in the expression is no known operation, and no input either."""


def _is_data(node: ast.List) -> bool:
    """Whether a list holds data, rather than an axis or a shape: rows of numbers, or floats."""
    return literal(node) is not None and all(
        isinstance(item, ast.List) or (isinstance(item, ast.Constant) and isinstance(item.value, float))
        for item in node.elts
    )


def _is_fixed(node: ast.expr) -> bool:
    """Whether a subscript is written in numbers alone."""
    return not any(isinstance(part, (ast.Name, ast.Call)) for part in ast.walk(node))


class Speller:
    """Spells expressions of one file over given inputs.

    `constants`: lists of numbers are spelled as the constants that the graph makes of them.
    """

    def __init__(self, reader: Reader, inputs: Mapping[str, Term], *, constants: bool = False) -> None:
        self._reader, self._constants = reader, constants
        self._names = {term: name for name, term in inputs.items()}
        self._written = 0

    def spell(self, node: ast.expr, place: Place) -> str:
        """The text of an expression. Raises CannotSpellError."""
        return ast.unparse(self._node(node, place, self._reader))

    def _node(self, node: ast.expr, place: Place, reader: Reader) -> ast.expr:
        self._written += 1
        if self._written > _LIMIT:
            raise CannotSpellError("the expression is too long")
        name = self._names.get(reader.term(node, place))
        if name is not None:
            return ast.Name(name)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._name(node, place, reader)
        if isinstance(node, ast.Call):
            return self._call(node, place, reader)
        if isinstance(node, ast.BinOp):
            return ast.BinOp(self._node(node.left, place, reader), node.op, self._node(node.right, place, reader))
        if isinstance(node, ast.UnaryOp):
            return ast.UnaryOp(node.op, self._node(node.operand, place, reader))
        if isinstance(node, ast.Compare):
            others = [self._node(other, place, reader) for other in node.comparators]
            return ast.Compare(self._node(node.left, place, reader), node.ops, others)
        if self._constants and isinstance(node, ast.List) and _is_data(node):
            return ast.parse(f"tf.constant({ast.unparse(node)}, tf.float32)", mode="eval").body
        if isinstance(node, (ast.List, ast.Tuple)):
            elements = [self._node(element, place, reader) for element in node.elts]
            return ast.Tuple(elements) if isinstance(node, ast.Tuple) else ast.List(elements)
        if isinstance(node, ast.Constant):
            return node
        if self._constants and isinstance(node, ast.Subscript) and _is_fixed(node.slice):
            return ast.Subscript(self._node(node.value, place, reader), node.slice)
        raise CannotSpellError(f"{ast.unparse(node)!r} is not a known operation")

    def _name(self, node: ast.Name | ast.Attribute, place: Place, reader: Reader) -> ast.expr:
        symbol = reader.names.symbol(node, place.scope)
        if symbol is not None:
            return ast.parse(f"tf.{symbol}", mode="eval").body
        name = dotted(node)
        if name is None:
            raise CannotSpellError(f"{ast.unparse(node)!r} is not a known operation")
        argument = reader.argument(name, place)
        if argument is not None and argument.node is not None and argument.place is not None:
            return self._node(argument.node, argument.place, self._reader)
        binding = reader.definition(name, place)
        if binding is None or binding.value is None or binding.kind != "assign":
            raise CannotSpellError(f"what {name!r} holds is not known")
        return self._node(binding.value, place_of(binding), reader)

    def _call(self, node: ast.Call, place: Place, reader: Reader) -> ast.expr:
        found = reader.operation(node, place.scope)
        if found is None:
            inner = reader.helper(node, place)
            return self._other_call(node, place, reader) if inner is None else self._node(inner[1], inner[2], inner[0])
        symbol, operation = found
        function = ast.parse(f"tf.{symbol}", mode="eval").body
        if operation.name in _NAMED:
            return ast.Call(function, [], self._named(node, operation, place, reader))
        if operation.name == "constant" and self._constants and node.args:
            return self._constant(node, function, place, reader)
        positional = [self._node(argument, place, reader) for argument in node.args[: len(operation.parameters)]]
        keywords = [
            ast.keyword(keyword.arg, self._node(keyword.value, place, reader))
            for keyword in sorted(node.keywords, key=lambda keyword: _rank(keyword.arg, operation))
            if keyword.arg not in DECORATIONS
        ]
        if "losses." in symbol:  # these have had one order of parameters as long as they have been there
            while keywords and keywords[0].arg == operation.parameters[len(positional)]:
                positional.append(keywords.pop(0).value)
        return ast.Call(function, positional, keywords)

    def _other_call(self, node: ast.Call, place: Place, reader: Reader) -> ast.expr:
        """A call of TensorFlow that no rule speaks of; the referee has a list of what it runs."""
        symbol = reader.names.symbol(node.func, place.scope) if self._constants else None
        if symbol == "Variable" and len(node.args) == 1:  # nothing trains: it is what it begins as
            return self._node(node.args[0], place, reader)
        if symbol is None and not (self._constants and isinstance(node.func, ast.Call)):
            raise CannotSpellError(f"{ast.unparse(node.func)!r} is not a known operation")
        function = self._node(node.func, place, reader)
        positional = [self._node(argument, place, reader) for argument in node.args]
        keywords = [
            ast.keyword(k.arg, self._node(k.value, place, reader)) for k in node.keywords if k.arg not in DECORATIONS
        ]
        return ast.Call(function, positional, keywords)

    def _constant(self, node: ast.Call, function: ast.expr, place: Place, reader: Reader) -> ast.expr:
        """A constant, with the dtype that TensorFlow gives to floats: so that it can be widened like all else."""
        if literal(node.args[0]) is None:
            return self._node(node.args[0], place, reader)
        rest = [self._node(argument, place, reader) for argument in node.args[1:]]
        keywords = [keyword for keyword in node.keywords if keyword.arg not in DECORATIONS]
        floats = any(isinstance(part, ast.Constant) and isinstance(part.value, float) for part in ast.walk(node))
        if floats and not rest and all(keyword.arg != "dtype" for keyword in keywords):
            rest = [ast.parse("tf.float32", mode="eval").body]
        return ast.Call(function, [*node.args[:1], *rest], keywords)

    def _named(self, node: ast.Call, operation: Operation, place: Place, reader: Reader) -> list[ast.keyword]:
        bound = bind_arguments(node, operation, reader.old_order)
        if bound is None:
            raise CannotSpellError(f"the arguments of {ast.unparse(node.func)!r} cannot be told apart")
        ordered = sorted(bound.items(), key=lambda item: _rank(item[0], operation))
        return [ast.keyword(label, self._node(value, place, reader)) for label, value in ordered]


def _rank(label: str | None, operation: Operation) -> int:
    """The place of a parameter among those of an operation; what has another name today comes last, as it was."""
    return operation.parameters.index(label) if label in operation.parameters else len(operation.parameters)
