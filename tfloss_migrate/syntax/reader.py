"""From a file's syntax tree to terms: names are followed to what they hold, calls to what they compute."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.arguments import bind_arguments, bind_parameters, is_default, literal
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.ops import BY_SYMBOL, REDUCTIONS, Operation
from tfloss_migrate.syntax.scopes import Binding, Place, Scope
from tfloss_migrate.syntax.terms import Term, const, num, op, prod, total
from tfloss_migrate.syntax.words import words_of

_DEPTH = 60
_SIZE = 300
_HELPERS = 4
_COMPARISONS: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Lt: ("less", False),
    ast.LtE: ("less_equal", False),
    ast.Gt: ("less", True),
    ast.GtE: ("less_equal", True),
}
_SWAPPED = {"greater": "less", "greater_equal": "less_equal"}


class Reader:
    """Reads expressions of one file as terms.

    `inputs` are names that stand for a pattern's inputs; `arguments` what the parameters of `function` stand for.
    `within` are the functions that are being read around it. `old_order`: the file is of the 0.x years, when
    cross-entropies took (logits, labels) by position.
    """

    def __init__(
        self,
        names: Names,
        inputs: Mapping[str, Term] | None = None,
        arguments: Mapping[str, Term] | None = None,
        function: ast.AST | None = None,
        old_order: bool = False,
        within: frozenset[ast.AST] = frozenset(),
    ) -> None:
        self.names = names
        self.old_order = old_order
        self._inputs = inputs or {}
        self._arguments, self._function = arguments or {}, function
        self._within = within if function is None else within | {function}
        self._memo: dict[int, Term] = {}
        self._inner: dict[int, tuple[Reader, ast.expr, Place] | None] = {}
        self._depth = 0
        self._nesting = 0

    def term(self, node: ast.expr, place: Place) -> Term:
        """The term of an expression as it stands at `place`."""
        known = self._memo.get(id(node))
        if known is not None:
            return known
        if self._depth > _DEPTH:
            return self._leaf(node, place).at(node, place)
        argument = self.argument(node.id, place) if isinstance(node, ast.Name) else None
        if argument is not None:  # it stays where the call was given it
            return argument
        self._depth += 1
        try:
            term = self._read(node, place)
        finally:
            self._depth -= 1
        if term.size > _SIZE:
            term = self._leaf(node, place)
        term = term.at(node, place)
        self._memo[id(node)] = term
        return term

    def _read(self, node: ast.expr, place: Place) -> Term:
        kind = type(node)
        if kind is ast.Name or kind is ast.Attribute:
            return self._name(node, place)  # type: ignore[arg-type]
        if kind is ast.Constant:
            value = node.value  # type: ignore[attr-defined]
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return num(value) if number else const(value)
        if kind is ast.Call:
            return self._call(node, place)  # type: ignore[arg-type]
        if kind is ast.BinOp:
            return self._binary(node, place)  # type: ignore[arg-type]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            return prod(-1.0 if isinstance(node.op, ast.USub) else 1.0, [(self.term(node.operand, place), 1.0)])
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
            name, swap = _COMPARISONS[type(node.ops[0])]
            pair = (self.term(node.left, place), self.term(node.comparators[0], place))
            x, y = reversed(pair) if swap else pair
            return op(name, [("x", x), ("y", y)])
        return self._leaf(node, place)

    def _binary(self, node: ast.BinOp, place: Place) -> Term:
        left, right = self.term(node.left, place), self.term(node.right, place)
        return self._arithmetic(type(node.op).__name__, left, right) or self._leaf(node, place)

    def _arithmetic(self, name: str, left: Term, right: Term) -> Term | None:
        if name in ("Add", "Sub"):
            sign = 1.0 if name == "Add" else -1.0
            constant, flat = _opened(left) if left.split is not None else (0.0, [(left, 1.0)])
            term = total(constant, [*flat, (right, sign)])
            return term if term.kind == "num" else term.written_as((left, 1.0), (right, sign))
        if name == "Mult":
            return prod(1.0, [(left, 1.0), (right, 1.0)])
        if name == "Div":
            return prod(1.0, [(left, 1.0), (right, -1.0)])
        if name == "Pow" and right.kind == "num":
            return prod(1.0, [(left, right.number)])
        if name == "Pow" and right.pure:
            return op("pow", [("x", left), ("y", right)])
        return None

    def _name(self, node: ast.Name | ast.Attribute, place: Place) -> Term:
        name = dotted(node)
        if name is None:
            return self._leaf(node, place)
        if name in self._inputs:
            return self._inputs[name]
        symbol = self.names.symbol(node, place.scope)
        if symbol is not None:
            head, _, member = symbol.rpartition(".")
            if head.endswith("Reduction") and member in REDUCTIONS:
                return const(REDUCTIONS[member])
            return const(f"tf.{symbol}")
        binding = self.definition(name, place)
        if binding is not None:
            argument = self.argument(name, place)
            if argument is not None:
                return argument
            if binding.kind == "assign" and binding.value is not None and self._nesting < 40:
                self._nesting += 1
                held = self.term(binding.value, place_of(binding))
                self._nesting -= 1
                if held.kind != "leaf" or held.pure or isinstance(binding.value, ast.Constant):
                    return held
        return Term("leaf", identity=("name", name, flow.version(name, place)))

    def argument(self, name: str, place: Place) -> Term | None:
        """What a parameter of the function being read stands for at its call."""
        binding = self.definition(name, place) if name in self._arguments else None
        if binding is not None and binding.kind == "parameter" and binding.scope.node is self._function:
            return self._arguments[name]
        return None

    def definition(self, name: str, place: Place) -> Binding | None:
        """The binding that a name surely holds here."""
        return flow.reaching(name, place)

    def operation(self, node: ast.Call, scope: Scope) -> tuple[str, Operation] | None:
        """The symbol and the operation that a call is of."""
        symbol = self.names.symbol(node.func, scope)
        if isinstance(node.func, ast.Name) and node.func.id == "abs" and scope.owner_of("abs") is None:
            symbol = "abs"  # Python's own, which asks the tensor
        known = BY_SYMBOL.get(symbol) if symbol is not None else None
        return (symbol, known) if symbol is not None and known is not None else None

    def _call(self, node: ast.Call, place: Place) -> Term:
        found = self.operation(node, place.scope)
        if found is None:
            inner = self.helper(node, place)
            if inner is not None:
                reader, value, inside = inner
                return reader.term(value, inside)
            return self._leaf(node, place)
        bound = bind_arguments(node, found[1], self.old_order)
        if bound is None:
            return self._leaf(node, place)
        operation = found[1]
        lists = "lists" in operation.traits
        arguments = {label: self._argument(label, value, place, lists) for label, value in bound.items()}
        for label, default in operation.defaults.items():
            if label in arguments and is_default(arguments[label], default):
                del arguments[label]
        if "pure" not in operation.traits:
            return op(operation.name, arguments.items(), own=id(node))
        return self._known(operation, arguments) or self._leaf(node, place)

    def _argument(self, label: str, node: ast.expr, place: Place, lists: bool) -> Term:
        if label in ("axis", "dtype", "keepdims", "reduction", "shape"):
            value = literal(node)
            if isinstance(value, (list, tuple)) and len(value) == 1 and label == "axis":
                value = value[0]
            if value is not None:
                return const(tuple(value) if isinstance(value, list) else value).at(node, place)
            if isinstance(node, ast.Constant):
                return const(None)
        if lists and isinstance(node, (ast.List, ast.Tuple)) and not any(isinstance(e, ast.Starred) for e in node.elts):
            elements = [(f"{at:03}", self.term(element, place)) for at, element in enumerate(node.elts)]
            self._memo[id(node)] = op("list", elements).at(node, place)
        return self.term(node, place)

    def _known(self, operation: Operation, arguments: dict[str, Term]) -> Term | None:
        name = operation.name
        x, y = arguments.get("x"), arguments.get("y")
        arithmetic = {"add": "Add", "subtract": "Sub", "multiply": "Mult", "divide": "Div", "pow": "Pow"}
        if name in arithmetic and x is not None and y is not None:
            return self._arithmetic(arithmetic[name], x, y)
        if name == "squared_difference" and x is not None and y is not None:
            difference = self._arithmetic("Sub", x, y)
            return None if difference is None else prod(1.0, [(difference, 2.0)])
        if x is not None and name in ("negative", "square", "sqrt", "rsqrt", "reciprocal"):
            factor = -1.0 if name == "negative" else 1.0
            return prod(factor, [(x, {"square": 2.0, "sqrt": 0.5, "rsqrt": -0.5, "reciprocal": -1.0}.get(name, 1.0))])
        if name in _SWAPPED and x is not None and y is not None:
            return op(_SWAPPED[name], [("x", y), ("y", x)])
        if name in ("maximum", "minimum") and x is not None and x.kind == "num" and y is not None:
            return op(name, [("x", y), ("y", x)])
        start, limit = arguments.get("start"), arguments.get("limit")
        if name == "range" and limit is not None and start == num(0.0):
            return op(name, [("start", limit), *((k, v) for k, v in arguments.items() if k not in ("start", "limit"))])
        if name == "l2_loss" and "t" in arguments:
            return prod(0.5, [(op("reduce_sum", [("input_tensor", prod(1.0, [(arguments["t"], 2.0)]))]), 1.0)])
        if name == "identity":
            return arguments.get("input")
        if name == "relu":
            return op("maximum", [("x", arguments["features"]), ("y", num(0.0))])
        return op(name, arguments.items())

    def helper(self, node: ast.Call, place: Place) -> tuple[Reader, ast.expr, Place] | None:
        """For a call of a module's own one-expression function: how to read the expression it returns."""
        if id(node) not in self._inner:
            self._inner[id(node)] = None
            self._inner[id(node)] = self._helper(node, place)
        return self._inner[id(node)]

    def _helper(self, node: ast.Call, place: Place) -> tuple[Reader, ast.expr, Place] | None:
        if not isinstance(node.func, ast.Name) or self._inputs:
            return None
        owner = place.scope.owner_of(node.func.id)
        if owner is not self.names.module or len(owner.bindings[node.func.id]) != 1:
            return None
        function = owner.bindings[node.func.id][0].node
        if not isinstance(function, ast.FunctionDef):
            return None
        if function in self._within or len(self._within) >= _HELPERS:  # it calls itself, or helpers call helpers
            return None
        returned = self.names.returned(function)
        arguments = bind_parameters(node, function.args) if returned is not None else None
        if returned is None or arguments is None:
            return None
        value, inside = returned
        terms = {label: self.term(value, place) for label, value in arguments.items()}
        inner = Reader(self.names, arguments=terms, function=function, old_order=self.old_order, within=self._within)
        return inner, value, inside

    def _leaf(self, node: ast.expr, place: Place) -> Term:
        if isinstance(node, (ast.List, ast.Tuple)):
            return Term("leaf", identity=("literal", id(node)))
        words = words_of(node, place)
        if words is not None:
            return Term("leaf", identity=("text", *words))
        return Term("leaf", pure=False, identity=("node", id(node), id(self) if self._function else 0))


def place_of(binding: Binding) -> Place:
    """Where the value of a binding stands."""
    statement = binding.node if isinstance(binding.node, ast.stmt) else ast.Pass()
    return Place(binding.scope, binding.block, binding.order, statement)


def _opened(term: Term) -> tuple[float, list[tuple[Term, float]]]:
    """A sum as its constant and signed parts; the minus before a bracket is multiplied out."""
    factor = 1.0
    if term.kind == "prod" and len(term.parts) == 1 and term.parts[0][1] == 1.0:
        factor, term = term.number, term.parts[0][0]
    if term.kind != "sum":
        return 0.0, [(term, factor)]
    return factor * term.number, [(part, factor * float(c)) for part, c in term.parts]  # type: ignore[arg-type]
