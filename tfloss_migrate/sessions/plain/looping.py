"""`while True:` that takes elements until there is none left becomes `for x, y in dataset:`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.reading.program import NEXT, SPEC
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.names import Names

_LOOPS = (ast.For, ast.While)


@dataclass(frozen=True, eq=False)
class _Loop:
    """A loop until a StopIteration: `outer` is its first statement, `taken` the one that takes an element.

    `before` stands in front of it, `after` is what is done at the end.
    """

    outer: ast.stmt
    header: ast.While
    tried: ast.Try
    taken: ast.Assign
    before: Sequence[ast.stmt]
    after: Sequence[ast.stmt]

    @property
    def iterator(self) -> ast.Name:
        """The iterator, where it is read."""
        return self.taken.value.args[0]  # type: ignore[attr-defined, no-any-return]


def looped(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that go through iterators by `for`, where nothing else takes from any in the loop."""
    if NEXT not in text or "StopIteration" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    loops = [loop for node in sights.all(ast.Try) if (loop := _loop(node, sights)) is not None]
    begun = {loop: _begun(loop, loops, text, sights) for loop in loops}
    edits = [edit for loop, start in begun.items() for edit in _written(loop, start, layout)]
    gone = dict.fromkeys(start for start in begun.values() if start is not None)
    return edits + [edit for start in gone for edit in _without(start, layout)]


def _loop(tried: ast.Try, sights: Sights) -> _Loop | None:
    """The loop that a `try` stands around, or in, if that is all that happens until it ends."""
    handler = tried.handlers[0] if len(tried.handlers) == 1 and not tried.orelse + tried.finalbody else None
    if handler is None or not isinstance(handler.type, ast.Name) or handler.type.id != "StopIteration":
        return None
    above, last = sights.parent(tried), tried.body[-1]
    found: _Loop | None = None
    if isinstance(last, ast.While) and _is_endless(last) and _is_taken(last.body[0]):
        found = _Loop(tried, last, tried, last.body[0], tried.body[:-1], handler.body)  # type: ignore[arg-type]
    elif isinstance(above, ast.While) and _is_endless(above) and above.body == [tried] and _is_taken(tried.body[0]):
        found = _Loop(above, above, tried, tried.body[0], (), handler.body[:-1])  # type: ignore[arg-type]
    if found is None or (found.outer is above and not isinstance(handler.body[-1], ast.Break)):
        return None
    body = found.header.body if found.outer is tried else tried.body
    inside = [node for one in body for node in ast.walk(one)]
    takes = [node for node in inside if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "next"]
    breaks = any(_leaves(one) for one in body)
    after = [one for one in found.after if not isinstance(one, ast.Pass)]
    others = [node for node in sights.all(ast.Assign) if _is_taken(node)]
    own = all(sights.function_around(node) is sights.function_around(tried) for node in others)
    on_lines = len({one.lineno for one in (tried, found.header, *body)}) == 2 + len(body)
    jumps = any(isinstance(node, (ast.Break, ast.Continue)) for one in found.after for node in ast.walk(one))
    plain = len(takes) == 1 and own and on_lines and not (breaks and after) and not (jumps and found.outer is not tried)
    bound = [node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return found if plain and found.iterator.id not in bound else None


def _is_endless(loop: ast.While) -> bool:
    return isinstance(loop.test, ast.Constant) and bool(loop.test.value) and not loop.orelse


def _is_taken(node: ast.stmt) -> bool:
    """Whether a statement takes an element, and does nothing else."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return False
    call = node.value
    return isinstance(call.func, ast.Name) and call.func.id == "next" and isinstance(call.args[0], ast.Name)


def _leaves(node: ast.AST) -> bool:
    """Whether a statement breaks out of the loop that it is in."""
    if isinstance(node, ast.Break):
        return True
    return not isinstance(node, (*_LOOPS, ast.FunctionDef)) and any(map(_leaves, ast.iter_child_nodes(node)))


def _begun(loop: _Loop, loops: Sequence[_Loop], text: str, sights: Sights) -> ast.Assign | None:
    """The statement that starts the iterator for nothing but this loop, once for each time that it is come to."""
    name, place = loop.iterator, sights.place(loop.iterator)
    scope = place.scope.owner_of(name.id)
    loads = sights.loads(name.id, scope) if scope is not None else []
    if f"{name.id}{SPEC}" in text or any(all(load is not one.iterator for one in loops) for load in loads):
        return None
    held = sights.may_hold(name)
    start = held[0].node if len(held) == 1 and held[0].scope is place.scope else None
    if not isinstance(start, ast.Assign) or list(sights.loops(start)) != list(sights.loops(loop.outer)):
        return None
    value = start.value
    read = frozenset(node.id for node in ast.walk(value) if isinstance(node, ast.Name))
    same = flow.unchanged(read, sights.place(start), sights.place(loop.outer))
    alone = sum(name.id == one.iterator.id and one.iterator in loads for one in loops) == len(loads)
    mine = [one for one in loops if sights.may_hold(one.iterator) == held]
    return start if same and alone and mine == [loop] and len(read) < 3 else None


def _written(loop: _Loop, start: ast.Assign | None, layout: Layout) -> Iterator[Edit]:
    """The lines of a loop as those of a `for`."""
    through = loop.iterator.id
    if start is not None:
        assert isinstance(start.value, ast.Call)
        whole = start.value if isinstance(start.value.func, ast.Attribute) else start.value.args[0]
        through = layout.spans.source(whole)
    target = layout.spans.source(loop.taken.targets[0])
    span, test = layout.spans.of(loop.header), layout.spans.of(loop.header.test)
    yield Edit(span.start, test.end, f"for {target} in {through}")
    tried, handler = loop.tried, loop.tried.handlers[0]
    base = layout.indent(loop.outer.lineno)
    inner = base if loop.outer is tried else layout.indent(tried.lineno)
    ends = [one for one in handler.body if isinstance(one, ast.Pass) or one not in loop.after]
    gone = {tried.lineno, loop.taken.lineno, handler.lineno, *(one.lineno for one in ends)}
    for line in range(tried.lineno, (tried.end_lineno or 0) + 1):
        block, indent = (tried.body, inner) if line < handler.lineno else (handler.body, base)
        first, old = layout.start_of(line), layout.indent(block[0].lineno)
        if line in gone:
            comment = layout.comments.get(line)
            kept = f"{indent}{comment.text}{layout.newline}" if comment is not None else ""
            yield Edit(first, layout.start_of(line + 1), kept)
        elif line not in layout.within_strings and layout.indent(line).startswith(old):
            yield Edit(first, first + len(old), indent)


def _without(start: ast.Assign, layout: Layout) -> Iterator[Edit]:
    yield from Removal(layout, keeps=lambda line: False).edits([start])
