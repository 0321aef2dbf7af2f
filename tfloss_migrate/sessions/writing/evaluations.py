"""Writes eager code for what sessions run: values by `.numpy()`, and functions in the place of placeholders."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts.optimizers import spelled, starting
from tfloss_migrate.sessions.counterparts.rates import SCHEDULES, scheduled
from tfloss_migrate.sessions.reading.feeding import Fed, Feeding
from tfloss_migrate.sessions.reading.functions import Function, Functions
from tfloss_migrate.sessions.reading.gotten import remade
from tfloss_migrate.sessions.reading.normalizing import Normalizing
from tfloss_migrate.sessions.reading.program import Assignment, Placeholder, Program, Run, Step, parts_of
from tfloss_migrate.sessions.reading.saving import looked_for, saved
from tfloss_migrate.sessions.reading.stepping import listed, picked, targets_of
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.layout import WIDTH, Layout
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.sessions.writing.definitions import Definitions, indent_unit, listing
from tfloss_migrate.sessions.writing.signatures import Signatures

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
        variables: Variables,
        layout: Layout,
        normalizing: Normalizing | None,
    ) -> None:
        self._program, self._sights, self._tensors, self._layout = program, sights, tensors, layout
        self._feeding, self._functions, self._variables = feeding, functions, variables
        self._fed = {fed.run.call: fed for fed in feeding.fed}
        self._runs = {run.call: run for run in program.runs}
        self._replaced = {one.statement for one in program.steps if one.home is not None or one.assigned}
        root = sights.root() or self._base()
        self._started: set[Step] = set()
        self._unit, self._root = indent_unit(sights.tree, layout), root
        self._normalizing = normalizing
        scalars = (normalizing.flags if normalizing is not None else frozenset()) | _fed_rates(program)
        self._signatures = Signatures(functions.all, layout, self._unit, root, scalars)
        self._definitions = Definitions(feeding, functions, layout, self._unit, self._source, root, self._signatures)

    def edits(self) -> Iterator[Edit]:
        """All edits, in no particular order."""
        for run in self._program.runs:
            if any(above in self._runs for above in self._sights.above(run.call)):
                continue  # written with the run around it
            unpacked = bool(run.steps) and targets_of(run, self._sights) is not None
            node, text = self._written(run, unpacked=unpacked)
            span = self._layout.spans.of(node)
            yield Edit(span.start, span.end, text)
            yield from self._lost_comments(node, text)
        yield from self._moves()
        yield from saved(self._program, self._variables, self._layout, self._root, self._functions.optimizer)
        if self._program.savers:
            yield from looked_for(self._sights, self._layout, self._root)
        for call, text in self._program.mains:
            span = self._layout.spans.of(call)
            yield Edit(span.start, span.end, text)
        for group in self._variables.groups if self._program.steps else ():
            span = self._layout.spans.of(group)
            yield Edit(span.start, span.end, f"[{', '.join(self._variables.all_before(group) or ())}]")
        for call in self._variables.gotten if self._program.steps else ():
            span = self._layout.spans.of(call)
            yield Edit(span.start, span.end, remade(call, self._sights, self._root, self._source))
        if self._normalizing is not None:
            yield from self._normalizing.edits(self._layout, self._root)
        for node in self._program.seeds:
            span = self._layout.spans.of(node)
            old = self._layout.spans.source(node)
            yield Edit(
                span.start, span.end, old.removesuffix("set_random_seed").removesuffix("random.") + "random.set_seed"
            )

    def _written(self, run: Run, *, unpacked: bool) -> tuple[ast.expr | ast.stmt, str]:
        """What stands for a run, and its new text."""
        if unpacked:
            return self._sights.statement(run.call), self._stepped(run)
        subscript = picked(run, self._sights)
        if subscript is not None:
            call = self._call(self._functions.by_run[run.call], self._fed[run.call])
            return subscript, _numpy(call, self._tensors.kind(run.values[0]))
        return run.call, self._bare(run, self._run(run))

    def _lost_comments(self, node: ast.expr | ast.stmt, text: str) -> Iterator[Edit]:
        span = self._layout.spans.of(node)
        lost = [c for c in self._layout.lost_comments(span.start, span.end) if c not in text]
        line = self._sights.statement(node).lineno
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
        if run.steps:
            return listed(run, call, _numpy(call, self._tensors.kind(run.values[0])) if run.values else call)
        if len(function.returned) == 1:
            fetch = self._fed[run.call].fetches[0]
            return self._fetched(run.fetch, {id(fetch): _numpy(call, self._tensors.kind(fetch))})
        kinds = {ast.List: "list", ast.Tuple: "tuple", ast.Dict: "dict"}
        return _numpy(call, kinds[type(run.fetch)])

    def _stepped(self, run: Run) -> str:
        """The statement of a run that trains."""
        call = self._call(self._functions.by_run[run.call], self._fed[run.call])
        targets = [self._source(target) for target in targets_of(run, self._sights) or ()]
        if not targets:
            return call
        if len(targets) == 1:
            return f"{targets[0]} = {_numpy(call, self._tensors.kind(run.values[0]))}"
        start = self._layout.spans.of(self._sights.statement(run.call)).column
        line = f"{', '.join(targets)} = [value.numpy() for value in {call}]"
        if start + len(line) <= WIDTH or "\n" in line:
            return line
        new = self._layout.newline + " " * start
        inner = f"{new}{self._unit}"
        return f"{', '.join(targets)} = [{inner}value.numpy(){inner}for value in {call}{new}]"

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
        if node in self._program.at_once:
            return self._assigned(self._program.at_once[node], node)
        parts = parts_of(node)
        if parts != [node]:
            return self._source(node, {part: self._fetched(part, known) for part in parts})
        source = self._source(node)
        if not isinstance(node, _BARE) or (isinstance(node, ast.Attribute) and "\n" in source):
            source = f"({source})"
        return _numpy(source, self._tensors.kind(node))

    def _assigned(self, one: Assignment, node: ast.expr) -> str:
        """What is assigned where it stands; its value, where that is used."""
        call = next(above for above in self._sights.above(node) if above in self._runs)
        text = f"{self._source(one.variable)}.{one.method}({self._source(one.value)})"
        return text if isinstance(self._sights.parent(call), ast.Expr) else f"{text}.numpy()"

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
            first, last = self._definitions.block(statement)
            if statement not in places:
                yield Edit(layout.start_of(first), layout.start_of(last + 1), "")
        yield from self._optimizers()
        for statement, functions in places.items():
            moved = statement in self._feeding.statements or statement in self._replaced
            last = layout.start_of((statement.end_lineno or statement.lineno) + 1)
            first = layout.start_of(self._definitions.block(statement)[0]) if moved else last
            indent = layout.indent(statement.lineno)
            texts = [self._text(function, indent) for function in functions]
            comments = self._comments(statement) if statement in self._replaced else ""
            yield Edit(first, last, comments + layout.newline.join(texts))
        removed = [one.statement for one in self._program.placeholders]
        stepped = [one for one in self._replaced if one not in places]
        told = self._signatures.lines
        gone = [*removed, *self._program.feeds, *self._program.listed, *stepped]
        lines = [(line, line) for line in sorted(told) if not any(_holds(one, line) for one in gone)]
        yield from Removal(layout, keeps=lambda line: line not in told).edits(gone, lines=lines)

    def _text(self, function: Function, indent: str) -> str:
        newline, lines = self._layout.newline, []
        for step in function.steps:
            if step in self._started or step.assigned:
                continue
            alike = self._feeding.alike(step)
            self._started.update(alike)
            moved = dict.fromkeys(tuple(self._feeding.trained[one]) for one in alike)
            variables = listing(list(dict.fromkeys(name for names in moved for name in names)))
            optimizer, built = self._functions.optimizer(step), len(moved) > 1 or self._feeding.is_restored(step)
            lines += starting(step.symbol, optimizer, variables, self._root, self._unit, built=built)
        text = self._definitions.text(function, indent)
        return "".join(f"{indent}{line}{newline}" for line in lines) + newline * bool(lines) + text

    def _comments(self, statement: ast.stmt) -> str:
        """The comments of a statement that goes, on lines of their own."""
        layout = self._layout
        first, last = self._definitions.block(statement)
        found = [layout.comments[line].text for line in range(first, last + 1) if line in layout.comments]
        return "".join(f"{layout.indent(statement.lineno)}{text}{layout.newline}" for text in found)

    def _optimizers(self) -> Iterator[Edit]:
        """Each optimizer is that of Keras, where it was made."""
        for step in {one.home or one: one for one in self._program.steps if not one.assigned}.values():
            scheduled, fed = step.rate is not None, step.fed_rate is not None
            text = spelled(step.symbol, step.made, self._root, self._hyper, scheduled=scheduled, fed=fed)
            if step.rate is not None and not any(step.rate is one for one in ast.walk(step.made)):
                rate = self._layout.spans.of(step.rate)
                yield Edit(rate.start, rate.end, self._hyper(step.rate))
            span = self._layout.spans.of(step.made if step.home is not None else step.statement)
            yield Edit(
                span.start, span.end, text if step.home is not None else f"{self._functions.optimizer(step)} = {text}"
            )

    def _hyper(self, node: ast.expr) -> str:
        """The text of a hyper-parameter; that of a learning rate that hangs on the steps is a schedule."""
        symbol = self._sights.called(node) or ""
        if isinstance(node, ast.Call) and symbol in SCHEDULES:
            return scheduled(symbol, node, self._root, self._source)
        return self._source(node)

    def _base(self) -> str:
        """What stands before `.placeholder` where the file has no name for TensorFlow itself."""
        calls = [one.statement.value for one in self._program.placeholders]
        functions = [self._layout.spans.source(call.func) for call in calls if isinstance(call, ast.Call)]
        return functions[0].removesuffix(".placeholder").removesuffix(".compat.v1") if functions else "tf"


def _fed_rates(program: Program) -> frozenset[Placeholder]:
    """The placeholders without a shape that are learning rates: Keras wants to know that they are numbers."""
    names = {step.fed_rate.id for step in program.steps if step.fed_rate is not None}
    return frozenset(one for one in program.placeholders if one.name in names and one.shape is None)


def _holds(statement: ast.stmt, line: int) -> bool:
    return statement.lineno <= line <= (statement.end_lineno or statement.lineno)


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
