"""Where a value comes from: every expression that may have made what a name, an attribute or an entry holds.

Beyond `flow`, which tells what a name surely holds, this goes through the branches of an `if`, attributes of a class
(`self.x`), functions and methods of the module, parameters to the arguments of the calls, tuples and dictionaries.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.branches import Conditions, conditions_in, runs
from tfloss_migrate.syntax.callables import function_of, methods_around
from tfloss_migrate.syntax.entries import is_entry, value_in
from tfloss_migrate.syntax.frames import Frame, Origin, in_call
from tfloss_migrate.syntax.names import Names, dotted
from tfloss_migrate.syntax.scopes import Binding, Place

_DEPTH = 40
_FOLLOWED = frozenset({ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.IfExp})
_MANY = 24


class Origins:
    """Looks for origins in one file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._calls: dict[ast.AST, list[tuple[ast.Call, Place]]] | None = None
        self._reading: set[Origin] = set()
        self._found: dict[Origin, tuple[Origin, ...]] = {}
        self._frames: dict[tuple[ast.expr, Frame | None], Frame | None] = {}
        self._conditions: dict[ast.AST, Conditions] = {}

    def of(self, origin: Origin) -> tuple[Origin, ...]:
        """All that may have made the value of an expression; what cannot be followed stands for itself."""
        if type(origin.node) not in _FOLLOWED:
            return (origin,)
        known = self._found.get(origin)
        if known is not None:
            return known
        found = tuple(dict.fromkeys(itertools.islice(self._of(origin, _DEPTH), _MANY + 1)))
        found = found if 0 < len(found) <= _MANY else (origin,)
        if not self._reading:  # else it hangs on what is being read
            self._found[origin] = found
        return found

    def returned_by(self, call: ast.Call, place: Place) -> tuple[tuple[ast.expr, Place], ...]:
        """What the function of the module that a call is of may return, as it is written there."""
        function = function_of(call, place)
        return tuple(self._names.returns.get(function, [])) if function is not None else ()

    def _of(self, origin: Origin, depth: int) -> Iterator[Origin]:
        node = origin.node
        held: tuple[Origin, ...] | None = None
        if depth > 0:
            if isinstance(node, (ast.Name, ast.Attribute)):
                held = self._held(origin)
            elif isinstance(node, ast.Call):
                held = tuple(self._returned(origin))
            elif isinstance(node, ast.Subscript):
                held = self._entry(origin, depth)
            elif isinstance(node, ast.IfExp):
                held = (Origin(node.body, origin.place, origin.frame), Origin(node.orelse, origin.place, origin.frame))
        if not held:
            yield origin
            return
        for one in held:
            yield from self._of(one, depth - 1)

    def _held(self, origin: Origin) -> tuple[Origin, ...]:
        """What a name or an attribute may hold, one step back."""
        node, place, frame = origin.node, origin.place, origin.frame
        name = dotted(node)
        if name is None or self._names.symbol(node, place.scope) is not None:
            return self._of_instance(origin) if isinstance(node, ast.Attribute) else ()
        bindings = self._bindings(name, place, frame)
        if not bindings and "." in name:
            bindings = self._class_bindings(name, place)
            frame = None
        if not bindings:
            return self._of_instance(origin) if isinstance(node, ast.Attribute) else ()
        found: list[Origin] = []
        for binding in bindings:
            held = self._bound(binding, name, frame if binding.scope is place.scope else None)
            if not held:
                return ()
            found.extend(held)
        return tuple(found)

    def _bindings(self, name: str, place: Place, frame: Frame | None) -> list[Binding]:
        """The bindings that may have given a name its value here."""
        owner = place.scope.owner_of(name)
        if owner is None:
            return []
        bindings = owner.bindings[name]
        sure = flow.reaching(name, place)
        if sure is not None:
            return [sure]
        if owner is not place.scope:
            return bindings
        before = [binding for binding in bindings if binding.order < place.order]
        run = {binding: self._runs(binding.node, frame) for binding in before}
        before = [binding for binding in before if run[binding] is not False]
        for position in range(len(before) - 1, -1, -1):
            if before[position].block.holds(place.block) or run[before[position]]:  # what was before is overwritten
                before = before[position:]
                break
        in_loop = [b for b in bindings if b.order >= place.order and flow.from_an_earlier_round(b, place)]
        return before + in_loop

    def _runs(self, statement: ast.AST, frame: Frame | None) -> bool | None:
        """Whether a statement is run in a call, as far as the arguments tell."""
        if frame is None:
            return None
        if frame.function not in self._conditions:
            self._conditions[frame.function] = conditions_in(frame.function)
        return runs(statement, self._conditions[frame.function], lambda name: self._given(name, frame))

    def _given(self, name: str, frame: Frame) -> ast.expr | None:
        """What a parameter surely holds in a call: a literal, or a function of TensorFlow."""
        if name not in frame.arguments:
            return None
        held = self.of(frame.arguments[name])
        node = held[0].node
        plain = isinstance(node, (ast.Constant, ast.Lambda))
        known = plain or self._names.symbol(node, held[0].place.scope) is not None
        return node if len(held) == 1 and known else None

    def _class_bindings(self, name: str, place: Place) -> list[Binding]:
        """Every `self.x = ...` in the methods of the class around a place."""
        methods = methods_around(place.scope, self._names.scopes)
        return [binding for scope in methods for binding in scope.bindings.get(name, [])]

    def _bound(self, binding: Binding, name: str, frame: Frame | None) -> tuple[Origin, ...]:
        place = Place(binding.scope, binding.block, binding.order, _statement(binding.node))
        if binding.kind == "assign" and binding.value is not None:
            return (Origin(binding.value, place, frame),)
        if binding.kind == "parameter":
            return self._argument(binding, name, frame)
        statement = binding.node
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], (ast.Tuple, ast.List)):
            labels = [dotted(element) for element in statement.targets[0].elts]
            if name in labels:
                return self._items(Origin(statement.value, place, frame), labels.index(name))
        return ()

    def _argument(self, binding: Binding, name: str, frame: Frame | None) -> tuple[Origin, ...]:
        function = binding.scope.node
        if frame is not None and frame.function is function:
            return (frame.arguments[name],) if name in frame.arguments else ()
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return ()
        found = []
        for call, place in self._calls_of(function):
            arguments = in_call(Origin(call, place), function)
            if name not in arguments:
                return ()
            found.append(arguments[name])
        return tuple(found)

    def _calls_of(self, function: ast.AST) -> list[tuple[ast.Call, Place]]:
        if self._calls is None:
            self._calls = {}
            for call, place in self._names.calls:
                called = function_of(call, place)
                if called is not None:
                    self._calls.setdefault(called, []).append((call, place))
        return self._calls.get(function, [])

    def _returned(self, origin: Origin) -> Iterator[Origin]:
        key = (origin.node, origin.frame)
        if key not in self._frames:
            self._frames[key] = self._frame(origin)
        frame = self._frames[key]
        if frame is None:
            return
        for value, place in self._names.returns.get(frame.function, []):
            run = self._runs(place.statement, frame)
            if run is not False:
                yield Origin(value, place, frame)
            if run:
                return

    def _frame(self, origin: Origin) -> Frame | None:
        """The call that an expression is, of a function of the module that can be followed."""
        call = origin.node
        function = function_of(call, origin.place) if isinstance(call, ast.Call) else None
        if function is None or function in self._names.generators:
            return None
        if origin.frame is not None and origin.frame.runs(function):
            return None
        return Frame(function, in_call(origin, function), origin.frame)

    def _entry(self, origin: Origin, depth: int) -> tuple[Origin, ...]:
        """What `pair[0]` and `table["key"]` are."""
        node = origin.node
        assert isinstance(node, ast.Subscript)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        base = Origin(node.value, origin.place, origin.frame)
        if isinstance(key, int) and not isinstance(key, bool):
            return self._items(base, key)
        if not isinstance(key, str):
            return ()
        written = tuple(self._written(node, key, origin.place))
        if written:
            return written
        found = []
        for one in dict.fromkeys(self._of(base, depth - 1)):
            value = value_in(one.node, key)
            if value is None:
                return ()
            found.append(Origin(value, one.place, one.frame))
        return tuple(found)

    def _written(self, node: ast.Subscript, key: str, place: Place) -> Iterator[Origin]:
        """What `table["key"] = ...` writes, in the scope that owns the table or, for an attribute, in its class."""
        name = dotted(node.value)
        owner = place.scope.owner_of(name) if name is not None else None
        if name is None:
            return
        bindings = owner.bindings[name] if owner is not None else self._class_bindings(name, place)
        for binding in bindings:
            statement = binding.node
            if isinstance(statement, ast.Assign) and any(is_entry(t, name, key) for t in statement.targets):
                yield Origin(statement.value, Place(binding.scope, binding.block, binding.order, statement))

    def _items(self, origin: Origin, index: int) -> tuple[Origin, ...]:
        """What stands at a place of a tuple or a list; of one that is made of itself nothing is told."""
        if origin in self._reading:
            return ()
        self._reading.add(origin)
        found: list[Origin] = []
        for one in dict.fromkeys(self._of(origin, _DEPTH // 2)):
            if not isinstance(one.node, (ast.Tuple, ast.List)) or not -len(one.node.elts) <= index < len(one.node.elts):
                found.clear()
                break
            found.append(Origin(one.node.elts[index], one.place, one.frame))
        self._reading.discard(origin)
        return tuple(found)

    def _of_instance(self, origin: Origin) -> tuple[Origin, ...]:
        """What `model.x` holds, where `model` is made by a class of the module."""
        node = origin.node
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return ()
        made = self._held(Origin(node.value, origin.place, origin.frame))
        found: list[Origin] = []
        for one in made:
            name = one.node.func.id if isinstance(one.node, ast.Call) and isinstance(one.node.func, ast.Name) else ""
            owner = one.place.scope.owner_of(name)
            bound = owner.bindings[name] if owner is not None else []
            if len(bound) != 1 or bound[0].kind != "class":
                return ()
            attribute = f"self.{node.attr}"
            bindings = [
                binding
                for scope in self._names.scopes
                if scope.parent is not None and scope.parent.node is bound[0].node
                for binding in scope.bindings.get(attribute, [])
            ]
            held = [self._bound(binding, attribute, None) for binding in bindings]
            if not held or not all(held):
                return ()
            found.extend(origin for origins in held for origin in origins)
        return tuple(found)


def _statement(node: ast.AST) -> ast.stmt:
    return node if isinstance(node, ast.stmt) else ast.Pass()
