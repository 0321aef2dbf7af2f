"""`if` the version of TensorFlow is such or such: the branch that TF1 and TF2 both take stays alone.

Where the two would take different ones, nothing is decided: the code is written for both.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from typing import Any

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names

#: The last TF1, and the TF2 that is written for.
_VERSIONS = ("1.15.5", "2.21.0")
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}


class _UnknownError(Exception):
    """An expression is not only a question about the version."""


def versioned(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that leave the branch that is taken."""
    if "__version__" not in text and "VERSION" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    edits: list[Edit] = []
    for node in sorted(sights.all(ast.If), key=lambda one: one.lineno):
        edit = _edit(node, sights, layout)
        if edit is not None and (not edits or edit.start >= edits[-1].end):
            edits.append(edit)
    return edits


def _edit(node: ast.If, sights: Sights, layout: Layout) -> Edit | None:
    try:
        taken = {bool(_Of(version, sights).value(node.test)) for version in _VERSIONS}
    except (_UnknownError, ValueError, TypeError, IndexError):
        return None
    branch = node.body if True in taken else node.orelse
    if len(taken) != 1 or layout.line(node.lineno).lstrip()[:2] != "if":
        return None
    start, end = layout.start_of(node.lineno), layout.start_of((node.end_lineno or node.lineno) + 1)
    indent = layout.indent(node.lineno)
    if not branch:
        alone = getattr(sights.parent(node), "body", None) == [node]
        return Edit(start, end, f"{indent}pass{layout.newline}" if alone else "")
    first, last = branch[0], (branch[-1].end_lineno or branch[-1].lineno) + 1
    if not layout.line(first.lineno).startswith(f"{indent} ") and not layout.line(first.lineno).startswith(
        f"{indent}\t"
    ):
        return None
    above = first.lineno
    while (comment := layout.comments.get(above - 1)) is not None and comment.alone:
        above -= 1
    if any(number in layout.within_strings for number in range(above, last)):
        return None
    kept = layout.text[layout.start_of(above) : layout.start_of(last)]
    return Edit(start, end, textwrap.indent(textwrap.dedent(kept), indent))


class _Of:
    """The values of expressions where TensorFlow has one version."""

    def __init__(self, version: str, sights: Sights) -> None:
        self._version, self._sights = version, sights

    def value(self, node: ast.expr) -> Any:
        """The value of an expression; raises _UnknownError for one that is not only of the version."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Attribute(value=ast.Name() as root, attr="__version__" | "VERSION"):
                if self._sights.symbol(root) == "":
                    return self._version
            case ast.UnaryOp(op=ast.Not()):
                return not self.value(node.operand)
            case ast.BoolOp(op=op):
                truths = [bool(self.value(one)) for one in node.values]
                return all(truths) if isinstance(op, ast.And) else any(truths)
            case ast.Compare():
                values = [self.value(one) for one in (node.left, *node.comparators)]
                pairs = zip(values, node.ops, values[1:], strict=False)
                return all(self._compared(type(op), left, right) for left, op, right in pairs)
            case ast.Subscript():
                return self.value(node.value)[self._index(node.slice)]
            case ast.Call(func=ast.Name(id="int" | "float" as kind), args=[inner], keywords=[]):
                return {"int": int, "float": float}[kind](self.value(inner))
            case ast.Call(func=ast.Attribute(value=of, attr="split" | "startswith" as method), keywords=[]):
                return getattr(self.value(of), method)(*(self.value(one) for one in node.args))
        raise _UnknownError

    def _index(self, node: ast.expr) -> object:
        if not isinstance(node, ast.Slice):
            return self.value(node)
        return slice(*(None if one is None else self.value(one) for one in (node.lower, node.upper, node.step)))

    @staticmethod
    def _compared(kind: type[ast.cmpop], left: object, right: object) -> bool:
        if kind not in _COMPARED:
            raise _UnknownError
        return bool(_COMPARED[kind](left, right))
