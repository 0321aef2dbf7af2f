"""What iterators give, as `x, y = iterator.get_next()` where it is used: without names in between, and functions.

`batch = iterator.get_next()` whose parts have names of their own, and functions that return what an iterator gives,
become this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.reading.element_shapes import ElementShapes
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.names import Names

_ONE_SHOT = "make_one_shot_iterator"


def gotten(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that give the parts of elements their names at once, and let functions return datasets."""
    if "get_next(" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    edits: list[Edit] = []
    for node in sights.all(ast.Assign):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) and _is_got(node.value):
            edits += _unpacked(node, node.targets[0], sights, layout)
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        edits += _returned(function, sights, layout)
    return edits


def _is_got(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_next"


def _unpacked(got: ast.Assign, name: ast.Name, sights: Sights, layout: Layout) -> Iterator[Edit]:
    """`batch = it.get_next()`, of which nothing is read but `x, y = batch`, or `x = batch[0]` and so on."""
    scope = sights.place(got).scope.owner_of(name.id)
    loads = sights.loads(name.id, scope) if scope is not None and len(scope.bindings[name.id]) == 1 else []
    parts = [statement for load in loads if isinstance(statement := sights.statement(load), ast.Assign)]
    if not loads or len(parts) < len(loads) or any(sights.parent(one) is not sights.parent(got) for one in parts):
        return
    target = layout.spans.of(name)
    if len(parts) == 1 and parts[0].value is loads[0] and isinstance(parts[0].targets[0], ast.Tuple):
        names = layout.spans.source(parts[0].targets[0])
    else:
        count = _count(got, sights)
        by_place = {_place(one, loads): one.targets[0] for one in parts if len(one.targets) == 1}
        once = [_is_bound_once(one, sights) for one in by_place.values()]
        if sorted(by_place, key=str) != list(range(count)) or len(parts) != count or not all(once):
            return
        names = ", ".join(layout.spans.source(by_place[at]) for at in range(count))
    yield Edit(target.start, target.end, names)
    yield from Removal(layout).edits(parts)


def _place(statement: ast.Assign, loads: list[ast.Name]) -> object:
    """Which part of an element a statement gives a name."""
    value = statement.value
    return literal(value.slice) if isinstance(value, ast.Subscript) and value.value in loads else None


def _is_bound_once(target: ast.expr, sights: Sights) -> bool:
    scope = sights.place(target).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
    return scope is not None and isinstance(target, ast.Name) and len(scope.bindings[target.id]) == 1


def _count(got: ast.Assign, sights: Sights) -> int:
    """How many parts the elements have that an iterator gives, as far as the code shows; 0 where it does not."""
    assert isinstance(got.value, ast.Call)
    assert isinstance(got.value.func, ast.Attribute)
    iterator: ast.expr | None = got.value.func.value
    if isinstance(iterator, ast.Name):
        held = sights.may_hold(iterator)
        iterator = held[0].value if len(held) == 1 else None
    if not isinstance(iterator, ast.Call):
        return 0
    of = (
        iterator.args[0] if iterator.args else iterator.func.value if isinstance(iterator.func, ast.Attribute) else None
    )
    whole = ElementShapes(sights).array(of, None) if of is not None else None
    return len(whole.elts) if isinstance(whole, ast.Tuple) else 0


def _returned(function: ast.FunctionDef, sights: Sights, layout: Layout) -> Iterator[Edit]:
    """A function that returns what a one-shot iterator gives returns the dataset, and its calls make the iterator."""
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    calls = sights.calls_of(function)
    last = function.body[-1]
    if len(returns) != 1 or returns[0] is not last or last.value is None or not calls or function.decorator_list:
        return
    gone: list[ast.stmt] = []
    value: ast.expr | None = last.value
    names = [one.id for one in value.elts if isinstance(one, ast.Name)] if isinstance(value, ast.Tuple) else None
    if isinstance(value, ast.Name) or names:
        before = function.body[-2] if len(function.body) > 1 else None
        got = before if isinstance(before, ast.Assign) and _is_got(before.value) and len(before.targets) == 1 else None
        if got is None or ast.unparse(got.targets[0]) != ast.unparse(last.value):
            return
        gone.append(got)
        value = got.value
    if not _is_got(value):
        return
    assert isinstance(value, ast.Call)
    assert isinstance(value.func, ast.Attribute)
    iterator: ast.expr | None = value.func.value
    if isinstance(iterator, ast.Name):
        held = sights.may_hold(iterator)
        made = held[0].node if len(held) == 1 else None
        loads = sights.loads(iterator.id, held[0].scope) if len(held) == 1 else []
        if not isinstance(made, ast.Assign) or made not in function.body or len(loads) != 1:
            return
        gone.append(made)
        iterator = made.value
    method = iterator.func if isinstance(iterator, ast.Call) else None
    if not isinstance(method, ast.Attribute) or method.attr != _ONE_SHOT:
        return
    assert isinstance(iterator, ast.Call)
    dataset = iterator.args[0] if iterator.args else method.value
    by_function = bool(iterator.args)
    span = layout.spans.of(last.value)
    yield Edit(span.start, span.end, layout.spans.source(dataset))
    yield from Removal(layout).edits(gone)
    for call in calls:
        at = layout.spans.of(call)
        if by_function:
            yield Edit(at.start, at.start, f"{layout.spans.source(method)}(")
        yield Edit(at.end, at.end, ").get_next()" if by_function else f".{_ONE_SHOT}().get_next()")
