"""Classes that hold a graph and its session, read as functions: what is `self.x` in a class is a name in a function.

`class Model` becomes `def Model(...)`: the body of `__init__`, with the methods that build the graph in the place of
their calls, and all other methods as functions inside. `self.x` is written `self·x`, a name as long as what it stands
for. `methods` makes a class of such a function again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.layout import Layout
from tfloss_migrate.sessions.program import MARK
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.syntax.arguments import given
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

BEGIN, END = "begin ", "end "


@dataclass(frozen=True)
class Builder:
    """A method that `__init__` calls once to build the graph: what stands above its body, and what its call gives.

    `parameters` have what the call gives to each, None where it is left to a default.
    """

    name: str
    head: str
    target: str | None = None
    parameters: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Held:
    """A class that is read as a function: the lines above its first method, its methods in order, and its builders.

    The first builder is `__init__`; `arguments` are those that it takes, without the instance, which is called `own`.
    """

    name: str
    head: str
    own: str
    methods: tuple[str, ...]
    builders: tuple[Builder, ...]
    arguments: str


@dataclass(frozen=True)
class Flat:
    """A text without classes that hold a session. `lines` are, for each of its lines, the line that it was.

    `said` is what else has become of it.
    """

    text: str
    lines: tuple[int, ...]
    classes: tuple[Held, ...]
    said: tuple[str, ...] = ()


def flattened(text: str, names: Names, tree: ast.Module) -> Flat | None:
    """The text with classes as functions; None if it has no class that can be read so."""
    if "class " not in text or ("laceholder(" not in text and "GradientTape(" not in text):
        return None
    sights, layout = Sights(names, tree), Layout(text)
    found = [_Class(node, sights, layout) for node in tree.body if isinstance(node, ast.ClassDef)]
    classes = {one.node.lineno: one for one in found if one.is_readable()}
    if not classes:
        return None
    lines: list[tuple[str, int]] = []
    number = 1
    while number <= layout.count:
        if number in classes:
            lines += classes[number].lines()
            number = (classes[number].node.end_lineno or number) + 1
        else:
            lines.append((layout.line(number), number))
            number += 1
    end = layout.newline
    held = tuple(one.held() for one in classes.values())
    return Flat("".join(line + end for line, _ in lines), tuple(at for _, at in lines), held)


class _Class:
    """One class, on its way to a function."""

    def __init__(self, node: ast.ClassDef, sights: Sights, layout: Layout) -> None:
        self.node, self._sights, self._layout = node, sights, layout
        documented = node.body[1:] if ast.get_docstring(node) is not None else node.body
        self._methods = [one for one in documented if isinstance(one, ast.FunctionDef)]
        self._plain = len(self._methods) == len(documented)
        self._by_name = {one.name: one for one in self._methods}
        self._own = {one.args.args[0].arg if one.args.args else "" for one in self._methods}
        self._attributes: list[ast.Attribute] = []
        self._calls = {}  # of builders, by the statement in which each is called
        if self.is_plain():
            self._attributes = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and self._is_own(n.value)]
            self._calls = dict(self._called(self._by_name["__init__"]))

    def is_plain(self) -> bool:
        """Whether the class has nothing but a docstring and methods, of which one is `__init__`."""
        bases = [one.id if isinstance(one, ast.Name) else "" for one in self.node.bases]
        special = [one for one in self._methods if one.name.startswith("__") and one.name != "__init__"]
        plain = self._plain and bases in ([], ["object"]) and not self.node.decorator_list and not self.node.keywords
        distinct = len(self._by_name) == len(self._methods)
        return plain and distinct and not special and "__init__" in self._by_name and len(self._own) == 1

    def is_readable(self) -> bool:
        """Whether the class holds a graph, and does nothing with its instance but to read and to set its attributes."""
        if not self.is_plain() or any(one.decorator_list for one in self._methods if not self._is_traced(one)):
            return False
        graph = any(self._sights.called(n) in ("placeholder", "GradientTape") for n in ast.walk(self.node))
        runs = any(isinstance(n, ast.Attribute) and n.attr in ("run", "eval", "gradient") for n in ast.walk(self.node))
        (own,) = self._own
        names = [n for n in ast.walk(self.node) if isinstance(n, ast.Name) and n.id == own]
        source = self._layout.spans.source
        spelled = all(source(one) == f"{own}.{one.attr}" for one in self._attributes)
        return graph and runs and own != "" and len(names) == len(self._attributes) and spelled and self._is_called()

    def _is_traced(self, method: ast.FunctionDef) -> bool:
        return all(self._sights.called(one) == "function" or self._sights.symbol(one) == "function"
                   for one in method.decorator_list)  # fmt: skip

    def _is_called(self) -> bool:
        """Whether all that is done with the class, outside of it, is to make instances; nobody sets what is theirs."""
        loads = self._sights.loads(self.node.name, self._sights.names.module)
        stored = {one.attr for one in self._attributes}
        foreign = [n for n in self._sights.nodes if isinstance(n, ast.Attribute) and n not in self._attributes]
        calls = [self._sights.parent(load) for load in loads]
        made = all(isinstance(call, ast.Call) and call.func is load for call, load in zip(calls, loads, strict=True))
        return made and not any(n.attr in stored and isinstance(n.ctx, ast.Store) for n in foreign)

    def _is_own(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self._own

    def _called(self, method: ast.FunctionDef) -> Iterator[tuple[ast.stmt, ast.FunctionDef]]:
        """The builders that a method calls, in turn, with the statements that do so."""
        for statement in ast.walk(method):
            if isinstance(statement, (ast.Expr, ast.Assign)) and isinstance(statement.value, ast.Call):
                builder = self._builder(statement.value, isinstance(statement, ast.Assign))
                block = self._sights.parent(statement)
                alone = statement.lineno == statement.end_lineno
                if builder is not None and alone and (block is method or isinstance(block, ast.With)):
                    yield statement, builder
                    yield from self._called(builder)

    def _builder(self, call: ast.Call, assigned: bool) -> ast.FunctionDef | None:
        """The method that a call is of, if nobody else calls it, and it runs to its end."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) and self._is_own(call.func.value) else ""
        method = self._by_name.get(name)
        named = [n for n in self._sights.nodes if isinstance(n, ast.Attribute) and n.attr == name]
        if method is None or len(named) != 1 or name == "__init__" or self._given(call, method) is None:
            return None
        kinds = (ast.Return, ast.Yield, ast.YieldFrom, ast.FunctionDef)
        returns = [n for n in ast.walk(method) if isinstance(n, kinds)]
        last = [one for one in method.body[-1:] if isinstance(one, ast.Return) and one.lineno == one.end_lineno]
        if returns[1:] != (last if assigned else []):
            return None
        return method if bool(last) == assigned else None

    def _given(self, call: ast.Call, method: ast.FunctionDef) -> list[tuple[str, ast.expr, bool]] | None:
        """The parameters of a method, what each is given, and whether it is by the call; None if they do not fit."""
        arguments = method.args
        names = [one.arg for one in arguments.args[1:]]
        bound = given(call, names)
        if bound is None or arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
            return None
        defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
        values = {name: bound.get(name, defaults.get(name)) for name in names}
        found = [(name, value, name in bound) for name, value in values.items() if value is not None]
        return found if len(found) == len(names) else None

    def _stands_for(self, method: ast.FunctionDef, name: str, value: ast.expr) -> bool:
        """Whether a parameter is but another name for an attribute that is computed."""
        stored = [n.id for n in ast.walk(method) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]
        if name in stored or value not in self._attributes or not isinstance(value, ast.Attribute):
            return False
        statements = [self._sights.parent(n) for n in self._attributes if n.attr == value.attr and isinstance(n.ctx, ast.Store)]
        return not all(isinstance(s, ast.Assign) and isinstance(s.value, (ast.Name, ast.Constant)) for s in statements)

    def held(self) -> Held:
        """What `methods` needs to make a class of the function again."""
        layout, source = self._layout, self._layout.spans.source
        first = self._lead(self._methods[0])
        head = layout.text[layout.start_of(self.node.lineno) : layout.start_of(first)]
        builders = [Builder("__init__", self._head(self._by_name["__init__"]))]
        for statement, method in self._calls.items():
            target = source(statement.targets[0]) if isinstance(statement, ast.Assign) else None
            own = next(iter(self._own))
            target = target.replace(f"{own}.", MARK) if target is not None else None
            assert isinstance(statement.value, ast.Call)
            values = self._given(statement.value, method) or []
            handed = tuple((name, source(value) if by_call else None) for name, value, by_call in values)
            builders.append(Builder(method.name, self._head(method), target, handed))
        names = tuple(one.name for one in self._methods)
        return Held(self.node.name, head, next(iter(self._own)), names, tuple(builders), self._arguments())

    def _arguments(self) -> str:
        arguments = ast.parse(ast.unparse(self._by_name["__init__"])).body[0]
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
        indent = self._layout.indent(self._methods[0].lineno)
        first = self.node.lineno
        found = [(f"def {self.node.name}({self._arguments()}):", first)]
        builders = {"__init__", *(one.name for one in self._calls.values())}
        building = {n for name in builders for n in ast.walk(self._by_name[name])}
        inside = {one.attr for one in self._attributes if one in building}
        others = [one for one in self._methods if one.name not in builders]
        for method in [one for one in others if one.name in inside]:
            found += self._method(method, indent)
        found += self._body(self._by_name["__init__"], indent)
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
        yield "", self._lead(method)
        below = self._below(method)
        stored = self._stored(method)
        for number, line in enumerate(self._edited(start, layout.start_of(last + 1), edits), self._lead(method)):
            if number == below and stored:
                yield f"{layout.indent(method.body[0].lineno)}nonlocal {', '.join(stored)}", number
            yield line, number

    def _stored(self, method: ast.FunctionDef) -> list[str]:
        """The attributes that a method sets when it is called."""
        own = [n for n in self._attributes if n in set(ast.walk(method)) and isinstance(n.ctx, ast.Store)]
        return list(dict.fromkeys(f"{MARK}{one.attr}" for one in own))

    def _renamed(self, node: ast.AST) -> Iterator[Edit]:
        inside = set(ast.walk(node))
        for one in self._attributes:
            if one in inside:
                span = self._layout.spans.of(one)
                yield Edit(span.start, span.end, f"{MARK}{one.attr}")
        for statement, method in self._calls.items():
            if method is node and isinstance(statement, (ast.Expr, ast.Assign)) and isinstance(statement.value, ast.Call):
                meant = {name: value for name, value, _ in self._given(statement.value, method) or ()
                         if self._stands_for(method, name, value)}  # fmt: skip
                for one in [n for n in inside if isinstance(n, ast.Name) and n.id in meant]:
                    span, value = self._layout.spans.of(one), meant[one.id]
                    assert isinstance(value, ast.Attribute)
                    yield Edit(span.start, span.end, f"{MARK}{value.attr}")

    def _body(self, method: ast.FunctionDef, indent: str) -> Iterator[tuple[str, int]]:
        """The body of a builder, with the bodies of builders in the place of their calls."""
        layout, first, last = self._layout, self._below(method), method.end_lineno or method.lineno
        text = self._edited(layout.start_of(first), layout.start_of(last + 1), self._renamed(method))
        own = layout.indent(method.body[0].lineno)
        calls = {statement.lineno: statement for statement in self._calls if statement in set(ast.walk(method))}
        ended = method.body[-1] if isinstance(method.body[-1], ast.Return) else None
        for number, line in enumerate(text, first):
            if ended is not None and number >= ended.lineno:
                break
            moved = indent + (line[len(own) :] if line.startswith(own) else line.lstrip())
            new = line if number in layout.within_strings or not line.strip() else moved
            if number not in calls:
                yield new, number
                continue
            statement, inner = calls[number], indent + layout.indent(number)[len(own) :]
            builder = self._calls[statement]
            yield f'{inner}"{BEGIN}{builder.name}"', number
            assert isinstance(statement.value, ast.Call)
            for name, value, _ in self._given(statement.value, builder) or ():
                same = isinstance(value, ast.Name) and value.id == name
                if not same and not self._stands_for(builder, name, value):
                    span = layout.spans.of(value)
                    yield f"{inner}{name} = {' '.join(self._edited(span.start, span.end, self._renamed(value)))}", number
            yield from self._body(builder, inner)
            yield from self._returned(statement, builder, inner)
            yield f'{inner}"{END}{builder.name}"', number

    def _returned(self, statement: ast.stmt, builder: ast.FunctionDef, indent: str) -> Iterator[tuple[str, int]]:
        """What a builder returns, given to what its call was assigned to."""
        last = builder.body[-1]
        if isinstance(last, ast.Return) and last.value is not None and isinstance(statement, ast.Assign):
            parts = [self._layout.spans.of(one) for one in (statement.targets[0], last.value)]
            texts = [self._edited(one.start, one.end, self._renamed(statement), self._renamed(builder)) for one in parts]
            target, value = ("\n".join(lines) for lines in texts)
            yield f"{indent}{target} = {value}", last.lineno

    def _edited(self, start: int, end: int, *edits: Iterable[Edit]) -> list[str]:
        """The lines of a part of the text after the edits that lie in it."""
        inside = [one for some in edits for one in some if start <= one.start and one.end <= end]
        moved = [Edit(one.start - start, one.end - start, one.text) for one in inside]
        lines = apply(self._layout.text[start:end], moved).split(self._layout.newline)
        return lines[:-1] if len(lines) > 1 and not lines[-1] else lines
