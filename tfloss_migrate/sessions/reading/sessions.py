"""Reads sessions: how they are made and used, what they run, and the initialisers that they run first."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.assigning import Assigning
from tfloss_migrate.sessions.reading.handing import Handing
from tfloss_migrate.sessions.reading.program import Program, Run, Session, Step, parts_of, short
from tfloss_migrate.sessions.reading.saving import Saving, is_by_saver
from tfloss_migrate.sessions.reading.surroundings import Surroundings
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.reading.training import Training
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.reading.written_out import WrittenOut
from tfloss_migrate.sessions.text.sights import Sights, Use
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
        self._around = Surroundings(sights, self.program, self.explained)
        self._written = WrittenOut(sights, self.program)
        self._handing = Handing(sights, tensors, self.program)
        self.variables = Variables(sights, tensors)
        Training(sights, self.program, self.variables, self.explained)
        Assigning(sights, self.program, self.variables, self.explained)
        Saving(sights, self.program, self.variables, self.explained)
        self.program.steps.sort(key=lambda step: step.statement.lineno)
        self._written.groups(self.explained)
        for use in self.uses:
            self._around.read(use)
            self._session(use)
            self._initializer(use)
        self._handing.check()
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
        name = self._around.bound(use.call, "session")
        scope = self._around.scope_of(name) if name is not None else None
        if name is not None and scope is not None:
            self._session_uses(name.id, scope, session)

    def _session_arguments(self, call: ast.Call) -> None:
        for argument in call.args:
            self.program.stop(argument, f"the session runs on {short(argument)}")
        for keyword in call.keywords:
            value = keyword.value
            none = isinstance(value, ast.Constant) and value.value is None
            fine = keyword.arg == "graph" or (keyword.arg == "config" and self._around.is_settings(value))
            if not none and not fine:
                self.program.stop(value, f"the session is made with {keyword.arg}={short(value)}")

    def _session_uses(self, name: str, scope: Scope, session: Session) -> None:
        if (id(scope), name) in self._session_names:
            return
        self._session_names.add((id(scope), name))
        made = {self._sights.statement(use.node) for use in self.uses if use.symbol in symbols.SESSIONS}
        if len(scope.bindings[name]) > 1 and any(binding.node not in made for binding in scope.bindings[name]):
            self.program.stop(session.call, f"{name} is not only this session")
            return
        for load in self._sights.loads(name, scope):
            self._session_use(load, session)

    def _session_use(self, load: ast.Name, session: Session) -> None:
        parent = self._sights.parent(load)
        if is_by_saver(parent if isinstance(parent, ast.Call) else self._sights.parent(parent), self.program):
            return
        if isinstance(parent, ast.withitem) and parent.optional_vars is None:
            self.program.gone_items.add(parent)
            return
        named = isinstance(parent, ast.keyword) and parent.arg == "session"
        call = self._sights.parent(parent) if named else parent
        second = isinstance(call, ast.Call) and call.args[1:2] == [load]
        method = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
        if (named or second) and method in ("eval", "run"):
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
        handed = self._handing.to(load)
        if handed is not None:
            self._session_uses(*handed, session)
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
                self.program.initialised.append(call)
                self._explain_names(fetch)
            else:
                self.program.stop(call, f"{short(call)} initialises, and its result is used")
            return
        if isinstance(feed, ast.Constant) and feed.value is None:
            feed = None
        fetch = self._written.fetch(fetch, self._steps)
        written = self._written.feed(feed)
        if feed is not None and written is None:
            self.program.stop(feed, f"what is fed is not written out at the call, but {short(feed)}")
            return
        stepping = tuple(part for part in parts_of(fetch) if self._steps(part))
        steps = tuple(dict.fromkeys(step for part in stepping for step in self._steps(part)))
        self.program.runs.append(Run(call, fetch, written, session, steps, stepping))

    def _steps(self, node: ast.expr) -> tuple[Step, ...]:
        return self.program.steps_of(self._sights.may_hold(node)) if isinstance(node, ast.Name) else ()

    def _explain_names(self, fetch: ast.expr) -> None:
        """The names in a fetch that is dropped with its statement."""
        self._runs_by_name.update(id(node) for node in ast.walk(fetch) if isinstance(node, ast.Name))

    def _evals(self) -> None:
        """`x.eval(feed)`, and `init.run()`: evaluations in the default session."""
        for node in self._sights.all(ast.Call):
            if not isinstance(node.func, ast.Attribute):
                continue
            receiver = node.func.value
            if node.func.attr == "run" and self._tensors.kind(receiver) == "initializer":
                self._evaluation(node, receiver, None, None)
            elif node.func.attr == "eval" or (node.func.attr == "run" and self._steps(receiver)):
                self._eval(node, receiver)
        self._check_initializers()
        self.program.runs.sort(key=lambda run: (run.call.lineno, run.call.col_offset))

    def _eval(self, call: ast.Call, receiver: ast.expr) -> None:
        given = dict(zip(("feed_dict", "session"), call.args, strict=False))
        given.update({keyword.arg or "**": keyword.value for keyword in call.keywords})
        of_session = set(given) <= {"feed_dict", "session"} and not isinstance(given.get("feed_dict"), ast.Constant)
        known = self._tensors.kind(receiver) == "tensor" or bool(self._steps(receiver))
        if self._sights.symbol(receiver) is not None or not (of_session or known):
            return
        if not of_session:
            self.program.stop(call, f"{short(call)} is called with {', '.join(sorted(given))}")
        elif known or call.keywords or self.program.sessions:
            self._evaluation(call, receiver, given.get("feed_dict"), None)

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
                scope = self._around.scope_of(target)
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
