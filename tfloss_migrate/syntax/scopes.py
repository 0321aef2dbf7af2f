"""Scopes, blocks and bindings: the plain words in which `names` writes down what a file binds."""

from __future__ import annotations

import ast
import weakref


class Block:
    """A run of statements that are executed together or not at all. `with` bodies belong to the block around them."""

    __slots__ = ("is_loop", "parent")

    def __init__(self, parent: Block | None, is_loop: bool = False) -> None:
        self.parent = parent
        self.is_loop = is_loop

    def holds(self, other: Block | None) -> bool:
        """Whether `other` is this block or inside it."""
        while other is not None:
            if other is self:
                return True
            other = other.parent
        return False


class Binding:
    """One place that gives a name its value. `symbol` is set for TensorFlow imports, `value` for plain assignments.

    It is held by its scope and does not hold it, so that a tree goes as soon as nobody reads it: collecting the garbage
    of a thousand trees takes longer than finding in them.
    """

    __slots__ = ("_scope", "block", "kind", "node", "order", "symbol", "value")

    def __init__(
        self,
        kind: str,
        node: ast.AST,
        scope: Scope,
        block: Block,
        order: int,
        value: ast.expr | None = None,
        symbol: str | None = None,
    ) -> None:
        self.kind, self.node, self.block, self.order = kind, node, block, order
        self.value, self.symbol = value, symbol
        self._scope = weakref.ref(scope)

    @property
    def scope(self) -> Scope:
        """The scope that it binds the name in."""
        scope = self._scope()
        assert scope is not None, "a binding is read while its file is"
        return scope


class Scope:
    """The names of a module, a class or a function, with all that binds them, in source order."""

    __slots__ = ("__weakref__", "bindings", "is_class", "node", "parent", "shared")

    def __init__(self, node: ast.AST, parent: Scope | None) -> None:
        self.node, self.parent, self.is_class = node, parent, type(node) is ast.ClassDef
        self.bindings: dict[str, list[Binding]] = {}
        self.shared: set[str] = set()

    def owner_of(self, name: str) -> Scope | None:
        """The scope, from here outwards, that binds `name`; class scopes are not seen from inside functions."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and name not in scope.shared and (scope is self or not scope.is_class):
                return scope
            scope = scope.parent
        return None


class Place:
    """Where an expression stands: its scope, block, the order of its statement, and the statement."""

    __slots__ = ("block", "order", "scope", "statement")

    def __init__(self, scope: Scope, block: Block, order: int, statement: ast.stmt) -> None:
        self.scope, self.block, self.order, self.statement = scope, block, order, statement


def plain_symbol(symbol: str) -> str:
    """`compat.v1.log` and `log` are one symbol."""
    if not symbol.startswith(("compat.v1", "compat.v2")) or symbol[9:10] not in ("", "."):
        return symbol
    return symbol[10:]


#: What the symbols of the package keras begin with, which is not `tf.keras`: some of its names differ.
PLAIN_KERAS = "plain_keras"


def symbol_of_module(module: str) -> str | None:
    """The symbol of an imported module: "" for TensorFlow itself, None for one of neither TensorFlow nor Keras."""
    if module == "keras" or module.startswith("keras."):
        return PLAIN_KERAS + module[len("keras") :]
    if module == "tensorflow":
        return ""
    if module.startswith("tensorflow."):
        return plain_symbol(module[len("tensorflow.") :])
    return None


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` for names and attributes of names, else None."""
    if type(node) is ast.Name:
        return node.id
    text = ""
    while type(node) is ast.Attribute:
        text = f".{node.attr}{text}"
        node = node.value
    return node.id + text if type(node) is ast.Name else None
