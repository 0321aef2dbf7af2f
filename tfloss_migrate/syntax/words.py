"""Tells whether two simple expressions are the same: written alike, with names that hold the same values."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.nodes import INNER
from tfloss_migrate.syntax.scopes import Place, dotted

_SIMPLE = frozenset({ast.Subscript, ast.UnaryOp, ast.BinOp, ast.Slice, ast.Tuple})


def words_of(node: ast.expr, place: Place) -> tuple[Hashable, ...] | None:
    """How an expression of names, numbers, subscripts and operators is written, with the version of each name.

    Equal for two expressions that surely have the same value; None for one that calls or builds something.
    """
    words: list[Hashable] = []
    return tuple(words) if _spell(node, place, words) else None


def _spell(node: ast.AST, place: Place, words: list[Hashable]) -> bool:
    kind = type(node)
    if kind is ast.Name or kind is ast.Attribute:
        name = dotted(node)  # type: ignore[arg-type]
        if name is not None:
            words += (name, flow.version(name, place))
            return True
        words.append(node.attr)  # type: ignore[attr-defined]
    elif kind is ast.Constant:
        words += (type(node.value).__name__, repr(node.value))  # type: ignore[attr-defined]
        return True
    elif kind not in _SIMPLE:
        return False
    elif kind is ast.BinOp or kind is ast.UnaryOp:
        words.append(type(node.op).__name__)  # type: ignore[attr-defined]
    words.append(kind.__name__)
    for field in INNER[kind]:
        part = getattr(node, field)
        if part is None:
            words.append(None)
        elif type(part) is list:
            words.append(len(part))
            if not all(_spell(one, place, words) for one in part):
                return False
        elif not _spell(part, place, words):
            return False
    return True
