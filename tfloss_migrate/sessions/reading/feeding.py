"""Which graph statements hang on placeholders, and what each run that feeds needs of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.counterparts import symbols
from tfloss_migrate.sessions.counterparts.optimizers import SPARSE, SUCCESSORS
from tfloss_migrate.sessions.reading.blocks import Blocks
from tfloss_migrate.sessions.reading.drawing import drawn_anew
from tfloss_migrate.sessions.reading.program import Placeholder, Program, Run, Step, short
from tfloss_migrate.sessions.reading.tensors import Tensors
from tfloss_migrate.sessions.reading.variables import Variables, is_of_layers
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.needs import Needs, sources
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.scopes import Binding, Scope


@dataclass(frozen=True)
class Fed:
    """A run that feeds: the fetched expressions that hang on placeholders, the placeholders, and what is fed to each.

    `statements` are the graph statements that the fetches need, in order.
    """

    run: Run
    fetches: tuple[ast.expr, ...]
    placeholders: tuple[Placeholder, ...]
    values: tuple[ast.expr, ...]
    statements: tuple[ast.stmt, ...]


class Feeding:
    """Works out what hangs on the placeholders of a program; what cannot be moved into a function is an obstacle."""

    def __init__(
        self,
        program: Program,
        sights: Sights,
        needs: Needs,
        tensors: Tensors,
        variables: Variables,
        layout: Layout,
    ) -> None:
        self._program, self._sights, self._needs, self._tensors = program, sights, needs, tensors
        self._variables, self._layout = variables, layout
        self.whole = Blocks(sights, tensors).around
        self._placeholders = {id(one.binding): one for one in program.placeholders}
        self._hanging: dict[int, bool] = {}
        self._drawn = drawn_anew(program, sights, needs, variables)
        #: What is written anew where it stands, and needs no place in a function.
        homes = {step.home for step in program.steps}
        self.apart: set[ast.AST | None] = {*(step.statement for step in program.steps), *homes}
        self.apart |= {*program.feeds, *program.rates, *program.listed}
        self.fed = [fed for run in program.runs if (fed := self._of(run)) is not None]
        self.statements = {statement for fed in self.fed for statement in fed.statements}
        self.trained = {step: self._trained(step) for step in program.steps}

    def add(self, run: Run) -> None:
        """Adds a step that no session runs."""
        found = self._needing(run.needed)
        placeholders = self.placeholders_of(*run.needed)
        self.fed.append(Fed(run, (), placeholders, (), found))
        self.statements.update(found)

    def needs(self, node: ast.AST) -> set[ast.stmt]:
        """The graph statements that hang on placeholders, or on variables, and that a node needs."""
        return set(self._needing((node,)))

    def _needing(self, nodes: Sequence[ast.AST]) -> tuple[ast.stmt, ...]:
        found = [b for b in self._needs.of(*nodes).values() if self.hangs(b)]
        bindings = [b for b in found if id(b) not in self._placeholders and b.node not in self.apart]
        statements = {self.whole(b.node) for b in bindings if isinstance(b.node, ast.stmt)}
        return tuple(sorted(statements, key=lambda s: (s.lineno, s.col_offset)))

    def hangs(self, binding: Binding) -> bool:
        """Whether a binding needs something that is fed, or a variable that is trained, and so is computed anew."""
        if id(binding) not in self._hanging:
            needed = self._needs.of(*sources(binding))
            needed[id(binding)] = binding
            seen = [one for one in self._program.placeholders if id(one.binding) in needed]
            fed = any(_is_seen_from(binding.scope, one.binding.scope) for one in seen)
            self._hanging[id(binding)] = fed or id(binding) in self._drawn or self._is_trained(binding, needed)
            self._hanging[id(binding)] = self._hanging[id(binding)] or self._is_gone_on_with(binding)
        return self._hanging[id(binding)]

    def _is_gone_on_with(self, binding: Binding) -> bool:
        """Whether what hangs on something goes on with what a name held: `loss += x`, or in a block of the graph."""
        targets = binding.node.targets if isinstance(binding.node, ast.Assign) else []
        name = targets[0] if len(targets) == 1 else None
        if not isinstance(name, ast.Name) or self._variables.holds(binding):
            return False
        later = [one for one in binding.scope.bindings.get(name.id, []) if one.order > binding.order]
        return any(self._goes_on(one) and self.hangs(one) for one in later)

    def _goes_on(self, binding: Binding) -> bool:
        """Whether a binding is of a statement that may read what its name held before."""
        node = binding.node
        inside = isinstance(node, ast.Assign) and self.whole(node) is not node
        return isinstance(node, ast.AugAssign) or inside

    def _is_trained(self, binding: Binding, needed: dict[int, Binding]) -> bool:
        """Whether a binding hangs on variables: as a statement of the graph, and not as a function or a variable."""
        if not self._program.changes or isinstance(binding.node, ast.FunctionDef) or self._variables.holds(binding):
            return False
        scopes = [one.scope for one in needed.values() if self._variables.holds(one)]
        return any(
            scope is binding.scope or (self._runs_in(binding.scope) and _is_seen_from(binding.scope, scope))
            for scope in scopes
        )

    def _runs_in(self, scope: Scope) -> bool:
        """Whether a session is run in a function: its statements are then no mere part of a graph."""
        return any(self._sights.place(run.call).scope is scope for run in self._program.runs)

    def is_variable(self, binding: Binding) -> bool:
        """Whether a binding holds variables, and nothing else."""
        return self._variables.holds(binding)

    def variables_of(self, *nodes: ast.AST) -> list[tuple[str, Binding]]:
        """The variables that nodes need, by the names that hold them, in the order of the text."""
        needed = [one for one in self._needs.of(*nodes).values() if self._variables.makes_of(one)]
        named = [(one.node.targets[0].id, one) for one in needed if isinstance(one.node, ast.Assign)]  # type: ignore[attr-defined]
        return sorted(named, key=lambda pair: pair[1].order)

    def _trained(self, step: Step) -> list[str]:
        """The variables that a step moves, as code: all that its loss needs and that are there to be trained."""
        if step.assigned:
            return []
        here = self._sights.function_around(step.statement)
        for node in self._needs.code(step.loss):
            made = isinstance(node, ast.Call) and self._sights.called(node) in symbols.VARIABLES
            if made and id(node) not in self._variables.makers and self._sights.function_around(node) is here:
                self._program.stop(step.statement, f"the loss hangs on {short(node)}, which has no name of its own")
        found = self._named(step)
        started = SUCCESSORS[step.symbol].starts_at_one or len(self.alike(step)) > 1 or self.is_restored(step)
        if started and any(map(is_of_layers, found)):
            self._program.stop(step.call, f"{short(step.made.func)} starts from variables that layers do not have yet")
        if not found:
            self._program.stop(step.statement, f"the variables that {short(step.call)} trains are not known")
        return found

    def _named(self, step: Step) -> list[str]:
        """The variables that are given, or else those that the loss needs."""
        if step.variables is not None:
            listed = self._variables.listed(step.variables)
            if listed is None:
                self._program.stop(step.variables, f"the variables in {short(step.variables)} are not known")
            return listed or []
        found: list[str] = []
        for name, binding in self.variables_of(step.loss):
            text = self._variables.trained(binding, name)
            if text is None:
                self._program.stop(step.statement, f"which of the variables in {name} are trained is not known")
            elif step.binding.scope.owner_of(name) is not binding.scope or name in found:
                self._program.stop(step.statement, f"{name} is a variable of another place, or not the only one")
            found += [text] if text else []
        return found

    def alike(self, step: Step) -> list[Step]:
        """The steps that one optimizer takes, of which this is one."""
        return [one for one in self._program.steps if one is step or (one.home is step.home is not None)]

    def is_restored(self, step: Step) -> bool:
        """Whether the state of a step's optimizer may be restored before it is taken, when Keras' has none yet."""
        restored = [one.lineno for saver in self._program.savers for one in saver.restores]
        return any(step in run.steps and run.call.lineno > min(restored, default=10**9) for run in self._program.runs)

    def is_made_dense(self, step: Step) -> bool:
        """Whether the gradients of a step may be sparse, and its optimizer needs dense ones."""
        code = self._needs.code(step.loss)
        return SUCCESSORS[step.symbol].takes_dense and any(self._sights.called(n) in SPARSE for n in code)

    def direct(self, node: ast.AST) -> set[ast.stmt]:
        """The graph statements that hang on placeholders and that a node reads from; blocks of the graph are whole."""
        read = [b.node for b in self._read(node) if isinstance(b.node, ast.stmt) and id(b) not in self._placeholders]
        return {self.whole(one) for one in read} - {node}

    def draws(self, statement: ast.AST) -> bool:
        """Whether a statement, or a function of the file that it calls, draws numbers, moves averages or counts."""
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        functions = [self._tensors.function(call.func) for call in calls]
        at_once = any(self._sights.called(call) in symbols.RANDOM for call in calls)
        return (
            at_once
            or any(map(self._variables.normalizes, calls))
            or any(map(self._tensors.counts, calls))
            or any(
                function is not None and function is not statement and self.draws(function) for function in functions
            )
        )

    def placeholders_of(self, *nodes: ast.AST) -> tuple[Placeholder, ...]:
        """The placeholders that nodes need, in the order of the text."""
        needed = self._needs.of(*nodes)
        return tuple(one for one in self._program.placeholders if id(one.binding) in needed)

    def assigned_by(self, run: Run) -> str | None:
        """The name that the result of a run is given."""
        above = self._sights.parent(run.call)
        target = above.targets[0] if isinstance(above, ast.Assign) and above.value is run.call else None
        return target.id if isinstance(target, ast.Name) else None

    def _read(self, node: ast.AST) -> list[Binding]:
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        found = self.hanging(names)
        goes_on = isinstance(node, (ast.AugAssign, ast.If, ast.For))
        for one in [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]:
            own = self._sights.place(one).scope.bindings.get(one.id, []) if goes_on else []
            found += [b for b in own if b.node is not node and self.whole_of(b) is not node and self.hangs(b)]
        return found

    def whole_of(self, binding: Binding) -> ast.AST:
        """The statement that goes into a function for a binding: a block of the graph, or its own."""
        return self.whole(binding.node) if isinstance(binding.node, ast.stmt) else binding.node

    def hanging(self, names: list[ast.Name]) -> list[Binding]:
        """The bindings that names may stand for and that are computed anew."""
        held = [b for name in names for b in self._after_blocks(self._sights.may_hold(name))]
        return [b for b in held if b.node not in self.apart and self.hangs(b)]

    def _after_blocks(self, held: tuple[Binding, ...]) -> Sequence[Binding]:
        """What a name may hold without what a block of the graph goes on with: the block has that, if need be."""
        blocks = [b.order for b in held if self.whole_of(b) is not b.node]
        return [b for b in held if b.order >= min(blocks)] if blocks else held

    def _of(self, run: Run) -> Fed | None:
        parts = run.values
        fetches = tuple(part for part in parts if self._read(part))
        if run.steps or (self._program.changes and fetches):
            fetches = tuple(parts)
        pairs = self._fed_values(run)
        needed = self.placeholders_of(*fetches, *run.needed)
        computed = {one: value for one, value in pairs.items() if not _is_simple(value)}
        if fetches or run.steps:  # what is computed to be fed is computed still
            fed = {*map(id, needed), *(id(self._placeholders[one]) for one in computed)}
            needed = tuple(one for one in self._program.placeholders if id(one) in fed)
        elif computed:
            value = next(iter(computed.values()))
            self._program.stop(value, f"{short(value)} is fed, and no fetch needs it")
        if fetches and run.fetch in self._program.at_once:
            self._program.stop(
                run.fetch, f"{short(run.fetch)} assigns what is computed from what is fed, or is trained"
            )
        if not fetches and not run.steps:
            return None
        for one in needed:
            if id(one.binding) not in pairs and one.default is not None:
                pairs[id(one.binding)] = one.default
            elif id(one.binding) not in pairs:
                self._program.stop(run.call, f"{one.name} is needed and not fed")
                return None
        if len(fetches) not in (1, len(parts)) and not run.steps:
            self._program.stop(run.fetch, "some of the fetches hang on what is fed, and some do not")
        ordered = self._needing((*fetches, *run.needed))
        return Fed(run, fetches, needed, tuple(pairs[id(one.binding)] for one in needed), ordered)

    def _fed_values(self, run: Run) -> dict[int, ast.expr]:
        pairs: dict[int, ast.expr] = {}
        if run.feed is None:
            return pairs
        for key, value in zip(run.feed.keys, run.feed.values, strict=True):
            held = self._sights.may_hold(key) if isinstance(key, ast.Name) else ()
            if len(held) != 1 or id(held[0]) not in self._placeholders:
                self._program.stop(value, f"{short(key) if key else '**'} is fed, and is not known to be a placeholder")
            else:
                pairs[id(held[0])] = value
        return pairs


def _is_simple(node: ast.expr) -> bool:
    """Whether nothing happens when an expression is evaluated, so that it may as well not be."""
    kinds = (
        ast.Name,
        ast.Attribute,
        ast.Constant,
        ast.Subscript,
        ast.Slice,
        ast.List,
        ast.Tuple,
        ast.UnaryOp,
        ast.BinOp,
    )
    return all(isinstance(n, (*kinds, ast.expr_context, ast.operator, ast.unaryop)) for n in ast.walk(node))


def _is_seen_from(scope: Scope | None, owner: Scope) -> bool:
    """Whether the names of `owner` are seen in a scope: it is the same or inside."""
    while scope is not None and scope is not owner:
        scope = scope.parent
    return scope is owner
