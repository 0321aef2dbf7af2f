"""Savers: `tf.train.Saver` saves what a session holds, `tf.train.Checkpoint` the variables that it is given by name."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Iterator

from tfloss_migrate.model import Edit
from tfloss_migrate.record import replace
from tfloss_migrate.sessions.reading.program import Program, Saver, Session, Step, short
from tfloss_migrate.sessions.reading.variables import Variables
from tfloss_migrate.sessions.text.layout import WIDTH, Layout
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.arguments import given, literal
from tfloss_migrate.syntax.names import dotted

FORMAT = "checkpoints are written in the format of TF2, and those that TF1 wrote are not read"
KEPT = "of checkpoints with numbers as many are kept as TF1 keeps, but those of an earlier run are counted too"
NUMBERED = frozenset({"train.get_checkpoint_state", "train.latest_checkpoint"})
_SAVER, _EXISTS = "train.Saver", "train.checkpoint_exists"
_MADE = ("var_list", "reshape", "sharded", "max_to_keep")
_SAVE = ("sess", "save_path", "global_step", "latest_filename", "meta_graph_suffix", "write_meta_graph")
_RESTORE = ("sess", "save_path")


class Saving:
    """Adds to a program its savers. What it accounts for is added to `explained`, by identity of the node.

    Files with numbers, of which the latest is looked for, are those of a `tf.train.CheckpointManager`.
    """

    def __init__(self, sights: Sights, program: Program, variables: Variables, explained: set[int]) -> None:
        self._sights, self._program, self._variables = sights, program, variables
        uses = sights.uses()
        looked_for = [use for use in uses if use.symbol in NUMBERED and use.call is not None]
        for use in uses:
            saver = self._saver(use.call, bool(looked_for)) if use.symbol == _SAVER and use.call is not None else None
            if saver is not None:
                explained.add(id(use.node))
                explained.update(id(one.func) for one in saver.call.args if isinstance(one, ast.Call))
                explained.update(id(one.value.func) for one in saver.call.keywords if isinstance(one.value, ast.Call))
                program.savers.append(saver)
                self._check(saver)
        if program.savers and all(one.directory is not None for one in program.savers):
            explained.update(id(use.node) for use in looked_for)
            explained.update(id(use.node) for use in uses if use.symbol == _EXISTS and use.call is not None)

    def _saver(self, call: ast.Call, looked_for: bool) -> Saver | None:
        """A saver of all variables that is used for nothing but to save to paths, and to restore from them."""
        statement = self._sights.parent(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        scope = self._sights.place(call).scope.owner_of(target.id) if isinstance(target, ast.Name) else None
        made = given(call, _MADE)
        saved = (made or {}).get("var_list")
        if made is None or set(made) - {"var_list", "max_to_keep"} or scope is None or not isinstance(target, ast.Name):
            return None
        every = saved is None or self._sights.called(saved) in ("global_variables", "all_variables")
        chosen = () if every or saved is None else self._chosen(saved)
        if not every and not chosen:
            return None
        saves: list[ast.Call] = []
        restores: list[ast.Call] = []
        for load in self._sights.loads(target.id, scope):
            method = self._sights.parent(load)
            used = self._sights.parent(method)
            if not isinstance(method, ast.Attribute) or not isinstance(used, ast.Call) or used.func is not method:
                return None
            known = given(used, _SAVE if method.attr == "save" else _RESTORE)
            if method.attr not in ("save", "restore") or set(known or ()) - {"global_step"} != {"sess", "save_path"}:
                return None
            (saves if method.attr == "save" else restores).append(used)
        if len(scope.bindings[target.id]) > 1 or not saves:  # what is only restored was written by another program
            return None
        if chosen and restores:  # others would have to keep the values that they start from
            return None
        saver = Saver(call, tuple(saves), tuple(restores), keeps=made.get("max_to_keep"), chosen=chosen)
        numbers = ["global_step" in (given(one, _SAVE) or {}) for one in saves]
        return self._numbered(saver) if looked_for or any(numbers) or saver.keeps is not None else saver

    def _chosen(self, node: ast.expr) -> tuple[tuple[str, str], ...]:
        """The variables of a dict or a list that is written out, and by which names they are saved; none for others."""
        values = node.values if isinstance(node, ast.Dict) else node.elts if isinstance(node, ast.List) else []
        names = [one.id for one in values if isinstance(one, ast.Name) and self._variables.is_held(one)]
        keys = [literal(key) for key in node.keys if key is not None] if isinstance(node, ast.Dict) else list(names)
        told = [key for key in keys if isinstance(key, str) and key.isidentifier() and not keyword.iskeyword(key)]
        return tuple(zip(told, names, strict=True)) if len(told) == len(names) == len(values) else ()

    def _numbered(self, saver: Saver) -> Saver | None:
        """A saver whose files have numbers, all in one folder that is known where the saver is made."""
        source = self._sights.place(saver.call)
        paths = []
        for save in saver.saves:
            known = given(save, _SAVE) or {}
            path = _parts(known["save_path"]) if "global_step" in known else None
            names = {n.id for n in ast.walk(known["save_path"]) if isinstance(n, ast.Name)}
            if path is None or not flow.unchanged(frozenset(names), source, self._sights.place(save)):
                return None
            paths.append(path)
        texts = {(one if isinstance(one, str) else ast.unparse(one), prefix) for one, prefix in paths}
        directory, prefix = paths[0]
        return replace(saver, directory=directory, prefix=prefix) if len(texts) == 1 else None

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
    """The edits that make checkpoints of savers, and of those whose files have numbers what manages them."""
    for saver in program.savers:
        steps = [one for one in program.steps if one.statement.lineno < saver.call.lineno and not one.assigned]
        names = [*(variables.holders_before(saver.call) or ()), *map(optimizer, steps)] if not saver.chosen else []
        span = layout.spans.of(saver.call)
        handed = [f"{key}={name}" for key, name in saver.chosen or ((name, name) for name in dict.fromkeys(names))]
        managed = _managed(saver, handed, layout, root) if saver.directory is not None else None
        yield Edit(span.start, span.end, managed or f"{root}.train.Checkpoint({', '.join(handed)})")
        methods = ("write", "read") if saver.directory is None else ("save", "checkpoint.restore")
        for calls, method in zip((saver.saves, saver.restores), methods, strict=True):
            for call in calls:
                known = given(call, _SAVE) or {}
                value = known.get("global_step", known["save_path"])
                number = "checkpoint_number=" if "global_step" in known else ""
                span, inside = layout.spans.of(call), layout.spans.of(value)
                assert isinstance(call.func, ast.Attribute)
                yield Edit(span.start, inside.start, f"{layout.spans.source(call.func.value)}.{method}({number}")
                yield Edit(inside.end, span.end, ")")


def _managed(saver: Saver, handed: list[str], layout: Layout, root: str) -> str:
    """What gives the files of a checkpoint their numbers, and keeps as many of them as the saver did."""
    folder = repr(saver.directory) if isinstance(saver.directory, str) else ""
    folder = layout.spans.source(saver.directory) if isinstance(saver.directory, ast.expr) else folder
    keeps = layout.spans.source(saver.keeps) if saver.keeps is not None else "5"
    indent = layout.indent(saver.call.lineno)
    unit, end = indent + " " * 4, layout.newline
    checkpoint = f"{root}.train.Checkpoint({', '.join(handed)})"
    if len(unit) + len(checkpoint) >= WIDTH:
        lines = "".join(f"{unit}    {one},{end}" for one in handed)
        checkpoint = f"{root}.train.Checkpoint({end}{lines}{unit})"
    parts = [checkpoint, folder, f"max_to_keep={keeps}", f'checkpoint_name="{saver.prefix}"']
    return f"{root}.train.CheckpointManager({end}{''.join(f'{unit}{one},{end}' for one in parts)}{indent})"


def looked_for(sights: Sights, layout: Layout, root: str) -> Iterator[Edit]:
    """The edits by which `tf.train.checkpoint_exists(path)` looks for the file that a checkpoint is known by."""
    for use in sights.uses():
        if use.symbol == _EXISTS and use.call is not None and len(use.call.args) == 1:
            span, path = layout.spans.of(use.call), layout.spans.of(use.call.args[0])
            yield Edit(span.start, path.start, f"{root}.io.gfile.exists(")
            yield Edit(path.end, span.end, ' + ".index")')


def _parts(path: ast.expr) -> tuple[ast.expr | str, str] | None:
    """The folder and the name of a path, as it is written: in one string, with `+`, or by `os.path.join`."""
    if isinstance(path, ast.Constant) and isinstance(path.value, str):
        folder, _, name = path.value.rpartition("/")
        return (folder or ".", name) if name else None
    if isinstance(path, ast.BinOp) and isinstance(path.op, ast.Add) and isinstance(path.right, ast.Constant):
        name = str(path.right.value)
        return (path.left, name[1:]) if name.startswith("/") and "/" not in name[1:] else None
    if isinstance(path, ast.Call) and dotted(path.func) == "os.path.join" and len(path.args) == 2:
        last = path.args[1]
        plain = isinstance(last, ast.Constant) and isinstance(last.value, str) and "/" not in last.value
        return (path.args[0], str(last.value)) if plain and isinstance(last, ast.Constant) else None
    return None
