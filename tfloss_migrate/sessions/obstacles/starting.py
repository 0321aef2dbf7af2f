"""How a program starts: its variables are set once, before it trains, in one session or in one of each graph."""

from __future__ import annotations

import ast

from tfloss_migrate.sessions.reading.graphs import Graphs
from tfloss_migrate.sessions.reading.program import Program, Session, short, unmarked
from tfloss_migrate.sessions.reading.saving import restored
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights

#: What is said of a method that sets variables, and that nobody here calls.
_ANEW = "is taken to be called once for an instance: in TF1 each call of it started from new variables"

#: What sets variables, whichever these are.
_OF_VARIABLES = frozenset(
    "global_variables_initializer initialize_all_variables variables_initializer initialize_variables "
    "initializers.global_variables initializers.variables".split()
)


class Starting:
    """Adds to a program's obstacles the places at which its variables may start anew."""

    def __init__(self, program: Program, sights: Sights, needs: Needs, variables: Variables) -> None:
        self._program, self._sights, self._needs, self._variables = program, sights, needs, variables
        self._graphs = Graphs(sights)
        apart = self._are_apart()
        restored_first: set[ast.stmt] = set()
        for extra in program.sessions[1:]:
            begins = restored(extra, program, sights, variables)
            restored_first |= begins
            if not begins and not apart:
                program.stop(extra.call, "another session has variables of its own")
        known = [call for call in program.initialised if self._sets_variables(call)]
        if not known:
            first = program.steps[0].statement if program.steps else program.sessions[0].call
            program.stop(first, "the variables are not given their initial values here")
        firsts = [call for at, call in enumerate(known) if self._is_first(at, known, apart=apart)]
        for call in known:
            if call not in firsts and sights.statement(call) not in restored_first:
                program.stop(call, f"{short(call)} sets the variables back to their initial values")
        for call in firsts:
            if self._is_again(call):
                program.stop(call, f"{short(call)} may set the variables back to their initial values")

    def _are_apart(self) -> bool:
        """Whether each session is the only one of a graph, whose variables nobody else knows; the module runs them."""
        program, sights, graphs = self._program, self._sights, self._graphs
        at = [graphs.of(one.call) for one in program.sessions]
        acts = [*(one.call for one in program.sessions), *(run.call for run in program.runs), *program.initialised]
        outside = all(sights.function_around(one) is sights.tree for one in acts)
        listed = program.savers or self._variables.groups or any(one.updates for one in program.steps)
        return len(set(at)) == len(at) and outside and not listed and all(map(self._is_of_its_graph, program.sessions))

    def _is_of_its_graph(self, session: Session) -> bool:
        """Whether what is run in the graph of a session needs nothing of another graph's variables."""
        graph = self._graphs.of(session.call)
        runs = [run for run in self._program.runs if self._graphs.of(run.call) == graph]
        needed = self._needs.of(*(node for run in runs for node in (run.fetch, *run.needed)))
        held = [one.node for one in needed.values() if self._variables.holds(one)]
        return all(self._graphs.of(node) == graph for node in held if isinstance(node, ast.stmt))

    def _is_first(self, at: int, known: list[ast.Call], *, apart: bool) -> bool:
        """Whether variables are set for the first time, in their graph if these are apart."""
        before = [call for call in known[:at] if not apart or self._graphs.of(call) == self._graphs.of(known[at])]
        own = _single(known[at])
        return not before or (own is not None and all(_single(call) not in (None, own) for call in before))

    def _is_again(self, call: ast.Call) -> bool:
        """Whether variables may have been trained when they are set."""
        sights, graph = self._sights, self._graphs.of(call)
        around = sights.function_around(call)
        runs = [run.call.lineno for run in self._program.runs if sights.function_around(run.call) is around]
        first = min((line for line in runs if self._graphs.of_line(line) == graph), default=10**9)
        return call.lineno > first or any(True for _ in sights.loops(call)) or not self._is_called_once(around)

    def _is_called_once(self, function: ast.AST) -> bool:
        """Whether a function that sets variables does so once, or for variables and a session of its own."""
        if not isinstance(function, ast.FunctionDef):
            return isinstance(function, ast.Module)
        steps = {self._sights.function_around(step.statement) for step in self._program.steps}
        sessions = {self._sights.function_around(one.call) for one in self._program.sessions}
        if steps == sessions == {function}:
            return True
        calls = self._calls(function)
        if calls == 0 and unmarked(function.name) != function.name:  # by what makes an instance, in another file
            self._program.said.append(f"{unmarked(function.name)}() {_ANEW}")
        return calls == 1 or (calls == 0 and unmarked(function.name) != function.name)

    def _calls(self, function: ast.FunctionDef) -> int:
        """How often a function, or a method of its name, is called as far as is seen; in a loop, more than once."""
        name, sights = unmarked(function.name), self._sights
        read = [n for n in sights.nodes if isinstance(getattr(n, "ctx", None), ast.Load)]
        named = [n for n in read if name == (getattr(n, "id", "") or getattr(n, "attr", ""))]
        called = [n for n in named if sights.symbol(n) is None]  # `tf.train` is no method
        called += [call for call, text in self._program.mains if text.startswith(f"{name}(") and not called]
        return len(called) + sum(any(True for _ in sights.loops(n)) for n in called)

    def _sets_variables(self, call: ast.Call) -> bool:
        made = [self._sights.called(node) or "" for node in self._needs.code(call)]
        return _single(call) is not None or not _OF_VARIABLES.isdisjoint(made)


def _single(call: ast.Call) -> str | None:
    """The variable that is set by its own initialiser: `sess.run(w.initializer)`, or `w.initializer.run()`."""
    nodes = [call.func.value if isinstance(call.func, ast.Attribute) else call.func, *call.args[:1]]
    own = [one.value for one in nodes if isinstance(one, ast.Attribute) and one.attr == "initializer"]
    return ast.unparse(own[0]) if own else None
