"""Variables that a function makes are made where it is called, and given to it: `dense(x, 4, 8)` is `dense(x, w, b)`.

In TF1 a function that builds a part of the graph makes its variables on the way. One that is run at each step must not.
In TF1 both are the same: this rewrites TF1 into TF1, one function at a time, those first that call no other one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tfloss_migrate.model import Edit, Span
from tfloss_migrate.record import replace
from tfloss_migrate.sessions.plain.making import Maker, makers_in
from tfloss_migrate.sessions.text.layout import layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.settled import hangs_on_time, is_quiet
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.nodes import nodes
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.shapes import Shapes
from tfloss_migrate.syntax.sizes import length
from tfloss_migrate.syntax.values import Values

#: What may stand twice where it stood once.
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.BinOp, ast.UnaryOp, ast.Subscript)
_WHOLE = (ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Subscript, ast.Call, ast.Dict)
_TAKING = (ast.Call, ast.keyword, ast.Tuple, ast.List, ast.Dict, ast.Assign)


def raised(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """The edits that raise the variables of one function to its calls; none where there is no such function."""
    if "Variable(" not in text and "get_variable(" not in text:
        return []
    sights = sights_of(names, tree)
    for maker in makers_in(sights):
        try:
            return list(_Raising(text, maker, sights).edits())
        except _NotPlainError:
            continue
    return []


class _NotPlainError(Exception):
    """What a variable is made of is not known where the function is called."""


class _Raising:
    """The edits for one function."""

    def __init__(self, text: str, maker: Maker, sights: Sights) -> None:
        self._maker, self._sights, self._layout = maker, sights, layout_of(text)
        self._shapes = Shapes(Values(Reader(sights.names)))
        self._locals = {one.targets[0].id: one.value for one in maker.locals if isinstance(one.targets[0], ast.Name)}
        self._labels = [argument.arg for argument in maker.function.args.args]
        self._defaults: dict[str, ast.expr] = dict(
            zip(reversed(self._labels), reversed(maker.function.args.defaults), strict=False)
        )
        self._taken = {node.id for node in sights.all(ast.Name)} | {node.arg for node in sights.all(ast.arg)}
        self._new: dict[ast.Call, str] = {}

    def edits(self) -> Iterator[Edit]:
        """The variables above the statements with the calls, the calls, and the function without its variables."""
        spans, layout = self._layout.spans, self._layout
        self._check_times()
        calls = sorted(self._maker.calls, key=lambda call: spans.of(call).end)
        lines: dict[ast.stmt, list[str]] = {}
        for number, call in enumerate(calls, start=1):
            statement = self._sights.statement(call)
            span = spans.of(statement)
            if layout.line(span.line)[: span.column].strip():
                raise _NotPlainError
            self._check_comments(spans.of(call))
            bound = self._bound(call)
            named = self._named(call, statement, number)
            indent = layout.indent(span.line)
            made = [
                f"{indent}{named[name]} = {self._spelled(one.value, bound, call)}{layout.newline}"
                for name, one in zip(self._maker.names, self._maker.makes, strict=True)
            ]
            lines.setdefault(statement, []).extend(made)
            self._new[call] = self._call(call, bound, named)
        for statement, made in lines.items():
            start = layout.start_of(spans.of(statement).line)
            yield Edit(start, start, "".join(made))
        for call in calls:
            if not any(above in calls for above in self._sights.above(call)):
                yield Edit(spans.of(call).start, spans.of(call).end, self._new[call])
        yield self._signature()
        yield from Removal(layout).edits(self._maker.gone)

    def _check_times(self) -> None:
        """What is made of attributes or of draws is made in the same order: nothing else is done beside it."""
        maker, sights = self._maker, self._sights
        values = [one.value for one in maker.gone]
        given = [value for call in maker.calls for value in (*call.args, *(one.value for one in call.keywords))]
        if any(hangs_on_time(value, sights) for value in (*values, *given)):
            beside = [one for one in maker.function.body if one not in maker.gone]
            beside += [sights.statement(call) for call in maker.calls]
            if not is_quiet(beside, frozenset({maker.function.name}), sights):
                raise _NotPlainError

    def _bound(self, call: ast.Call) -> dict[str, ast.expr]:
        bound = given(call, self._labels)
        if bound is None or any(label not in bound and label not in self._defaults for label in self._labels):
            raise _NotPlainError
        return bound

    def _named(self, call: ast.Call, statement: ast.stmt, number: int) -> dict[str, str]:
        """The names of the variables of a call: their own, if there is but one, else with that of the result."""
        target = statement.targets[0] if isinstance(statement, ast.Assign) and statement.value is call else None
        named: dict[str, str] = {}
        for name in self._maker.names:
            own = {n for n in nodes(self._maker.function) if isinstance(n, ast.Name) and n.id == name}
            alone = len(self._maker.calls) == 1 and all(n in own for n in self._sights.all(ast.Name) if n.id == name)
            wanted = [name] if alone else []
            wanted += [f"{target.id}_{name}"] if isinstance(target, ast.Name) else []
            wanted += [f"{self._maker.function.name}_{number}_{name}"]
            free = next((one for one in wanted if one == name or one not in self._taken), None)
            if free is None:
                raise _NotPlainError
            self._taken.add(free)
            named[name] = free
        return named

    def _spelled(self, node: ast.expr, bound: Mapping[str, ast.expr], call: ast.Call) -> str:
        """The source of what a variable is made of, with what the call gives in the place of the parameters."""
        spelled = self._with(node, self._replaced(node, bound, call))
        if any(isinstance(n, ast.Constant) and n.end_lineno != n.lineno for n in nodes(node)):
            raise _NotPlainError  # a string of several lines
        return re.sub(r"\s*\n\s*", " ", spelled)

    def _with(self, node: ast.expr, replaced: Iterable[tuple[ast.expr, str]]) -> str:
        """The source of an expression with new text in the place of some parts; comments in it have no place there."""
        spans, text = self._layout.spans, self._layout.text
        whole = spans.of(node)
        self._check_comments(whole)
        pieces, position = [], whole.start
        for part, new in sorted(replaced, key=lambda pair: spans.of(pair[0]).start):
            pieces += [text[position : spans.of(part).start], new]
            position = spans.of(part).end
        return "".join([*pieces, text[position : whole.end]])

    def _check_comments(self, span: Span) -> None:
        comments = self._layout.comments
        if any(comments[line].start < span.end for line in range(span.line, span.end_line + 1) if line in comments):
            raise _NotPlainError

    def _replaced(
        self, node: ast.expr, bound: Mapping[str, ast.expr], call: ast.Call
    ) -> Iterator[tuple[ast.expr, str]]:
        """The parts of an expression that are spelled in another way at the call."""
        size = self._size(node, bound, call)
        if size is not None:
            yield node, str(size)
        elif isinstance(node, ast.Name):
            owner = self._sights.place(node).scope.owner_of(node.id)
            if owner is not self._sights.place(self._maker.makes[0]).scope:
                if self._sights.place(call).scope.owner_of(node.id) is not owner:
                    raise _NotPlainError  # where the function is called the name is another one
                return
            if node.id in self._locals:
                yield (
                    node,
                    self._bracketed(self._spelled(self._locals[node.id], bound, call), self._locals[node.id], node),
                )
            elif node.id in self._labels:
                value = bound[node.id] if node.id in bound else self._defaults[node.id]
                if node.id not in bound and not isinstance(value, ast.Constant):
                    raise _NotPlainError
                above = self._sights.parent(node)
                of_tensor = isinstance(above, ast.Attribute) and above.attr in ("get_shape", "shape")
                if of_tensor or not all(isinstance(n, _PLAIN) for n in nodes(value)):
                    raise _NotPlainError
                yield node, self._bracketed(self._layout.spans.source(value), value, node)
        else:
            for child in ast.iter_child_nodes(node):
                inner = child.value if isinstance(child, ast.keyword) else child
                if isinstance(inner, ast.expr):
                    yield from self._replaced(inner, bound, call)

    def _bracketed(self, text: str, value: ast.expr, name: ast.Name) -> str:
        return text if isinstance(value, _WHOLE) or isinstance(self._sights.parent(name), _TAKING) else f"({text})"

    def _size(self, node: ast.expr, bound: Mapping[str, ast.expr], call: ast.Call) -> int | None:
        """The number that a size of a parameter is at a call."""

        def shape(tensor: ast.expr) -> tuple[int | None, ...] | None:
            value = bound.get(tensor.id) if isinstance(tensor, ast.Name) else None
            return self._shapes.of(Origin(value, self._sights.place(call))) if value is not None else None

        return length(node, shape, self._locals)

    def _call(self, call: ast.Call, bound: Mapping[str, ast.expr], named: Mapping[str, str]) -> str:
        """The call that is given the variables."""
        by_name = {keyword.arg for keyword in call.keywords}
        parts, positional = [], True
        for label in self._maker.parameters():
            if label not in named and label not in bound:
                positional = False
                continue
            positional = positional and label not in by_name
            value = named[label] if label in named else self._source(bound[label])
            parts.append(value if positional else f"{label}={value}")
        return f"{self._layout.spans.source(call.func)}({', '.join(parts)})"

    def _source(self, node: ast.expr) -> str:
        """The source of an argument, with the new calls in it."""
        inner = [n for n in self._new if n is node or node in self._sights.above(n)]
        inner = [n for n in inner if not any(above in inner for above in self._sights.above(n))]
        return self._with(node, [(n, self._new[n]) for n in inner])

    def _signature(self) -> Edit:
        """The parameters of the function, with the variables in the place of what only they were made of."""
        spans, function, written = self._layout.spans, self._maker.function, []
        arguments = {argument.arg: argument for argument in function.args.args}
        for label in self._maker.parameters():
            text = spans.source(arguments[label]) if label in arguments else label
            default = self._defaults.get(label)
            written.append(text if default is None else f"{text}={spans.source(default)}")
        if not arguments:
            start = spans.text.index("(", spans.of(function).start) + 1
            return Edit(start, start, ", ".join(written))
        every: list[ast.arg | ast.expr] = [*function.args.args, *function.args.defaults]
        first, last = spans.of(every[0]), max(map(spans.of, every), key=lambda span: span.end)
        self._check_comments(replace(first, end=last.end, end_line=last.end_line))
        return Edit(first.start, last.end, ", ".join(written))
