"""Classes that a converted program brings along, since no package has them: see `cells`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.cells import CELLS
from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.sights import Sights


def brought(sights: Sights, layout: Layout) -> Iterator[Edit]:
    """The classes that are called and that nobody has defined, below the imports that stand above their first use."""
    calls = [node for node in sights.all(ast.Call) if isinstance(node.func, ast.Name) and node.func.id in CELLS]
    calls = sorted((call for call in calls if not _is_bound(call.func, sights)), key=lambda call: call.lineno)
    if not calls:
        return
    root, newline = sights.root() or "tf", layout.newline
    names = dict.fromkeys(call.func.id for call in calls if isinstance(call.func, ast.Name))
    imports = [one for one in sights.tree.body if isinstance(one, (ast.Import, ast.ImportFrom))]
    last = max((one.end_lineno or 1 for one in imports if one.lineno < calls[0].lineno), default=0)
    after = layout.start_of(last + 1)
    texts = [CELLS[name].replace("tf.", f"{root}.") for name in names]
    blank = next((n for n in range(last + 1, layout.count + 2) if not layout.blank(n)), last + 1) - last - 1
    text = (newline * 2).join(texts).replace("\n", newline)
    yield Edit(after, after, f"{newline * 2}{text}{newline * max(0, 2 - blank)}")


def _is_bound(name: ast.expr, sights: Sights) -> bool:
    return isinstance(name, ast.Name) and bool(sights.may_hold(name))
