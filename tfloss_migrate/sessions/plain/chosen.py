"""Variables that are chosen by the scope or the name that they have in the graph, written out as a list.

`tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="D")`, `tf.trainable_variables("D")` and
`[v for v in tf.trainable_variables() if "D" in v.name]`: there is no graph that could be asked in TF2.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.layers import MAKERS, class_of
from tfloss_migrate.sessions.plain.unscoped import scope_name
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import given, literal
from tfloss_migrate.syntax.names import Names

_KEY = "GraphKeys.TRAINABLE_VARIABLES"


@dataclass(frozen=True)
class _Made:
    """A variable or a layer: its name in the graph, and the code of what is trained of it."""

    name: str
    code: str
    line: int


def chosen(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that write out what is chosen, where the names of all variables are known."""
    if "variables" not in text and "TRAINABLE" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    made = _made(sights, layout)
    return list(_edits(made, sights, layout)) if made is not None else []


def _edits(made: list[_Made], sights: Sights, layout: Layout) -> Iterator[Edit]:
    gone = []
    for node in sights.nodes:
        test = _test(node, sights) if isinstance(node, ast.expr) else None
        codes = [one.code for one in made if test is not None and test(one.name) and one.line < node.lineno]  # type: ignore[attr-defined]
        if not codes or not isinstance(node, ast.expr):
            continue
        statement, places = sights.parent(node), [node]
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and any("*" in one for one in codes):
            target = statement.targets[0]
            scope = sights.place(statement).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
            if scope is None or not isinstance(target, ast.Name) or len(scope.bindings[target.id]) > 1:
                continue
            places = [*sights.loads(target.id, scope)]
            gone.append(statement)
        for place in places:
            span = layout.spans.of(place)
            yield Edit(span.start, span.end, f"[{', '.join(codes)}]")
    yield from Removal(layout).edits(gone)


def _made(sights: Sights, layout: Layout) -> list[_Made] | None:
    """All variables and layers of a file, in order; None where one of them has no name that is known."""
    found = []
    for call in sights.all(ast.Call):
        symbol = sights.called(call) or ""
        layer = class_of(symbol) in MAKERS
        if not layer and symbol not in symbols.VARIABLES:
            if re.search(r"^(contrib\.)?(layers|slim)\.|RNNCell|LSTMCell|GRUCell", symbol) and class_of(symbol) is None:
                return None
            continue
        statement = sights.parent(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        name = _own_name(call, symbol)
        scopes = [scope_name(node, sights, layout) for node in sights.above(call) if isinstance(node, ast.With)]
        plain = isinstance(sights.function_around(call), ast.Module) and not any(True for _ in sights.loops(call))
        if not isinstance(target, ast.Name) or name is None or not all(scopes) or not plain:
            return None
        if symbol != "Variable" and any(_is_of_operations(node, sights) for node in sights.above(call)):
            return None
        trained = literal({one.arg: one.value for one in call.keywords}.get("trainable", ast.Constant(True)))
        if trained is True:
            path = "/".join([*(one for one in reversed(scopes) if one), name])
            found.append(_Made(path, f"*{target.id}.trainable_variables" if layer else target.id, call.lineno))
    found.sort(key=lambda one: one.line)
    alike = [[other.name for other in found[:at]].count(one.name) for at, one in enumerate(found)]
    return [replace(one, name=f"{one.name}_{n}") if n else one for one, n in zip(found, alike, strict=True)]


def _is_of_operations(node: ast.AST, sights: Sights) -> bool:
    """Whether a scope gives its name to operations, and not to what `tf.get_variable` makes."""
    return isinstance(node, ast.With) and sights.called(node.items[0].context_expr) == "name_scope"


def _own_name(call: ast.Call, symbol: str) -> str | None:
    """The name of a variable or a layer in its scope; one that nothing tells is that of its kind, such as `conv2d`."""
    told = {keyword.arg: keyword.value for keyword in call.keywords}.get("name")
    if symbol == "get_variable" and call.args:
        told = call.args[0]
    kind = re.sub(r"(?<=[a-zD])(?=[A-Z][a-z])", "_", symbol.rpartition(".")[2])
    name = literal(told) if told is not None else kind.lower() if symbol not in symbols.VARIABLES else kind
    return name if isinstance(name, str) else None


def _test(node: ast.expr, sights: Sights) -> Callable[[str], bool] | None:
    """By what names are chosen; None for what chooses no variables."""
    symbol = sights.called(node)
    if isinstance(node, ast.Call) and symbol in ("get_collection", "trainable_variables"):
        known = given(node, ("key", "scope") if symbol == "get_collection" else ("scope",)) or {}
        scope = literal(known["scope"]) if "scope" in known else None
        of_variables = symbol == "trainable_variables" or ("key" in known and sights.symbol(known["key"]) == _KEY)
        return (lambda name: re.match(scope, name) is not None) if of_variables and isinstance(scope, str) else None
    return _filter(node, sights) if isinstance(node, ast.ListComp) and len(node.generators) == 1 else None


def _filter(node: ast.ListComp, sights: Sights) -> Callable[[str], bool] | None:
    """What `[v for v in tf.trainable_variables() if v.name.startswith("D")]` asks of names."""
    over = node.generators[0]
    source: ast.AST | None = over.iter
    if isinstance(source, ast.Name):
        held = sights.may_hold(source)
        source = held[0].value if len(held) == 1 else None
    plain = sights.called(source) == "trainable_variables" and isinstance(source, ast.Call) and not source.args
    alike = ast.dump(node.elt).replace("Load", "") == ast.dump(over.target).replace("Store", "")
    if not plain or not alike or len(over.ifs) != 1 or not isinstance(over.target, ast.Name):
        return None
    test, own = over.ifs[0], f"{over.target.id}.name"
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In) and ast.unparse(test.comparators[0]) == own:
        part = literal(test.left)
        return (lambda name: part in f"{name}/") if isinstance(part, str) else None
    if isinstance(test, ast.Call) and ast.unparse(test.func) == f"{own}.startswith" and len(test.args) == 1:
        start = literal(test.args[0])
        return (lambda name: f"{name}/".startswith(start)) if isinstance(start, str) else None
    return None
