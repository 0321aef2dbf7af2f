"""Where a run trains: what is done with what it gives."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.reading.program import Run, parts_of
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import literal


def targets_of(run: Run, sights: Sights) -> list[ast.expr] | None:
    """What the values of a run that trains are assigned to one by one, without what a step gives, which is nothing.

    None where something else is done with them, or where what a step gives is read.
    """
    whole: ast.AST = run.call
    above, fetch = sights.parent(whole), run.fetch
    if isinstance(above, ast.Subscript) and _is_all_values(run, above.slice):
        above, whole, fetch = sights.parent(above), above, ast.Tuple(run.values, ast.Load())
    if isinstance(above, ast.Expr):
        return []
    if not isinstance(above, ast.Assign) or above.value is not whole or len(above.targets) != 1:
        return None
    target = above.targets[0]
    if fetch in run.stepping:
        return [] if _is_unread(target, sights) else None
    if not isinstance(target, (ast.Tuple, ast.List)) or not isinstance(fetch, (ast.Tuple, ast.List)):
        return None
    if len(target.elts) != len(fetch.elts) or any(isinstance(one, ast.Starred) for one in target.elts):
        return None
    pairs = list(zip(target.elts, fetch.elts, strict=True))
    if not all(_is_unread(one, sights) for one, part in pairs if part in run.stepping):
        return None
    return [one for one, part in pairs if part not in run.stepping]


def picked(run: Run, sights: Sights) -> ast.Subscript | None:
    """`sess.run([train, loss])[1]`, which picks the one value of a run that trains."""
    above = sights.parent(run.call)
    if not run.steps or len(run.values) != 1 or not isinstance(above, ast.Subscript) or above.value is not run.call:
        return None
    at, parts = literal(above.slice), parts_of(run.fetch)
    return above if isinstance(at, int) and at in (where := parts.index(run.values[0]), where - len(parts)) else None


def _is_all_values(run: Run, cut: ast.expr) -> bool:
    """Whether `[:n]` leaves the values of a run and nothing of its steps, which come last."""
    upper = cut.upper if isinstance(cut, ast.Slice) and cut.lower is None and cut.step is None else None
    count = literal(upper) if upper is not None else None
    return count == len(run.values) > 1 and parts_of(run.fetch)[: len(run.values)] == run.values


def is_value(run: Run, sights: Sights) -> bool:
    """Whether the results of a run that trains are used as a list in which a step gives None, wherever they stand.

    An assignment gives what it assigns, and only `tf.group` makes nothing of that.
    """
    if any(step.assigned and sights.called(step.statement.value) != "group" for step in run.steps):
        return False
    if run.fetch in run.stepping:
        return True
    if not isinstance(run.fetch, (ast.List, ast.Tuple)):
        return False
    first = [part in run.stepping for part in run.fetch.elts]
    return len(run.values) < 2 or first in (sorted(first), sorted(first, reverse=True))


def listed(run: Run, call: str, value: str) -> str:
    """The results of a run as a list in which a step gives None; `value` is the one value, if there is one."""
    if run.fetch in run.stepping:
        return call
    assert isinstance(run.fetch, (ast.List, ast.Tuple))
    several = f"*[value.numpy() for value in {call}]"
    parts: list[str] = []
    for part in run.fetch.elts:
        text = "None" if part in run.stepping else value if len(run.values) == 1 else several
        if text != several or several not in parts:
            parts.append(text)
    text = ", ".join(parts)
    return f"[{text}]" if isinstance(run.fetch, ast.List) else f"({text},)" if len(parts) == 1 else f"({text})"


def _is_unread(target: ast.expr, sights: Sights) -> bool:
    if not isinstance(target, ast.Name):
        return False
    scope = sights.place(target).scope.owner_of(target.id)
    loads = sights.loads(target.id, scope) if scope is not None else []
    statement = sights.statement(target)
    return not any(any(one.node is statement for one in sights.may_hold(load)) for load in loads)
