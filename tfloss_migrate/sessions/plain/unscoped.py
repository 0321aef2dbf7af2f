"""Scopes of names: `with tf.variable_scope("layer1"):` only prefixes names, and becomes a comment that says so.

A comment in the place of a header keeps every line where it was; for a name that is computed it is an empty line, as
for a device: where operations run changes nothing of what they compute, and TF2 finds them a place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.outdenting import outdented, said_in
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

_SCOPES = frozenset({"variable_scope", "name_scope", "device"})
DEVICES = "operations are no longer bound to devices: TF2 finds them a place"


def unscoped(text: str, names: Names, tree: ast.Module) -> tuple[str, tuple[str, ...]]:
    """The text without the scopes that share nothing, and what is to be said of that."""
    if "_scope" not in text and ".device" not in text:
        return text, ()
    sights, layout = sights_of(names, tree), layout_of(text)
    scopes = {node: name for node in ast.walk(tree) if (name := scope_name(node, sights, layout)) is not None}
    gone = {node: [_opened(node, name, sights, layout)] for node, name in scopes.items() if isinstance(node, ast.With)}
    edits = list(outdented(gone, layout))
    edits += [edit for node in sights.nodes for edit in _prefixed(node, scopes, sights, layout)]
    return apply(text, edits), (DEVICES,) * any(_is_device(node, sights) for node in scopes)


def _is_device(node: ast.AST, sights: Sights) -> bool:
    return isinstance(node, ast.With) and sights.called(node.items[0].context_expr) == "device"


def scope_name(node: ast.AST, sights: Sights, layout: Layout) -> str | None:
    """The name of a scope that only prefixes names, "" for one that is computed; None for all else."""
    if not isinstance(node, ast.With) or len(node.items) != 1:
        return None
    call, target = node.items[0].context_expr, node.items[0].optional_vars
    if not isinstance(call, ast.Call) or sights.called(call) not in _SCOPES or len(call.args) != 1 or call.keywords:
        return None
    name = call.args[0]
    written = name.value if isinstance(name, ast.Constant) and not _is_device(node, sights) else ""
    if not isinstance(written, str) or any(isinstance(one, ast.Call) for one in ast.walk(name)):
        return None
    if target is not None:
        scope = sights.place(target).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
        if scope is None or not isinstance(target, ast.Name) or sights.loads(target.id, scope):
            return None
    alone = layout.line_of(layout.header_end(node)) == node.lineno < node.body[0].lineno
    return written if alone else None


def _opened(node: ast.With, name: str, sights: Sights, layout: Layout) -> str:
    """What stands in the place of a header: a comment that says the name, and what was said beside it.

    A name that is said already, by a comment beside the header or by the function around it, is not said again.
    """
    beside = [text.lstrip("# ") for text in said_in(node, layout)]
    lines = [layout.comments.get(line) for line in (node.lineno - 1, node.lineno + 1)]
    said = [one.text.lstrip("# ") for one in lines if one is not None and one.alone] + beside
    said += [one.name for one in sights.above(node) if isinstance(one, ast.FunctionDef)]
    told = name.lower() in (text.strip().lower() for text in said)
    text = ": ".join([*([name] if name and not told else []), *beside])
    return f"# {text}" if text else ""


def _prefixed(node: ast.AST, scopes: dict[ast.AST, str], sights: Sights, layout: Layout) -> Iterator[Edit]:
    """`tf.get_variable("w")` in a scope has the name of the scope before its own."""
    if not isinstance(node, ast.Call) or sights.called(node) != "get_variable":
        return
    around = [scopes[one] for one in sights.above(node) if one in scopes and _is_of_variables(one, sights)]
    named = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
    name = node.args[0] if node.args else named[0] if named else None
    if around and isinstance(name, ast.Constant) and isinstance(name.value, str):
        span, source = layout.spans.of(name), layout.spans.source(name)
        prefix = "/".join(filter(None, reversed(around)))
        at = span.start + (1 if source[:1] in "\"'" else 2)
        yield Edit(at, at, f"{prefix}/" if prefix else "")


def _is_of_variables(node: ast.AST, sights: Sights) -> bool:
    return isinstance(node, ast.With) and sights.called(node.items[0].context_expr) == "variable_scope"
