"""A tree with what stands around its nodes: parents, places, and every use of TensorFlow."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.nodes import INNER
from tfloss_migrate.syntax.scopes import Binding, Block, Place, Scope

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import TypeVar

    _Node = TypeVar("_Node", bound=ast.AST)


@dataclass(frozen=True)
class Use:
    """A TensorFlow symbol where code names it, and the call of it, if it is called."""

    symbol: str
    node: ast.expr
    call: ast.Call | None

    @property
    def line(self) -> int:
        return self.node.lineno


@functools.lru_cache(maxsize=1)
def sights_of(names: Names, tree: ast.Module) -> Sights:
    """The sights of a tree; several look at the same one, one after another."""
    return Sights(names, tree)


class Sights:
    """Looks at the nodes of one tree."""

    def __init__(self, names: Names, tree: ast.Module) -> None:
        self.names, self.tree = names, tree
        self._parents: dict[int, ast.AST] = {}
        self.nodes: list[ast.AST] = []
        self._places: dict[int, Place] = {}
        self._by_kind: dict[type[ast.AST], list[ast.AST]] = {}
        stack: list[ast.AST] = [tree]
        parents = self._parents
        while stack:
            node = stack.pop()
            self.nodes.append(node)
            self._by_kind.setdefault(type(node), []).append(node)
            for field in INNER[type(node)]:
                value = getattr(node, field)
                for child in value if type(value) is list else (value,):
                    if isinstance(child, ast.AST):
                        parents[id(child)] = node
                        stack.append(child)
        for expression, place in names.places:
            self._places[id(expression)] = place
            self._places.setdefault(id(place.statement), place)
        self._loads: dict[str, list[ast.Name]] = {}
        for node in self.all(ast.Name):
            if type(node.ctx) is ast.Load:
                self._loads.setdefault(node.id, []).append(node)
        self._uses: list[Use] | None = None
        self._module = Place(names.module, Block(None), 0, ast.Pass())

    def all(self, kind: type[_Node]) -> list[_Node]:
        """The nodes of one kind, in the order of `nodes`."""
        return self._by_kind.get(kind, [])  # type: ignore[return-value]

    def parent(self, node: ast.AST) -> ast.AST:
        """The node that holds this one; a module holds itself."""
        return self._parents.get(id(node), node)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, inside out."""
        while id(node) in self._parents:
            node = self._parents[id(node)]
            yield node

    def place(self, node: ast.AST) -> Place:
        """Where a node stands."""
        found, around = self._places.get(id(node)), node
        while found is None and id(around) in self._parents:
            around = self._parents[id(around)]
            found = self._places.get(id(around))
        if found is None:
            found = self._module
        self._places[id(node)] = found
        return found

    def is_bare(self, node: ast.AST) -> bool:
        """Whether a `with` does no more than say which graph or session is the default one."""
        calls = [item.context_expr for item in node.items] if isinstance(node, ast.With) else []
        methods = [
            call.func.attr for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        ]
        made = all(
            self.called(call) == "Session" or method == "as_default"
            for call, method in zip(calls, methods, strict=False)
        )
        return bool(calls) and len(methods) == len(calls) and made

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement that a node is in."""
        return next(n for n in (node, *self.above(node)) if isinstance(n, ast.stmt))

    def symbol(self, node: ast.AST) -> str | None:
        """The TensorFlow symbol that a node is."""
        return self.names.symbol(node, self.place(node).scope) if isinstance(node, (ast.Name, ast.Attribute)) else None

    def called(self, node: ast.AST | None) -> str | None:
        """The TensorFlow symbol that a node is a call of."""
        return self.symbol(node.func) if isinstance(node, ast.Call) else None

    def root(self) -> str | None:
        """The name that the file has for TensorFlow itself."""
        module = self.names.module
        imports = [node for node in self.nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
        bound = {alias.asname or alias.name.split(".")[0] for node in imports for alias in node.names}
        return next((name for name in sorted(bound) if self.names.root_symbol(name, module) == ""), None)

    def uses(self) -> list[Use]:
        """Every longest dotted name that is a TensorFlow symbol, in the order of the text."""
        if self._uses is None:
            self._uses = sorted(self._all_uses(), key=lambda use: (use.node.lineno, use.node.col_offset))
        return self._uses

    def _all_uses(self) -> Iterator[Use]:
        names = {name for name, _ in self.names.rooted}
        for node, name, place in self.names.chains:
            loaded = name in names and isinstance(node.ctx, ast.Load)
            symbol = self.names.symbol(node, place.scope) if loaded else None
            if symbol is not None:
                parent = self.parent(node)
                yield Use(symbol, node, parent if isinstance(parent, ast.Call) and parent.func is node else None)

    def loads(self, name: str, scope: Scope) -> list[ast.Name]:
        """Every place that reads a name of a scope, in inner scopes too, in the order of the text."""
        found = [node for node in self._loads.get(name, ()) if self.place(node).scope.owner_of(name) is scope]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def may_hold(self, name: ast.Name) -> tuple[Binding, ...]:
        """The bindings of which one gives a name its value where it stands."""
        place = self.place(name)
        owner = place.scope.owner_of(name.id)
        if owner is None:
            return ()
        one = flow.reaching(name.id, place)
        return (one,) if one is not None else tuple(owner.bindings[name.id])

    def scope_with(self, function: ast.FunctionDef) -> Scope | None:
        """The scope that a function has its name in."""
        scopes = (one for one in self.names.scopes if function.name in one.bindings)
        return next((one for one in scopes if any(b.node is function for b in one.bindings[function.name])), None)

    def calls_of(self, function: ast.FunctionDef) -> list[ast.Call]:
        """The calls of a function of the module; none where it is bound twice, or used in another way."""
        loads = self.loads(function.name, self.names.module)
        calls = [n for load in loads if isinstance(n := self.parent(load), ast.Call) and n.func is load]
        once = len(self.names.module.bindings[function.name]) == 1
        return calls if once and len(calls) == len(loads) else []

    def function_around(self, node: ast.AST) -> ast.AST:
        """The function, lambda or module that a node is run by."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
        return next(n for n in self.above(node) if isinstance(n, kinds))

    def loops(self, node: ast.AST) -> Iterator[ast.AST]:
        """The loops and comprehensions around a node, within its function."""
        kinds = (ast.For, ast.While, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        for outer in self.above(node):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return
            if isinstance(outer, kinds):
                yield outer
