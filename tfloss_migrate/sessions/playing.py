"""A program, before and after, as the referee plays it: its graph in a session, and what it is in TF2.

The old side is the text as it was written, before its graph was made plain. What a run fetches is the call of a
function, or, where nothing is fed and nothing trains, an expression that the new text computes where it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.record import dataclass
from tfloss_migrate.sessions.obstacles.looking import Looking
from tfloss_migrate.sessions.plain.classes import Written
from tfloss_migrate.sessions.plain.flattening import flattened
from tfloss_migrate.sessions.reading.feeding import Fed, Feeding
from tfloss_migrate.sessions.reading.functions import Functions
from tfloss_migrate.sessions.reading.program import MARK, SPEC, Assignment, Run, unmarked
from tfloss_migrate.sessions.scripts import Scripts, starts
from tfloss_migrate.sessions.text.needs import Needs
from tfloss_migrate.sessions.text.sights import Sights
from tfloss_migrate.syntax.names import Names


@dataclass(frozen=True)
class Fetched:
    """A run as it is played: what is fetched, by which steps it trains, by which function, and what is fed.

    `flags` are the placeholders to which it feeds a plain True or False, `feed` the offsets of the dict that is fed.
    """

    old: tuple[str, ...]
    steps: tuple[str, ...]
    new: str
    feeds: tuple[str, ...]
    flags: tuple[tuple[str, bool], ...]
    feed: tuple[int, int] | None


@dataclass(frozen=True)
class Played:
    """A program, before and after, and its runs. `placeholders` are names, and where each is bound."""

    old: str
    new: str
    runs: tuple[Fetched, ...]
    placeholders: tuple[tuple[str, tuple[int, int]], ...]


def played_by(
    seen: Looking, feeding: Feeding, functions: Functions, new_text: str, written: Written | None
) -> Played | None:
    """Both texts as the referee runs them; None where what a run fetches is not found in the text as it was written.

    None, too, for a program that only evaluates, where that hangs on the time at which it is done; of one that trains,
    only variables are fetched beside what functions compute: the rest may be of the program's data.
    """
    before = _Before(seen, written)
    plain = [run for run in seen.program.runs if run.call not in functions.by_run]
    if seen.program.steps:
        plain = [run for run in plain if _keeps(run, seen) and all(map(seen.variables.is_held, run.values))]
    elif not all(_keeps(run, seen) for run in plain):
        return None
    tree = ast.parse(new_text)
    flat = flattened(new_text, Names(tree), tree)
    text = (flat.text if flat is not None else new_text) + "".join(_as_functions(plain, seen))
    tree = ast.parse(text)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        call.keywords = [one for one in call.keywords if not _is_of_data(one)]
    sights = Sights(Names(tree), tree)
    named = {n.name: n for n in sights.nodes if isinstance(n, ast.FunctionDef)}
    made = {f.name: named.get(f"{MARK}{unmarked(f.name)}") or named[f.name] for f in functions.all}
    made.update({one: named[one] for one in map(_name, range(len(plain)))})
    try:
        runs = tuple(
            Fetched(
                tuple(_spelled(before.text(value)) for value in one.fetches),
                tuple(_spelled(step.name) for step in one.run.steps),
                _spelled(made[functions.by_run[one.run.call].name].name),
                tuple(_spelled(placeholder.name) for placeholder in one.placeholders),
                tuple(_flags(one)),
                seen.offsets(one.run.feed) if one.run.feed is not None else None,
            )
            for one in feeding.fed
        )
        calls = [one.run.call for one in feeding.fed] + [run.call for run in plain]
        runs += tuple(_plain(run, _name(at), seen, before) for at, run in enumerate(plain))
        order = sorted(range(len(runs)), key=lambda at: (calls[at].lineno, calls[at].col_offset))
        runs = tuple(runs[at] for at in order)
        fetches = [fetch for fed in feeding.fed for fetch in fed.fetches]
        fetches += [value for run in plain for value in run.values]
        old = before.script([*(step.statement for step in seen.program.steps), *fetches])
    except LookupError:
        return None
    loads = [n for n in seen.sights.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    needed = {id(one) for fed in feeding.fed for one in fed.placeholders}
    named_so = [(one, n) for one in seen.program.placeholders if id(one) in needed for n in loads if n.id == one.name]
    uses = {one.name: n for one, n in named_so if one.binding in seen.sights.may_hold(n)}
    places = tuple((_spelled(name), seen.offsets(node)) for name, node in uses.items())
    started = [n for n in sights.nodes if starts(n) and not any(isinstance(a, ast.ClassDef) for a in sights.above(n))]
    after = Scripts(sights, Needs(sights)).of([*made.values(), *started])
    return Played(_spelled(old), _spelled(after), runs, places)


def _as_functions(runs: Sequence[Run], seen: Looking) -> Iterator[str]:
    """What runs fetch or assign that no function computes, as functions behind a text."""
    for at, run in enumerate(runs):
        assigned = seen.program.at_once.get(run.fetch)
        body = f"return [{', '.join(ast.unparse(value) for value in run.values)}]"
        if assigned is not None:
            variable = ast.unparse(assigned.variable)
            known = ast.unparse(assigned.value) if _is_known(assigned, seen) else None
            ones = f"{seen.sights.root() or 'tf'}.ones_like({variable})"
            body = f"{variable}.{assigned.method}({known or ones})"
        yield f"\ndef {_name(at)}():\n    {body}\n"


def _plain(run: Run, name: str, seen: Looking, before: _Before) -> Fetched:
    """A run that no function serves; what is assigned, where only the program's data tell, are ones."""
    assigned = seen.program.at_once.get(run.fetch)
    if assigned is None:
        return Fetched(tuple(_spelled(before.text(value)) for value in run.values), (), name, (), (), None)
    step = before.text(run.fetch)
    if not _is_known(assigned, seen):
        variable = before.text(assigned.variable)
        step = f"tf.{assigned.method}({variable}, tf.ones_like({variable}))"
    return Fetched((), (_spelled(step),), name, (), (), None)


