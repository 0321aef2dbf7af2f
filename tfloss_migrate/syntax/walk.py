"""The one walk over a file's tree: scopes, bindings, calls, and where every expression stands."""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.nodes import INNER
from tfloss_migrate.syntax.scopes import Binding, Block, Place, Scope, dotted, symbol_of_module

_IMPORTS = frozenset({ast.Import, ast.ImportFrom})
_FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_SCOPED = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda})
_DOTTED = frozenset({ast.Name, ast.Attribute})
_YIELDS = frozenset({ast.Yield, ast.YieldFrom})
_LOOPS = (ast.For, ast.While, ast.AsyncFor)


class Walk:
    """What one walk finds. `places` lists each statement's own expressions with where they stand."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(tree, None)
        self.places: list[tuple[ast.expr, Place]] = []
        self.has_tensorflow = False
        self.has_compat = False
        self.imports: list[ast.ImportFrom] = []
        self.imported: set[str] = set()
        #: Every longest dotted name with its root, and every call, with where they stand.
        self.chains: list[tuple[ast.Name | ast.Attribute, str, Place]] = []
        self.calls: list[tuple[ast.Call, Place]] = []
        #: Every attribute called `value` that is read.
        self.read_values: list[tuple[ast.Attribute, Place]] = []
        #: Every dictionary that is written out, with where it stands.
        self.dicts: list[tuple[ast.Dict, Place]] = []
        #: The names that may stand for something of TensorFlow in a scope.
        self.rooted: list[tuple[str, Scope]] = []
        #: What each function returns, and where.
        self.returns: dict[ast.AST, list[tuple[ast.expr, Place]]] = {}
        #: The functions that yield.
        self.generators: set[ast.AST] = set()
        self._order = 0
        self.scopes = [self.module]
        self._body(tree.body, self.module, Block(None))

    def _scope(self, node: ast.AST, parent: Scope) -> Scope:
        scope = Scope(node, parent)
        self.scopes.append(scope)
        return scope

    def _bind(
        self,
        name: str,
        kind: str,
        node: ast.AST,
        place: Place,
        value: ast.expr | None = None,
        symbol: str | None = None,
    ) -> None:
        binding = Binding(kind, node, place.scope, place.block, place.order, value, symbol)
        known = place.scope.bindings.get(name)
        if known is None:
            place.scope.bindings[name] = [binding]
            if (symbol is not None or type(value) in _DOTTED) and "." not in name:
                self.rooted.append((name, place.scope))
        else:
            known.append(binding)

    def _body(self, body: list[ast.stmt], scope: Scope, block: Block) -> None:
        for statement in body:
            self._order += 1
            self._statement(statement, scope, block)

    def _statement(self, node: ast.stmt, scope: Scope, block: Block) -> None:
        order = self._order
        place = Place(scope, block, order, node)
        kind = type(node)
        if kind is ast.Expr:
            self._expression(node.value, place)  # type: ignore[attr-defined]
        elif kind is ast.Return:
            if node.value is not None:  # type: ignore[attr-defined]
                self.returns.setdefault(scope.node, []).append((node.value, place))  # type: ignore[attr-defined]
                self._expression(node.value, place)  # type: ignore[attr-defined]
        elif kind is ast.Assign:
            self._expression(node.value, place)  # type: ignore[attr-defined]
            targets = node.targets  # type: ignore[attr-defined]
            for target in targets:
                self._target(target, place, node.value)  # type: ignore[attr-defined]
        elif kind in _IMPORTS:
            self._imports(node, place)  # type: ignore[arg-type]
        elif kind in _FUNCTIONS:
            self._function(node, place)  # type: ignore[arg-type]
        elif isinstance(node, ast.ClassDef):
            for expression in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)):
                self._expression(expression, place)
            self._bind(node.name, "class", node, place)
            self._body(node.body, self._scope(node, scope), Block(None))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            scope.shared.update(node.names)
            for name in node.names:  # whoever rebinds it from here makes its value unknown everywhere
                owner = self.module if isinstance(node, ast.Global) else (scope.parent or scope)
                self._bind(name, "shared", node, Place(owner, block, order, node))
        else:
            self._compound(node, place)

    def _compound(self, node: ast.stmt, place: Place) -> None:
        scope, block = place.scope, place.block
        if isinstance(node, ast.If):
            self._expression(node.test, place)
            self._body(node.body, scope, Block(block))
            if node.orelse:
                self._body(node.orelse, scope, Block(block))
            return
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item.context_expr, place)
                if item.optional_vars is not None:
                    self._target(item.optional_vars, place, None)
            self._body(node.body, scope, block)
            return
        is_loop = isinstance(node, _LOOPS)
        for name in INNER[type(node)]:
            value = getattr(node, name)
            if isinstance(value, ast.expr):
                if name == "target":
                    inner = Place(scope, Block(block, is_loop) if is_loop else block, place.order, node)
                    plain = getattr(node, "value", None) if isinstance(node, ast.AnnAssign) else None
                    self._target(value, inner, plain)
                else:
                    self._expression(value, place)
            elif isinstance(value, list):
                self._children(name, value, place, is_loop)

    def _children(self, name: str, children: list[ast.AST], place: Place, is_loop: bool) -> None:
        scope, block = place.scope, place.block
        if children and isinstance(children[0], ast.stmt):
            statements = [child for child in children if isinstance(child, ast.stmt)]
            self._body(statements, scope, Block(block, is_loop and name == "body"))
            return
        for child in children:
            if isinstance(child, ast.expr):
                if isinstance(place.statement, ast.Delete):
                    self._target(child, place, None)
                else:
                    self._expression(child, place)
            elif isinstance(child, ast.ExceptHandler):
                if child.type is not None:
                    self._expression(child.type, place)
                if child.name:
                    self._bind(child.name, "other", child, place)
                self._body(child.body, scope, Block(block))
            elif isinstance(child, ast.match_case):
                for node in ast.walk(child.pattern):
                    captured = getattr(node, "name", None) or getattr(node, "rest", None)
                    if isinstance(captured, str):
                        self._bind(captured, "other", node, place)
                if child.guard is not None:
                    self._expression(child.guard, place)
                self._body(child.body, scope, Block(block))

    def _target(self, target: ast.expr, place: Place, value: ast.expr | None) -> None:
        if type(target) is ast.Name:
            self._bind(target.id, "assign" if value is not None else "other", place.statement, place, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                parts = list(value.elts)
            for element, part in zip(target.elts, parts, strict=True):
                self._target(element, place, None if isinstance(element, ast.Starred) else part)
        elif isinstance(target, ast.Starred):
            self._target(target.value, place, None)
        else:
            name = dotted(target)
            if name is not None:
                self._bind(name, "assign" if value is not None else "other", place.statement, place, value)
            elif isinstance(target, (ast.Subscript, ast.Attribute)):
                base = dotted(target.value)
                if base is not None:  # x[i] = ... changes x
                    self._bind(base, "other", place.statement, place)
                self._expression(target.value, place)
                if isinstance(target, ast.Subscript):
                    self._expression(target.slice, place)

    def _imports(self, node: ast.Import | ast.ImportFrom, place: Place) -> None:
        if isinstance(node, ast.ImportFrom):
            self.imports.append(node)
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        self.has_compat = self.has_compat or any(module.startswith("tensorflow.compat") for module in modules)
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            symbol: str | None = None
            if isinstance(node, ast.Import):
                full = alias.name if alias.asname else name
                symbol = symbol_of_module(full)
            elif node.level == 0 and node.module is not None:
                inside = symbol_of_module(node.module)
                if inside is not None:
                    self.has_tensorflow = True
                    if alias.name == "*":
                        continue
                    symbol = f"{inside}.{alias.name}" if inside else alias.name
            if symbol is not None:
                self.has_tensorflow = True
                if symbol:
                    self.imported.add(symbol)
            self._bind(name, "import", node, place, symbol=symbol)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, place: Place) -> None:
        for expression in (*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self._expression(expression, place)
        self._bind(node.name, "function", node, place)
        inner = self._parameters(node.args, node, place)
        self._body(node.body, inner.scope, inner.block)

    def _parameters(self, arguments: ast.arguments, node: ast.AST, place: Place) -> Place:
        inner = Place(self._scope(node, place.scope), Block(None), self._order, place.statement)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in every:
            if argument is not None:
                self._bind(argument.arg, "parameter", argument, inner)
        return inner

    def _expression(self, node: ast.expr, place: Place) -> None:
        """Notes the dotted names, calls and dictionaries of an expression, in the one walk over its nodes."""
        self.places.append((node, place))
        if type(node) is ast.Name:
            self.chains.append((node, node.id, place))
            return
        if type(node) is ast.Constant:
            return
        stack: list[ast.AST] = [node]
        chains, calls = self.chains, self.calls
        while stack:
            current = stack.pop()
            kind = type(current)
            if kind is ast.Constant:
                continue
            if kind is ast.Name:
                chains.append((current, current.id, place))  # type: ignore[attr-defined, arg-type]
            elif kind is ast.Attribute:
                root = current.value  # type: ignore[attr-defined]
                if current.attr == "value":  # type: ignore[attr-defined]
                    self.read_values.append((current, place))  # type: ignore[arg-type]
                while type(root) is ast.Attribute:
                    root = root.value
                if type(root) is ast.Name:
                    chains.append((current, root.id, place))  # type: ignore[arg-type]
                else:
                    stack.append(root)
            elif kind is ast.Call:
                calls.append((current, place))  # type: ignore[arg-type]
                stack += (current.func, *current.args)  # type: ignore[attr-defined]
                for keyword in current.keywords:  # type: ignore[attr-defined]
                    stack.append(keyword.value)
            elif kind is ast.BinOp:
                stack += (current.left, current.right)  # type: ignore[attr-defined]
            elif kind is ast.Tuple or kind is ast.List:
                stack += current.elts  # type: ignore[attr-defined]
            elif kind is ast.Subscript:
                stack += (current.value, current.slice)  # type: ignore[attr-defined]
            elif kind in _SCOPED:
                self._scoped(current, place, stack)
            else:
                if kind is ast.Dict:
                    self.dicts.append((current, place))  # type: ignore[arg-type]
                elif kind in _YIELDS:
                    self.generators.add(place.scope.node)
                elif kind is ast.NamedExpr:
                    self._target(current.target, place, current.value)  # type: ignore[attr-defined]
                for field in INNER[kind]:
                    value = getattr(current, field)
                    if type(value) is list:
                        stack.extend([item for item in value if isinstance(item, ast.AST)])
                    elif isinstance(value, ast.AST):
                        stack.append(value)

    def _scoped(self, node: ast.AST, place: Place, stack: list[ast.AST]) -> None:
        """Comprehensions and lambdas have a scope of their own; what they are given is evaluated outside of it."""
        if isinstance(node, ast.Lambda):
            inner = self._parameters(node.args, node, place)
            self._expression(node.body, Place(inner.scope, inner.block, place.order, place.statement))
            stack.extend([d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None])
            return
        inner = Place(self._scope(node, place.scope), place.block, place.order, place.statement)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.comprehension):
                self._target(child.target, inner, None)
                for part in (child.iter, *child.ifs):
                    self._expression(part, inner)
            elif isinstance(child, ast.expr):
                self._expression(child, inner)
