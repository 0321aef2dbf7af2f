"""What of a program builds its graph, as statements that the referee can run: no data, no files, no calls of others."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent

from tfloss_migrate.cells import CELLS
from tfloss_migrate.sessions.reading.blocks import Blocks
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.stand_ins import SIZE, Spelling, kept
from tfloss_migrate.sessions.text.arrays import of_numbers
from tfloss_migrate.sessions.text.changes import IN_PLACE
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.options import options
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import bind_parameters
from tfloss_migrate.syntax.scopes import Binding

#: What is asked of layers, variables and optimizers, without a call.
_ATTRIBUTES = frozenset({"trainable_variables", "_velocities", "name"})
#: The name of what stands for data of the user: numbers of a shape that is tried.
DATA = "user_data"
#: Calls of TensorFlow that read data.
_DATA_SETS = ("examples.", "keras.datasets.")
#: What stands around statements and changes what they make.
_SCOPES = frozenset({"variable_scope", "name_scope", "arg_scope", "control_dependencies"})
_INDENT = "    "
_PLAIN_CALLS = frozenset("int float len abs range list tuple dict zip sum max min bool".split())
#: Sizes of the handwritten digits that TensorFlow came with.
_DIGITS = {"train.images.shape[1]": 784, "train.labels.shape[1]": 10}
_LOADING = (ast.For, ast.While, ast.With, ast.Try)
_METHODS = frozenset(
    "minimize apply_gradients compute_gradients gradient build assign assign_add assign_sub values keys items "
    "get_shape as_list set_shape zero_state startswith endswith reuse_variables".split()
)


class Scripts:
    """Writes scripts of one tree: the statements that some nodes need, with every name of TensorFlow behind `tf.`."""

    def __init__(self, sights: Sights, needs: Needs) -> None:
        self._sights, self._needs, self._tensors = sights, needs, Tensors(sights)
        self._options = options(sights)
        self._asked: set[int] = set()
        self._blocks = Blocks(sights, self._tensors)

    def of(self, nodes: Sequence[ast.AST]) -> str:
        """The statements that the nodes need, in order, and the nodes that are statements themselves."""
        scopes = {id(self._sights.place(node).scope) for node in nodes}
        scopes.add(id(self._sights.names.module))
        asked = {id(node): node for node in nodes}
        while True:  # until what stands around them needs nothing else
            found = {id(n): n for n in asked.values() if isinstance(n, ast.stmt)}
            arguments: list[str] = []
            for binding in self._needs.of(*asked.values()).values():
                if id(binding.scope) in scopes and isinstance(binding.node, ast.stmt):
                    found[id(binding.node)] = binding.node
                elif id(binding.scope) in scopes and isinstance(binding.node, ast.arg):
                    given = self._given(binding.node, binding.scope.node)
                    arguments.append(f"{binding.node.arg} = {SIZE if given is None else self.text(given)}")
            found = {id(n): n for n in map(self._blocks.around, found.values())}
            headers = {id(one): one for n in found.values() for around in self._around(n) for one in around.items}
            more: dict[int, ast.AST] = {id(one.context_expr): one.context_expr for one in headers.values()}
            more.update({id(n): n for n in found.values() if self._is_block(n)})
            if more.keys() <= asked.keys():
                break
            asked.update(more)
        return "\n".join([*arguments, *self._nested(found.values())])

    def _is_block(self, statement: ast.stmt) -> bool:
        return isinstance(statement, (ast.If, ast.For)) and self._blocks.builds(statement)

    def _nested(self, statements: Iterable[ast.stmt]) -> Iterator[str]:
        """The statements in order, in the scopes of the graph that are around them."""
        opened: list[ast.With] = []
        for one in sorted(statements, key=lambda one: (one.lineno, one.col_offset)):
            text = self._statement(one)
            if not text:
                continue
            around = self._around(one)
            for depth, scope in enumerate(around):
                if opened[depth : depth + 1] != [scope]:
                    items = ", ".join(ast.unparse(self._written(item)) for item in scope.items)
                    yield f"{_INDENT * depth}with {items}:"
                    opened = [*opened[:depth], scope]
            opened = around
            yield indent(text, _INDENT * len(around))

    def _around(self, statement: ast.stmt) -> list[ast.With]:
        """The scopes of the graph around a statement in its function, outside in."""
        found = []
        for node in self._sights.above(statement):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                break
            if isinstance(node, ast.With) and all(self._is_scope(item.context_expr) for item in node.items):
                found.append(node)
        return found[::-1]

    def _is_scope(self, node: ast.expr) -> bool:
        return (self._sights.called(node) or "").rpartition(".")[2] in _SCOPES

    def _given(self, parameter: ast.arg, function: ast.AST) -> ast.expr | None:
        """What the first call of a function gives to a parameter, or its default; None for what others compute."""
        if not isinstance(function, ast.FunctionDef):
            return None
        scope = self._sights.place(function).scope.owner_of(function.name)
        loads = self._sights.loads(function.name, scope) if scope is not None else []
        call = next((one for load in loads if isinstance(one := self._sights.parent(load), ast.Call)), None)
        bound = bind_parameters(call, function.args) if call is not None else None
        own = zip(reversed(function.args.args), reversed(function.args.defaults), strict=False)
        defaults: dict[str, ast.expr] = {one.arg: default for one, default in own}
        value = (bound or defaults).get(parameter.arg)
        return value if isinstance(value, ast.Constant) else None

    def text(self, node: ast.expr) -> str:
        """An expression as the referee reads it."""
        return ast.unparse(self._written(node))

    def _statement(self, statement: ast.stmt) -> str | None:
        if isinstance(statement, (ast.Assign, ast.AugAssign)) and self._fills_data(statement):
            return None
        if isinstance(statement, ast.Assign) and self._is_of_others(statement.value):
            names = [n.id for target in statement.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
            stands = _of_digits(statement.value) or (SIZE if _is_size(statement.value) else DATA)
            return "\n".join(f"{name} = {stands}" for name in names)
        if isinstance(statement, ast.FunctionDef) and self._loads_data(statement):
            return None
        whole = isinstance(statement, (ast.Assign, ast.AugAssign, ast.FunctionDef, ast.Expr)) or starts(statement)
        if whole or self._is_block(statement):
            return ast.unparse(ast.fix_missing_locations(self._written(statement)))
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return None
        return "\n".join(f"{name} = {SIZE}" for name in self._bound(statement)) or None

    def _fills_data(self, statement: ast.Assign | ast.AugAssign) -> bool:
        """Whether a statement changes a part of what others computed."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return all(not isinstance(one, ast.Name) and self._is_data(one) for one in targets)

    def _bound(self, statement: ast.stmt) -> Iterator[str]:
        """The names that a statement of another kind binds, such as a loop."""
        if isinstance(statement, (ast.For, ast.With)):
            targets = (
                [statement.target] if isinstance(statement, ast.For) else [i.optional_vars for i in statement.items]
            )
            for target in targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name)) if target is not None else ()

    def _is_of_others(self, node: ast.expr) -> bool:
        """Whether a value is made by others, and is no tensor that is only computed with what they gave."""
        root = node.func if isinstance(node, ast.Call) else node
        mixed = isinstance(node, ast.BinOp) or self._sights.symbol(root) is not None
        return self._is_foreign(node) and not (mixed and self._tensors.kind(node) == "tensor")

    def _is_foreign(self, node: ast.expr) -> bool:
        """Whether the value is made by calls that are neither of TensorFlow nor of functions of the graph."""
        if isinstance(node, ast.Call):
            return self._is_foreign_call(node)
        if isinstance(node, ast.Attribute):
            return self._sights.symbol(node) is None and node.attr not in (*_ATTRIBUTES, *self._options)
        if isinstance(node, (ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.JoinedStr)):
            return True
        return any(isinstance(child, ast.expr) and self._is_foreign(child) for child in _pieces(node))

    def _is_foreign_call(self, call: ast.Call) -> bool:
        symbol = self._sights.called(call)
        if symbol is not None:
            return symbol.startswith(_DATA_SETS)
        if isinstance(call.func, ast.Attribute):
            if of_numbers(call, self._sights) is not None:
                return False
            root: ast.expr = call.func
            while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
                root = root.func if isinstance(root, ast.Call) else root.value
            if isinstance(root, ast.Name) and self._sights.symbol(root) is not None:
                return False
            return call.func.attr not in _METHODS
        if not isinstance(call.func, ast.Name):
            return False
        if call.func.id in _PLAIN_CALLS:
            return any(self._is_made_of_data(argument) for argument in call.args)
        return not any(self._is_code(binding) for binding in self._sights.may_hold(call.func))

    def _is_made_of_data(self, node: ast.expr) -> bool:
        held = self._sights.may_hold(node) if isinstance(node, ast.Name) else ()
        asked = self._asked  # not by itself, as `n = min(n, 4)`, nor by what the function is given
        held = tuple(one for one in held if id(one) not in asked and not isinstance(one.node, ast.arg))
        values = [one.node.value if isinstance(one.node, ast.Assign) else one.value for one in held]
        self._asked |= set(map(id, held))
        made = any(value is None or self._is_foreign(value) for value in values)
        self._asked -= set(map(id, held))
        return made or self._is_foreign(node) or any(self._is_filled(node, one) for one in held)

    def _is_filled(self, node: ast.expr, binding: Binding) -> bool:
        """Whether what a name holds is added to somewhere, by what is no part of the graph."""
        loads = self._sights.loads(node.id, binding.scope) if isinstance(node, ast.Name) else ()
        above = [self._sights.parent(load) for load in loads]
        return any(isinstance(one, ast.Attribute) and one.attr in IN_PLACE for one in above)

    def _is_code(self, binding: Binding) -> bool:
        if isinstance(binding.node, ast.ClassDef):
            return binding.node.name in CELLS
        if isinstance(binding.node, ast.arg):
            return True  # what the function is given
        if isinstance(binding.node, ast.FunctionDef):
            return not self._loads_data(binding.node)
        return isinstance(binding.value, (ast.Call, ast.Lambda))

    def _loads_data(self, function: ast.FunctionDef) -> bool:
        """Whether a function of the file loops or opens something, and is nothing of TensorFlow's."""
        inside = list(ast.walk(function))
        return any(isinstance(n, _LOADING) for n in inside) and all(self._sights.symbol(n) is None for n in inside)

    def _written(self, node: ast.AST) -> ast.AST:
        return Spelling(self._sights, self._is_data, self._options).visit(kept(node))

    def _is_shape(self, node: ast.AST) -> bool:
        """Whether a node is the whole shape of an array of the user, for which numbers of a tried shape stand."""
        whole = isinstance(node, ast.Attribute) and not isinstance(self._sights.parent(node), ast.Subscript)
        return whole and node.attr == "shape" and isinstance(node.value, ast.Name)  # type: ignore[attr-defined]

    def _is_data(self, node: ast.AST) -> bool:
        """Whether an expression is a call of others, or something of what such a call gave."""
        if isinstance(node, ast.Call):
            return self._is_foreign_call(node)
        if self._is_shape(node):
            return False
        if isinstance(node, (ast.Attribute, ast.Subscript)) and getattr(node, "attr", "") not in _ATTRIBUTES:
            held = self._sights.may_hold(node.value) if isinstance(node.value, ast.Name) else ()
            values = [binding.value for binding in held if binding.value is not None]
            return any(map(self._is_foreign, values)) or self._is_data(node.value)
        return False


def starts(statement: ast.AST) -> bool:
    """Whether a statement gives an optimizer the state that it starts from."""
    if isinstance(statement, ast.For):
        return isinstance(statement.iter, ast.Attribute) and statement.iter.attr == "_velocities"
    call = statement.value if isinstance(statement, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) else None
    if not isinstance(function, ast.Attribute) or isinstance(function.value, ast.Call):
        return False  # as what `super()` builds
    return function.attr == "build"


def _of_digits(node: ast.expr) -> int | None:
    """The size of `mnist.train.images.shape[1]`, and of labels, that many programs write out elsewhere."""
    text = ast.unparse(node)
    return next((size for end, size in _DIGITS.items() if text.endswith(end)), None)


def _is_size(node: ast.expr) -> bool:
    """Whether what others compute is a length, as far as the code shows."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("len", "int", "max", "min", "sum")
    if isinstance(node, ast.BinOp):
        return _is_size(node.left) or _is_size(node.right)
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "shape"


def _pieces(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child.value if isinstance(child, ast.keyword) else child
