"""Classes that hold a graph and its session, read as functions: what is `self.x` in a class is a name in a function.

`class Model` becomes `def Model(...)`: the body of `__init__`, with the methods that build the graph in the place of
their calls, and all other methods as functions inside. `self.x` is written `self·x`, a name as long as what it stands
for. `methods` makes a class of such a function again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import TypeGuard


#: What makes a part of a graph, or of what it is made of.
_MADE = symbols.PLACEHOLDERS | {"Variable", "get_variable", "global_variables_initializer"}


@dataclass(frozen=True)
class Builder:
    """A method that `__init__` calls once to build the graph: what stands above its body, and what its call gives.

    `parameters` have what the call gives to each, None where it is left to a default.
    """

    name: str
    head: str
    target: str | None = None
    parameters: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Held:
    """A class that is read as a function: the lines above its first method, its methods in order, and its builders.

    The first builder is `__init__`; `arguments` are those that it takes, without the instance, which is called `own`.
    """

    name: str
    head: str
    own: str
    methods: tuple[str, ...]
    builders: tuple[Builder, ...]
    arguments: str


@dataclass(frozen=True, eq=False)
class Call:
    """`self.build()` or `target = self.build()`: the call of a builder, which is a method."""

    statement: ast.stmt
    call: ast.Call
    method: ast.FunctionDef
    target: ast.expr | None


@dataclass(frozen=True)
class Written:
    """The text from which a plain one was made, and for each line of that one the line that it was in this one."""

    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Flat:
    """A text without classes that hold a session. `lines` are, for each of its lines, the line that it was.

    `said` is what else has become of it, `written` its graph before it was made plain; None where that is the text.
    """

    text: str
    lines: tuple[int, ...]
    classes: tuple[Held, ...]
    said: tuple[str, ...] = ()
    written: Written | None = None


class Class:
    """One class: its methods, the attributes of its instance, and the methods that build its graph."""

    def __init__(self, node: ast.ClassDef, sights: Sights, layout: Layout) -> None:
        self.node, self._sights, self._layout = node, sights, layout
        documented = node.body[1:] if ast.get_docstring(node) is not None else node.body
        self.methods = [one for one in documented if isinstance(one, ast.FunctionDef)]
        self._plain = len(self.methods) == len(documented)
        self.by_name = {one.name: one for one in self.methods}
        owners = {one.args.args[0].arg if one.args.args else "" for one in self.methods}
        self.own = owners.pop() if len(owners) == 1 else ""
        self.attributes: list[ast.Attribute] = []
        self.calls: list[Call] = []
        if self.is_plain():
            self.attributes = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and self._is_own(n.value)]
            self.calls = list(self._called(self.by_name["__init__"]))

    def is_plain(self) -> bool:
        """Whether the class has nothing but a docstring and methods, of which one is `__init__`."""
        bases = [one.id if isinstance(one, ast.Name) else "" for one in self.node.bases]
        special = [one for one in self.methods if one.name.startswith("__") and one.name != "__init__"]
        plain = self._plain and bases in ([], ["object"]) and not self.node.decorator_list and not self.node.keywords
        distinct = len(self.by_name) == len(self.methods)
        return plain and distinct and not special and "__init__" in self.by_name and self.own != ""

    def is_readable(self) -> bool:
        """Whether the class holds a graph, and does nothing with its instance but to read and to set its attributes."""
        if not self.is_plain() or any(one.decorator_list for one in self.methods if not self._is_traced(one)):
            return False
        graph = any(self._sights.called(n) in ("placeholder", "GradientTape") for n in ast.walk(self.node))
        runs = any(isinstance(n, ast.Attribute) and n.attr in ("run", "eval", "gradient") for n in ast.walk(self.node))
        names = [n for n in ast.walk(self.node) if isinstance(n, ast.Name) and n.id == self.own]
        source = self._layout.spans.source
        below = all(one.body[0].lineno > self._layout.line_of(self._layout.header_end(one)) for one in self.methods)
        spelled = below and all(source(one) == f"{self.own}.{one.attr}" for one in self.attributes)
        return graph and runs and len(names) == len(self.attributes) and spelled and self._is_called()

    def _is_traced(self, method: ast.FunctionDef) -> bool:
        return all(self._sights.called(one) == "function" or self._sights.symbol(one) == "function"
                   for one in method.decorator_list)  # fmt: skip

    def _is_called(self) -> bool:
        """Whether all that is done with the class, outside of it, is to make instances; nobody sets what is theirs."""
        loads = self._sights.loads(self.node.name, self._sights.names.module)
        stored = {one.attr for one in self.attributes}
        foreign = [n for n in self._sights.nodes if isinstance(n, ast.Attribute) and n not in self.attributes]
        calls = [self._sights.parent(load) for load in loads]
        made = all(isinstance(call, ast.Call) and call.func is load for call, load in zip(calls, loads, strict=True))
        return made and not any(n.attr in stored and isinstance(n.ctx, ast.Store) for n in foreign)

    def _is_own(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self.own

    def _called(self, method: ast.FunctionDef) -> Iterator[Call]:
        """The calls of builders in a method, in turn, and in those."""
        for statement in ast.walk(method):
            if isinstance(statement, (ast.Expr, ast.Assign)) and isinstance(statement.value, ast.Call):
                target = statement.targets[0] if isinstance(statement, ast.Assign) else None
                builder = self._builder(statement.value, target)
                block = self._sights.parent(statement)
                alone = statement.lineno == statement.end_lineno
                if builder is not None and alone and (block is method or isinstance(block, ast.With)):
                    yield Call(statement, statement.value, builder, target)
                    yield from self._called(builder)

    def _builder(self, call: ast.Call, target: ast.expr | None) -> ast.FunctionDef | None:
        """The method that a call is of, if nobody else calls it, and it runs to its end."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) and self._is_own(call.func.value) else ""
        method = self.by_name.get(name)
        named = [n for n in self._sights.nodes if isinstance(n, ast.Attribute) and n.attr == name]
        if method is None or len(named) != 1 or name == "__init__" or given_to(call, method) is None:
            return None
        kinds = (ast.Return, ast.Yield, ast.YieldFrom, ast.FunctionDef)
        returns = [n for n in ast.walk(method) if isinstance(n, kinds)]
        last = [one for one in method.body[-1:] if isinstance(one, ast.Return) and one.lineno == one.end_lineno]
        if returns[1:] != (last if target is not None else []):
            return None
        return method if bool(last) == (target is not None) and self._builds(method) else None

    def _builds(self, method: ast.FunctionDef, asked: tuple[ast.FunctionDef, ...] = ()) -> bool:
        """Whether a method makes a part of the graph, or reads one: what only computes from its arguments stays."""
        inside = set(ast.walk(method))
        made = {self._sights.called(n) or "" for n in inside}
        trains = any(isinstance(n, ast.Attribute) and n.attr in ("minimize", "apply_gradients") for n in inside)
        if trains or any(one.rpartition(".")[2] in _MADE or "layers." in one for one in made):
            return True
        for one in [n for n in self.attributes if n in inside]:
            inner = self.by_name.get(one.attr)
            if inner is None and not (isinstance(one.ctx, ast.Load) and self._is_setting(one.attr)):
                return True
            if inner is not None and inner not in asked and self._builds(inner, (*asked, method)):
                return True
        return False

    def _is_setting(self, name: str) -> bool:
        """Whether an attribute is but given a parameter or a plain value."""
        own = [n for n in self.attributes if n.attr == name and isinstance(n.ctx, ast.Store)]
        statements = [self._sights.parent(n) for n in own]
        return all(isinstance(s, ast.Assign) and isinstance(s.value, (ast.Name, ast.Constant)) for s in statements)

    def stands_for(self, value: ast.expr, method: ast.FunctionDef, name: str) -> TypeGuard[ast.Attribute]:
        """Whether a parameter is but another name for an attribute that is computed."""
        stored = [n.id for n in ast.walk(method) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]
        if name in stored or not isinstance(value, ast.Attribute) or value not in self.attributes:
            return False
        return not self._is_setting(value.attr)


def given_to(call: ast.Call, method: ast.FunctionDef) -> list[tuple[str, ast.expr, bool]] | None:
    """The parameters of a method, what each is given, and whether it is by the call; None if they do not fit."""
    arguments = method.args
    names = [one.arg for one in arguments.args[1:]]
    bound = given(call, names)
    if bound is None or arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
        return None
    defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
    values = {name: bound.get(name, defaults.get(name)) for name in names}
    found = [(name, value, name in bound) for name, value in values.items() if value is not None]
    return found if len(found) == len(names) else None
