"""Reads the scaffolding of TF1 programs: sessions and how they are used, graphs, initialisers, placeholders."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions import symbols
from tfloss_migrate.sessions.program import Placeholder, Program, Run, Session, short
from tfloss_migrate.sessions.sights import Sights, Use
from tfloss_migrate.sessions.tensors import Tensors
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.scopes import Scope


class Reading:
    """Fills a `Program` from a tree. What it accounts for is in `explained`, by identity of the node."""

    def __init__(self, sights: Sights, tensors: Tensors) -> None:
        self._sights, self._tensors = sights, tensors
        self.program = Program()
        self.uses = sights.uses()
        self.explained: set[int] = set()
        self._runs_by_name: set[int] = set()
        self._session_names: set[tuple[int, str]] = set()
        for read in (self._settings, self._session, self._graph, self._initializer, self._placeholder, self._switch):
            for use in self.uses:
                read(use)
        self._evals()

    def _session(self, use: Use) -> None:
        if use.symbol in symbols.NO_SUCH_NAME:
            self.program.nowhere.append((use.node, symbols.NO_SUCH_NAME[use.symbol]))
            meant = symbols.NO_SUCH_NAME[use.symbol]
            self.program.stop(use.node, f"{short(use.node)} never existed; the name is tf.{meant}")
            if meant in symbols.SESSIONS and use.call is not None:
                self.program.sessions.append(Session(use.call, use.symbol))
            self.explained.add(id(use.node))
        if use.symbol in symbols.SUPERVISED and use.call is not None:
            self.program.sessions.append(Session(use.call, use.symbol))
        if use.symbol not in symbols.SESSIONS:
            return
        self.explained.add(id(use.node))
        if use.call is None:
            self.program.stop(use.node, f"{short(use.node)} is not called here")
            return
        session = Session(use.call, use.symbol)
        self.program.sessions.append(session)
        self._session_arguments(use.call)
        name = self._bound(use.call, "session")
        if name is not None:
            self._session_uses(name, session)

    def _session_arguments(self, call: ast.Call) -> None:
        for argument in call.args:
            self.program.stop(argument, f"the session runs on {short(argument)}")
        for keyword in call.keywords:
            value = keyword.value
            none = isinstance(value, ast.Constant) and value.value is None
            fine = keyword.arg == "graph" or (keyword.arg == "config" and self._is_settings(value))
            if not none and not fine:
                self.program.stop(value, f"the session is made with {keyword.arg}={short(value)}")

    def _bound(self, call: ast.Call, what: str) -> ast.Name | None:
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

    def _scope_of(self, name: ast.Name) -> Scope | None:
        return self._sights.place(name).scope.owner_of(name.id)

    def _session_uses(self, name: ast.Name, session: Session) -> None:
        scope = self._scope_of(name)
        if scope is None or (id(scope), name.id) in self._session_names:
            return
        self._session_names.add((id(scope), name.id))
        made = {self._sights.statement(use.node) for use in self.uses if use.symbol in symbols.SESSIONS}
        if any(binding.node not in made for binding in scope.bindings[name.id]):
            self.program.stop(session.call, f"{name.id} is not only this session")
            return
        for load in self._sights.loads(name.id, scope):
            self._session_use(load, session)

    def _session_use(self, load: ast.Name, session: Session) -> None:
        parent = self._sights.parent(load)
        if isinstance(parent, ast.withitem) and parent.optional_vars is None:
            self.program.gone_items.add(parent)
            return
        if isinstance(parent, ast.keyword) and parent.arg == "session":
            call = self._sights.parent(parent)
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in ("eval", "run")
            ):
                return
        call = self._sights.parent(parent)
        if isinstance(parent, ast.Attribute) and isinstance(call, ast.Call) and call.func is parent:
            if parent.attr == "run":
                self._run(call, session)
                return
            above = self._sights.parent(call)
            if parent.attr == "close" and isinstance(above, ast.Expr):
                self.program.gone.add(above)
                return
            if parent.attr == "as_default" and isinstance(above, ast.withitem) and above.optional_vars is None:
                self.program.gone_items.add(above)
                return
        self.program.stop(load, _use_of_session(load, parent, self._sights))

    def _run(self, call: ast.Call, session: Session | None) -> None:
        """`sess.run(fetch, feed_dict)`."""
        given = dict(zip(("fetches", "feed_dict", "options", "run_metadata"), call.args, strict=False))
        given.update({keyword.arg or "**": keyword.value for keyword in call.keywords})
        fetch = given.pop("fetches", None)
        feed = given.pop("feed_dict", None)
        if fetch is None or given or isinstance(fetch, ast.Starred):
            extra = ", ".join(sorted(given)) or "no fetches"
            self.program.stop(call, f"{short(call)} is called with {extra}")
            return
        self._evaluation(call, fetch, feed, session)

    def _evaluation(self, call: ast.Call, fetch: ast.expr, feed: ast.expr | None, session: Session | None) -> None:
        statement = self._sights.parent(call)
        if self._tensors.kind(fetch) == "initializer":
            if isinstance(statement, ast.Expr):
                self.program.gone.add(statement)
                self._explain_names(fetch)
            else:
                self.program.stop(call, f"{short(call)} initialises, and its result is used")
            return
        if isinstance(feed, ast.Constant) and feed.value is None:
            feed = None
        if feed is not None and not isinstance(feed, ast.Dict):
            self.program.stop(feed, f"what is fed is not written out at the call, but {short(feed)}")
            return
        self.program.runs.append(Run(call, fetch, feed, session))

    def _explain_names(self, fetch: ast.expr) -> None:
        """The names in a fetch that is dropped with its statement."""
        self._runs_by_name.update(id(node) for node in ast.walk(fetch) if isinstance(node, ast.Name))

    def _evals(self) -> None:
        """`x.eval(feed)`, and `init.run()`: evaluations in the default session."""
        for node in self._sights.nodes:
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            receiver = node.func.value
            if node.func.attr == "run" and self._tensors.kind(receiver) == "initializer":
                self._evaluation(node, receiver, None, None)
            elif node.func.attr == "eval":
                self._eval(node, receiver)
        self._check_initializers()
        self.program.runs.sort(key=lambda run: (run.call.lineno, run.call.col_offset))

    def _eval(self, call: ast.Call, receiver: ast.expr) -> None:
        given = dict(zip(("feed_dict", "session"), call.args, strict=False))
        given.update({keyword.arg or "**": keyword.value for keyword in call.keywords})
        of_session = set(given) <= {"feed_dict", "session"} and not isinstance(given.get("feed_dict"), ast.Constant)
        known = self._tensors.kind(receiver) == "tensor"
        if self._sights.symbol(receiver) is not None or not (of_session or known):
            return
        if not of_session:
            self.program.stop(call, f"{short(call)} is called with {', '.join(sorted(given))}")
        elif known or call.keywords or self.program.sessions:
            self._evaluation(call, receiver, given.get("feed_dict"), None)

    def _graph(self, use: Use) -> None:
        if use.symbol != symbols.GRAPH or use.call is None:
            return
        self.explained.add(id(use.node))
        parent = self._sights.parent(use.call)
        above = self._sights.parent(parent)
        if isinstance(parent, ast.Attribute) and parent.attr == "as_default" and isinstance(above, ast.Call):
            name = self._bound(above, "graph")
        elif isinstance(parent, ast.keyword) and parent.arg == "graph":
            return
        else:
            name = self._bound(use.call, "graph")
        scope = self._scope_of(name) if name is not None else None
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
        scope = self._scope_of(target) if isinstance(target, ast.Name) else None
        if not isinstance(target, ast.Name) or not isinstance(parent, ast.Assign) or scope is None:
            self.program.stop(use.call, f"{short(use.call)} is not for a session here")
            return
        self.program.gone.add(parent)
        for load in self._sights.loads(target.id, scope):
            self._setting(load)

    def _setting(self, load: ast.Name) -> None:
        statement = self._sights.statement(load)
        path = dotted(statement.targets[0]) if isinstance(statement, ast.Assign) else None
        if path is not None and path.startswith(f"{load.id}.") and statement.targets[0].lineno == load.lineno:  # type: ignore[attr-defined]
            self.program.gone.add(statement)
            return
        parent = self._sights.parent(load)
        above = self._sights.called(self._sights.parent(parent)) if isinstance(parent, ast.keyword) else None
        if above not in symbols.SETTINGS | symbols.SESSIONS:
            self.program.stop(load, f"{load.id} holds settings of sessions, and is used otherwise")

    def _is_settings(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            held = self._sights.may_hold(node)
            return len(held) == 1 and self._sights.called(held[0].value) in symbols.SETTINGS
        return self._sights.called(node) in symbols.SETTINGS

    def _initializer(self, use: Use) -> None:
        if use.symbol in symbols.INITIALIZERS and use.call is not None:
            self.explained.add(id(use.node))

    def _check_initializers(self) -> None:
        """An initialiser is run, or named and run; nothing else."""
        for use in self.uses:
            if use.symbol not in symbols.INITIALIZERS or use.call is None:
                continue
            statement = self._sights.statement(use.call)
            if statement in self.program.gone:
                self._explain_groups(statement)
                continue
            target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
            whole = isinstance(statement, ast.Assign) and self._tensors.kind(statement.value) == "initializer"
            if whole and isinstance(target, ast.Name):
                scope = self._scope_of(target)
                loads = self._sights.loads(target.id, scope) if scope is not None else []
                if all(id(load) in self._runs_by_name for load in loads):
                    self.program.gone.add(statement)
                    self._explain_groups(statement)
                    continue
            self.program.stop(use.call, f"{short(use.call)} is not only run")

    def _explain_groups(self, statement: ast.stmt) -> None:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and self._sights.called(node) == "group":
                self.explained.add(id(node.func))

    def _placeholder(self, use: Use) -> None:
        if use.symbol != symbols.PLACEHOLDER:
            return
        self.explained.add(id(use.node))
        call = use.call
        self.program.placeholder_calls.append(call or use.node)
        statement = self._sights.parent(call) if call is not None else use.node
        if call is None or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            self.program.stop(use.node, "the placeholder has no name of its own")
            return
        target = statement.targets[0]
        given = dict(zip(("dtype", "shape", "name"), call.args, strict=False))
        given.update({keyword.arg or "**": keyword.value for keyword in call.keywords})
        dtype, shape = given.pop("dtype", None), given.pop("shape", None)
        given.pop("name", None)
        scope = self._scope_of(target) if isinstance(target, ast.Name) else None
        if dtype is None or given or scope is None or not isinstance(target, ast.Name):
            self.program.stop(statement, f"the placeholder is stored as {short(target)}")
            return
        binding = next(b for b in scope.bindings[target.id] if b.node is statement)
        self.program.placeholders.append(Placeholder(target.id, binding, statement, dtype, shape))

    def _switch(self, use: Use) -> None:
        if use.symbol in symbols.SWITCHES and use.call is not None:
            statement = self._sights.parent(use.call)
            if isinstance(statement, ast.Expr):
                self.explained.add(id(use.node))
                self.program.gone.add(statement)
        if use.symbol in symbols.SEEDS and use.call is not None:
            self.explained.add(id(use.node))
            self.program.seeds.append(use.node)


def _use_of_session(load: ast.Name, parent: ast.AST, sights: Sights) -> str:
    if isinstance(parent, ast.Attribute):
        return f"{load.id}.{parent.attr} is used"
    if isinstance(parent, ast.Call):
        return f"the session is passed to {short(parent.func)}"
    if isinstance(parent, ast.keyword):
        call = sights.parent(parent)
        return f"the session is passed to {short(call.func if isinstance(call, ast.Call) else call)}"
    if isinstance(parent, ast.Assign):
        return f"the session is stored as {short(parent.targets[0])}"
    if isinstance(parent, ast.Return):
        return "the session is returned"
    return f"the session is used in {short(parent)}"
