"""What keeps a program in its session: training, randomness, the graph looked into, results that are not tensors."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.cell_kinds import (
    cell_of,
    list_of,
    makes_cell,
    makes_cells,
    stack_of,
    wrapper_of,
)
from tfloss_migrate.sessions.counterparts.layers import class_of, parameters_of
from tfloss_migrate.sessions.counterparts.reasons import why_not
from tfloss_migrate.sessions.counterparts.recurrences import is_recurrent, loop_of
from tfloss_migrate.sessions.obstacles.starting import Starting
from tfloss_migrate.sessions.plain.dimensions import dimensions_read
from tfloss_migrate.sessions.plain.layering import why_left
from tfloss_migrate.sessions.plain.summaries import NO_TENSORBOARD, has_tensorboard
from tfloss_migrate.sessions.reading.program import Obstacle, Program, Run, short
from tfloss_migrate.sessions.reading.sessions import Reading
from tfloss_migrate.sessions.reading.stepping import is_value, targets_of
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights, Use

_OF_THE_GRAPH = frozenset({"op", "graph", "consumers", "initializer", "initialized_value", "name", "load"})

#: What of Python reaches names by their text.
_NAMING = frozenset({"exec", "execfile", "globals"})


class Obstacles:
    """Adds to a program's obstacles. With `rewritten`, names of TF1 that are left are obstacles too."""

    def __init__(self, sights: Sights, tensors: Tensors, needs: Needs, reading: Reading, *, rewritten: bool) -> None:
        self._sights, self._tensors, self._needs = sights, tensors, needs
        self._program: Program = reading.program
        self._rewritten = rewritten
        for use in reading.uses:
            if id(use.node) not in reading.explained:
                self._symbol(use)
        for node in sights.all(ast.Attribute):
            if id(node) not in reading.explained:
                self._attribute(node)
        for read, _, _ in dimensions_read(sights.names):
            self._program.stop(read, f"{short(read)}: in TF2 a dimension is a plain number")
        for run in self._program.runs:
            self._run(run)
        self._session_without_runs()
        for name in sights.all(ast.Name):
            if name.id in _NAMING and isinstance(name.ctx, ast.Load) and not sights.may_hold(name):
                self._program.stop(name, f"{name.id} may give any name another value")
        if self._program.changes:
            Starting(self._program, sights, needs, reading.variables)

    def _symbol(self, use: Use) -> None:
        symbol = use.symbol
        if symbols.is_summary(symbol) and self._is_written(use.node):
            return
        if symbol == symbols.DROPOUT and self._program.steps:
            if use.call is not None and self._is_called_as_in_tf1(symbol, use.call):
                self._program.stop(use.call, f"{short(use.call)} is written for TF1")
        elif symbols.is_training(symbol):
            self._trains(use.node, f"{short(use.node)} is part of a training program")
        elif symbols.is_native(symbol):
            if use.call is not None and self._is_called_as_in_tf1(symbol, use.call):
                self._program.stop(use.call, f"{short(use.call)} is written for TF1")
        elif (self._trains_by_layers and class_of(symbol) is not None) or (self._program.steps and self._recurs(use)):
            return
        elif self._trains_by_layers and use.call is not None and parameters_of(symbol) is not None:
            self._program.stop(use.node, why_left(use.call, self._sights))
        elif not symbols.is_old(symbol) or symbol == symbols.DROPOUT:
            lacking = symbols.is_summary(symbol) and not has_tensorboard()
            self._program.stop(use.node, why_not(symbol) + f"; {NO_TENSORBOARD}" * lacking)
        elif self._rewritten:
            self._program.stop(use.node, f"{short(use.node)} is of TF1 and has not been rewritten")

    @property
    def _trains_by_layers(self) -> bool:
        """Whether a program trains, as far as is seen, so that the layers in it are objects."""
        return bool(self._program.steps) or any(one.training for one in self._program.obstacles)

    def _recurs(self, use: Use) -> bool:
        """Whether a symbol is a cell or a loop over one that Keras has; what else is asked of these is told."""
        if not is_recurrent(use.symbol):
            return False
        if not any(one(use.call, self._sights) for one in (cell_of, loop_of, stack_of, wrapper_of)):
            what = "is asked for more than is known, or its states are used"
            self._program.stop(use.node, f"{short(use.call or use.node)} {what}")
        elif cell_of(use.call, self._sights) is not None and not self._is_named(use.node):
            self._program.stop(use.node, f"{short(use.call or use.node)} has no name of its own")
        return True

    def _is_named(self, node: ast.expr) -> bool:
        """Whether a cell is part of what has a name, or of what a function makes for its calls."""
        statement, sights = self._sights.statement(node), self._sights
        value = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        named = isinstance(value, ast.expr) and isinstance(statement.targets[0], ast.Name)  # type: ignore[attr-defined]
        made = named and (makes_cell(value, sights) or list_of(value, sights))
        return made or makes_cells(sights.function_around(node), sights)

    def _is_written(self, node: ast.expr) -> bool:
        """Whether a summary is one of TF2: it is written where it stands, by a writer that is told the step."""
        items = [item for one in self._sights.above(node) if isinstance(one, ast.With) for item in one.items]
        calls = [item.context_expr for item in items if isinstance(item.context_expr, ast.Call)]
        return any(one.keywords and one.keywords[0].arg == "step" for one in calls)

    def _is_called_as_in_tf1(self, symbol: str, call: ast.Call) -> bool:
        if not self._rewritten and symbol not in ("Variable", "name_scope"):
            return False
        keywords = {keyword.arg or "" for keyword in call.keywords}
        number = bool(call.args) and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, int)
        return symbols.has_old_arguments(symbol, keywords, len(call.args), number)

    def _trains(self, node: ast.expr, text: str, *, runs: bool = False) -> None:
        self._program.obstacles.append(Obstacle(node.lineno, text, training=True, runs=runs))

    def _attribute(self, node: ast.Attribute) -> None:
        parent = self._sights.parent(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        if called and self._is_training_method(node):
            self._trains(node, f"{short(node)}() trains")
        elif called and node.attr in symbols.ASSIGNING_METHODS and self._tensors.kind(node.value) == "tensor":
            self._program.stop(node, f"{short(node)}() changes a variable when the session runs it")
        elif node.attr in _OF_THE_GRAPH and self._tensors.kind(node.value) == "tensor":
            if node.attr == "initializer" and self._sights.statement(node) in self._program.gone:
                return
            self._program.stop(node, f"{short(node)} belongs to the graph")

    def _is_training_method(self, node: ast.Attribute) -> bool:
        if node.attr not in symbols.TRAINING_METHODS:
            return False
        held = self._sights.may_hold(node.value) if isinstance(node.value, ast.Name) else ()
        return not any(binding.kind == "import" and binding.symbol is None for binding in held)

    def _run(self, run: Run) -> None:
        if run.steps and targets_of(run, self._sights) is None and not is_value(run, self._sights):
            what = f"{short(run.call.func)}({short(run.fetch)})"
            read = f"what {what} assigns is read" if any(step.assigned for step in run.steps) else None
            self._program.stop(run.call, read or f"what is done with {what} is not known")
            return
        for part in run.values if run.steps else [run.fetch]:
            if any(self._is_training(node) for node in self._needs.code(part)):
                self._trains(run.call, f"{_told(run)} trains", runs=True)
                return
            reason = self._no_fetch(part)
            if reason is not None:
                self._program.obstacles.append(Obstacle(part.lineno, reason, runs=True))
                return

    def _is_training(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        symbol = self._sights.called(node)
        if symbol is not None:
            return symbol in symbols.TRAINING_STEPS
        return isinstance(node.func, ast.Attribute) and self._is_training_method(node.func)

    def _no_fetch(self, fetch: ast.expr) -> str | None:
        """Why an expression cannot be fetched eagerly."""
        if fetch in self._program.at_once:
            return None
        if self._tensors.kind(fetch) in ("tensor", "list", "tuple", "dict"):
            return None
        parts: list[ast.expr] = []
        if isinstance(fetch, (ast.List, ast.Tuple)):
            parts = fetch.elts
        elif isinstance(fetch, ast.Dict) and None not in fetch.keys:
            parts = fetch.values
        if parts:
            return next((reason for part in parts if (reason := self._no_fetch(part)) is not None), None)
        if isinstance(fetch, ast.Constant) and isinstance(fetch.value, str):
            return f"a result is fetched by its name in the graph, {fetch.value!r}"
        return f"what {short(fetch)} holds{self._given(fetch)} is not known to be a tensor"

    def _given(self, fetch: ast.expr) -> str:
        """What a name was given, for a message: that is what is not known."""
        held = self._sights.may_hold(fetch) if isinstance(fetch, ast.Name) else ()
        value = held[0].value if len(held) == 1 else None
        return f", {short(value)}," if value is not None else ""

    def _session_without_runs(self) -> None:
        program = self._program
        if program.sessions and not program.runs and not program.obstacles:
            program.stop(program.sessions[0].call, "nothing that is seen here runs in the session")
        if program.placeholders and not program.sessions and not program.runs:
            program.stop(program.placeholders[0].statement, "no session here feeds the placeholder")


def draws(program: Program, sights: Sights, needs: Needs, inside: set[ast.stmt], uses: list[Use]) -> None:
    """Stops where randomness would come out otherwise. `inside` are the statements that will be run at each call."""
    trains = bool(program.steps)
    random = {id(use.call): use.call for use in uses if use.symbol in symbols.RANDOM and use.call is not None}
    seeded = [call for call in random.values() if any(keyword.arg == "seed" for keyword in call.keywords)]
    seeds = [*program.seeds, *(use.node for use in uses if use.symbol == symbols.NEW_SEED), *seeded]
    if random and seeds and not trains:
        program.said.append("the numbers that follow a seed are others in TF2")
    seen: set[int] = set()
    for run in program.runs:
        drawn = {id(node) for node in needs.code(run.fetch, through_variables=False)} & set(random)
        for key in drawn:
            call = random[key]
            once = sights.function_around(call) is sights.function_around(run.call)
            loops = [loop for loop in sights.loops(run.call) if loop not in sights.loops(call)]
            in_fetch = any(node is run.fetch for node in (call, *sights.above(call)))
            if sights.statement(call) in inside or in_fetch or (trains and _is_called_inside(call, sights, inside)):
                continue
            if not once or loops or key in seen:
                program.stop(call, f"{short(call)} draws anew at each run, and only once in eager code")
            seen.add(key)


def controls(program: Program, sights: Sights, inside: set[ast.stmt], uses: list[Use]) -> None:
    """Stops where something would choose or loop but once: outside of what is run at each call."""
    for use in uses:
        if use.symbol not in symbols.CONTROL or sights.statement(use.node) in inside:
            continue
        if use.call is None or not _is_called_inside(use.call, sights, inside):
            program.stop(use.node, why_not(use.symbol))


def _is_called_inside(call: ast.Call, sights: Sights, inside: set[ast.stmt]) -> bool:
    """Whether a call stands in a function that nobody calls but statements that are run each time."""
    function = sights.function_around(call)
    if not isinstance(function, ast.FunctionDef):
        return False
    scope = sights.place(function).scope.owner_of(function.name)
    loads = sights.loads(function.name, scope) if scope is not None else []
    return all(sights.statement(load) in inside for load in loads)


def _told(run: Run) -> str:
    func = short(run.call.func)
    return (
        f"{func}()"
        if isinstance(run.call.func, ast.Attribute) and run.call.func.attr == "eval"
        else f"{func}({short(run.fetch)})"
    )
