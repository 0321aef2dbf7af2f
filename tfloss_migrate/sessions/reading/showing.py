"""Prints of tensors while the graph is built: they go along into a function, which shows them when it is traced."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.sessions.reading.feeding import Feeding
from tfloss_migrate.sessions.reading.functions import Function, Functions
from tfloss_migrate.sessions.reading.program import Placeholder, Program, short
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.changes import Changes
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax import flow

_SAID = (
    "the tensors that line{} {} print{} are shown when the functions that compute them are traced: "
    "at their first call, and once more where that makes layers' variables"
)

_WITHIN = "what line{} {} print{} is shown whenever the function around it is traced"
_VALUES = "line{} {} print{} tensors themselves, of which TF2 shows the values, too"


def is_print(statement: ast.AST, sights: Sights) -> bool:
    """Whether a statement is a call of Python's own `print`, which writes where it writes by itself."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    name = call.func if isinstance(call, ast.Call) and not any(one.arg == "file" for one in call.keywords) else None
    return isinstance(name, ast.Name) and name.id == "print" and not sights.may_hold(name)


class Showing:
    """The prints of a program that show what hangs on placeholders, and that no run is a part of."""

    def __init__(self, program: Program, sights: Sights, feeding: Feeding, tensors: Tensors, changes: Changes) -> None:
        self._program, self._sights, self._feeding, self._changing = program, sights, feeding, changes
        self._runs = {id(run.call) for run in program.runs}
        self._statements = [one for one in sights.nodes if isinstance(one, ast.Expr) and self._shows(one)]
        feeding.statements.update(self._statements)
        moved = {id(one) for one in self._statements}
        shown = [one for one in sights.all(ast.Expr) if id(one) not in moved and is_print(one, sights)]
        calls = [one.value for one in shown if isinstance(one.value, ast.Call)]
        self._at_once = [one for one in calls if any(tensors.kind(each) == "tensor" for each in one.args)]

    @property
    def said(self) -> Iterator[str]:
        """What is said of the prints, if there are any."""
        lines = sorted(self._program.line_of(one.lineno) for one in self._statements)
        if lines:
            several = len(lines) > 1
            yield _SAID.format("s" * several, ", ".join(map(str, lines)), "s" * (not several))
        yield from self._of_blocks()
        at_once = sorted(self._program.line_of(one.lineno) for one in self._at_once)
        if at_once:
            several = len(at_once) > 1
            yield _VALUES.format("s" * several, ", ".join(map(str, at_once)), "s" * (not several))

    def _of_blocks(self) -> Iterator[str]:
        """What is said of prints in blocks that go into a function whole."""
        blocks = [one for one in self._feeding.statements if isinstance(one, (ast.If, ast.For))]
        prints = {
            inner.lineno for one in blocks for inner in ast.walk(one) if isinstance(inner, ast.Expr) if _prints(inner)
        }
        if prints:
            lines = ", ".join(map(str, sorted(map(self._program.line_of, prints))))
            yield _WITHIN.format("s" * (len(prints) > 1), lines, "s" * (len(prints) == 1))

    def place(self, functions: Functions) -> None:
        """Puts each print into a function that has all that it shows; where there is none, that is an obstacle."""
        for statement in self._statements:
            read = self._feeding.direct(statement)
            placeholders = self._read_placeholders(statement)
            fits = [one for one in functions.all if _has(one, read, placeholders)]
            home = min(fits, key=lambda one: (not one.traced, not read <= set(one.own), not one.steps), default=None)
            if home is None or not self._holds_still(statement, home, functions):
                where = "no run computes together" if home is None else "is another when the session runs"
                self._program.stop(statement, f"`{short(statement)}` shows what {where}")
                continue
            home.statements = sorted([*home.statements, statement], key=lambda one: (one.lineno, one.col_offset))

    def _shows(self, statement: ast.Expr) -> bool:
        runs = any(id(node) in self._runs for node in ast.walk(statement))
        if runs or not is_print(statement, self._sights) or not self._stands_in_the_graph(statement):
            return False
        return bool(self._feeding.direct(statement)) or bool(self._read_placeholders(statement))

    def _stands_in_the_graph(self, statement: ast.stmt) -> bool:
        """Whether a statement is run once, as those that build the graph are."""
        scope = self._sights.place(statement).scope
        return any(one.binding.scope is scope for one in self._program.placeholders)

    def _read_placeholders(self, statement: ast.stmt) -> set[Placeholder]:
        held = [b for node in ast.walk(statement) if isinstance(node, ast.Name) for b in self._sights.may_hold(node)]
        return {one for one in self._program.placeholders if any(one.binding is b for b in held)}

    def _holds_still(self, statement: ast.stmt, home: Function, functions: Functions) -> bool:
        """Whether what else is shown is the same still when the function is called."""
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        others = frozenset(name.id for name in names if not self._feeding.hanging([name]))
        sites = [call for call, function in functions.by_run.items() if function is home]
        source = self._sights.place(statement)
        if any(isinstance(name.ctx, ast.Load) and self._changing.changes_after(name) for name in names):
            return False
        return all(flow.unchanged(others, source, self._sights.place(site)) for site in sites)


def _prints(statement: ast.Expr) -> bool:
    call = statement.value
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"


def _has(function: Function, read: set[ast.stmt], placeholders: set[Placeholder]) -> bool:
    """Whether a function has what is read: it computes it, or another one gives it."""
    own = {function.given.get(one, one) for one in read}
    return own <= set(function.statements) and placeholders <= set(function.parameters)
