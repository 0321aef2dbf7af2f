"""Writes functions in the place of graph statements, and those that train."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from tfloss_migrate.sessions.reading.feeding import Feeding
from tfloss_migrate.sessions.reading.functions import Function, Functions
from tfloss_migrate.sessions.reading.program import Step, unmarked
from tfloss_migrate.sessions.text.layout import WIDTH, Layout
from tfloss_migrate.sessions.writing.signatures import Signatures

_BARE = (ast.Name, ast.Call, ast.Subscript, ast.Attribute, ast.List, ast.Tuple, ast.Dict)


class Definitions:
    """The texts of functions. `source` gives the text of an expression, with what is run inside it."""

    def __init__(
        self,
        feeding: Feeding,
        functions: Functions,
        layout: Layout,
        unit: str,
        source: Callable[[ast.expr], str],
        root: str,
        signatures: Signatures,
    ) -> None:
        self._feeding, self._functions, self._layout = feeding, functions, layout
        self._unit, self._source, self._root = unit, source, root
        self._instead: dict[ast.stmt, tuple[ast.Call, str]] = {}
        self._signatures = signatures

    def block(self, statement: ast.stmt) -> tuple[int, int]:
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

    def text(self, function: Function, indent: str) -> str:
        """A function, with its decorator."""
        inner = indent + self._unit
        lines = [*self._signatures.above(function, indent)] if function.traced else []
        lines.append(f"{indent}def {function.name}({', '.join(one.name for one in function.parameters)}):")
        if all(step.assigned for step in function.steps):
            lines += self._body(function, function.statements, inner)
        else:
            lines += self._taped(function, inner)
        for step in function.steps:
            lines += self._assigned(step, inner) if step.assigned else self._applied(function, step, inner)
        if function.returned:
            lines.append(f"{inner}return {self._returned(function)}")
        return "".join(line + self._layout.newline for line in lines)

    def _body(self, function: Function, statements: Sequence[ast.stmt], inner: str) -> Iterator[str]:
        for number, statement in enumerate(statements):
            if statement in function.calls:
                called = function.calls[statement]
                arguments = ", ".join(one.name for one in called.parameters)
                targets = ", ".join(self._layout.spans.source(fetch) for fetch in called.returned)
                yield f"{inner}{targets} = {called.name}({arguments})"
            else:
                yield from self._moved(statement, inner, first=number == 0)

    def _assigned(self, step: Step, inner: str) -> Iterator[str]:
        """The assignments, in their order; those of a comprehension in a loop."""
        for one in step.assigned:
            indent = inner
            if one.over is not None:
                yield f"{inner}for {self._source(one.over.target)} in {self._source(one.over.iter)}:"
                indent = inner + self._unit
            value = " ".join(self._source(one.value).split())
            yield f"{indent}{self._source(one.variable)}.{one.method}({value})"

    def _taped(self, function: Function, inner: str) -> Iterator[str]:
        """The losses below a tape, the gradients, and what comes after them: all is of the variables before a step."""
        steps = [step for step in function.steps if not step.assigned]
        tape, losses = self._functions.local("tape"), {step: self._local(function, step, "loss") for step in steps}
        after = self._functions.after_gradients(function)
        needed = set[ast.stmt]().union(*(self._functions.closure(function, step.loss) for step in steps))
        last = max((at for at, one in enumerate(function.statements) if one in needed), default=-1) + 1
        inside = [one for one in function.statements[:last] if one not in after]
        yield f"{inner}with {self._root}.GradientTape({'persistent=True' * (len(steps) > 1)}) as {tape}:"
        yield from self._body(function, inside, inner + self._unit)
        for step in steps:
            if not isinstance(step.loss, ast.Name):
                yield f"{inner}{self._unit}{losses[step]} = {self._source(step.loss)}"
        self._instead.clear()
        for step in steps:
            loss = step.loss.id if isinstance(step.loss, ast.Name) else losses[step]
            yield from self._differentiated(function, step, f"{tape}.gradient({loss}, ", inner)
        rest = list(self._body(function, [one for one in function.statements if one not in inside], inner))
        yield from rest[1:] if rest and not rest[0] else rest

    def _local(self, function: Function, step: Step, name: str) -> str:
        """A name for something of a step inside of its function; of one of several steps, after that."""
        alone = sum(not one.assigned for one in function.steps) == 1
        return self._functions.local(name if alone else f"{unmarked(step.name).lstrip('_')}_{name}")

    def _variables(self, function: Function, step: Step) -> tuple[str, bool]:
        """The variables that a step moves, as code, and whether that is a name which is still to be given."""
        names = self._feeding.trained[step]
        several = len(names) > 2 or (len(names) > 1 and any(one.startswith("*") for one in names))
        if several or (len(names) == 1 and names[0].endswith(".values()")):
            return self._local(function, step, "variables"), True
        return listing(names), False

    def _differentiated(self, function: Function, step: Step, taken: str, inner: str) -> Iterator[str]:
        """The variables of a step, and the gradients: by a name where they are not all that a statement holds."""
        variables, gradients = self._variables(function, step), self._local(function, step, "gradients")
        names, call = self._feeding.trained[step], step.taken
        if variables[1] and len(names) == 1:
            yield f"{inner}{variables[0]} = {listing(names)}"
        elif variables[1]:
            yield from self._listed(variables[0], names, inner)
        taken += f"{variables[0]})"
        if self._feeding.is_made_dense(step):
            taken = f"[{self._root}.convert_to_tensor(gradient) for gradient in {taken}]"
        home = next((one for one in function.statements if call is not None and call in ast.walk(one)), None)
        if call is not None and isinstance(home, ast.Assign) and home.value is call and self._is_gradients(call):
            self._instead[home] = (call, taken)
            return
        yield f"{inner}{gradients} = {taken}"
        if call is not None and home is not None:
            pairs = gradients if self._is_gradients(call) else f"list(zip({gradients}, {variables[0]}))"
            self._instead[home] = (call, pairs)

    def _applied(self, function: Function, step: Step, inner: str) -> Iterator[str]:
        """The step itself."""
        variables, gradients = self._variables(function, step)[0], self._local(function, step, "gradients")
        pairs = f"zip({gradients}, {variables})" if step.applied is None else self._source(step.applied)
        optimizer = self._functions.optimizer(step)
        if step.fed_rate is not None:
            yield f"{inner}{optimizer}.learning_rate.assign({step.fed_rate.id})"
        yield f"{inner}{optimizer}.apply_gradients({pairs})"
        if step.counter is not None:
            yield f"{inner}{step.counter.id}.assign_add(1)"

    @staticmethod
    def _is_gradients(call: ast.Call) -> bool:
        return isinstance(call.func, ast.Name) or (
            isinstance(call.func, ast.Attribute) and call.func.attr == "gradients"
        )

    def _listed(self, name: str, items: Sequence[str], inner: str) -> Iterator[str]:
        line = f"{inner}{name} = [{', '.join(items)}]"
        if len(line) <= WIDTH:
            yield line
            return
        yield f"{inner}{name} = ["
        yield from (f"{inner}{self._unit}{item}," for item in items)
        yield f"{inner}]"

    def _returned(self, function: Function) -> str:
        sources = [self._source(fetch) for fetch in function.returned]
        if isinstance(function.fetch, ast.Dict) and not function.steps:
            return self._source(function.fetch)
        text = ", ".join(sources)
        return f"({text})" if "\n" in text and not isinstance(function.returned[0], _BARE) else text

    def _moved(self, statement: ast.stmt, inner: str, *, first: bool) -> Iterator[str]:
        """The lines of a graph statement, in their new place."""
        layout = self._layout
        begin, end = self.block(statement)
        if layout.blank(begin - 1) and not first:
            yield ""
        old = layout.indent(statement.lineno)
        lines = [layout.line(number) for number in range(begin, end + 1)]
        if statement in self._instead:
            call, text = self._instead[statement]
            start, span = layout.start_of(begin), layout.spans.of(call)
            whole = layout.text[start : span.start] + text + layout.text[span.end : layout.start_of(end + 1)]
            lines = whole.splitlines()
        for number, line in enumerate(lines, begin):
            if number in layout.within_strings or not line.strip():
                yield line
            else:
                yield inner + (line[len(old) :] if line.startswith(old) else line.lstrip())


def listing(names: Sequence[str]) -> str:
    """A list of variables as code, some of which are lists themselves."""
    if len(names) == 1 and names[0].startswith("*"):
        return f"list({names[0][1:]})" if names[0].endswith(".values()") else names[0][1:]
    return f"[{', '.join(names)}]"


def indent_unit(tree: ast.Module, layout: Layout) -> str:
    """By how much a file indents its blocks."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and body and body[0].lineno > node.lineno:
            outer, inner = layout.indent(node.lineno), layout.indent(body[0].lineno)
            if inner.startswith(outer) and len(inner) > len(outer):
                return inner[len(outer) :]
    return " " * 4
