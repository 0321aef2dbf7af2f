"""`if int(tf.__version__.split('.')[1]) < 12 ...`: the branch that TensorFlow 1 takes as today's does stays alone."""

from __future__ import annotations

import ast
import operator
import textwrap
from collections.abc import Iterable

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names

_ORDERS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
#: Of the last TensorFlow 1, and of one of today.
_VERSIONS = ("1.15.0", "2.16.1")


class _NotKnown(Exception):  # noqa: N818
    """A test asks for more than the version."""


def versioned(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that leave one branch of each `if` that asks for the version of TensorFlow and nothing else."""
    if "__version__" not in text:
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    edits: list[Edit] = []
    for node in sights.all(ast.If):
        try:
            taken = {bool(_value(node.test, version, sights)) for version in _VERSIONS}
        except _NotKnown:
            continue
        own = layout.line(node.lineno).lstrip().startswith("if")  # and not `elif`
        body = node.body if True in taken else node.orelse
        plain = not any(isinstance(one, ast.If) for one in node.orelse) and own
        if len(taken) == 1 and plain and _has_lines(node, body, layout):
            edits.append(_alone(node, body, layout))
    return edits


def _has_lines(node: ast.If, body: list[ast.stmt], layout: Layout) -> bool:
    """Whether a branch stands on lines of its own."""
    first = body[0].lineno if body else 0
    return first > node.lineno and not layout.line(first)[: layout.spans.of(body[0]).column].strip()


def _alone(node: ast.If, body: list[ast.stmt], layout: Layout) -> Edit:
    start, end = layout.start_of(node.lineno), layout.start_of((node.end_lineno or node.lineno) + 1)
    last = body[-1].end_lineno or body[-1].lineno
    first = body[0].lineno
    while layout.line(first - 1).lstrip().startswith("#"):
        first -= 1
    kept = layout.text[layout.start_of(first) : layout.start_of(last + 1)]
    return Edit(start, end, textwrap.indent(textwrap.dedent(kept), layout.indent(node.lineno)))


def _value(node: ast.expr, version: str, sights: Sights) -> object:
    """What an expression about a version is."""
    if isinstance(node, ast.Constant):
        return node.value
    if sights.symbol(node) == "__version__":
        return version
    if isinstance(node, ast.BoolOp):
        values = [bool(_value(one, version, sights)) for one in node.values]
        return all(values) if isinstance(node.op, ast.And) else any(values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _value(node.operand, version, sights)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _ORDERS:
        left, right = _value(node.left, version, sights), _value(node.comparators[0], version, sights)
        if type(left) is type(right) and isinstance(left, (int, str)):
            return _ORDERS[type(node.ops[0])](left, right)  # type: ignore[arg-type]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return _item(_value(node.value, version, sights), node.slice.value)
    if isinstance(node, ast.Call) and not node.keywords:
        return _called(node, [_value(one, version, sights) for one in node.args], version, sights)
    raise _NotKnown


def _item(values: object, at: object) -> object:
    if isinstance(values, (str, list)) and isinstance(at, int) and -len(values) <= at < len(values):
        return values[at]
    raise _NotKnown


def _called(call: ast.Call, given: Iterable[object], version: str, sights: Sights) -> object:
    """What `int("12")` or `version.split(".")` is."""
    given = list(given)
    if isinstance(call.func, ast.Name) and call.func.id == "int" and not sights.may_hold(call.func):
        if len(given) == 1 and isinstance(given[0], str) and given[0].isdigit():
            return int(given[0])
    elif isinstance(call.func, ast.Attribute) and call.func.attr in ("split", "startswith"):
        text = _value(call.func.value, version, sights)
        if isinstance(text, str) and len(given) == 1 and isinstance(given[0], str) and given[0]:
            return text.split(given[0]) if call.func.attr == "split" else text.startswith(given[0])
    raise _NotKnown
