"""Writes classes that hold a graph as functions: see `classes`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.plain.classes import Builder, Call, Class, Flat, Held, given_to
from tfloss_migrate.sessions.reading.program import MARK
from tfloss_migrate.sessions.text.layout import Layout, layout_of
from tfloss_migrate.sessions.text.sights import sights_of
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

#: What stands around the body of a builder, as a string of its own, followed by its name.
BEGIN, END = "begin ", "end "


def flattened(text: str, names: Names, tree: ast.Module) -> Flat | None:
    """The text with classes as functions; None if it has no class that can be read so."""
    if "class " not in text or ("laceholder(" not in text and "GradientTape(" not in text):
        return None
    sights, layout = sights_of(names, tree), layout_of(text)
    found = [Class(node, sights, layout) for node in tree.body if isinstance(node, ast.ClassDef)]
    classes = {one.node.lineno: _Writing(one, layout) for one in found if one.is_readable()}
    if not classes:
        return None
    lines: list[tuple[str, int]] = []
    number = 1
    while number <= layout.count:
        if number in classes:
            lines += classes[number].lines()
            number = classes[number].end + 1
        else:
            lines.append((layout.line(number), number))
            number += 1
    end = layout.newline
    held = tuple(one.held() for one in classes.values())
    return Flat("".join(line + end for line, _ in lines), (*(at for _, at in lines), layout.count), held)


class _Writing:
    """One class, on its way to a function."""

    def __init__(self, one: Class, layout: Layout) -> None:
        self._class, self._layout = one, layout
        self.end = one.node.end_lineno or one.node.lineno
        self._nodes: dict[ast.AST, set[ast.AST]] = {}

    def held(self) -> Held:
        """What `methods` needs to make a class of the function again."""
        layout, source = self._layout, self._layout.spans.source
        first = self._lead(self._class.methods[0])
        head = layout.text[layout.start_of(self._class.node.lineno) : layout.start_of(first)]
        builders = [Builder("__init__", self._head(self._class.by_name["__init__"]))]
        for one in self._class.calls:
            target = source(one.target).replace(f"{self._class.own}.", MARK) if one.target is not None else None
            values = given_to(one.call, one.method) or []
            handed = tuple((name, source(value) if by_call else None) for name, value, by_call in values)
            builders.append(Builder(one.method.name, self._head(one.method), target, handed))
        names = tuple(one.name for one in self._class.methods)
        return Held(self._class.node.name, head, self._class.own, names, tuple(builders), self._arguments())

    def _arguments(self) -> str:
        arguments = ast.parse(ast.unparse(self._class.by_name["__init__"])).body[0]
        assert isinstance(arguments, ast.FunctionDef)
        del arguments.args.args[0]
        return ast.unparse(arguments.args)

    def _head(self, method: ast.FunctionDef) -> str:
        layout = self._layout
        return layout.text[layout.start_of(self._lead(method)) : layout.start_of(self._below(method))]

    def _lead(self, method: ast.FunctionDef) -> int:
        """The first line of a method, with its decorators and the comments right above."""
        first = min([method.lineno, *(one.lineno for one in method.decorator_list)])
        while (comment := self._layout.comments.get(first - 1)) is not None and comment.alone:
            first -= 1
        return first

    def _below(self, method: ast.FunctionDef) -> int:
        """The line below the header of a method."""
        header = self._layout.line_of(self._layout.header_end(method))
        return header + 1

    def lines(self) -> list[tuple[str, int]]:
        """The lines of the function, each with the line that it was."""
        indent = self._layout.indent(self._class.methods[0].lineno)
        first = self._class.node.lineno
        found = [(f"def {self._class.node.name}({self._arguments()}):", first)]
        builders = {"__init__", *(one.method.name for one in self._class.calls)}
        building = {n for name in builders for n in ast.walk(self._class.by_name[name])}
        inside = {one.attr for one in self._class.attributes if one in building}
        others = [one for one in self._class.methods if one.name not in builders]
        for method in [one for one in others if one.name in inside]:
            found += self._method(method, indent)
        found += self._body(self._class.by_name["__init__"], indent)
        for method in [one for one in others if one.name not in inside]:
            found += self._method(method, indent)
        return found

    def _method(self, method: ast.FunctionDef, indent: str) -> Iterator[tuple[str, int]]:
        """A method as a function inside of the function."""
        layout, spans = self._layout, self._layout.spans
        arguments = method.args.args
        start = layout.start_of(self._lead(method))
        last = method.end_lineno or method.lineno
        first = next(n for n in ast.walk(method) if isinstance(n, ast.arg))
        begin = spans.offset(first.lineno, first.col_offset)
        end = spans.offset(first.end_lineno or 0, first.end_col_offset or 0)
        if len(arguments) > 1 or method.args.vararg or method.args.kwonlyargs or method.args.kwarg:
            end = layout.text.index(",", end) + 1
            end += len(layout.text[end:]) - len(layout.text[end:].lstrip())
        name = layout.text.index(method.name, layout.text.index("def", spans.offset(method.lineno, method.col_offset)))
        edits = [Edit(name, name, MARK), Edit(begin, end, ""), *self._renamed(method)]
        below, stored = self._below(method), self._stored(method)
        yield "", self._lead(method)
        for number, line in enumerate(self._edited(start, layout.start_of(last + 1), edits), self._lead(method)):
            if number == below and stored:
                yield f"{layout.indent(method.body[0].lineno)}nonlocal {', '.join(stored)}", number
            yield line, number

    def _inside(self, node: ast.AST) -> set[ast.AST]:
        """A node and all that is in it."""
        if node not in self._nodes:
            self._nodes[node] = set(ast.walk(node))
        return self._nodes[node]

    def _stored(self, method: ast.FunctionDef) -> list[str]:
        """The attributes that a method sets when it is called."""
        inside = self._inside(method)
        own = [n for n in self._class.attributes if n in inside and isinstance(n.ctx, ast.Store)]
        return list(dict.fromkeys(f"{MARK}{one.attr}" for one in own))

    def _renamed(self, node: ast.AST) -> Iterator[Edit]:
        """The edits that write attributes of the instance as names."""
        inside = self._inside(node)
        for one in self._class.attributes:
            if one in inside:
                span = self._layout.spans.of(one)
                yield Edit(span.start, span.end, f"{MARK}{one.attr}")
        for call in [one for one in self._class.calls if one.method is node]:
            values = given_to(call.call, call.method) or ()
            meant = {n: v.attr for n, v, _ in values if self._class.stands_for(v, call.method, n)}
            for name in [n for n in inside if isinstance(n, ast.Name) and n.id in meant]:
                span = self._layout.spans.of(name)
                yield Edit(span.start, span.end, f"{MARK}{meant[name.id]}")

    def _body(self, method: ast.FunctionDef, indent: str) -> Iterator[tuple[str, int]]:
        """The body of a builder, with the bodies of builders in the place of their calls."""
        layout, first, last = self._layout, self._below(method), method.end_lineno or method.lineno
        text = self._edited(layout.start_of(first), layout.start_of(last + 1), self._renamed(method))
        own = layout.indent(method.body[0].lineno)
        inside = self._inside(method)
        calls = {one.statement.lineno: one for one in self._class.calls if one.statement in inside}
        ended = method.body[-1].lineno if isinstance(method.body[-1], ast.Return) else last + 1
        for number, line in list(enumerate(text, first))[: ended - first]:
            moved = indent + (line[len(own) :] if line.startswith(own) else line.lstrip())
            if number not in calls:
                yield line if number in layout.within_strings or not line.strip() else moved, number
                continue
            name, inner = calls[number].method.name, indent + layout.indent(number)[len(own) :]
            yield f'{inner}"{BEGIN}{name}"', number
            yield from self._built(calls[number], inner)
            yield f'{inner}"{END}{name}"', number

    def _built(self, call: Call, indent: str) -> Iterator[tuple[str, int]]:
        """The body of a builder in the place of its call, with what its parameters and its target are given."""
        for name, value, _ in given_to(call.call, call.method) or ():
            same = isinstance(value, ast.Name) and value.id == name
            if not same and not self._class.stands_for(value, call.method, name):
                yield f"{indent}{name} = {self._spelled(value, value)}", call.statement.lineno
        yield from self._body(call.method, indent)
        last = call.method.body[-1]
        if isinstance(last, ast.Return) and last.value is not None and call.target is not None:
            target = self._spelled(call.target, call.target)
            yield f"{indent}{target} = {self._spelled(last.value, call.method)}", last.lineno

    def _spelled(self, node: ast.expr, around: ast.AST) -> str:
        span = self._layout.spans.of(node)
        return " ".join(self._edited(span.start, span.end, self._renamed(around)))

    def _edited(self, start: int, end: int, edits: Iterable[Edit]) -> list[str]:
        """The lines of a part of the text after the edits that lie in it."""
        inside = [one for one in edits if start <= one.start and one.end <= end]
        moved = [Edit(one.start - start, one.end - start, one.text) for one in inside]
        lines = apply(self._layout.text[start:end], moved).split(self._layout.newline)
        return lines[:-1] if len(lines) > 1 and not lines[-1] else lines
