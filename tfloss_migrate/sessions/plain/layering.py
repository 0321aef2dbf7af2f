"""Layers that make their variables where they are called: `h = tf.layers.dense(x, 10)` as an object that is called.

The object has a name of its own, as a variable has: it is made once, and what it makes is trained. In TF1 both
spellings are the same: this rewrites TF1 into TF1, and what keeps a program in its session is told as ever.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from textwrap import indent

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.dropouts import Dropout, dropout_of
from tfloss_migrate.sessions.counterparts.layers import NORMALIZED, Kind, Layer, layer_of
from tfloss_migrate.sessions.plain.sharing import shared_in
from tfloss_migrate.sessions.plain.unscoped import scope_name
from tfloss_migrate.sessions.reading.program import short, unmarked
from tfloss_migrate.sessions.text.layout import WIDTH, Layout, layout_of
from tfloss_migrate.sessions.text.removal import Removal
from tfloss_migrate.sessions.text.settled import is_settled
from tfloss_migrate.sessions.text.sights import Sights, sights_of
from tfloss_migrate.syntax.names import Names


def layered(text: str, names: Names, tree: ast.Module) -> list[Edit]:
    """What gives names to the layers that hold variables, where it shows that each is made once."""
    if not any(word in text for word in ("layers", "slim")):
        return []
    sights, layout = sights_of(names, tree), layout_of(text)
    if any((sights.called(call) or "").endswith("arg_scope") for call in sights.all(ast.Call)):
        return []  # what a layer is given stands elsewhere too
    root = sights.root()
    return list(_Layering(sights, layout, root).edits()) if root is not None else []


def why_left(call: ast.Call, sights: Sights) -> str:
    """Why the layer that a call makes is not made once, in words."""
    what, around = short(call.func), list(sights.above(call))
    one = layer_of(call, sights, "tf", ast.unparse)
    if one is None and dropout_of(call, sights, "tf", ast.unparse) is None:
        return f"{what} is asked for more than is known"
    if any(True for _ in sights.loops(call)):
        return f"{what} makes a layer in each round of a loop"
    if any(isinstance(node, ast.With) and not sights.is_bare(node) for node in around):
        return f"{what} stands in a scope, in which it may share its variables"
    function = next((node for node in around if isinstance(node, ast.FunctionDef)), None)
    if function is not None:
        return f"{what} makes a layer each time that {unmarked(function.name)} is called"
    return f"{what} stands where no layer can be made before it"


class _Layering:
    """The edits of one text."""

    def __init__(self, sights: Sights, layout: Layout, root: str) -> None:
        self._sights, self._layout, self._root = sights, layout, root
        self._taken = {node.id for node in sights.nodes if isinstance(node, ast.Name)}
        self._taken |= {node.name for node in sights.nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        self._made: dict[ast.stmt, list[str]] = {}
        self._shared = shared_in(sights) if "variable_scope" in layout.text else {}
        calls = [node for node in sights.nodes if isinstance(node, ast.Call)]
        found = [layer for call in calls if (layer := layer_of(call, sights, root, layout.spans.source)) is not None]
        dropouts = [one for call in calls if (one := dropout_of(call, sights, root, layout.spans.source)) is not None]
        self._dropouts: dict[ast.AST, Dropout] = {one.call: one for one in dropouts}
        self._layers: dict[ast.AST, Layer] = {
            one.call: one for one in found if not one.kind.trains or self._home(one.call, one.given) is not None
        }

        self._objects: dict[tuple[str, ...], str] = {}
        self._layers = {
            call: one for call, one in self._layers.items() if not one.reuses or self._first(one) is not None
        }
        self._known = [call for call in calls if self._is_layer(call)]

    def edits(self) -> Iterator[Edit]:
        """All edits: calls of objects, and above them the statements that make these."""
        for call in sorted(self._known, key=lambda one: (one.lineno, one.col_offset)):
            if self._does_nothing(call):
                yield from Removal(self._layout).edits([self._sights.statement(call)])
            elif not any(self._is_layer(above) for above in self._sights.above(call)):
                span = self._layout.spans.of(call)
                yield Edit(span.start, span.end, self._written(call))
        for home, lines in self._made.items():
            above = isinstance(home, ast.FunctionDef)
            start = self._layout.start_of(self._first_line(home) if above else home.lineno)
            yield Edit(start, start, self._in_scope(home, lines) + self._layout.newline * (2 if above else 0))

    def _does_nothing(self, call: ast.Call) -> bool:
        """Whether a call stands in `h = dropout(h)` that never drops anything."""
        above, dropout = self._sights.parent(call), self._dropouts.get(call)
        named = isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name)
        if not named or dropout is None or dropout.rate or not isinstance(dropout.inputs, ast.Name):
            return False
        return isinstance(above, ast.Assign) and ast.unparse(above.targets[0]) == dropout.inputs.id

    def _in_scope(self, home: ast.stmt, lines: list[str]) -> str:
        """The statements above a function, in the scope that its calls share."""
        shared = self._shared.get(home)
        if shared is None:
            return "".join(lines)
        header = f'with {self._root}.variable_scope("{shared.name}"):{self._layout.newline}'
        return header + indent("".join(lines), " " * 4)

    def _first_line(self, home: ast.stmt) -> int:
        """The line of a statement, or of the comment above it."""
        line = home.lineno
        while self._layout.line(line - 1).lstrip().startswith("#"):
            line -= 1
        return line

    def _is_layer(self, node: ast.AST) -> bool:
        return node in self._layers or node in self._dropouts

    def _written(self, node: ast.Call) -> str:
        if node in self._dropouts:
            dropout = self._dropouts[node]
            return dropout.called(self._inputs(dropout.inputs))
        return self._called(self._layers[node])

    def _key(self, layer: Layer) -> tuple[str, ...]:
        """What a layer is known by when it is used again: its name, and the scopes around it."""
        around = (scope_name(node, self._sights, self._layout) for node in self._sights.above(layer.call))
        return (layer.name or "", layer.kind.name, *(one for one in around if one is not None))

    def _first(self, layer: Layer) -> Layer | None:
        """The layer that another one uses again."""
        alike = [one for one in self._layers.values() if layer.name and self._key(one) == self._key(layer)]
        first = min(alike, key=lambda one: one.call.lineno, default=None)
        return first if first is not None and not first.reuses else None

    def _called(self, layer: Layer) -> str:
        """The call of the object that a layer is, and of the one that normalizes what it gives."""
        if layer.reuses:
            return f"{self._objects[self._key(layer)]}({self._inputs(layer.inputs)})"
        text, one = self._inputs(layer.inputs), layer.normalizer
        home = self._home(layer.call, layer.given) if layer.kind.trains else None
        if home is None:
            return f"{self._root}.layers.{layer.kind.name}({', '.join(layer.arguments)})({text})"
        name = self._name(layer)
        if layer.kind is not NORMALIZED:
            self._make(home, name, layer.kind, layer.arguments)
            self._objects[self._key(layer)] = name
            text = f"{name}({text})"
        if one is not None:
            name = name if layer.kind is NORMALIZED else self._free([f"{name.removesuffix('_layer')}_norm"], "norm")
            self._make(home, name, NORMALIZED, one.arguments)
            text = f"{name}({text}, training={one.training})"
        return f"{one.activation}({text})" if one is not None and one.activation is not None else text

    def _make(self, home: ast.stmt, name: str, kind: Kind, arguments: tuple[str, ...]) -> None:
        """Notes the statement that makes a layer, on one line if it fits there."""
        layout = self._layout
        made, indent, newline = f"{self._root}.layers.{kind.name}(", layout.indent(home.lineno), layout.newline
        line = f"{indent}{name} = {made}{', '.join(arguments)})"
        if len(line) > WIDTH or "\n" in line:
            pieces = "".join(f"{indent}    {one},{newline}" for one in arguments)
            line = f"{indent}{name} = {made}{newline}{pieces}{indent})"
        self._made.setdefault(home, []).append(line + newline)

    def _inputs(self, node: ast.expr) -> str:
        """The source of what goes into a layer, with the layers in it as objects."""
        spans, text = self._layout.spans, self._layout.text
        inner = [n for n in ast.walk(node) if isinstance(n, ast.Call) and self._is_layer(n)]
        outer = [n for n in inner if not any(above in inner for above in self._sights.above(n))]
        pieces, position = [], spans.of(node).start
        for part in sorted(outer, key=lambda n: spans.of(n).start):
            pieces += [text[position : spans.of(part).start], self._written(part)]
            position = spans.of(part).end
        return "".join([*pieces, text[position : spans.of(node).end]])

    def _home(self, call: ast.Call, given: Iterable[ast.expr]) -> ast.stmt | None:
        """The statement above which a layer is made: its own, or the function that is called once; None for none."""
        sights = self._sights
        statement = sights.statement(call)
        column = self._layout.spans.of(statement).column
        if any(True for _ in sights.loops(call)) or self._layout.line(statement.lineno)[:column].strip():
            return None
        if any(self._is_apart(node) for node in sights.above(call)):
            return None
        function = sights.function_around(call)
        if isinstance(function, ast.Module) or self._holds_placeholders(function):
            return statement
        if not isinstance(function, ast.FunctionDef) or sights.parent(function) is not sights.tree:
            return None
        loads = sights.loads(function.name, sights.names.module)
        if not all(is_settled(value, function.lineno, sights) for value in given):
            return None
        if function in self._shared:
            return function
        if len(loads) != 1:
            return None
        above = sights.parent(loads[0])
        once = isinstance(above, ast.Call) and above.func is loads[0] and not any(True for _ in sights.loops(above))
        return function if once else None

    def _is_apart(self, node: ast.AST) -> bool:
        """Whether what stands in a node is no plain part of a graph; a scope that only gives names is none of that."""
        scoped = isinstance(node, ast.With) and scope_name(node, self._sights, self._layout) is not None
        scoped = scoped or any(node is one.scope for one in self._shared.values()) or self._sights.is_bare(node)
        return isinstance(node, (ast.ClassDef, ast.With, ast.If)) and not scoped

    def _holds_placeholders(self, function: ast.AST) -> bool:
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
        return any(self._sights.called(node) in symbols.PLACEHOLDERS for node in calls)

    def _name(self, layer: Layer) -> str:
        """A free name: the layer's own, that of the value that it gives, or that of its kind."""
        above = self._sights.parent(layer.call)
        target = above.targets[0] if isinstance(above, ast.Assign) else None
        base = re.sub(r"2D(Transpose)?$", r"\1", layer.kind.name).lower()
        wanted = [layer.name] if layer.name is not None and _is_free_word(layer.name) else []
        function = self._sights.function_around(layer.call)
        if isinstance(function, ast.FunctionDef) and function in self._shared:
            new = isinstance(target, ast.Name) and ast.unparse(layer.inputs) != target.id
            base = f"{function.name}_{base}"
            wanted += [f"{function.name}_{target.id}"] if new and isinstance(target, ast.Name) else []
        else:
            wanted += [f"{target.id}_layer"] if isinstance(target, ast.Name) else []
        return self._free(wanted, "norm" if layer.kind is NORMALIZED else base)

    def _free(self, wanted: list[str], base: str) -> str:
        """The first wanted name that is free, or a numbered one; it is taken then."""
        numbered = [f"{base}_{number}" for number in range(1, 2 * len(self._layers) + 2)]
        name = next(one for one in (*wanted, *numbered) if one not in self._taken)
        self._taken.add(name)
        return name


def _is_free_word(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)
