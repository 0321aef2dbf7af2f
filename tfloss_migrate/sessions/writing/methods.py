"""Makes classes again of the functions as which they were read: new functions are methods, shared names attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import dedent

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass, field
from tfloss_migrate.sessions.plain.classes import Builder, Held
from tfloss_migrate.sessions.plain.flattening import BEGIN, END
from tfloss_migrate.sessions.reading.program import MARK, unmarked
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.syntax.edits import apply


class NoClassError(Exception):
    """Why no class can be made of what a class became."""


@dataclass
class _Piece:
    """A method as it is written: the lines of its body, and the new methods that follow it."""

    lines: list[str] = field(default_factory=list)
    after: list[list[str]] = field(default_factory=list)
    statements: int = 0


def classes_again(text: str, classes: tuple[Held, ...]) -> str:
    """The text with its functions as classes. Raises NoClassError."""
    for held in classes:
        text = _Writing(text, held).text()
    return text


def attributes(tree: ast.Module, held: Held) -> set[str]:
    """The attributes that an instance has when it is made, as names."""
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == held.name)
    return {name for name in _bound(function) if name.startswith(MARK)}


class _Writing:
    """One function, on its way to a class."""

    def __init__(self, text: str, held: Held) -> None:
        self._held = held
        tree = ast.parse(text)
        self._node = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == held.name)
        self._functions = {n.name: n for n in self._node.body if isinstance(n, ast.FunctionDef)}
        inner = {id(n) for one in self._functions.values() for n in ast.walk(one)}
        self._parameters = {one.arg for one in ast.walk(self._node.args) if isinstance(one, ast.arg)}
        own = [n for n in ast.walk(self._node) if id(n) not in inner and isinstance(n, ast.Name)]
        self._bound = _bound(self._node)
        self._stored = dict(_stored(self._node, self._parameters))
        self._kept: dict[str, None] = {}  # the parameters that must become attributes
        self._promoted: set[str] = set()
        self._layout = Layout(text)
        edits = [edit for one in self._functions.values() for edit in self._method(one)]
        edits += [edit for node in own for edit in self._of_constructor(node)]
        self._check_names()
        self._layout = Layout(apply(text, edits))

    def _check_names(self) -> None:
        attributes = {one.removeprefix(MARK) for one in self._bound if one.startswith(MARK)}
        methods = {unmarked(name) for name in self._functions}
        for name in {*self._promoted, *self._kept}:
            if name in attributes | methods:
                raise NoClassError(f"{name} and {self._held.own}.{name} would be one")
        for name in methods & attributes:
            raise NoClassError(f"{self._held.own}.{name} is a method already")
        if len(methods) < len(self._functions):
            raise NoClassError("two methods would have one name")

    def _method(self, function: ast.FunctionDef) -> Iterator[Edit]:
        """The edits that make a method of a function: its names, and those of the instance."""
        local = _locals(function)
        read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
        spelled = {
            one: one.removeprefix(MARK) + "_" * (one.removeprefix(MARK) in read)
            for one in local
            if one.startswith(MARK)
        }
        start = self._layout.spans.of(function).start
        at = self._layout.text.index(function.name, start)
        opening = self._layout.text.index("(", at) + 1
        empty = not any(isinstance(n, ast.arg) for n in ast.walk(function.args))
        yield Edit(at, opening, f"{unmarked(function.name)}({self._held.own}{'' if empty else ', '}")
        decorated = {id(n) for one in function.decorator_list for n in ast.walk(one)}
        for one in function.decorator_list:
            yield from self._sizes(one)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and id(node) not in decorated:
                new = spelled.get(node.id) if node.id in local else self._shared(node.id)
                yield from self._edit(node, node.id, new)
            elif isinstance(node, ast.arg):
                yield from self._edit(node, node.arg, spelled.get(node.arg))
            elif isinstance(node, ast.keyword) and node.arg is not None and node.arg.startswith(MARK):
                yield from self._edit(node, node.arg, node.arg.removeprefix(MARK))

    def _edit(self, node: ast.Name | ast.arg | ast.keyword, old: str, new: str | None) -> Iterator[Edit]:
        start = self._layout.spans.offset(node.lineno, node.col_offset)
        if new is not None and new != old:
            yield Edit(start, start + len(old), new)

    def _shared(self, name: str) -> str | None:
        """How a method says a name that it shares with others; None for one from around the class."""
        own = self._held.own
        if name in self._functions or name.startswith(MARK):
            return f"{own}.{unmarked(name)}"
        if name in self._stored and name not in self._bound:
            return f"{own}.{self._stored[name]}"
        if name in self._parameters and name not in self._bound:
            self._kept[name] = None
            return f"{own}.{name}"
        if name in self._bound:
            self._promoted.add(name)
            return f"{own}.{name}"
        return None

    def _sizes(self, decorator: ast.expr) -> Iterator[Edit]:
        """A decorator sees no instance: what only that knows of a shape is left open."""
        own = {*self._bound, *self._parameters}
        for call in [n for n in ast.walk(decorator) if isinstance(n, ast.Call) and n.args]:
            if ast.unparse(call.func).endswith("TensorSpec"):
                shape = call.args[0]
                for part in shape.elts if isinstance(shape, (ast.List, ast.Tuple)) else [shape]:
                    if any(isinstance(n, ast.Name) and (n.id in own or MARK in n.id) for n in ast.walk(part)):
                        span = self._layout.spans.of(part)
                        yield Edit(span.start, span.end, "None")

    def _of_constructor(self, node: ast.Name) -> Iterator[Edit]:
        name = node.id
        if name in self._promoted or name in self._functions or name.startswith(MARK):
            yield from self._edit(node, name, f"{self._held.own}.{unmarked(name)}")

    def text(self) -> str:
        """The text with the class in the place of the function."""
        layout, node, held = self._layout, self._node, self._held
        pieces = self._pieces()
        unit = layout.indent(node.body[0].lineno)
        found: list[str] = []
        builders = {one.name: one for one in held.builders}
        for name in held.methods:
            if name in builders:
                body = pieces[name].lines
                head = self._headed(builders[name], unit)
                if name == "__init__":
                    body = [f"{unit * 2}{held.own}.{one} = {one}" for one in self._kept] + body
                if pieces[name].statements or (name == "__init__" and self._kept):
                    found += [*head, *body, ""]
                for method in pieces[name].after:
                    found += [*method, ""]
            else:
                found += [*self._lines_of(self._functions[MARK + name]), ""]
        first, last = layout.start_of(node.lineno), layout.start_of((node.end_lineno or node.lineno) + 1)
        end = layout.newline
        return layout.text[:first] + held.head + end.join(found) + layout.text[last:]

    def _headed(self, builder: Builder, unit: str) -> list[str]:
        """The header of a builder, without what is no argument any more."""
        head = builder.head.rstrip("\r\n").split(self._layout.newline)
        arguments = ast.unparse(self._node.args)
        kept = None if arguments == self._held.arguments else arguments
        if builder.name != "__init__":
            gone = [name for name, _ in builder.parameters if not self._is_kept(name)]
            given = _arguments(head)
            given.defaults = given.defaults if not gone else []  # a session has no default, nor what stands before it
            given.args = [one for one in given.args[1:] if one.arg not in gone]
            kept = ast.unparse(given) if gone else None
        if kept is None:
            return head
        at = next(i for i, line in enumerate(head) if line.lstrip().startswith("def "))
        return [*head[:at], f"{unit}def {builder.name}({', '.join(filter(None, (self._held.own, kept)))}):"]

    def _is_kept(self, parameter: str) -> bool:
        return parameter in self._bound or parameter in self._parameters

    def _pieces(self) -> dict[str, _Piece]:
        """The lines of each builder."""
        layout, node = self._layout, self._node
        unit = layout.indent(node.body[0].lineno)
        builders = {one.name: one for one in self._held.builders}
        pieces = {name: _Piece() for name in builders}
        inside, above, handed = ["__init__"], node.lineno + 1, set[str]()
        for statement in node.body:
            last = statement.end_lineno or statement.lineno
            lines = [self._moved(n, unit) for n in range(above, last + 1)]
            above, piece = last + 1, pieces[inside[-1]]
            word = _note(statement)
            if isinstance(statement, ast.FunctionDef):
                if unmarked(statement.name) not in self._held.methods or not statement.name.startswith(MARK):
                    piece.after.append(self._lines_of(statement))
            elif word.startswith(BEGIN) and word.removeprefix(BEGIN) in pieces:
                piece.lines += lines[:-1]
                inside.append(word.removeprefix(BEGIN))
                handed = {name for name, _ in builders[inside[-1]].parameters}
            elif word.startswith(END) and word.removeprefix(END) in pieces:
                ended = inside.pop()
                piece.lines += lines[:-1]
                self._call(builders[ended], pieces[ended], pieces[inside[-1]], unit * 2)
            elif isinstance(statement, ast.Assign) and _target(statement) in handed:
                name = _target(statement)
                handed.discard(name)
                if name in self._promoted:
                    piece.lines.append(f"{unit * 2}{self._held.own}.{name} = {name}")
            else:
                handed = set()
                piece.lines += lines
                piece.statements += 1
        for piece in pieces.values():
            piece.lines = _without_edges(piece.lines)
        return pieces

    def _call(self, builder: Builder, piece: _Piece, around: _Piece, indent: str) -> None:
        """The call of a builder, where it was; what was given to its target is returned."""
        own = self._held.own
        spelled = (builder.target or "").replace(MARK, f"{own}.")
        opening = f"{indent}{spelled} = "
        returned = [i for i, line in enumerate(piece.lines) if builder.target and line.startswith(opening)]
        arguments: list[str] = []
        for name, value in builder.parameters:
            if value is not None and self._is_kept(name):
                arguments.append(value)
        call = f"{own}.{builder.name}({', '.join(arguments)})"
        if returned:
            piece.lines[returned[-1]] = f"{indent}return {piece.lines[returned[-1]].removeprefix(opening)}"
            call = f"{spelled} = {call}"
        if piece.statements:
            around.lines.append(f"{indent}{call}")
            around.statements += 1

    def _moved(self, number: int, unit: str) -> str:
        """A line of the constructor, one step further in."""
        line = self._layout.line(number)
        return line if number in self._layout.within_strings or not line.strip() else unit + line

    def _lines_of(self, function: ast.FunctionDef) -> list[str]:
        """The lines of a method, with the comments above it."""
        layout = self._layout
        first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        while (comment := layout.comments.get(first - 1)) is not None and comment.alone:
            first -= 1
        lines = [layout.line(number) for number in range(first, (function.end_lineno or first) + 1)]
        return [line for line in lines if not line.lstrip().startswith(f"nonlocal {MARK}")]


def _bound(function: ast.FunctionDef) -> set[str]:
    """The names that a function sets itself, and not the functions inside of it."""
    inner = {id(n) for one in function.body if isinstance(one, ast.FunctionDef) for n in ast.walk(one)}
    names = [n for n in ast.walk(function) if isinstance(n, ast.Name) and id(n) not in inner]
    return {n.id for n in names if isinstance(n.ctx, ast.Store)}


def _note(statement: ast.stmt) -> str:
    """The text of a string that is a statement."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _target(statement: ast.Assign) -> str:
    target = statement.targets[0]
    return target.id if len(statement.targets) == 1 and isinstance(target, ast.Name) else ""


def _arguments(head: list[str]) -> ast.arguments:
    """The parameters in the header of a method."""
    function = ast.parse(dedent("\n".join(head)) + "\n    pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    return function.args


def _without_edges(lines: list[str]) -> list[str]:
    """Lines without the empty ones before and after."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _locals(function: ast.FunctionDef) -> set[str]:
    """The names that are a function's own."""
    nodes = list(ast.walk(function))
    shared = {name for n in nodes if isinstance(n, ast.Nonlocal) for name in n.names}
    bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return (bound | {n.arg for n in nodes if isinstance(n, ast.arg)}) - shared


def _stored(node: ast.FunctionDef, parameters: set[str]) -> Iterator[tuple[str, str]]:
    """The parameters that are attributes, each with the name of its attribute."""
    for one in node.body:
        target = one.targets[0] if isinstance(one, ast.Assign) else None
        value = one.value if isinstance(one, ast.Assign) else None
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Name):
            continue
        if value.id in parameters and target.id.startswith(MARK):
            yield value.id, target.id.removeprefix(MARK)
