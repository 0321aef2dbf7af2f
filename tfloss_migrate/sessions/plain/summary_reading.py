"""Reads summaries: what each is of, under which tag, and which of them are merged."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.arguments import given, literal

KINDS = {
    "scalar": ("name", "tensor", "collections", "family"),
    "histogram": ("name", "values", "collections", "family"),
    "image": ("name", "tensor", "max_outputs", "collections", "family"),
}
_SCOPES = ("name_scope", "variable_scope")
#: What may not be run, or more than once.
_BLOCKS = (ast.For, ast.While, ast.If, ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.Try)


class LeftError(Exception):
    """The summaries of a text are none that are known."""


@dataclass(frozen=True)
class Summary:
    """A summary of a tensor: its statement, its kind, its tag as code, what it is of, and what else it is given."""

    statement: ast.stmt
    kind: str
    tag: str
    tensor: ast.Name
    more: str = ""


def block(node: ast.AST, sights: Sights) -> ast.AST:
    """The function that a node stands in, or the module; what may not be run, or more than once, if it is in that."""
    return next((one for one in sights.above(node) if isinstance(one, _BLOCKS)), sights.tree)


class SummaryReading:
    """Reads the summaries that stand in a `home`, which is a function or the module.

    `edits` give a name to tensors that have none, where their summaries were; these statements are `kept`. The names
    that these give are added to the `taken` ones.
    """

    def __init__(self, sights: Sights, layout: Layout, taken: set[str], home: ast.AST) -> None:
        self._sights, self._layout, self._taken, self._home = sights, layout, taken, home
        self.edits: list[Edit] = []
        self.kept: set[int] = set()

    def summary(self, kind: str, call: ast.Call) -> Summary:
        """`tf.summary.scalar(name, tensor)`, or another kind."""
        known = given(call, KINDS[kind])
        statement = self._sights.parent(call)
        tensor = (known or {}).get(KINDS[kind][1])
        name = (known or {}).get("name")
        if known is None or set(known) - {*KINDS[kind][:2], "max_outputs"} or tensor is None:
            raise LeftError
        if not isinstance(statement, (ast.Expr, ast.Assign)) or block(call, self._sights) is not self._home:
            raise LeftError
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
            raise LeftError
        tag = re.sub(r"[^-/\w.]", "_", name.value).lstrip("/")  # as TF1 makes a tag of a name
        prefix = "".join(f"{one}/" for one in reversed(list(self._scopes(call))))
        source = self._layout.spans.source(name)
        spelled = source if tag == name.value and not prefix else f'"{prefix}{tag}"'
        more = f", max_outputs={self._layout.spans.source(known['max_outputs'])}" if "max_outputs" in known else ""
        if not isinstance(tensor, ast.Name):
            tensor = self._as_name(tensor, name.value, statement)
        return Summary(statement, kind, spelled, tensor, more)

    def _as_name(self, tensor: ast.expr, tag: str, statement: ast.stmt) -> ast.Name:
        """A name for a tensor that has none, which is given to it where its summary was."""
        words = re.sub(r"\W+", "_", tag.rsplit("/", 1)[-1]).strip("_").lower()
        name = words if words.isidentifier() and not keyword.iskeyword(words) else "summarized"
        while name in self._taken:
            name += "_summary"
        self._taken.add(name)
        span = self._layout.spans.of(statement)
        self.edits.append(Edit(span.start, span.end, f"{name} = {self._layout.spans.source(tensor)}"))
        self.kept.add(id(statement))
        return ast.Name(name, ast.Load())

    def _scopes(self, node: ast.AST) -> Iterator[str]:
        for above in self._sights.above(node):
            for item in above.items if isinstance(above, ast.With) else ():
                call = item.context_expr
                if isinstance(call, ast.Call) and self._sights.called(call) in _SCOPES:
                    if (
                        not call.args
                        or not isinstance(call.args[0], ast.Constant)
                        or not isinstance(call.args[0].value, str)
                    ):
                        raise LeftError
                    yield call.args[0].value

    def _is_summaries(self, key: ast.expr) -> bool:
        """Whether a key is that of the collection that summaries are in."""
        return self._sights.symbol(key) == "GraphKeys.SUMMARIES" or literal(key) == "summaries"

    def merged(self, call: ast.Call, summaries: list[Summary]) -> list[Summary]:
        """The summaries that a call merges."""
        if self._sights.called(call) == "summary.merge_all":
            known = given(call, ("key",))
            if known is None or any(not self._is_summaries(one) for one in known.values()):
                raise LeftError
            return [one for one in summaries if one.statement.lineno < call.lineno]
        listed = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if not isinstance(listed, (ast.List, ast.Tuple)):
            raise LeftError
        by_name = {
            n.id: one
            for one in summaries
            if isinstance(one.statement, ast.Assign)
            for n in one.statement.targets
            if isinstance(n, ast.Name)
        }
        found = [by_name.get(one.id) if isinstance(one, ast.Name) else None for one in listed.elts]
        if None in found:
            raise LeftError
        return [one for one in found if one is not None]
