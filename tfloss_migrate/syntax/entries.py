"""Entries of dictionaries that are written out."""

from __future__ import annotations

import ast

from tfloss_migrate.syntax.scopes import dotted


def value_in(node: ast.expr, key: str) -> ast.expr | None:
    """The value of a key, in a dictionary that is written out."""
    if isinstance(node, ast.Dict):
        for label, value in zip(node.keys, node.values, strict=True):
            if isinstance(label, ast.Constant) and label.value == key:
                return value
    if isinstance(node, ast.Call) and dotted(node.func) == "dict":
        return next((keyword.value for keyword in node.keywords if keyword.arg == key), None)
    return None


def is_entry(target: ast.expr, name: str, key: str) -> bool:
    """Whether a target is `name["key"]`."""
    if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
        return False
    return dotted(target.value) == name and target.slice.value == key
