"""Cells that drop by what is fed: the cell is made on its own, and wrapped where that is known.

    cell = DropoutWrapper(GRUCell(8), output_keep_prob=keep_prob)

is `cell = GRUCell(8)` and `cell_with_dropout = DropoutWrapper(cell, output_keep_prob=keep_prob)`; those of lists, and
of functions that make one, likewise. In TF1 that is the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts.cell_kinds import Wrapper, hangs, makes_cell, returned_by, wrapper_of
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import bind_parameters
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.scopes import Binding


def wrapped(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits by which cells that drop by what is fed are wrapped apart: those of functions first."""
    if "DropoutWrapper(" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    found = [one for call in sights.all(ast.Call) if (one := wrapper_of(call, sights)) is not None]
    found = [one for one in found if hangs(one, sights)]
    for one in found:
        edits = _out_of_function(one, sights, layout)
        if edits:
            return edits
    taken = {node.id for node in sights.all(ast.Name)}
    apart = [one for one in found if makes_cell(one.cell, sights) and not isinstance(one.cell, ast.Name)]
    return [edit for one in apart for edit in _apart(one, taken, sights, layout)]


def with_dropout(name: str) -> str:
    """The name of a cell that is wrapped, after that of the cell."""
    return f"{name}_with_dropout"


def _apart(wrapper: Wrapper, taken: set[str], sights: Sights, layout: Layout) -> list[Edit]:
    """The cell as a statement of its own, above that in which it is wrapped; none where that cannot be."""
    statement, around = sights.statement(wrapper.call), sights.parent(wrapper.call)
    indent, newline = layout.indent(statement.lineno), layout.newline
    start = layout.start_of(statement.lineno) + len(indent)
    if layout.spans.of(statement).start != start or not isinstance(statement, (ast.Assign, ast.Return, ast.Expr)):
        return []
    inner, source = layout.spans.of(wrapper.cell), layout.spans.source(wrapper.cell)
    loops = list(sights.loops(wrapper.call))
    if around is statement and isinstance(statement, ast.Assign):
        binding = _binding(statement, sights)
        name = statement.targets[0].id if binding is not None else ""  # type: ignore[attr-defined]
        if binding is None or with_dropout(name) in taken:
            return []
        edits = [Edit(start, start, f"{name} = {source}{newline}{indent}"), Edit(inner.start, inner.end, name)]
        return [*edits, *_renamed(name, with_dropout(name), binding, sights, layout)]
    comprehension = isinstance(around, ast.ListComp) and loops == [around] and len(around.generators) == 1
    if not (comprehension or (isinstance(around, ast.List) and not loops)):
        return []
    name = _free("cells" if comprehension else "cell_1", taken)
    if not isinstance(around, ast.ListComp):
        return [Edit(start, start, f"{name} = {source}{newline}{indent}"), Edit(inner.start, inner.end, name)]
    rest = layout.text[layout.spans.of(around.elt).end : layout.spans.of(around).end]
    over = around.generators[0]
    bound = {node.id for node in ast.walk(over.target) if isinstance(node, ast.Name)}
    read = {node.id for one in wrapper.kept.values() for node in ast.walk(one) if isinstance(node, ast.Name)}
    if over.ifs or bound & read:
        return []
    seen = [one for one in read if sights.place(statement).scope.owner_of(one) is not None]
    one = _free("cell", set(seen) | {name for name in taken if sights.place(statement).scope.owner_of(name)})
    target, source_of = layout.spans.of(over.target), layout.spans.of(over.iter)
    return [
        Edit(start, start, f"{name} = [{source}{rest}{newline}{indent}"),
        Edit(inner.start, inner.end, one),
        Edit(target.start, target.end, one),
        Edit(source_of.start, source_of.end, name),
    ]


def _free(name: str, taken: set[str]) -> str:
    """A name that nothing has; it is taken then."""
    base, number = name.rstrip("_0123456789"), 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


def _binding(statement: ast.Assign, sights: Sights) -> Binding | None:
    """The binding of a name that one statement gives its value."""
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name):
        return None
    scope = sights.place(statement).scope.owner_of(target.id)
    held = scope.bindings[target.id] if scope is not None else []
    return held[0] if len(held) == 1 else None


