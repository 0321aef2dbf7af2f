"""What stands in the way of moving graph statements into functions."""

from __future__ import annotations

import ast
import builtins

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.cell_kinds import is_zero_state, stack_of, wrapper_of
from tfloss_migrate.sessions.counterparts.layers import class_of
from tfloss_migrate.sessions.counterparts.recurrences import loop_of
from tfloss_migrate.sessions.reading.feeding import Fed, Feeding
from tfloss_migrate.sessions.reading.program import Placeholder, Program, Step, short
from tfloss_migrate.sessions.reading.showing import is_print
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.changes import Changes
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.settled import draws, modules_of
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.sessions.text.using_up import uses_up
from tfloss_migrate.syntax import flow

_SHAPE_METHODS = frozenset({"get_shape", "as_list", "set_shape", "format", "append", "join"})


class Moving:
    """Adds to a program's obstacles what of its graph cannot be moved into functions."""

    def __init__(
        self,
        program: Program,
        sights: Sights,
        feeding: Feeding,
        tensors: Tensors,
        layout: Layout,
        changes: Changes,
    ) -> None:
        self._program, self._sights, self._feeding, self._tensors = program, sights, feeding, tensors
        self._layout, self._changing = layout, changes
        self._all: list[Placeholder | Step] = [*program.placeholders, *program.steps]
        for statement in feeding.statements:
            self._check_statement(statement)
        self._check_blocks()
        for fed in feeding.fed:
            self._check_unchanged(fed)
            self._check_fetches(fed)
            self._check_beside(fed)
        for step in program.steps:
            self._check_variables(step)
        if (self._all or program.changes) and not program.obstacles:
            self._check_uses()

    def _check_statement(self, statement: ast.stmt) -> None:
        """A graph statement that becomes part of a function is a plain one, made of known operations."""
        stop, sights = self._program.stop, self._sights
        home = self._all[0].statement if self._all else statement
        plain = isinstance(statement, (ast.AugAssign, ast.Assert, ast.If, ast.For)) or is_print(statement, sights)
        plain = plain or (
            isinstance(statement, ast.Assign) and len(statement.targets) == 1 and _are_names(statement.targets[0])
        )
        if not plain:
            stop(
                statement,
                f"`{self._layout.line(statement.lineno).strip()}` hangs on a placeholder and is no assignment",
            )
        elif not self._alone(statement):
            stop(statement, "the line holds more than one statement")
        elif any(self._outer(one.statement) != self._outer(statement) for one in self._all):
            around = "a block of its own" if self._outer(statement) != self._outer(home) else "another block"
            stop(statement, f"what hangs on a placeholder stands in {around}")
        elif (used := uses_up(statement, sights)) is not None:
            stop(used, f"{short(used)} is used up when the graph is built, and a function is run again and again")
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and not self._is_known(node):
                    stop(node, f"what {short(node.func)} does with the placeholder is not known")
                elif any(node is run.call for run in self._program.runs):
                    stop(statement, "a session is run while the graph is built")
                elif sights.called(node) in symbols.VARIABLES:
                    fed = not self._program.steps
                    what = "a variable's shape hangs on a placeholder" if fed else "a variable has no name of its own"
                    stop(statement, what)

    def _outer(self, statement: ast.stmt) -> list[ast.AST]:
        """The blocks around a statement that stay when the sessions are gone."""
        items = self._program.gone_items
        return [
            node
            for node in self._sights.above(statement)
            if not (isinstance(node, ast.With) and all(item in items for item in node.items))
        ]

    def _alone(self, statement: ast.stmt) -> bool:
        span, layout = self._layout.spans.of(statement), self._layout
        before = layout.text[layout.start_of(span.line) : span.start]
        after = layout.line(span.end_line)[span.end_column :].strip()
        return not before.strip() and (not after or after.startswith("#"))

    def _is_known(self, call: ast.Call) -> bool:
        if any(call is step.taken for step in self._program.steps):
            return True
        symbol = self._sights.called(call)
        if is_zero_state(call) or any(one(call, self._sights) is not None for one in (loop_of, stack_of, wrapper_of)):
            return True
        if symbol is not None:
            return symbols.is_native(symbol) or symbols.is_old(symbol) or class_of(symbol) is not None
        if self._tensors.is_loss_object(call.func) or self._tensors.is_layer(call.func):
            return True
        if self._tensors.counts(call):
            return True
        if isinstance(call.func, ast.Attribute):
            of_numpy = "numpy" in modules_of(call.func, self._sights)
            return (of_numpy and not draws(call, self._sights)) or call.func.attr in _SHAPE_METHODS
        function = self._tensors.function(call.func) or self._tensors.expression(call.func)
        if function is not None:
            return all(self._is_pure(node) for node in ast.walk(function)) and uses_up(function, self._sights) is None
        return (
            isinstance(call.func, ast.Name) and hasattr(builtins, call.func.id) and not self._sights.may_hold(call.func)
        )

    def _is_pure(self, node: ast.AST) -> bool:
        """Whether a piece of an own function may be run as part of another function."""
        if isinstance(node, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)):
            return False
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            return False
        if isinstance(node, ast.Call) and (draws(node, self._sights) or self._changes(node)):
            return False
        return self._sights.called(node) not in symbols.VARIABLES | symbols.PLACEHOLDERS

    def _changes(self, call: ast.Call) -> bool:
        """Whether a call is of a method of an object that the user's own code has made: it may change the object."""
        root = call.func.value if isinstance(call.func, ast.Attribute) else None
        held = self._sights.may_hold(root) if isinstance(root, ast.Name) else ()
        made = [one.value for one in held if isinstance(one.value, ast.Call)]
        return any(isinstance(one.func, ast.Name) and self._sights.called(one) is None for one in made)

    def _check_unchanged(self, fed: Fed) -> None:
        """What a function reads from around it must be the same when it is called."""
        site = self._sights.place(fed.run.call)
        shapes = [one.shape for one in fed.placeholders if one.shape is not None]
        for node in (*fed.statements, *fed.run.needed, *shapes):
            source = self._sights.place(node)
            for name in ast.walk(node):
                if not isinstance(name, (ast.Name, ast.Attribute)) or not isinstance(name.ctx, ast.Load):
                    continue
                if self._changing.changes_after(name):
                    self._program.stop(name, f"{short(name)} may be changed before the session runs")
                    return
                if not isinstance(name, ast.Name) or not isinstance(name.ctx, ast.Load) or self._is_of_loop(name):
                    continue
                if self._is_made_in(name, node):
                    continue
                if self._feeding.hanging([name]):
                    if node in shapes:
                        self._program.stop(name, f"the shape of a placeholder hangs on {name.id}, which does itself")
                elif not flow.unchanged(frozenset({name.id}), source, site):
                    self._program.stop(name, f"{name.id} is another one when the session runs")
                    return

    def _check_fetches(self, fed: Fed) -> None:
        """What is fetched by an expression hangs on nothing that the function could not see, or that changes."""
        home = self._sights.place((fed.run.call, *(one.statement for one in self._all[:1]), *fed.statements)[-1])
        for name in [n for fetch in fed.fetches for n in ast.walk(fetch) if isinstance(n, ast.Name)]:
            place = self._sights.place(name)
            owner = place.scope.owner_of(name.id)
            held = self._sights.may_hold(name)
            if owner is None or self._is_of_loop(name) or self._feeding.hanging([name]):
                continue
            once = len(owner.bindings[name.id]) == 1 and not flow.in_loop(held[0].block)
            seen = owner is home.scope or owner is self._sights.names.module
            if not (once and seen) and not any(map(self._feeding.is_variable, held)):
                self._program.stop(name, f"{name.id} is another one at each run")

    def _is_of_loop(self, name: ast.Name) -> bool:
        """Whether a name is bound by the comprehension, or the lambda, that it stands in."""
        owner = self._sights.place(name).scope.owner_of(name.id)
        kinds = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
        return owner is not None and isinstance(owner.node, kinds)

    def _is_made_in(self, name: ast.Name, block: ast.AST) -> bool:
        """Whether all that a name may hold is given to it in a block that goes into the function, too."""
        inside = {id(node) for node in ast.walk(block)} if isinstance(block, (ast.If, ast.For)) else set()
        for around in self._sights.above(name) if inside else ():
            if isinstance(around, ast.For) and id(around) in inside and _is_counted_by(name, around):
                return True
        held = self._sights.may_hold(name) if inside else ()
        return bool(held) and all(id(one.node) in inside for one in held)

    def _check_blocks(self) -> None:
        """What a block names is gone from around it, too, where that hangs on nothing."""
        moved = {id(node) for one in self._feeding.statements for node in ast.walk(one)}
        for block in self._feeding.statements:
            if not isinstance(block, (ast.If, ast.For)):
                continue
            inside = {id(node) for node in ast.walk(block)}
            for name in self._sights.all(ast.Name):
                if not isinstance(name.ctx, ast.Load) or id(name) in moved or self._feeding.hanging([name]):
                    continue
                if any(id(one.node) in inside for one in self._sights.may_hold(name)):
                    self._program.stop(name, f"{name.id} is used outside of the block that makes it")

    def _check_beside(self, fed: Fed) -> None:
        """What is fetched beside a step has a name: it is of the variables before the step, and they are after it."""
        for part in fed.fetches if fed.run.steps else ():
            value = part.value if isinstance(part, ast.Subscript) else part
            if not isinstance(value, ast.Name):
                self._program.stop(part, f"{short(part)} is computed beside a step, from variables before or after it")

    def _check_variables(self, step: Step) -> None:
        """The functions read variables by their names when they are called: these hold nothing else later."""
        for name, binding in self._feeding.variables_of(*step.needed):
            later = [one.node for one in binding.scope.bindings[name] if one.order > binding.order]
            if later and isinstance(later[0], ast.stmt):
                self._program.stop(later[0], f"{name} is a variable, and then what {short(later[0])} gives")

    def _check_uses(self) -> None:
        """What hangs on a placeholder is gone from around the functions: nobody else may use it."""
        fetched = {id(node) for run in self._program.runs for node in ast.walk(run.fetch)}
        fetched |= {id(node) for group in self._program.grouped for node in ast.walk(group)}
        fetched |= {id(key) for run in self._program.runs if run.feed is not None for key in run.feed.keys}
        moved = {*self._feeding.statements, *self._feeding.apart, *(one.statement for one in self._all)}
        for one in self._all:
            for bindings in list(one.binding.scope.bindings.values()):
                for binding in bindings:
                    if (
                        self._feeding.hangs(binding)
                        and isinstance(binding.node, ast.stmt)
                        and moved.isdisjoint((binding.node, self._feeding.whole(binding.node)))
                    ):
                        line = self._layout.line(binding.node.lineno).strip()
                        self._program.stop(binding.node, f"`{line}` hangs on a placeholder, and no run needs it")
        for node in self._sights.nodes:
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or id(node) in fetched:
                continue
            if self._program.steps_of(self._sights.may_hold(node)):
                self._program.stop(node, f"{node.id} trains, and is used outside of what is run")
            if self._program.steps and self._is_shown(node):
                self._program.stop(node, f"{node.id} is shown as an object, which TF2 shows in another way")
            home = self._sights.statement(node)
            if self._feeding.hanging([node]) and moved.isdisjoint((home, self._feeding.whole(home))):
                self._program.stop(node, f"{node.id} hangs on a placeholder, and is used outside of what is run")

    def _is_shown(self, node: ast.Name) -> bool:
        """Whether a variable itself is printed, or made text of."""
        above = self._sights.parent(node)
        name = above.func.id if isinstance(above, ast.Call) and isinstance(above.func, ast.Name) else ""
        method = above.func.attr if isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) else ""
        shown = isinstance(above, ast.FormattedValue) or name in ("print", "str", "repr") or method == "format"
        return shown and any(self._feeding.is_variable(one) for one in self._sights.may_hold(node))


def _is_counted_by(name: ast.Name, loop: ast.For) -> bool:
    """Whether a name in the body of a loop is what the loop goes through."""
    targets = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
    return name.id in targets and not any(name is one for one in ast.walk(loop.iter))


def _are_names(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple):
        return all(map(_are_names, target.elts))
    return isinstance(target, ast.Name)
