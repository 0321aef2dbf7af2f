"""Reads what stands around sessions: graphs, settings, placeholders, switches."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.reasons import why_not
from tfloss_migrate.sessions.reading.program import SPEC, Placeholder, Program, short
from tfloss_migrate.sessions.text.sights import Sights, Use
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.scopes import Scope

#: Modules of TF1 that TF2 has not.
_MODULES = frozenset({"contrib", "contrib.slim", "contrib.layers", "contrib.framework", "contrib.rnn", "layers"})

#: What the default of a placeholder is of.
_DTYPES = {bool: "bool", int: "int32", float: "float32"}


class Surroundings:
    """Adds to a program; what it accounts for is added to `explained`, by identity of the node."""

    def __init__(self, sights: Sights, program: Program, explained: set[int]) -> None:
        self._sights, self.program, self.explained = sights, program, explained

    def read(self, use: Use) -> None:
        """Reads one use of a symbol."""
        self._settings(use)
        self._graph(use)
        self._placeholder(use)
        self._switch(use)
        self._main(use)
        self._module(use)

    def bound(self, call: ast.Call, what: str) -> ast.Name | None:
        """The name that a session or a graph is bound to; a bare `with` and a bare statement have none."""
        parent = self._sights.parent(call)
        if isinstance(parent, ast.withitem):
            target: ast.AST | None = parent.optional_vars
            self.program.gone_items.add(parent)
        elif isinstance(parent, ast.Assign) and parent.value is call and len(parent.targets) == 1:
            target = parent.targets[0]
            self.program.gone.add(parent)
        elif isinstance(parent, ast.Expr):
            target = None
            self.program.gone.add(parent)
        else:
            self.program.stop(call, f"the {what} is handed on")
            return None
        if target is not None and not isinstance(target, ast.Name):
            self.program.stop(call, f"the {what} is stored as {short(target)}")
        return target if isinstance(target, ast.Name) else None

    def scope_of(self, name: ast.Name) -> Scope | None:
        """The scope that binds a name."""
        return self._sights.place(name).scope.owner_of(name.id)

    def is_settings(self, node: ast.expr) -> bool:
        """Whether an expression says how sessions run."""
        if isinstance(node, ast.Name):
            held = self._sights.may_hold(node)
            return len(held) == 1 and self._sights.called(held[0].value) in symbols.SETTINGS
        return self._sights.called(node) in symbols.SETTINGS

    def _settings(self, use: Use) -> None:
        """`config = tf.ConfigProto(...)` with its options, all of it for a session."""
        if use.symbol not in symbols.SETTINGS or use.call is None:
            return
        self.explained.add(id(use.node))
        parent = self._sights.parent(use.call)
        if isinstance(parent, ast.keyword):
            above = self._sights.called(self._sights.parent(parent))
            if above not in symbols.SETTINGS | symbols.SESSIONS:
                self.program.stop(use.call, f"{short(use.call)} is not for a session here")
            return
        target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
        scope = self.scope_of(target) if isinstance(target, ast.Name) else None
        if not isinstance(target, ast.Name) or not isinstance(parent, ast.Assign) or scope is None:
            self.program.stop(use.call, f"{short(use.call)} is not for a session here")
            return
        self.program.gone.add(parent)
        for load in self._sights.loads(target.id, scope):
            self._setting(load)

    def _setting(self, load: ast.Name) -> None:
        statement = self._sights.statement(load)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else load
        if load in ast.walk(target) and (dotted(target) or "").startswith(f"{load.id}."):
            self.program.gone.add(statement)
            return
        parent = self._sights.parent(load)
        above = self._sights.called(self._sights.parent(parent)) if isinstance(parent, ast.keyword) else None
        if above not in symbols.SETTINGS | symbols.SESSIONS:
            self.program.stop(load, f"{load.id} holds settings of sessions, and is used otherwise")

    def _graph(self, use: Use) -> None:
        if use.symbol != symbols.GRAPH or use.call is None:
            return
        self.explained.add(id(use.node))
        parent = self._sights.parent(use.call)
        above = self._sights.parent(parent)
        if isinstance(parent, ast.Attribute) and parent.attr == "as_default" and isinstance(above, ast.Call):
            name = self.bound(above, "graph")
        elif isinstance(parent, ast.keyword) and parent.arg == "graph":
            return
        else:
            name = self.bound(use.call, "graph")
        scope = self.scope_of(name) if name is not None else None
        if name is None or scope is None:
            return
        for load in self._sights.loads(name.id, scope):
            parent = self._sights.parent(load)
            call = self._sights.parent(parent)
            item = self._sights.parent(call)
            if isinstance(parent, ast.keyword) and parent.arg == "graph":
                continue
            default = isinstance(parent, ast.Attribute) and parent.attr == "as_default"
            if default and isinstance(item, ast.withitem) and item.optional_vars is None:
                self.program.gone_items.add(item)
                continue
            self.program.stop(load, f"the graph is looked into by {short(call if default else parent)}")

    def _placeholder(self, use: Use) -> None:
        with_default = use.symbol == symbols.WITH_DEFAULT and bool(self.program.steps)
        if use.symbol != symbols.PLACEHOLDER and not with_default:
            return
        self.explained.add(id(use.node))
        call = use.call
        self.program.placeholder_calls.append(call or use.node)
        statement = self._sights.parent(call) if call is not None else use.node
        if call is None or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            self.program.stop(use.node, "the placeholder has no name of its own")
            return
        target = statement.targets[0]
        first = "input" if with_default else "dtype"
        given = dict(zip((first, "shape", "name"), call.args, strict=False))
        given.update({keyword.arg or "**": keyword.value for keyword in call.keywords})
        dtype, shape = given.pop("dtype", None), given.pop("shape", None)
        name = getattr(given.pop("name", None), "value", None)
        default = given.pop("input", None) if with_default else None
        if isinstance(default, ast.Constant) and type(default.value) in _DTYPES:
            dtype = ast.copy_location(ast.Constant(_DTYPES[type(default.value)]), default)
        scope = self.scope_of(target) if isinstance(target, ast.Name) else None
        held = scope.bindings[target.id] if scope is not None and isinstance(target, ast.Name) else []
        binding = next((one for one in held if one.node is statement), None)
        if with_default and dtype is None:
            self.program.stop(statement, f"{why_not(use.symbol)}, and its default is not written out")
            return
        if dtype is None or given or binding is None or not isinstance(target, ast.Name):
            self.program.stop(statement, f"the placeholder is stored as {short(target)}")
            return
        known = default if isinstance(default, ast.Constant) else None
        spec = name if isinstance(name, str) and SPEC in name else ""
        self.program.placeholders.append(Placeholder(target.id, binding, statement, dtype, shape, known, spec))

    def _module(self, use: Use) -> None:
        """`slim = tf.contrib.slim`, which is a name that nobody reads."""
        statement = self._sights.parent(use.node)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        scope = self.scope_of(target) if isinstance(target, ast.Name) else None
        if use.symbol not in _MODULES or not isinstance(target, ast.Name) or scope is None:
            return
        if isinstance(statement, ast.Assign) and not self._sights.loads(target.id, scope):
            self.explained.add(id(use.node))
            self.program.gone.add(statement)

    def _main(self, use: Use) -> None:
        """`tf.app.run()`, which ends the program: the call of `main`, where that does not look at its arguments."""
        if use.symbol != symbols.MAIN or use.call is None:
            return
        known = given(use.call, ("main", "argv"))
        named = (known or {}).get("main")
        name = named.id if isinstance(named, ast.Name) else "main" if named is None else ""
        held = self._sights.names.module.bindings.get(name, [])
        function = held[0].node if len(held) == 1 else None
        if known is None or not isinstance(function, ast.FunctionDef) or not self._ends(use.call):
            return
        parameters = [one.arg for one in function.args.args]
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        read = any(isinstance(node.ctx, ast.Load) and node.id in parameters for node in names)
        if len(parameters) == 1 and not read and "argv" not in known:
            self.explained.add(id(use.node))
            self.program.mains.append((use.call, f"{name}(None)"))

    def _ends(self, call: ast.Call) -> bool:
        """Whether a call is the last statement of a file, also where that is run as a program."""
        statement = self._sights.parent(call)
        last = self._sights.tree.body[-1]
        if isinstance(last, ast.If) and "__main__" in ast.unparse(last.test) and not last.orelse:
            last = last.body[-1]
        return isinstance(statement, ast.Expr) and statement is last

    def _switch(self, use: Use) -> None:
        if use.symbol in symbols.SWITCHES and use.call is not None:
            statement = self._sights.parent(use.call)
            if isinstance(statement, ast.Expr):
                self.explained.add(id(use.node))
                self.program.gone.add(statement)
        if use.symbol in symbols.SEEDS and use.call is not None:
            self.explained.add(id(use.node))
            self.program.seeds.append(use.node)
