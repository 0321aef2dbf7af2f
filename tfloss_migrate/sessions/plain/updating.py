"""Updates of moving averages, which a graph collects and a step takes along: `tf.group(step, update_ops)`.

All ways of saying so become this one: steps that depend on the updates, groups that are made of both by their names,
and runs that name the updates beside the step. Whether the averages are moved before the step or after it is the same:
they are of what was computed from the variables before it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.reading.updates import is_updates
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.outdenting import outdented, said_in
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names


def updated(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits by which steps take the updates along that they are run with."""
    if "UPDATE_OPS" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    return [*_depending(sights, layout), *_grouped(sights, layout), *_beside(sights, layout)]


def _depending(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """`with tf.control_dependencies(update_ops):` around steps."""
    gone = {node: said_in(node, layout) for node in sights.all(ast.With) if _depends(node, sights)}
    yield from outdented(gone, layout)
    for node in gone:
        updates = layout.spans.source(_dependency(node.items[0].context_expr))
        for statement in node.body:
            if isinstance(statement, ast.Assign) and _is_step(statement.value):
                yield from _with(statement.value, updates, sights, layout)


def _depends(node: ast.With, sights: Sights) -> bool:
    """Whether a `with` makes steps depend on updates; what else stands in it computes what no update changes."""
    call = node.items[0].context_expr
    if len(node.items) > 1 or sights.called(call) != "control_dependencies" or node.items[0].optional_vars is not None:
        return False
    if not isinstance(call, ast.Call) or len(call.args) != 1 or not is_updates(_dependency(call), sights):
        return False
    stands = all(isinstance(one, (ast.Assign, ast.Pass)) for one in node.body)
    return stands and any(isinstance(one, ast.Assign) and _is_step(one.value) for one in node.body)


def _dependency(call: ast.expr) -> ast.expr:
    """What steps depend on: a list, or what stands alone in a group or in a list."""
    assert isinstance(call, ast.Call)
    node = call.args[0]
    if isinstance(node, ast.List) and len(node.elts) == 1:
        node = node.elts[0]
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Starred):
        node = node.args[0]  # tf.group(*update_ops)
    return node.value if isinstance(node, ast.Starred) else node


def _is_step(node: ast.AST | None) -> bool:
    """Whether a node is `optimizer.minimize(loss)`, or a step by gradients."""
    method = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
    return method in symbols.TRAINING_METHODS


def _with(step: ast.expr, updates: str, sights: Sights, layout: Layout) -> Iterator[Edit]:
    span = layout.spans.of(step)
    yield Edit(span.start, span.start, f"{sights.root() or 'tf'}.group(")
    yield Edit(span.end, span.end, f", {updates})")


def _grouped(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """`train = tf.group(step, *update_ops)` of a step that has a name for nothing else."""
    for node in sights.all(ast.Assign):
        call = node.value if isinstance(node.value, ast.Call) and sights.called(node.value) == "group" else None
        parts = _parts(call.args) if call is not None and not call.keywords else []
        steps = [one for one in parts if not is_updates(one, sights)]
        made = _made(steps[0], sights) if len(steps) == 1 < len(parts) else None
        if call is None or made is None or not isinstance(steps[0], ast.Name) or _loads(steps[0], sights) != [steps[0]]:
            continue
        updates = next(one for one in parts if one is not steps[0])
        span = layout.spans.of(call)
        named = updates.value if isinstance(updates, ast.Starred) else updates
        text = f"{layout.spans.source(made.value)}, {layout.spans.source(named)}"
        yield Edit(span.start, span.end, f"{layout.spans.source(call.func)}({text})")
        yield from Removal(layout).edits([made])


def _parts(nodes: list[ast.expr]) -> list[ast.expr]:
    """What is in a list, of lists, and of sums of them."""
    found: list[ast.expr] = []
    for node in nodes:
        if isinstance(node, (ast.List, ast.Tuple)):
            found += _parts(node.elts)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            found += _parts([node.left, node.right])
        else:
            found.append(node)
    return found


def _made(node: ast.expr, sights: Sights) -> ast.Assign | None:
    """The statement that makes a step of a name."""
    held = sights.may_hold(node) if isinstance(node, ast.Name) else ()
    made = held[0].node if len(held) == 1 else None
    return made if isinstance(made, ast.Assign) and _is_step(made.value) and len(made.targets) == 1 else None


def _loads(name: ast.Name, sights: Sights) -> list[ast.Name]:
    scope = sights.place(name).scope.owner_of(name.id)
    return sights.loads(name.id, scope) if scope is not None else []


def _beside(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """`sess.run([train, update_ops])`, of a step that is not run without the updates."""
    steps = {made for node in sights.all(ast.Name) if (made := _made(node, sights)) is not None}
    for step in steps:
        target = step.targets[0]
        loads = _loads(target, sights) if isinstance(target, ast.Name) else []
        fetched = [_Fetched(load, sights) for load in loads]
        updates = next((one.updates for one in fetched if one.updates is not None), None)
        if updates is not None and all(one.can_be_bare for one in fetched):
            held = sights.may_hold(updates) if isinstance(updates, ast.Name) else ()
            late = held[0].value if held and held[0].order > sights.place(step).order else None
            yield from _with(step.value, layout.spans.source(late or updates), sights, layout)
            yield from (edit for one in fetched for edit in one.bare(layout))


class _Fetched:
    """A place at which a step is fetched together with updates, as elements of a list that is run."""

    def __init__(self, step: ast.Name, sights: Sights) -> None:
        self._sights = sights
        around = sights.parent(step)
        while isinstance(sights.parent(around), ast.BinOp):
            around = sights.parent(around)
        self._listed = listed = around if isinstance(around, ast.expr) else step
        call = sights.parent(listed)
        run = isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "run" and call.args[:1] == [listed]
        statement = sights.parent(call) if run else None
        self._parts = _parts([listed]) if isinstance(listed, (ast.List, ast.BinOp)) else []
        self.updates = next((one for one in self._parts if is_updates(one, sights)), None)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        self._targets = target.elts if isinstance(target, ast.Tuple) else None
        plain = isinstance(listed, ast.List) and not any(isinstance(one, ast.Starred) for one in listed.elts)
        unpacked = plain and self._targets is not None and len(self._targets) == len(self._parts) > 2
        self.can_be_bare = self.updates is not None and run and (isinstance(statement, ast.Expr) or unpacked)

    def bare(self, layout: Layout) -> Iterator[Edit]:
        """The edits that leave the updates out."""
        kept = [at for at, one in enumerate(self._parts) if not is_updates(one, self._sights)]
        span, source = layout.spans.of(self._listed), layout.spans.source
        yield Edit(span.start, span.end, f"[{', '.join(source(self._parts[at]) for at in kept)}]")
        if self._targets is not None:
            start, end = layout.spans.of(self._targets[0]).start, layout.spans.of(self._targets[-1]).end
            yield Edit(start, end, ", ".join(source(self._targets[at]) for at in kept))
