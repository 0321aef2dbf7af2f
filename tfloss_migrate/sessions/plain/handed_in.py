"""Functions that read what hangs on a placeholder from around them, which are given it: `model()` is `model(x)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names

_LAST = re.compile(r"\s*,?\s*\)")
_OTHERS = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)


def handed_in(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that give functions of the module parameters for what they read, and their calls the arguments."""
    if "laceholder(" not in text or "def " not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    needs = Needs(sights)
    edits: list[Edit] = []
    for function in (one for one in tree.body if isinstance(one, ast.FunctionDef)):
        calls = sights.calls_of(function)
        read = list(_read(function, sights, needs)) if calls and _builds(function) else []
        if read and all(_sees(call, name, sights) for call in calls for name in read):
            edits += _edits(function, calls, read, layout)
    return edits


def _builds(function: ast.FunctionDef) -> bool:
    """Whether a function may build a part of the graph, and runs nothing; one that is given plain parameters."""
    inside, given = list(ast.walk(function)), function.args
    runs = any(isinstance(node, ast.Attribute) and node.attr in ("run", "eval") for node in inside)
    plain = not (given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs or function.decorator_list)
    return plain and not runs and not any(isinstance(node, _OTHERS) for node in inside)


def _read(function: ast.FunctionDef, sights: Sights, needs: Needs) -> Iterator[str]:
    """The names of the module that a function reads, are bound once, and hold what hangs on a placeholder."""
    module = sights.names.module
    loads = [node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for name in dict.fromkeys(node.id for node in sorted(loads, key=lambda node: (node.lineno, node.col_offset))):
        bound = module.bindings.get(name, [])
        free = all(sights.place(node).scope.owner_of(name) is module for node in loads if node.id == name)
        if free and len(bound) == 1 and isinstance(bound[0].node, ast.Assign):
            made = [sights.called(node) for node in needs.code(bound[0].node.value)]
            if any(symbol in symbols.PLACEHOLDERS for symbol in made):
                yield name


def _sees(call: ast.Call, name: str, sights: Sights) -> bool:
    """Whether a name means the same where a function is called, whose arguments are plain ones."""
    starred = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
    return sights.place(call).scope.owner_of(name) is sights.names.module and not starred


def _edits(function: ast.FunctionDef, calls: list[ast.Call], read: list[str], layout: Layout) -> Iterator[Edit]:
    """New parameters come last where they can, else first."""
    spans, text = layout.spans, layout.text
    parameters = function.args.args
    last = not function.args.defaults and all(_last(call, layout) is not None for call in calls)
    if last and parameters:
        end = spans.of(parameters[-1]).end
        yield Edit(end, end, "".join(f", {name}" for name in read))
    else:
        at = text.index("(", spans.of(function).start) + 1
        yield Edit(at, at, ", ".join(read) + ", " * bool(parameters))
    for call in calls:
        behind = _last(call, layout) if last and (call.args or call.keywords) else None
        if behind is not None:
            told = [f", {name}={name}" if call.keywords else f", {name}" for name in read]
            yield Edit(behind, behind, "".join(told))
        else:
            at = text.index("(", spans.of(call.func).end) + 1
            yield Edit(at, at, ", ".join(read) + ", " * bool(call.args or call.keywords))


def _last(call: ast.Call, layout: Layout) -> int | None:
    """Where the last argument of a call ends; None where more than a bracket follows."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not values:
        return layout.spans.of(call.func).end + 1
    end = max(layout.spans.of(value).end for value in values)
    return end if _LAST.fullmatch(layout.text[end : layout.spans.of(call).end]) else None