def _renamed(name: str, new: str, binding: Binding, sights: Sights, layout: Layout) -> Iterator[Edit]:
    assert isinstance(binding.node, ast.Assign)
    for node in (binding.node.targets[0], *sights.loads(name, binding.scope)):
        span = layout.spans.of(node)
        yield Edit(span.start, span.end, new)


def _out_of_function(wrapper: Wrapper, sights: Sights, layout: Layout) -> list[Edit]:
    """A function that returns a wrapped cell returns the cell, and what calls it wraps that."""
    function = sights.function_around(wrapper.call)
    if not isinstance(function, ast.FunctionDef) or returned_by(function, sights) is not wrapper.call:
        return []
    scope = sights.scope_with(function)
    loads = sights.loads(function.name, scope) if scope is not None else []
    calls = [one for load in loads if isinstance(one := sights.parent(load), ast.Call) and one.func is load]
    above, gone = sights.parent(wrapper.call), _only_for(wrapper, function, sights)
    if not calls or len(calls) < len(loads) or not makes_cell(wrapper.cell, sights) or gone is None:
        return []
    edits = []
    for call in calls:
        text = _wrapping(wrapper, call, function, gone, sights, layout)
        if text is None:
            return []
        span = layout.spans.of(call)
        edits.append(Edit(span.start, span.end, text))
    if gone:
        kept = ", ".join(one.arg for one in function.args.args if one.arg not in gone)
        head = layout.spans.of(function).start
        header = re.match(r"def\s+\w+\s*\(", layout.text[head:])
        end = layout.header_end(function)
        if header is None or function.args.defaults:
            return []
        edits.append(Edit(head + header.end(), end, f"{kept}):"))
    inner, span = layout.spans.source(wrapper.cell), layout.spans.of(wrapper.call)
    if isinstance(above, ast.Assign) and isinstance(wrapper.cell, ast.Name):
        returned = next(node for node in ast.walk(function) if isinstance(node, ast.Return))
        assert returned.value is not None
        place = layout.spans.of(returned.value)
        return [*edits, *Removal(layout).edits([above]), Edit(place.start, place.end, inner)]
    return [*edits, Edit(span.start, span.end, inner)]


def _only_for(wrapper: Wrapper, function: ast.FunctionDef, sights: Sights) -> list[str] | None:
    """The parameters that only say how much is kept; None where one of the names in that is known only inside."""
    gone = []
    for name in (node for one in wrapper.kept.values() for node in ast.walk(one) if isinstance(node, ast.Name)):
        scope = sights.place(name).scope.owner_of(name.id)
        if scope is not None and scope.node is function:
            held = sights.may_hold(name)
            if len(held) != 1 or not isinstance(held[0].node, ast.arg):
                return None
            inside = [node for one in wrapper.kept.values() for node in ast.walk(one)]
            if all(load in inside for load in sights.loads(name.id, scope)):
                gone.append(name.id)
    return gone


def _wrapping(
    wrapper: Wrapper, call: ast.Call, function: ast.FunctionDef, gone: list[str], sights: Sights, layout: Layout
) -> str | None:
    """The call of a function that makes a cell, wrapped where it stands; None where that cannot be written."""
    bound, source = bind_parameters(call, function.args), layout.spans.source
    if bound is None:
        return None
    told = []
    for label, kept in wrapper.kept.items():
        own = isinstance(kept, ast.Name) and kept.id in bound
        names = [node for node in ast.walk(kept) if isinstance(node, ast.Name)]
        if not own and any(name.id in bound or not _is_seen(name, call, sights) for name in names):
            return None
        told.append(f"{label}={source(bound[kept.id] if own else kept)}")  # type: ignore[attr-defined]
    arguments = [source(bound[one.arg]) for one in function.args.args if one.arg not in gone]
    made = f"{function.name}({', '.join(arguments)})" if gone else source(call)
    return f"{source(wrapper.call.func)}({', '.join([made, *told])})"


def _is_seen(name: ast.Name, call: ast.Call, sights: Sights) -> bool:
    """Whether a name means the same where a call stands."""
    return sights.place(name).scope.owner_of(name.id) is sights.place(call).scope.owner_of(name.id)
