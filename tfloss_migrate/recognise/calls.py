"""How the arguments of a call of TF1 are written for the function of TF2 that takes its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.successors import Successor
from tfloss_migrate.syntax.spans import Spans

#: What the value of an argument becomes, where it is not taken over: TF2 counts what is dropped, not what is kept.
_COMPLEMENT = frozenset({(f"{module}.dropout", "keep_prob") for module in ("nn", "contrib.layers", "contrib.slim")})


@dataclass(frozen=True)
class Change:
    """An argument that is written otherwise: given by `name`; as one minus it if it is to be its complement.

    Of the call itself: one that is added, `name` and value.
    """

    node: ast.expr | ast.keyword
    name: str
    old: str = ""
    complement: bool = False
    sure: bool = True

    @property
    def is_added(self) -> bool:
        """Whether it is an argument that the call had not."""
        return "=" in self.name

    def __str__(self) -> str:
        if self.is_added:
            return f"{self.name} is said"
        return f"{self.old} is {'1 - ' if self.complement else ''}{self.name}" if self.old else f"{self.name} is named"


class CannotTellError(Exception):
    """The arguments of a call do not tell how to write it for TF2, or TF2 has nothing like one of them."""


def changes(call: ast.Call, successor: Successor) -> tuple[Change, ...]:
    """The arguments to be written otherwise, so that they mean to the new function what they meant to the old one.

    An argument by position stays so if it stands in the same place; from the first one that does not, all are named.
    Raises CannotTellError.
    """
    if not successor.parameters:
        return ()
    if any(isinstance(argument, ast.Starred) for argument in call.args) or len(call.args) > len(successor.parameters):
        raise CannotTellError
    swapped = _first_order(call, successor.old)
    if swapped:
        return swapped
    found = list(_changes(call, successor))
    names = [change.name for change in found]
    kept = [successor.parameters[i][1] for i in range(min(successor.same, len(call.args)))]
    given = [k.arg for k in call.keywords if k.arg and all(change.node is not k for change in found)]
    if len({*names, *kept, *given}) < len(names) + len(kept) + len(given):
        raise CannotTellError
    return tuple(found)


def names_old(call: ast.Call, successor: Successor) -> bool:
    """Whether a call names an argument that only the old function has: whatever else the file says, it is that one."""
    names = dict(successor.parameters)
    return any(names.get(keyword.arg or "", keyword.arg) != keyword.arg for keyword in call.keywords)


def _changes(call: ast.Call, successor: Successor) -> Iterator[Change]:
    for at, argument in enumerate(call.args):
        old, new = successor.parameters[at]
        complement = (successor.old, old) in _COMPLEMENT
        if not new or (complement and _is_none(argument)):
            raise CannotTellError
        if at >= successor.same:
            yield Change(argument, new, old if complement else "", complement, sure=False)
    names, known = dict(successor.parameters), {new for _, new in successor.parameters}
    for keyword in call.keywords:
        new = names.get(keyword.arg or "", keyword.arg if keyword.arg in known else "") or ""
        complement = (successor.old, keyword.arg) in _COMPLEMENT
        if not new or (complement and _is_none(keyword.value)):
            raise CannotTellError
        if new != keyword.arg:
            yield Change(keyword, new, keyword.arg or "", complement)
    given = {old for old, _ in successor.parameters[: len(call.args)]} | {keyword.arg for keyword in call.keywords}
    for old, text in successor.defaults:
        if old not in given:
            yield Change(call, text)


def _first_order(call: ast.Call, symbol: str) -> tuple[Change, ...]:
    """`tf.concat(1, parts)` and `tf.split(1, 3, value)`: the orders of 0.x, which no other version can mean."""
    order = {"concat": ("axis", "values"), "split": ("axis", "num_or_size_splits", "value")}.get(symbol, ())
    if order and len(call.args) == len(order) and _is_number(call.args[0]) and not _is_number(call.args[-1]):
        return tuple(Change(argument, name) for argument, name in zip(call.args, order, strict=True))
    return ()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def edits(call: ast.Call, changed: tuple[Change, ...], spans: Spans) -> Iterator[Edit]:
    """The edits that make the changes of one call."""
    for change in changed:
        node = change.node
        value = node.value if isinstance(node, ast.keyword) else node
        if change.is_added:
            at = _end(call, spans)
            yield Edit(at, at, f", {change.name}")
        elif isinstance(node, ast.keyword):
            start = spans.of(node).start
            yield Edit(start, start + len(node.arg or ""), change.name)
        else:
            start = _start(call, node, spans)
            yield Edit(start, start, f"{change.name}=")
        if change.complement:
            yield from _complement(value, spans, start if value is node else spans.of(value).start)


def _complement(value: ast.expr, spans: Spans, start: int) -> Iterator[Edit]:
    bare = isinstance(value, (ast.Name, ast.Attribute, ast.Constant, ast.Call, ast.Subscript))
    yield Edit(start, start, "1 - " if bare else "1 - (")
    if not bare:
        end = spans.of(value).end
        yield Edit(end, end, ")")


def _start(call: ast.Call, argument: ast.expr, spans: Spans) -> int:
    """Where an argument by position begins, brackets around it included."""
    at = call.args.index(argument)
    before = spans.of(call.func if at == 0 else call.args[at - 1]).end
    return _next(spans, _next(spans, before, ")\\") + 1, "\\")


def _end(call: ast.Call, spans: Spans) -> int:
    """Where the last argument ends, brackets around it included."""
    last = max(spans.of(argument).end for argument in (*call.args, *(keyword.value for keyword in call.keywords)))
    after, end = last, spans.of(call).end
    while (after := _next(spans, after, "\\") + 1) < end and spans.text[after - 1] == ")":
        last = after
    return last


def _next(spans: Spans, at: int, skipped: str) -> int:
    """The next place that is neither white space nor in a comment, nor one of the skipped characters."""
    text = spans.text
    while text[at].isspace() or text[at] in skipped or text[at] == "#":
        at = spans.line_end(at) if text[at] == "#" else at + 1
    return at
