"""Summaries: what TF1 merges into one string that a session runs is written where that string was.

`summary = sess.run(merged)` fetches the tensors themselves, and `writer.add_summary(summary, step)` becomes the writing
of them, by TF2's `tf.summary`, under the same tags. Variables are written as they are then.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.plain.summary_reading import KINDS, LeftError, Summary, SummaryReading, block
from tfloss_migrate.sessions.plain.summary_writing import SummaryWriting
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.names import Names

NO_TENSORBOARD = "TF2 writes it by TensorBoard, which is not installed here: pip install tensorboard"
NOT_WRITTEN = "the graph itself is not written for TensorBoard"
SCALED = "of floats TF2 shows images from 0 to 1, where TF1 made the largest value of each the brightest"


def without_summaries(text: str, names: Names, tree: ast.Module) -> tuple[list[Edit], tuple[str, ...]]:
    """The edits that make its summaries those of TF2, and what is to be said of that; no edits if it has none."""
    if "summary" not in text or "FileWriter" not in text:
        return [], ()
    try:
        found = _Summaries(text, sights_of(names, tree))
        return list(found.edits()), found.said
    except LeftError:
        return [], ()


@functools.cache
def has_tensorboard() -> bool:
    """Whether TensorBoard is installed beside this package."""
    return importlib.util.find_spec("tensorboard") is not None


class _Summaries:
    """The summaries of one text."""

    def __init__(self, text: str, sights: Sights) -> None:
        self._sights, self._layout = sights, layout_of(text)
        self._variables = Variables(sights, Tensors(sights))
        self._root = sights.root() or "tf"
        self._taken = {node.id for node in sights.nodes if isinstance(node, ast.Name)}
        self._writing = SummaryWriting(sights, self._layout, self._root, self._taken)
        self.said: tuple[str, ...] = ()
        uses = [use for use in sights.uses() if use.symbol.startswith("summary.")]
        calls = {use.symbol.removeprefix("summary."): [] for use in uses}  # type: dict[str, list[ast.Call]]
        for use in uses:
            calls[use.symbol.removeprefix("summary.")].append(self._known(use.call))
        if not set(calls) <= {*KINDS, "merge_all", "merge", "FileWriter"}:
            raise LeftError
        merges = [call for name in ("merge_all", "merge") for call in calls.get(name, ())]
        home = block(merges[0], sights) if merges else sights.tree
        if not isinstance(home, (ast.Module, ast.FunctionDef)) or any(block(one, sights) is not home for one in merges):
            raise LeftError
        reading = SummaryReading(sights, self._layout, self._taken, home)
        found = [reading.summary(kind, call) for kind in KINDS for call in calls.get(kind, ())]
        found.sort(key=lambda one: one.statement.lineno)
        if any(one.kind == "image" for one in found):
            self._say(SCALED)
        self._edits = reading.edits
        self._merged = {self._named(call): reading.merged(call, found) for call in merges}
        if any(not merged and self._loads(name) for name, merged in self._merged.items()):
            raise LeftError  # what another file collects
        self._writers = calls.get("FileWriter", [])
        self._gone: list[ast.stmt] = [one.statement for one in found if id(one.statement) not in reading.kept]
        self._gone += [self._sights.statement(name) for name in self._merged]
        for call in self._writers:
            self._writer(call)
        for name in self._merged:
            for load in self._loads(name):
                self._run(load, self._merged[name])

    def _say(self, what: str) -> None:
        self.said = tuple(dict.fromkeys((*self.said, what)))

    @staticmethod
    def _known(call: ast.Call | None) -> ast.Call:
        if call is None:
            raise LeftError
        return call

    def _named(self, call: ast.Call) -> ast.Name:
        """The name that is given to what a call makes."""
        statement = self._sights.parent(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(target, ast.Name):
            raise LeftError
        return target

    def _loads(self, name: ast.Name, calls: Sequence[ast.Call] = ()) -> list[ast.Name]:
        """Where a name is read that is given once, or what such calls make and nothing else."""
        scope = self._sights.place(name).scope.owner_of(name.id)
        if scope is None or (
            len(scope.bindings[name.id]) > 1
            and not all(isinstance(one.node, ast.Assign) and one.node.value in calls for one in scope.bindings[name.id])
        ):
            raise LeftError
        return self._sights.loads(name.id, scope)

    def _writer(self, call: ast.Call) -> None:
        """`tf.summary.FileWriter(folder, graph)`."""
        known = given(call, ("logdir", "graph"))
        if known is None or "logdir" not in known:
            raise LeftError
        if "graph" in known:
            self._say(NOT_WRITTEN)
        if isinstance(self._sights.parent(call), ast.Expr):
            self._gone.append(self._sights.statement(call))
            return
        span, name = self._layout.spans.of(call), self._named(call)
        folder = self._layout.spans.source(known["logdir"])
        self._edits.append(Edit(span.start, span.end, f"{self._root}.summary.create_file_writer({folder})"))
        for load in self._loads(name, self._writers):
            method = self._sights.parent(load)
            called = self._sights.parent(method)
            if not isinstance(method, ast.Attribute) or not isinstance(called, ast.Call):
                raise LeftError
            if method.attr == "add_graph" and isinstance(self._sights.parent(called), ast.Expr):
                self._say(NOT_WRITTEN)
                self._gone.append(self._sights.statement(called))
            elif method.attr not in ("add_summary", "close", "flush"):
                raise LeftError

    def _run(self, load: ast.Name, summaries: list[Summary]) -> None:
        """A run that fetches merged summaries; they are written by one statement after it."""
        above = self._sights.parent(load)
        fetched = isinstance(above, (ast.List, ast.Tuple))
        call = self._sights.parent(above) if fetched else above
        statement = self._sights.statement(load)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "run":
            raise LeftError
        if not isinstance(statement, ast.Assign) or statement.value is not call or len(statement.targets) != 1:
            raise LeftError
        fetches: list[ast.expr] = above.elts if isinstance(above, (ast.List, ast.Tuple)) else [load]
        target = statement.targets[0]
        targets = target.elts if fetched and isinstance(target, (ast.Tuple, ast.List)) else [target]
        if len(targets) != len(fetches) or not all(isinstance(one, ast.Name) for one in targets):
            raise LeftError
        source = self._layout.spans.source
        pairs = [(source(one), source(name)) for one, name in zip(fetches, targets, strict=True) if one is not load]
        values = {part: name for part, name in pairs if name != "_"}
        for one in summaries:
            if one.tensor.id not in values and not self._variables.is_held(one.tensor):
                values[one.tensor.id] = self._value(one.tensor.id)
                pairs.append((one.tensor.id, values[one.tensor.id]))
        result = targets[fetches.index(load)]
        assert isinstance(result, ast.Name)
        self._write(result, statement, summaries, values)
        alone = len(pairs) == 1
        for old, parts in ((above if fetched else load, [p for p, _ in pairs]), (target, [n for _, n in pairs])):
            span = self._layout.spans.of(old)  # type: ignore[arg-type]
            listed = ", ".join(parts)
            text = listed if alone or old is target else f"[{listed}]"
            self._edits.append(Edit(span.start, span.end, text))
        if not pairs:
            raise LeftError

    def _value(self, name: str) -> str:
        free = f"{name}_value"
        while free in self._taken:
            free += "_"
        return free

    def _write(self, result: ast.Name, run: ast.stmt, summaries: list[Summary], values: dict[str, str]) -> None:
        """`writer.add_summary(result, step)` as the writing of each."""
        scope = self._sights.place(result).scope.owner_of(result.id)
        loads = self._sights.loads(result.id, scope) if scope is not None else []
        mine = [load for load in loads if any(one.node is run for one in self._sights.may_hold(load))]
        if len(mine) != 1 or len(self._sights.may_hold(mine[0])) != 1:
            raise LeftError
        call = self._sights.parent(mine[0])
        known = given(call, ("summary", "global_step")) if isinstance(call, ast.Call) else None
        statement = self._sights.statement(mine[0])
        method = call.func if isinstance(call, ast.Call) else None
        if known is None or len(known) != 2 or not isinstance(statement, ast.Expr) or statement.value is not call:
            raise LeftError
        if not isinstance(method, ast.Attribute) or method.attr != "add_summary":
            raise LeftError
        span, writing = self._layout.spans.of(statement), self._writing
        writer, step = method.value, known["global_step"]
        home = writing.home(writer, summaries)
        if home is None:
            lines = writing.lines(writer, self._layout.spans.source(step), summaries, values)
            indent = self._layout.newline + self._layout.indent(statement.lineno)
            self._edits.append(Edit(span.start, span.end, indent.join(lines)))
            return
        names = {one.tensor.id: values[one.tensor.id] for one in summaries if one.tensor.id in values}
        function, edit = writing.function(home, writer, summaries, list(names))
        now = f"{self._root}.constant({self._layout.spans.source(step)}, {self._root}.int64)"
        written = f"{function}({', '.join([now, *names.values()])})"
        self._edits += [edit, Edit(span.start, span.end, written)]

    @staticmethod
    def _goes_whole(node: ast.AST) -> bool:
        """Whether a statement does nothing without its block."""
        if isinstance(node, ast.If):
            return not node.orelse and not any(
                isinstance(one, (ast.Call, ast.NamedExpr)) for one in ast.walk(node.test)
            )
        return isinstance(node, ast.With)

    def edits(self) -> Iterator[Edit]:
        """All edits, in no particular order."""
        yield from self._edits
        gone = list(self._gone)
        for node in reversed(self._sights.nodes):
            for body in (getattr(node, field, None) for field in ("body", "orelse", "finalbody")):
                if isinstance(body, list) and body and all(one in gone for one in body):
                    if not self._goes_whole(node):
                        raise LeftError
                    gone = [node, *(one for one in gone if one not in body)]  # type: ignore[list-item]
        lines = {number for one in self._gone for number in self._writing.above(one)}
        for one in gone:
            lines.update(range(one.lineno, (one.end_lineno or one.lineno) + 1))
        runs = [(number, number) for number in sorted(lines)]
        yield from Removal(self._layout, keeps=lambda line: False).edits([], lines=runs)
