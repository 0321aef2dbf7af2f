"""Imports of a program without sessions: TensorFlow itself in the place of its first version's names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights

_OLD_MODULES = ("tensorflow.compat.v1", "tensorflow.compat")


class Imports:
    """The edits that leave nothing of `compat.v1`, and no import of a TF1 name that nobody uses."""

    def __init__(self, sights: Sights, layout: Layout) -> None:
        self._sights, self._layout = sights, layout

    def edits(self) -> Iterator[Edit]:
        """All edits, in no particular order."""
        gone: list[ast.stmt] = []
        spans = self._layout.spans
        inside: set[ast.AST] = set()
        for node in ast.walk(self._sights.tree):
            new = None
            if node in inside:
                continue
            if isinstance(node, ast.Try):
                new = self._guarded(node)
                if new is not None:
                    inside.update(ast.walk(node))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                new = self._import(node)
            elif isinstance(node, ast.Assign):  # tf = tf.compat.v1
                new = "" if self._is_switch(node) else None
            elif isinstance(node, ast.Attribute):
                yield from self._attribute(node)
            if new == "" and isinstance(node, ast.stmt):
                gone.append(node)
            elif new is not None and isinstance(node, ast.stmt):
                span = spans.of(node)
                yield Edit(span.start, span.end, new)
        yield from Removal(self._layout).edits(gone)

    def _import(self, node: ast.Import | ast.ImportFrom) -> str | None:
        """The import in today's words, "" if there is nothing left to import, None if it stays."""
        if isinstance(node, ast.Import):
            aliases = [self._alias(alias) for alias in node.names]
            changed = [a for a, old in zip(aliases, node.names, strict=True) if a is not None and a.name != old.name]
            if not changed and None not in aliases:
                return None
            kept = [ast.unparse(alias) for alias in aliases if alias is not None]
            return f"import {', '.join(kept)}" if kept else ""
        if node.level or node.module is None:
            return None
        if node.module == "tensorflow.compat" and [alias.name for alias in node.names] == ["v1"]:
            name = node.names[0].asname or "v1"
            return f"import tensorflow as {name}"
        return self._from(node, node.module)

    def _alias(self, alias: ast.alias) -> ast.alias | None:
        if alias.name == "tensorflow.compat.v1" and alias.asname is not None:
            return ast.alias("tensorflow", alias.asname if alias.asname != "tensorflow" else None)
        if alias.name == "tensorflow.compat.v1":
            return ast.alias("tensorflow")
        gone = alias.name == "tensorflow.losses" or alias.name.startswith("tensorflow.contrib.")
        if gone and alias.asname is not None and not self._is_used(alias.asname):
            return None
        return alias

    def _from(self, node: ast.ImportFrom, module: str) -> str | None:
        """`from tensorflow import Session, nn`: names of TF1 that nobody uses any more are no longer there."""
        if module.split(".")[0] != "tensorflow":
            return None
        today = module.replace("tensorflow.compat.v1", "tensorflow", 1)
        prefix = today.removeprefix("tensorflow").removeprefix(".")
        kept = [alias for alias in node.names if self._is_there(prefix, alias)]
        if today == module and len(kept) == len(node.names):
            return None
        return f"from {today} import {', '.join(map(ast.unparse, kept))}" if kept else ""

    def _is_there(self, prefix: str, alias: ast.alias) -> bool:
        symbol = f"{prefix}.{alias.name}" if prefix else alias.name
        return symbols.is_native(symbol) or self._is_used(alias.asname or alias.name)

    def _is_used(self, name: str) -> bool:
        return any(isinstance(node, ast.Name) and node.id == name for node in self._sights.nodes)

    def _guarded(self, node: ast.Try) -> str | None:
        """`try: import tensorflow.compat.v1 as tf` with the plain import as the way out is the plain import."""
        blocks = [node.body, *(handler.body for handler in node.handlers)]
        imports = [
            block[0] for block in blocks if len(block) == 1 and isinstance(block[0], (ast.Import, ast.ImportFrom))
        ]
        if len(imports) < len(blocks) or node.orelse or node.finalbody:
            return None
        new = {self._import(one) or ast.unparse(one) for one in imports}
        if len(new) != 1 or all(self._import(one) is None for one in imports):
            return None
        span = self._layout.spans.of(node)
        indent = self._layout.indent(node.lineno)
        comments = self._layout.lost_comments(span.start, span.end)
        return "".join(f"{comment}{self._layout.newline}{indent}" for comment in comments) + new.pop()

    def _is_switch(self, node: ast.Assign) -> bool:
        target, value = node.targets[0], node.value
        return (
            isinstance(target, ast.Name)
            and len(node.targets) == 1
            and ast.unparse(value) == f"{target.id}.compat.v1"
            and self._sights.names.root_symbol(target.id, self._sights.names.module) == ""
        )

    def _attribute(self, node: ast.Attribute) -> Iterator[Edit]:
        """`tf.compat.v1.reduce_mean` is `tf.reduce_mean`."""
        inner = node.value
        if node.attr != "v1" or not isinstance(inner, ast.Attribute) or inner.attr != "compat":
            return
        above = self._sights.parent(node)
        is_switch = isinstance(above, ast.Assign) and self._is_switch(above)
        if self._sights.symbol(node) == "" and isinstance(above, ast.Attribute) and not is_switch:
            start = self._layout.spans.of(inner.value).end
            yield Edit(start, self._layout.spans.of(node).end, "")
