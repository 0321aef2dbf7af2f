"""`tf.app.flags` is absl's `flags`, which TensorFlow brings along: a program without sessions says so.

TF1 read the command line when a flag was first looked at; absl's flags are read by `app.run`, or by `FLAGS(sys.argv)`
where one is looked at before, or where nothing is run by `app.run`. TF1 (1.15, platform/flags.py) took the names
`flag_name`, `default_value` and `docstring` too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.names import Names

_MODULES = frozenset({"app.flags", "flags", "compat.v1.app.flags", "compat.v1.flags"})
_RUNS = frozenset({"app.run", "compat.v1.app.run"})
_NAMES = {"flag_name": "name", "default_value": "default", "docstring": "help"}
#: What is told of it.
FLAGGED = "flags are absl's, as in TF1 from 1.5 on: one on the command line that is not defined is an error"


def flagged(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits by which flags and `tf.app.run` are those of absl; none where they are used in ways not known here."""
    if "flags" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    flags = _read(sights)
    return list(_edits(flags, sights, layout)) if flags is not None else []


@dataclass(frozen=True)
class _Flags:
    """How a file names its flags: the module by `name`, made by `aliases`, or written out at `spelled`."""

    name: str
    aliases: tuple[ast.Assign, ...]
    spelled: tuple[ast.expr, ...]
    defined: tuple[ast.Call, ...]
    run: ast.Call | None
    imported: ast.Import
    parsed: bool


def _read(sights: Sights) -> _Flags | None:
    modules = [node for node in sights.nodes if isinstance(node, (ast.Name, ast.Attribute)) and _is_flags(node, sights)]
    aliases = [one for node in modules if (one := _alias(node, sights)) is not None]
    spelled = [node for node in modules if isinstance(node, ast.Attribute) and sights.parent(node) not in aliases]
    names = {one.targets[0].id for one in aliases if isinstance(one.targets[0], ast.Name)}
    bound = sights.names.module.bindings
    free = next(name for name in ("flags", "absl_flags") if name in names or name not in bound)
    calls = sights.all(ast.Call)
    defined = [one for one in calls if (_member(one.func, sights) or "").startswith("DEFINE_")]
    runs = [one for one in calls if sights.called(one) in _RUNS]
    imported = [one for one in sights.tree.body if isinstance(one, ast.Import) and _is_tensorflow(one)]
    reads = [node for node in sights.all(ast.Attribute) if _flag(node, sights) is not None]
    known = len(names) < 2 and len(runs) < 2 and imported and all(map(_is_plain, defined, [sights] * len(defined)))
    private = any((_flag(node, sights) or "").startswith("_") for node in reads)
    if not defined or not known or private or any(not isinstance(sights.parent(one), ast.Expr) for one in runs):
        return None
    early = any(isinstance(sights.function_around(node), ast.Module) for node in reads)
    return _Flags(
        next(iter(names), free),
        tuple(aliases),
        tuple(spelled),
        tuple(defined),
        runs[0] if runs else None,
        imported[0],
        early or not runs,
    )


def _edits(flags: _Flags, sights: Sights, layout: Layout) -> Iterator[Edit]:
    spans, bound = layout.spans, sights.names.module.bindings
    main = "absl_app" if "app" in bound else "app"
    imports = [("app", main)] * (flags.run is not None) + [("flags", flags.name)]
    said = ", ".join(name if name == held else f"{name} as {held}" for name, held in imports)
    at = layout.start_of(flags.imported.lineno)
    reads_line = flags.parsed and "sys" not in bound
    yield Edit(at, at, "import sys" + layout.newline if reads_line else "")
    yield Edit(at, at, f"from absl import {said}{layout.newline}")
    yield from Removal(layout).edits(flags.aliases)
    for node in flags.spelled:
        span = spans.of(node)
        yield Edit(span.start, span.end, flags.name)
    for keyword in (one for call in flags.defined for one in call.keywords if one.arg in _NAMES):
        start = spans.of(keyword.value).start
        old = layout.text[:start].rindex(keyword.arg or "")
        yield Edit(old, old + len(keyword.arg or ""), _NAMES[keyword.arg or ""])
    if flags.run is not None:
        span, told = spans.of(flags.run), given(flags.run, ("main", "argv")) or {}
        rest = [f"argv={spans.source(told['argv'])}"] if "argv" in told else []
        function = spans.source(told["main"]) if "main" in told else "main"
        yield Edit(span.start, span.end, f"{main}.run({', '.join([function, *rest])})")
    if flags.parsed:
        last = max(flags.defined, key=lambda one: one.lineno)
        end = layout.start_of((last.end_lineno or last.lineno) + 1)
        yield Edit(end, end, f"{layout.indent(last.lineno)}{flags.name}.FLAGS(sys.argv){layout.newline}")


def _is_flags(node: ast.expr, sights: Sights) -> bool:
    return sights.symbol(node) in _MODULES and not isinstance(getattr(node, "ctx", None), ast.Store)


def _alias(node: ast.expr, sights: Sights) -> ast.Assign | None:
    """The statement of the module that gives the flags a name of its own."""
    above = sights.parent(node)
    if not isinstance(above, ast.Assign) or above.value is not node or not isinstance(node, ast.Attribute):
        return None
    plain = len(above.targets) == 1 and isinstance(above.targets[0], ast.Name)
    return above if plain and isinstance(sights.parent(above), ast.Module) else None


def _member(node: ast.AST, sights: Sights) -> str | None:
    """The name of something of the flags' module."""
    module, _, name = (sights.symbol(node) or "").rpartition(".")
    return name if module in _MODULES else None


def _flag(node: ast.Attribute, sights: Sights) -> str | None:
    """The name of a flag that is looked at."""
    return node.attr if _member(node.value, sights) == "FLAGS" else None


def _is_plain(call: ast.Call, sights: Sights) -> bool:
    """Whether a flag is defined in a statement of the module."""
    statement = sights.parent(call)
    return isinstance(statement, ast.Expr) and isinstance(sights.parent(statement), ast.Module)


def _is_tensorflow(statement: ast.Import) -> bool:
    return any(one.name.split(".")[0] == "tensorflow" for one in statement.names)
