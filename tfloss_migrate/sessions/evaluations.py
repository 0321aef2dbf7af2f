"""Writes eager code for what sessions run: values by `.numpy()`, and functions in the place of placeholders."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.feeding import Fed, Feeding, parts_of
from tfloss_migrate.sessions.functions import Function, Functions
from tfloss_migrate.sessions.layout import Layout
from tfloss_migrate.sessions.program import Placeholder, Program, Run
from tfloss_migrate.sessions.removal import Removal
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.sessions.tensors import Tensors

_WIDTH = 100
_DTYPES = {"float": "float32", "double": "float64"}
_BARE = (ast.Name, ast.Call, ast.Subscript, ast.Attribute, ast.List, ast.Tuple, ast.Dict)


class Evaluations:
    """The edits that let a program do without what its sessions run. Session, graph and initialisers stay as yet."""

    def __init__(
        self,
        program: Program,
        sights: Sights,
        tensors: Tensors,
        feeding: Feeding,
        functions: Functions,
        layout: Layout,
    ) -> None:
        self._program, self._sights, self._tensors, self._layout = program, sights, tensors, layout
        self._feeding, self._functions = feeding, functions
        self._fed = {fed.run.call: fed for fed in feeding.fed}
        self._runs = {run.call: run for run in program.runs}
        self._unit = _indent_unit(sights.tree, layout)

    def edits(self) -> Iterator[Edit]:
        """All edits, in no particular order."""
        for run in self._program.runs:
            if any(above in self._runs for above in self._sights.above(run.call)):
                continue  # written with the run around it
            span = self._layout.spans.of(run.call)
            text = self._bare(run, self._run(run))
            yield Edit(span.start, span.end, text)
            yield from self._lost_comments(run, text)
        yield from self._moves()
        for node in self._program.seeds:
            span = self._layout.spans.of(node)
            old = self._layout.spans.source(node)
            yield Edit(
                span.start, span.end, old.removesuffix("set_random_seed").removesuffix("random.") + "random.set_seed"
            )

    def _lost_comments(self, run: Run, text: str) -> Iterator[Edit]:
        span = self._layout.spans.of(run.call)
        lost = [c for c in self._layout.lost_comments(span.start, span.end) if c not in text]
        line = self._sights.statement(run.call).lineno
        start = self._layout.start_of(line)
        for comment in lost:
            yield Edit(start, start, f"{self._layout.indent(line)}{comment}{self._layout.newline}")

    def _bare(self, run: Run, text: str) -> str:
        """`a, b = [x, y]` needs no brackets."""
        above = self._sights.parent(run.call)
        unpacked = isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Tuple) and "\n" not in text
        literal = isinstance(run.fetch, (ast.List, ast.Tuple)) and len(run.fetch.elts) > 1
        return text[1:-1] if unpacked and literal and not text.startswith("tuple") and " for " not in text else text

    def _run(self, run: Run) -> str:
        function = self._functions.by_run.get(run.call)
        if function is None:
            return self._fetched(run.fetch, {})
        call = self._call(function, self._fed[run.call])
        if len(function.returned) == 1:
            fetch = self._fed[run.call].fetches[0]
            return self._fetched(run.fetch, {id(fetch): _numpy(call, self._tensors.kind(fetch))})
        kinds = {ast.List: "list", ast.Tuple: "tuple", ast.Dict: "dict"}
        return _numpy(call, kinds[type(run.fetch)])

    def _call(self, function: Function, fed: Fed) -> str:
        """The call of a function with what is fed, evaluated in the order in which it stands in the code."""
        pairs = list(zip(fed.placeholders, fed.values, strict=True))
        in_order = sorted(pairs, key=lambda pair: (pair[1].lineno, pair[1].col_offset))
        if pairs == in_order or all(isinstance(value, (ast.Name, ast.Constant, ast.Attribute)) for value in fed.values):
            arguments = [self._source(value) for _, value in pairs]
        else:
            arguments = [f"{placeholder.name}={self._source(value)}" for placeholder, value in in_order]
        return f"{function.name}({', '.join(arguments)})"

    def _fetched(self, node: ast.expr, known: Mapping[int, str]) -> str:
        """The text of the values of a fetch."""
        if id(node) in known:
            return known[id(node)]
        parts = parts_of(node)
        if parts != [node]:
            return self._source(node, {part: self._fetched(part, known) for part in parts})
        source = self._source(node)
        if not isinstance(node, _BARE) or (isinstance(node, ast.Attribute) and "\n" in source):
            source = f"({source})"
        return _numpy(source, self._tensors.kind(node))

    def _source(self, node: ast.expr, replaced: Mapping[ast.expr, str] | None = None) -> str:
        """The source of a node, with some nodes inside replaced, and with what is run inside it."""
        inside = dict(replaced or {})
        if not inside:
            runs = [n for n in ast.walk(node) if n in self._runs]
            outer = [n for n in runs if not any(a in runs for a in self._sights.above(n))]
            inside = {n: self._run(self._runs[n]) for n in outer if isinstance(n, ast.Call)}
        span, spans, text = self._layout.spans.of(node), self._layout.spans, self._layout.text
        pieces, position = [], span.start
        for part in sorted(inside, key=lambda n: spans.of(n).start):
            pieces += [text[position : spans.of(part).start], inside[part]]
            position = spans.of(part).end
        return "".join([*pieces, text[position : span.end]])

    def _moves(self) -> Iterator[Edit]:
        """Placeholders and graph statements go; the functions come in the place of the last statement of each."""
        layout = self._layout
        places: dict[ast.stmt, list[Function]] = {}
        for function in self._functions.all:
            places.setdefault(self._functions.place_of(function), []).append(function)
        for statement in self._feeding.statements:
            first, last = self._block(statement)
            if statement not in places:
                yield Edit(layout.start_of(first), layout.start_of(last + 1), "")
        for statement, functions in places.items():
            moved = statement in self._feeding.statements
            last = layout.start_of((statement.end_lineno or statement.lineno) + 1)
            first = layout.start_of(self._block(statement)[0]) if moved else last
            indent = layout.indent(statement.lineno)
            yield Edit(first, last, layout.newline.join(self._definition(function, indent) for function in functions))
        yield from Removal(layout).edits(one.statement for one in self._program.placeholders)

    def _block(self, statement: ast.stmt) -> tuple[int, int]:
        """The lines of a statement, with the comments right above it or after the graph statement before it."""
        layout, first = self._layout, statement.lineno
        while (comment := layout.comments.get(first - 1)) is not None and comment.alone:
            first -= 1
        above = first
        while layout.blank(above - 1) or ((comment := layout.comments.get(above - 1)) is not None and comment.alone):
            above -= 1
        moved = {one.end_lineno for one in self._feeding.statements}
        if above - 1 in moved:
            first = next(line for line in range(above, first + 1) if not layout.blank(line))
        return first, statement.end_lineno or statement.lineno

    def _definition(self, function: Function, indent: str) -> str:
        inner = indent + self._unit
        lines = [*self._decorator(function, indent)] if function.traced else []
        lines.append(f"{indent}def {function.name}({', '.join(one.name for one in function.parameters)}):")
        for number, statement in enumerate(function.statements):
            if statement in function.calls:
                called = function.calls[statement]
                arguments = ", ".join(one.name for one in called.parameters)
                targets = ", ".join(self._layout.spans.source(fetch) for fetch in called.returned)
                lines.append(f"{inner}{targets} = {called.name}({arguments})")
            else:
                lines += self._moved(statement, inner, first=number == 0)
        lines.append(f"{inner}return {self._returned(function)}")
        return "".join(line + self._layout.newline for line in lines)

    def _returned(self, function: Function) -> str:
        sources = [self._source(fetch) for fetch in function.returned]
        if isinstance(function.fetch, ast.Dict):
            return self._source(function.fetch)
        text = ", ".join(sources)
        return f"({text})" if "\n" in text and not isinstance(function.returned[0], _BARE) else text

    def _decorator(self, function: Function, indent: str) -> Iterator[str]:
        specs = [self._spec(one) for one in function.parameters]
        base = self._base(function.parameters[0])
        line = f"{indent}@{base}.function(input_signature=[{', '.join(specs)}])"
        if len(line) <= _WIDTH:
            yield line
            return
        yield f"{indent}@{base}.function("
        yield f"{indent}{self._unit}input_signature=["
        yield from (f"{indent}{self._unit * 2}{spec}," for spec in specs)
        yield f"{indent}{self._unit}]"
        yield f"{indent})"

    def _spec(self, placeholder: Placeholder) -> str:
        base, dtype = self._base(placeholder), self._layout.spans.source(placeholder.dtype)
        if isinstance(placeholder.dtype, ast.Constant) and isinstance(placeholder.dtype.value, str):
            dtype = f"{base}.{_DTYPES.get(placeholder.dtype.value, placeholder.dtype.value)}"
        shape = self._layout.spans.source(placeholder.shape) if placeholder.shape is not None else "None"
        return f"{base}.TensorSpec({shape}, {dtype})"

    def _base(self, placeholder: Placeholder) -> str:
        call = placeholder.statement.value
        assert isinstance(call, ast.Call)
        return self._layout.spans.source(call.func).removesuffix(".placeholder").removesuffix(".compat.v1")

    def _moved(self, statement: ast.stmt, inner: str, *, first: bool) -> Iterator[str]:
        """The lines of a graph statement, in their new place."""
        layout = self._layout
        begin, end = self._block(statement)
        if layout.blank(begin - 1) and not first:
            yield ""
        old = layout.indent(statement.lineno)
        for number in range(begin, end + 1):
            line = layout.line(number)
            if number in layout.within_strings or not line.strip():
                yield line
            else:
                yield inner + (line[len(old) :] if line.startswith(old) else line.lstrip())


def _numpy(source: str, kind: str | None) -> str:
    """The values of tensors as numpy gives them."""
    item = "value" if source != "value" else "tensor"
    if kind == "list":
        return f"[{item}.numpy() for {item} in {source}]"
    if kind == "tuple":
        return f"tuple({item}.numpy() for {item} in {source})"
    if kind == "dict":
        return f"{{key: {item}.numpy() for key, {item} in {source}.items()}}"
    return f"{source}.numpy()"


def _indent_unit(tree: ast.Module, layout: Layout) -> str:
    """By how much a file indents its blocks."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and body and body[0].lineno > node.lineno:
            outer, inner = layout.indent(node.lineno), layout.indent(body[0].lineno)
            if inner.startswith(outer) and inner != outer:
                return inner[len(outer) :]
    return "    "
