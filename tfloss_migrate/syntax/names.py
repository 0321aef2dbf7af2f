"""Which TensorFlow symbol a name of a file stands for.

A *symbol* is a dotted TensorFlow name without its root: `tf.nn.softmax` and `tensorflow.nn.softmax` are `nn.softmax`.
"""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.scopes import Binding, Place, Scope, dotted, plain_symbol
from tfloss_migrate.syntax.walk import Walk

_UNREAD = object()
_PLAIN = frozenset({ast.Assign, ast.Expr, ast.Return})


class Names(Walk):
    """The index of a parsed file, with the symbols of TensorFlow resolved when they are asked for."""

    def __init__(self, tree: ast.Module) -> None:
        self._roots: dict[tuple[Scope, str], str | None] = {}
        self._symbols: dict[int, str | None] = {}
        self._by_v1: dict[tuple[Scope, str], bool] = {}
        self._uses: list[tuple[ast.expr, Place, str]] | None = None
        self._named: frozenset[str] | None = None
        self._says_compat = False
        self._returned: dict[ast.FunctionDef, tuple[ast.expr, Place] | None] = {}
        super().__init__(tree)

    def symbol(self, node: ast.expr, scope: Scope) -> str | None:
        """The TensorFlow symbol that a dotted expression is, None if it is not surely one."""
        known = self._symbols.get(id(node), _UNREAD)
        if known is not _UNREAD:
            return known  # type: ignore[return-value]
        symbol = self._symbols[id(node)] = self._symbol(node, scope)
        return symbol

    def _symbol(self, node: ast.expr, scope: Scope) -> str | None:
        first = node
        while type(first) is ast.Attribute:
            first = first.value
        root = self.root_symbol(first.id, scope) if type(first) is ast.Name else None
        return None if root is None else self._below(root, node)

    def _below(self, root: str, node: ast.expr) -> str:
        """The symbol of a dotted name whose first name stands for `root`."""
        symbol = ""
        while type(node) is ast.Attribute:
            symbol = f"{node.attr}.{symbol}" if symbol else node.attr
            node = node.value
        symbol = f"{root}.{symbol}" if root and symbol else root or symbol
        if not symbol.startswith("compat"):
            return symbol
        self._says_compat = True
        return plain_symbol(symbol)

    def goes_by_v1(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a symbol is spelled by way of `compat.v1`, where it stands or where its first name is bound."""
        if self._uses is None:
            self.uses()
        if not (self.has_compat or self._says_compat):
            return False
        text = dotted(node) or ""
        if ".compat.v1." in f".{text}.":
            return True
        root = text.partition(".")[0]
        owner = scope.owner_of(root)
        if owner is None:
            return False
        if (owner, root) not in self._by_v1:
            self._by_v1[owner, root] = False  # as for a name that is defined by itself
            self._by_v1[owner, root] = any(_brings_v1(binding, root, self) for binding in owner.bindings[root])
        return self._by_v1[owner, root]

    def mentions(self, name: str) -> bool:
        """Whether any scope binds a name, or any expression begins with it."""
        return any(name in scope.bindings for scope in self.scopes) or any(root == name for _, root, _ in self.chains)

    def uses(self) -> list[tuple[ast.expr, Place, str]]:
        """Every longest dotted name that is a symbol of TensorFlow, with where it stands; not the bare module."""
        if self._uses is None:
            known = {name for name, scope in self.rooted if self.root_symbol(name, scope) is not None}
            self._uses, scope = [], None
            roots: dict[str, str | None] = {}
            for chain, name, place in self.chains:
                if name not in known:
                    continue
                if place.scope is not scope:
                    scope, roots = place.scope, {}
                if name not in roots:
                    roots[name] = self.root_symbol(name, scope)
                root = roots[name]
                symbol = self._symbols[id(chain)] = None if root is None else self._below(root, chain)
                if symbol:
                    self._uses.append((chain, place, symbol))
        return self._uses

    def symbols(self) -> frozenset[str]:
        """The symbols of TensorFlow that the file names."""
        if self._named is None:
            self._named = frozenset([symbol for _, _, symbol in self.uses()])
        return self._named

    @property
    def read_attributes(self) -> frozenset[str]:
        """What a rule may look at that is no symbol: the attributes of anything that are read."""
        return frozenset({".value"} if self.read_values else ())

    def returned(self, function: ast.FunctionDef) -> tuple[ast.expr, Place] | None:
        """The expression that a function returns which does nothing but assign and return, and where it stands."""
        if function not in self._returned:
            self._returned[function] = self._one_expression(function)
        return self._returned[function]

    def _one_expression(self, function: ast.FunctionDef) -> tuple[ast.expr, Place] | None:
        if function.decorator_list or any(type(statement) not in _PLAIN for statement in function.body):
            return None
        value = next((statement.value for statement in function.body if isinstance(statement, ast.Return)), None)
        return next((found for found in self.returns.get(function, ()) if found[0] is value), None)

    def root_symbol(self, name: str, scope: Scope) -> str | None:
        """What an undotted name stands for: "" for the package itself, "log" after `from tensorflow import log`."""
        owner = scope.owner_of(name)
        if owner is None:
            return None
        if (owner, name) not in self._roots:
            self._roots[owner, name] = None  # a name that is defined by itself stands for nothing
            self._roots[owner, name] = self._root_of(owner.bindings[name], name)
        return self._roots[owner, name]

    def root_name(self, scope: Scope) -> str | None:
        """A name for TensorFlow itself that is surely that in a scope."""
        around: Scope | None = scope
        while around is not None:
            for name in around.bindings:
                if "." not in name and scope.owner_of(name) is around and self.root_symbol(name, around) == "":
                    return name
            around = around.parent
        return None

    def _root_of(self, bindings: list[Binding], name: str) -> str | None:
        symbols: set[str] = set()
        for binding in bindings:
            symbol = binding.symbol
            if binding.kind == "assign" and binding.value is not None:
                root = dotted(binding.value)
                if root is not None and root.startswith(f"{name}.") and symbols:  # tf = tf.compat.v1
                    symbol = ".".join(filter(None, (next(iter(symbols)), root[len(name) + 1 :])))
                elif root is not None:
                    symbol = self.symbol(binding.value, binding.scope)
            if symbol is None:
                return None
            symbols.add(plain_symbol(symbol))
        return symbols.pop() if len(symbols) == 1 else None


def _brings_v1(binding: Binding, name: str, names: Names) -> bool:
    node = binding.node
    if isinstance(node, ast.Import):
        return any(alias.asname == name and ".compat.v1" in alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("tensorflow.compat") or binding.symbol == "compat"
    if binding.kind != "assign" or binding.value is None:
        return False
    text = dotted(binding.value)
    if text is None or text.partition(".")[0] == name:
        return text is not None and ".compat.v1" in text
    return names.goes_by_v1(binding.value, binding.scope)


__all__ = ["Names", "dotted"]
