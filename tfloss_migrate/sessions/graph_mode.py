"""A program that keeps its session must build a graph: where it begins, it says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.tfl505_session_in_eager_mode import RULE
from tfloss_migrate.sessions import symbols
from tfloss_migrate.sessions.program import SessionFinding
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.scopes import Scope
from tfloss_migrate.syntax.spans import Spans

_NEEDS_A_GRAPH = symbols.SESSIONS | symbols.SUPERVISED | {symbols.PLACEHOLDER, "sparse_placeholder"}
_DECIDED = frozenset(
    {symbols.GRAPH, "disable_v2_behavior", "disable_eager_execution", "enable_eager_execution", "enable_v2_behavior"}
)
_RUNS = frozenset({"app.run", "compat.v1.app.run"})
_CALL = "compat.v1.disable_v2_behavior()"


@dataclass(frozen=True)
class Switch:
    """The import of TensorFlow below which the line goes, and the line."""

    after: ast.stmt
    line: str


def switch(names: Names, tree: ast.Module, *, by_v1: bool) -> Switch | None:
    """Where a file must say that it builds a graph; None if it need not, or if it is not where a process begins.

    With `by_v1`, only names that go by `tf.compat.v1` need one: the others are not there in TF2.
    """
    uses = names.uses()
    used = {symbol for _, _, symbol in uses}
    needed = any(
        symbol in _NEEDS_A_GRAPH and (not by_v1 or names.goes_by_v1(node, place.scope)) for node, place, symbol in uses
    )
    if not needed or used & _DECIDED or not _begins(names, tree):
        return None
    return next(_imports(names, tree), None)


def told(text: str, place: Switch) -> SessionFinding:
    """What is found at the import below which the line goes."""
    spans = Spans(text)
    span, old = spans.of(place.after), spans.source(place.after)
    return SessionFinding(RULE.id, RULE.name, RULE.severity, RULE.message, span, old, None, ())


def edit(text: str, place: Switch, newline: str) -> Edit:
    """The line, below its import."""
    spans = Spans(text)
    end = spans.of(place.after).end
    at = spans.line_end(end)
    rest = text[end:at].split("#", 1)[0].strip()
    if rest.startswith(";"):
        return Edit(end, end, f"; {place.line}")
    before = "" if text[end:at].endswith(("\n", "\r")) else newline
    return Edit(at, at, f"{before}{place.line}{newline}")


def _begins(names: Names, tree: ast.Module) -> bool:
    """Whether a process begins with this file."""
    for node, place, symbol in names.uses():
        at_top = place.scope is names.module
        if at_top and (symbol in _NEEDS_A_GRAPH or (symbol in _RUNS and isinstance(node, ast.Attribute))):
            return True
    return any(isinstance(node, ast.If) and "__main__" in ast.unparse(node.test) for node in tree.body)


def _imports(names: Names, tree: ast.Module) -> Iterator[Switch]:
    """The imports at the top that give TensorFlow a name."""
    for statement in tree.body:
        for part in ast.walk(statement) if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Try)) else ():
            name = _name(part, names.module, names)
            if name is not None:
                root = ast.Name(name, ast.Load())
                line = _CALL.removeprefix("compat.v1.") if names.goes_by_v1(root, names.module) else _CALL
                yield Switch(statement, f"{name}.{line}")


def _name(node: ast.AST, module: Scope, names: Names) -> str | None:
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return None
    bound = (alias.asname or alias.name.split(".")[0] for alias in node.names)
    return next((name for name in bound if names.root_symbol(name, module) == ""), None)
