"""What a program that is not converted must say at its imports: that it builds a graph, which Keras it wants."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit, Rule
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.successors import longest
from tfloss_migrate.rules.tfl505_session_in_eager_mode import RULE as EAGER
from tfloss_migrate.rules.tfl506_legacy_keras import RULE as LEGACY_KERAS
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.program import SessionFinding
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.nodes import nodes
from tfloss_migrate.syntax.scopes import Scope
from tfloss_migrate.syntax.spans import Spans

_NEEDS_A_GRAPH = symbols.SESSIONS | symbols.SUPERVISED | {symbols.PLACEHOLDER, "sparse_placeholder"}
_DECIDED = frozenset({"disable_v2_behavior", "disable_eager_execution", "enable_eager_execution", "enable_v2_behavior"})
_RUNS = frozenset({"app.run", "compat.v1.app.run"})
_CALL = "compat.v1.disable_v2_behavior()"


_VARIABLE = "TF_USE_LEGACY_KERAS"


@dataclass(frozen=True)
class Switch:
    """The lines that a rule wants, and the import that they go below; above it, if they come first."""

    rule: Rule
    at: ast.stmt
    lines: tuple[str, ...]
    first: bool = False


def switches(names: Names, tree: ast.Module, text: str, *, by_v1: bool, is_tf1: bool, keras_2: bool) -> list[Switch]:
    """What a file must say at its imports; that it builds a graph if it `is_tf1`: in TF2 a session may set up devices.

    With `by_v1`, only names that go by `tf.compat.v1` want it: the others are not there in TF2, or are TF2's own.
    `keras_2`: that is the Keras which is there, and need not be asked for.
    """
    found = (
        _graph(names, tree, by_v1=by_v1) if is_tf1 else None,
        None if keras_2 else _legacy_keras(names, tree, text, by_v1=by_v1),
    )
    return [switch for switch in found if switch is not None]


def _graph(names: Names, tree: ast.Module, *, by_v1: bool) -> Switch | None:
    """Where a file must say that it builds a graph; None if it need not, or if it is not where a process begins."""
    uses = names.uses()
    if names.symbols().isdisjoint(_NEEDS_A_GRAPH) or names.symbols() & _DECIDED:
        return None
    if symbols.GRAPH in names.symbols() and names.symbols().isdisjoint(symbols.SESSIONS | symbols.SUPERVISED):
        return None
    needed = any(
        symbol in _NEEDS_A_GRAPH and (not by_v1 or names.goes_by_v1(node, place.scope)) for node, place, symbol in uses
    )
    if not needed or not _begins(names, tree):
        return None
    for statement, name in _imports(names, tree):
        line = _CALL.removeprefix("compat.v1.") if names.goes_by_v1(ast.Name(name), names.module) else _CALL
        more = line.replace("disable_v2_behavior", "enable_resource_variables")
        lines = (line, more) if by_v1 and _loses_variables(names) else (line,)
        return Switch(EAGER, statement, tuple(f"{name}.{one}" for one in lines))
    return None


def _loses_variables(names: Names) -> bool:
    """Whether a Keras loss is given a variable itself, of which it takes those of TF2 only."""
    for call, place in names.calls:
        loss = call.func.func if isinstance(call.func, ast.Call) else call.func
        if not (names.symbol(loss, place.scope) or "").startswith("keras.losses."):
            continue
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            owner = place.scope.owner_of(argument.id) if isinstance(argument, ast.Name) else None
            held = owner.bindings[argument.id] if owner is not None and isinstance(argument, ast.Name) else ()
            made = [one.value.func for one in held if isinstance(one.value, ast.Call)]
            if any(names.symbol(one, place.scope) in symbols.VARIABLES for one in made):
                return True
    return False


def _legacy_keras(names: Names, tree: ast.Module, text: str, *, by_v1: bool) -> Switch | None:
    """Where a file must ask for Keras 2, before anything of Keras is used."""
    wanting = {symbol for symbol in names.symbols() if _is_of_legacy_keras(symbol)}
    if not any(
        symbol in wanting and (not by_v1 or names.goes_by_v1(node, place.scope))
        for node, place, symbol in (names.uses() if wanting else ())
    ):
        return None
    if _VARIABLE in text and any(isinstance(n, ast.Constant) and n.value == _VARIABLE for n in ast.walk(tree)):
        return None
    first, _ = next(_imports(names, tree), (None, ""))
    known = next((statement for statement in tree.body if _brings_os(statement)), None)
    line = f'os.environ["{_VARIABLE}"] = "1"  # for the layers and cells of tf.compat.v1, which are in tf_keras'
    if first is None or known is None:
        return None if first is None else Switch(LEGACY_KERAS, first, ("import os", line), first=True)
    return Switch(LEGACY_KERAS, *((first, (line,), True) if known.lineno < first.lineno else (known, (line,))))


def _is_of_legacy_keras(symbol: str) -> bool:
    successor = longest(symbol)
    return successor is not None and successor.is_of_legacy_keras


def _brings_os(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import) and any((a.asname or a.name) == "os" for a in statement.names)


def told(text: str, switch: Switch) -> SessionFinding:
    """What is found at the import beside which the lines go."""
    spans, rule = Spans(text), switch.rule
    span, old = spans.of(switch.at), spans.source(switch.at)
    return SessionFinding(rule.id, rule.name, rule.severity, rule.message, span, old, None, ())


def edit(text: str, switch: Switch, newline: str) -> Edit:
    """The lines, beside their import."""
    spans = Spans(text)
    start, end = spans.of(switch.at).start, spans.of(switch.at).end
    if switch.first:
        at = spans.line_start(start)
        return Edit(at, at, "".join(f"{line}{newline}" for line in switch.lines))
    at = spans.line_end(end)
    rest = text[end:at].split("#", 1)[0].strip()
    if rest.startswith(";"):
        return Edit(end, end, f"; {'; '.join(line.partition('  #')[0] for line in switch.lines)}")
    before = "" if text[end:at].endswith(("\n", "\r")) else newline
    return Edit(at, at, before + "".join(f"{line}{newline}" for line in switch.lines))


def _begins(names: Names, tree: ast.Module) -> bool:
    """Whether a process begins with this file: what needs a graph is at the top, or in what is called there."""
    for node, place, symbol in names.uses():
        at_top = place.scope is names.module
        if at_top and (symbol in _NEEDS_A_GRAPH or (symbol in _RUNS and isinstance(node, ast.Attribute))):
            return True
    if any(isinstance(node, ast.If) and "__main__" in ast.unparse(node.test) for node in tree.body):
        return True
    if any(_is_test(inner) for node in tree.body for inner in (node, *getattr(node, "body", ()))):
        return True
    functions = {call.func for call, place in names.calls if place.scope is names.module}
    called = {function.id for function in functions if isinstance(function, ast.Name)}
    return not called.isdisjoint(_graphs(names, tree, called))


def _is_test(node: ast.AST) -> bool:
    """Whether pytest or unittest run a function on its own."""
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _graphs(names: Names, tree: ast.Module, called: set[str]) -> set[str]:
    """The functions and classes at the top in which something needs a graph, or that name one of those.

    Empty where none of them is `called`, which is seen without a look into any.
    """
    defined = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    if called.isdisjoint(node.name for node in defined):
        return set()
    inside = {node.name: list(nodes(node)) for node in defined}
    wanting = {id(node) for node, _, symbol in names.uses() if symbol in _NEEDS_A_GRAPH}
    graphs = {name for name, nodes in inside.items() if any(id(node) in wanting for node in nodes)}
    named = {name: {node.id for node in nodes if type(node) is ast.Name} for name, nodes in inside.items()}
    before = -1
    while len(graphs) > before:
        before = len(graphs)
        graphs |= {name for name, others in named.items() if not graphs.isdisjoint(others)}
    return graphs


def _imports(names: Names, tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """The imports at the top that give TensorFlow a name, and the name."""
    for statement in tree.body:
        for part in ast.walk(statement) if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Try)) else ():
            name = _name(part, names.module, names)
            if name is not None:
                yield statement, name


def _name(node: ast.AST, module: Scope, names: Names) -> str | None:
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return None
    bound = (alias.asname or alias.name.split(".")[0] for alias in node.names)
    return next((name for name in bound if names.root_symbol(name, module) == ""), None)
