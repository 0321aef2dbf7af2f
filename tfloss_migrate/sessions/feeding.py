"""Which graph statements hang on placeholders, and what each run that feeds needs of them."""

from __future__ import annotations

import ast
import builtins

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions import symbols
from tfloss_migrate.sessions.layout import Layout
from tfloss_migrate.sessions.needs import Needs, sources
from tfloss_migrate.sessions.program import Placeholder, Program, Run, short
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.sessions.tensors import Tensors
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.scopes import Binding, Scope

_SHAPE_METHODS = frozenset({"get_shape", "as_list", "set_shape", "format", "append", "join"})


@dataclass(frozen=True)
class Fed:
    """A run that feeds: the fetched expressions that hang on placeholders, the placeholders, and what is fed to each.

    `statements` are the graph statements that the fetches need, in order.
    """

    run: Run
    fetches: tuple[ast.expr, ...]
    placeholders: tuple[Placeholder, ...]
    values: tuple[ast.expr, ...]
    statements: tuple[ast.stmt, ...]


class Feeding:
    """Works out what hangs on the placeholders of a program; what cannot be moved into a function is an obstacle."""

    def __init__(self, program: Program, sights: Sights, needs: Needs, tensors: Tensors, layout: Layout) -> None:
        self._program, self._sights, self._needs, self._tensors = program, sights, needs, tensors
        self._layout = layout
        self._placeholders = {id(one.binding): one for one in program.placeholders}
        self._hanging: dict[int, bool] = {}
        self.fed = [fed for run in program.runs if (fed := self._of(run)) is not None]
        self.statements = {statement for fed in self.fed for statement in fed.statements}
        for statement in self.statements:
            self._check_statement(statement)
        for fed in self.fed:
            self._check_unchanged(fed)
        if program.placeholders and not program.obstacles:
            self._check_uses()

    def hangs(self, binding: Binding) -> bool:
        """Whether a binding needs something that is fed."""
        if id(binding) not in self._hanging:
            needed = self._needs.of(*sources(binding))
            needed[id(binding)] = binding
            seen = [one for one in self._program.placeholders if id(one.binding) in needed]
            self._hanging[id(binding)] = any(_is_seen_from(binding.scope, one.binding.scope) for one in seen)
        return self._hanging[id(binding)]

    def direct(self, node: ast.AST) -> set[ast.stmt]:
        """The graph statements that hang on placeholders and that a node reads from."""
        return {b.node for b in self._read(node) if isinstance(b.node, ast.stmt) and id(b) not in self._placeholders}

    def draws(self, statement: ast.stmt) -> bool:
        """Whether a statement draws random numbers."""
        return any(self._sights.called(node) in symbols.RANDOM for node in ast.walk(statement))

    def placeholders_of(self, *nodes: ast.AST) -> tuple[Placeholder, ...]:
        """The placeholders that nodes need, in the order of the text."""
        needed = self._needs.of(*nodes)
        return tuple(one for one in self._program.placeholders if id(one.binding) in needed)

    def assigned_by(self, run: Run) -> str | None:
        """The name that the result of a run is given."""
        above = self._sights.parent(run.call)
        target = above.targets[0] if isinstance(above, ast.Assign) and above.value is run.call else None
        return target.id if isinstance(target, ast.Name) else None

    def _read(self, node: ast.AST) -> list[Binding]:
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            own = self._sights.place(node).scope.bindings.get(node.target.id, [])
            return [b for b in own if b.node is not node and self.hangs(b)] + self._hanging_of(names)
        return self._hanging_of(names)

    def _hanging_of(self, names: list[ast.Name]) -> list[Binding]:
        return [b for name in names for b in self._sights.may_hold(name) if self.hangs(b)]

    def _of(self, run: Run) -> Fed | None:
        parts = parts_of(run.fetch)
        fetches = tuple(part for part in parts if self._read(part))
        pairs = self._fed_values(run)
        needed = self.placeholders_of(*fetches) if fetches else ()
        for placeholder, value in pairs.items():
            if self._placeholders.get(placeholder) not in needed and not _is_simple(value):
                self._program.stop(value, f"{short(value)} is fed, and no fetch needs it")
        if not fetches:
            return None
        for one in needed:
            if id(one.binding) not in pairs:
                self._program.stop(run.call, f"{one.name} is needed and not fed")
                return None
        if len(fetches) not in (1, len(parts)):
            self._program.stop(run.fetch, "some of the fetches hang on what is fed, and some do not")
        bindings = [b for b in self._needs.of(*fetches).values() if self.hangs(b) and id(b) not in self._placeholders]
        statements = {b.node for b in bindings if isinstance(b.node, ast.stmt)}
        ordered = tuple(sorted(statements, key=lambda s: (s.lineno, s.col_offset)))
        return Fed(run, fetches, needed, tuple(pairs[id(one.binding)] for one in needed), ordered)

    def _fed_values(self, run: Run) -> dict[int, ast.expr]:
        pairs: dict[int, ast.expr] = {}
        if run.feed is None:
            return pairs
        for key, value in zip(run.feed.keys, run.feed.values, strict=True):
            held = self._sights.may_hold(key) if isinstance(key, ast.Name) else ()
            if len(held) != 1 or id(held[0]) not in self._placeholders:
                self._program.stop(value, f"{short(key) if key else '**'} is fed, and is not known to be a placeholder")
            else:
                pairs[id(held[0])] = value
        return pairs

    def _check_statement(self, statement: ast.stmt) -> None:
        """A graph statement that becomes part of a function is a plain one, made of known operations."""
        stop, sights = self._program.stop, self._sights
        home = self._program.placeholders[0].statement
        plain = isinstance(statement, ast.AugAssign) or (
            isinstance(statement, ast.Assign) and len(statement.targets) == 1 and _are_names(statement.targets[0])
        )
        if not plain:
            stop(
                statement,
                f"`{self._layout.line(statement.lineno).strip()}` hangs on a placeholder and is no assignment",
            )
        elif not self._alone(statement):
            stop(statement, "the line holds more than one statement")
        elif any(self._outer(one.statement) != self._outer(statement) for one in self._program.placeholders):
            around = "a block of its own" if self._outer(statement) != self._outer(home) else "another block"
            stop(statement, f"what hangs on a placeholder stands in {around}")
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and not self._is_known(node):
                    stop(node, f"what {short(node.func)} does with the placeholder is not known")
                elif any(node is run.call for run in self._program.runs):
                    stop(statement, "a session is run while the graph is built")
                elif sights.called(node) == "Variable":
                    stop(statement, "a variable's shape hangs on a placeholder")

    def _outer(self, statement: ast.stmt) -> list[ast.AST]:
        """The blocks around a statement that stay when the sessions are gone."""
        items = self._program.gone_items
        return [
            node
            for node in self._sights.above(statement)
            if not (isinstance(node, ast.With) and all(item in items for item in node.items))
        ]

    def _alone(self, statement: ast.stmt) -> bool:
        span, layout = self._layout.spans.of(statement), self._layout
        before = layout.text[layout.start_of(span.line) : span.start]
        after = layout.line(span.end_line)[span.end_column :].strip()
        return not before.strip() and (not after or after.startswith("#"))

    def _is_known(self, call: ast.Call) -> bool:
        symbol = self._sights.called(call)
        if symbol is not None:
            return symbols.is_native(symbol) or symbols.is_old(symbol)
        if self._tensors.is_loss_object(call.func):
            return True
        if isinstance(call.func, ast.Attribute):
            root: ast.expr = call.func
            while isinstance(root, ast.Attribute):
                root = root.value
            held = self._sights.may_hold(root) if isinstance(root, ast.Name) else ()
            of_numpy = any(isinstance(b.node, ast.Import) and b.node.names[0].name == "numpy" for b in held)
            return of_numpy or call.func.attr in _SHAPE_METHODS
        function = self._tensors.function(call.func)
        if function is not None:
            return all(self._is_pure(node) for node in ast.walk(function))
        return (
            isinstance(call.func, ast.Name) and hasattr(builtins, call.func.id) and not self._sights.may_hold(call.func)
        )

    def _is_pure(self, node: ast.AST) -> bool:
        """Whether a piece of an own function may be run as part of another function."""
        if isinstance(node, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)):
            return False
        return self._sights.called(node) not in ("Variable", symbols.PLACEHOLDER, *symbols.RANDOM)

    def _check_unchanged(self, fed: Fed) -> None:
        """What a function reads from around it must be the same when it is called."""
        site = self._sights.place(fed.run.call)
        shapes = [one.shape for one in fed.placeholders if one.shape is not None]
        for node in (*fed.statements, *shapes):
            source = self._sights.place(node)
            for name in ast.walk(node):
                if not isinstance(name, ast.Name) or not isinstance(name.ctx, ast.Load):
                    continue
                if self._hanging_of([name]):
                    if node in shapes:
                        self._program.stop(name, f"the shape of a placeholder hangs on {name.id}, which does itself")
                elif not flow.unchanged(frozenset({name.id}), source, site):
                    self._program.stop(name, f"{name.id} is another one when the session runs")
                    return

    def _check_uses(self) -> None:
        """What hangs on a placeholder is gone from around the functions: nobody else may use it."""
        fetched = {id(node) for run in self._program.runs for node in ast.walk(run.fetch)}
        fetched |= {id(key) for run in self._program.runs if run.feed is not None for key in run.feed.keys}
        moved = {*self.statements, *(one.statement for one in self._program.placeholders)}
        for one in self._program.placeholders:
            for bindings in list(one.binding.scope.bindings.values()):
                for binding in bindings:
                    if self.hangs(binding) and binding.node not in moved and isinstance(binding.node, ast.stmt):
                        line = self._layout.line(binding.node.lineno).strip()
                        self._program.stop(binding.node, f"`{line}` hangs on a placeholder, and no run needs it")
        for node in self._sights.nodes:
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or id(node) in fetched:
                continue
            if self._hanging_of([node]) and self._sights.statement(node) not in moved:
                self._program.stop(node, f"{node.id} hangs on a placeholder, and is used outside of what is run")


def parts_of(fetch: ast.expr) -> list[ast.expr]:
    """The fetched expressions of a fetch that may be a written-out list, tuple or dict."""
    if isinstance(fetch, (ast.List, ast.Tuple)):
        return list(fetch.elts)
    return list(fetch.values) if isinstance(fetch, ast.Dict) else [fetch]


def _is_simple(node: ast.expr) -> bool:
    """Whether nothing happens when an expression is evaluated, so that it may as well not be."""
    kinds = (
        ast.Name,
        ast.Attribute,
        ast.Constant,
        ast.Subscript,
        ast.Slice,
        ast.List,
        ast.Tuple,
        ast.UnaryOp,
        ast.BinOp,
    )
    return all(isinstance(n, (*kinds, ast.expr_context, ast.operator, ast.unaryop)) for n in ast.walk(node))


def _is_seen_from(scope: Scope | None, owner: Scope) -> bool:
    """Whether the names of `owner` are seen in a scope: it is the same or inside."""
    while scope is not None and scope is not owner:
        scope = scope.parent
    return scope is owner


def _are_names(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple):
        return all(isinstance(element, ast.Name) for element in target.elts)
    return isinstance(target, ast.Name)
