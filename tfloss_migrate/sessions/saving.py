"""Savers: `tf.train.Saver` saves what a session holds, `tf.train.Checkpoint` the variables that it is given by name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.layout import Layout
from tfloss_migrate.sessions.program import Program, Saver, Session, Step, short
from tfloss_migrate.sessions.sights import Sights
from tfloss_migrate.sessions.variables import Variables
from tfloss_migrate.syntax.arguments import given

FORMAT = "checkpoints are written in the format of TF2, and those that TF1 wrote are not read"
_SAVER = "train.Saver"
_SAVE = ("sess", "save_path", "global_step", "latest_filename", "meta_graph_suffix", "write_meta_graph")
_RESTORE = ("sess", "save_path")


class Saving:
    """Adds to a program its savers. What it accounts for is added to `explained`, by identity of the node."""

    def __init__(self, sights: Sights, program: Program, variables: Variables, explained: set[int]) -> None:
        self._sights, self._program, self._variables = sights, program, variables
        for use in sights.uses():
            saver = self._saver(use.call) if use.symbol == _SAVER and use.call is not None else None
            if saver is not None:
                explained.add(id(use.node))
                program.savers.append(saver)
                self._check(saver)

    def _saver(self, call: ast.Call) -> Saver | None:
        """A saver of all variables that is used for nothing but to save to paths, and to restore from them."""
        statement = self._sights.parent(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        scope = self._sights.place(call).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
        if call.args or call.keywords or not isinstance(target, ast.Name) or scope is None:
            return None
        saves: list[ast.Call] = []
        restores: list[ast.Call] = []
        for load in self._sights.loads(target.id, scope):
            method = self._sights.parent(load)
            used = self._sights.parent(method)
            if not isinstance(method, ast.Attribute) or not isinstance(used, ast.Call) or used.func is not method:
                return None
            known = given(used, _SAVE if method.attr == "save" else _RESTORE)
            if method.attr not in ("save", "restore") or set(known or ()) != {"sess", "save_path"}:
                return None
            (saves if method.attr == "save" else restores).append(used)
        if len(scope.bindings[target.id]) > 1 or not saves:  # what is only restored was written by another program
            return None
        return Saver(call, tuple(saves), tuple(restores))

    def _check(self, saver: Saver) -> None:
        """All variables of the file have names, by which they can be saved."""
        made = [n for n in self._sights.nodes if isinstance(n, ast.Call) and self._variables.makes(n)]
        here = self._sights.place(saver.call).scope
        for call in made:
            inside = self._sights.place(call).scope is not here
            if not inside and id(call) not in self._variables.makers:
                self._program.stop(saver.call, f"{short(call)} is saved, and has no name of its own")
        if self._variables.holders_before(saver.call) is None:
            self._program.stop(saver.call, "which variables are saved is not known")


def is_by_saver(call: ast.AST, program: Program) -> bool:
    """Whether a call saves or restores."""
    return any(call in (*one.saves, *one.restores) for one in program.savers)


def restored(session: Session, program: Program, sights: Sights, variables: Variables) -> set[ast.stmt]:
    """The statements before a session restores all variables, the first thing that it does; none if it does not."""
    parent = sights.parent(session.call)
    block: list[ast.stmt] = []
    if isinstance(parent, ast.withitem):
        around = sights.parent(parent)
        block = around.body if isinstance(around, ast.With) else []
    found: set[ast.stmt] = set()
    for statement in block:
        value = statement.value if isinstance(statement, ast.Expr) else None
        saver = next((one for one in program.savers if value in one.restores), None)
        if saver is not None:
            last = max((one.statement.lineno for one in program.steps), default=0)
            made = [n.lineno for n in sights.nodes if isinstance(n, ast.Call) and variables.makes(n)]
            return {*found, statement} if max([last, *made]) < saver.call.lineno else set()
        if statement not in program.gone:
            return set()
        found.add(statement)
    return set()


def saved(
    program: Program,
    variables: Variables,
    layout: Layout,
    root: str,
    optimizer: Callable[[Step], str],
) -> Iterator[Edit]:
    """The edits that make checkpoints of savers."""
    for saver in program.savers:
        steps = [one for one in program.steps if one.statement.lineno < saver.call.lineno and not one.assigned]
        names = [*(variables.holders_before(saver.call) or ()), *map(optimizer, steps)]
        span = layout.spans.of(saver.call)
        handed = ", ".join(f"{name}={name}" for name in dict.fromkeys(names))
        yield Edit(span.start, span.end, f"{root}.train.Checkpoint({handed})")
        for calls, method in ((saver.saves, "write"), (saver.restores, "read")):
            for call in calls:
                known = given(call, _RESTORE) or {}
                span = layout.spans.of(call)
                assert isinstance(call.func, ast.Attribute)
                name, path = layout.spans.source(call.func.value), layout.spans.source(known["save_path"])
                yield Edit(span.start, span.end, f"{name}.{method}({path})")