def _is_known(assigned: Assignment, seen: Looking) -> bool:
    """Whether what is assigned is made of variables and operations alone."""
    names = [node for node in ast.walk(assigned.value) if isinstance(node, ast.Name)]
    return all(seen.sights.symbol(one) is not None or seen.variables.is_held(one) for one in names)


def _name(at: int) -> str:
    return f"fetched_{at}"


def _keeps(run: Run, seen: Looking) -> bool:
    """Whether what a run fetches is the same at the end of the text: of names of the module as they are last given."""
    sights, assigned = seen.sights, seen.program.at_once.get(run.fetch)
    read = run.values if assigned is None else [assigned.variable]
    for name in (node for value in read for node in ast.walk(value) if isinstance(node, ast.Name)):
        scope = sights.place(name).scope.owner_of(name.id)
        if scope is None:
            continue
        held = sights.may_hold(name)
        if scope is not sights.names.module or len(held) != 1 or held[0] is not scope.bindings[name.id][-1]:
            return False
    return True


class _Before:
    """The old program, of which nodes of its plain text are told; LookupError where there is no such node."""

    def __init__(self, seen: Looking, written: Written | None) -> None:
        self._sights, self._written = seen.sights, written
        if written is None:
            self._scripts = Scripts(seen.sights, seen.needs)
            return
        tree = ast.parse(written.text)
        sights = Sights(Names(tree), tree)
        self._scripts = Scripts(sights, Needs(sights))
        self._statements = {(n.lineno, type(n)): n for n in reversed(sights.nodes) if isinstance(n, ast.stmt)}

    def text(self, node: ast.expr) -> str:
        found = self._found(node)
        assert isinstance(found, ast.expr)
        return self._scripts.text(found)

    def script(self, nodes: list[ast.AST]) -> str:
        return self._scripts.of([self._found(node) for node in nodes])

    def _found(self, node: ast.AST) -> ast.AST:
        """What stood where a node of the plain text stands: on the same way down in the statement of its line."""
        if self._written is None:
            return node
        way = []
        while not isinstance(node, ast.stmt):
            above = self._sights.parent(node)
            way.append(_step(above, node))
            node = above
        found: ast.AST = self._statements[self._written.lines[node.lineno - 1], type(node)]
        for field, at in reversed(way):
            inner = getattr(found, field, None)
            found = inner[at] if isinstance(inner, list) else inner  # type: ignore[assignment]
            if found is None:
                raise LookupError
        return found


def _step(above: ast.AST, node: ast.AST) -> tuple[str, int]:
    """In which field of the node above it a node is, and at which place of a list."""
    for field, value in ast.iter_fields(above):
        inner = value if isinstance(value, list) else [value]
        if node in inner:
            return field, inner.index(node)
    raise LookupError


def _flags(fed: Fed) -> Iterator[tuple[str, bool]]:
    """The placeholders to which a run feeds a plain True or False, and which of these; a step may never be run."""
    for placeholder, value in zip(fed.placeholders, fed.values, strict=False):
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            yield _spelled(placeholder.name), value.value


def _is_of_data(keyword: ast.keyword) -> bool:
    """Whether an argument tells what a function is given by the elements of a dataset: what is fed tells as much."""
    return keyword.arg == "input_signature" and SPEC in ast.unparse(keyword.value)


def _spelled(text: str) -> str:
    """A text whose names are names to every Python."""
    return text.replace(MARK, "self_")
