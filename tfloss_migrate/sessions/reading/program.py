"""A program as sessions see it: its sessions, what they run, what is fed, and what stands in the way."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tfloss_migrate.model import Severity, Span
from tfloss_migrate.record import dataclass, field
from tfloss_migrate.syntax.scopes import Binding

#: What an attribute of the instance begins with where a class is read as a function: `self·x` is as long as `self.x`.
MARK = "self·"
#: What the name of a part of an element ends with while the one that it is fed to has that name.
NEXT = "·next"
#: What the name of a placeholder holds that stands for a part of the elements of a dataset: of which, and which part.
SPEC = ".element_spec"


def unmarked(name: str) -> str:
    """A name without the mark of attributes."""
    return name.replace(MARK, "")


@dataclass(frozen=True)
class Obstacle:
    """Why a program keeps its sessions. That something `runs` in one is a consequence, mostly, of another obstacle."""

    line: int
    text: str
    training: bool = False
    runs: bool = False


@dataclass(frozen=True)
class SessionFinding:
    """A session or a program with sessions. `fetches` are the offsets of the expressions that it evaluates.

    `feeds` are those of what is fed with each of them, None where nothing is.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    span: Span
    old: str
    reason: str | None
    fetches: tuple[tuple[int, int], ...]
    feeds: tuple[tuple[int, int] | None, ...] = ()


@dataclass(frozen=True)
class Session:
    """A call that makes a session."""

    call: ast.Call
    symbol: str


@dataclass(frozen=True, eq=False)
class Handed:
    """A session that a call hands to a parameter of a function of the file; `given` is the argument."""

    function: ast.FunctionDef
    parameter: ast.arg
    call: ast.Call
    given: ast.expr | ast.keyword


@dataclass(frozen=True)
class Saver:
    """`name = tf.train.Saver()`: its call, and the calls that save and restore by it.

    One whose files have numbers has a `directory`, and they the name `prefix`; `keeps` is how many of them are kept.
    One that saves but some variables has them as `chosen`, by the names that they have in its files.
    """

    call: ast.Call
    saves: tuple[ast.Call, ...]
    restores: tuple[ast.Call, ...]
    directory: ast.expr | str | None = None
    prefix: str = ""
    keeps: ast.expr | None = None
    chosen: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Assignment:
    """`variable.assign(value)`, or another `method`; `over` are the variables for each of which it is done."""

    variable: ast.expr
    value: ast.expr
    method: str
    over: ast.comprehension | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """`name = optimizer.minimize(loss)`: `made` is the call that makes the optimizer, of a TF1 `symbol`.

    `home` is the statement that gives the optimizer a name, None where it is made in the same statement. `variables`
    are those that are given, `counter` is the variable that counts the steps. Of a step that is
    `optimizer.apply_gradients(applied)`, `taken` is the call that takes the gradients. `rate` is the
    call that makes the learning rate hang on the counter, `fed_rate` the placeholder that it is. A step that assigns
    has `assigned`, and no optimizer. With `updates`, it takes the updates of moving averages along.
    """

    name: str
    binding: Binding
    statement: ast.Assign
    call: ast.Call
    made: ast.Call
    symbol: str
    home: ast.Assign | None
    loss: ast.expr
    variables: ast.expr | None = None
    counter: ast.Name | None = None
    taken: ast.Call | None = None
    applied: ast.expr | None = None
    rate: ast.Call | None = None
    fed_rate: ast.Name | None = None
    assigned: tuple[Assignment, ...] = ()
    updates: bool = False

    @property
    def needed(self) -> tuple[ast.expr, ...]:
        """What is computed for the step."""
        if self.assigned:
            return tuple(one.value for one in self.assigned)
        return tuple(node for node in (self.loss, self.applied, self.fed_rate) if node is not None)

    @property
    def changes_its_rate(self) -> bool:
        """Whether the learning rate is not one number."""
        return self.rate is not None or self.fed_rate is not None


@dataclass(frozen=True)
class Run:
    """A call that evaluates: `sess.run(fetch, feed)` or `fetch.eval(feed)`.

    `steps` are what it trains by, in their order, `stepping` the fetched expressions that are steps.
    """

    call: ast.Call
    fetch: ast.expr
    feed: ast.Dict | None
    session: Session | None
    steps: tuple[Step, ...] = ()
    stepping: tuple[ast.expr, ...] = ()

    @property
    def values(self) -> list[ast.expr]:
        """The fetched expressions that have a value."""
        return [part for part in parts_of(self.fetch) if part not in self.stepping]

    @property
    def needed(self) -> tuple[ast.expr, ...]:
        """What is computed for the steps."""
        return tuple(node for step in self.steps for node in step.needed)


def parts_of(fetch: ast.expr) -> list[ast.expr]:
    """The fetched expressions of a fetch that may be a written-out list, tuple or dict."""
    if isinstance(fetch, (ast.List, ast.Tuple)):
        return list(fetch.elts)
    return list(fetch.values) if isinstance(fetch, ast.Dict) else [fetch]


@dataclass(frozen=True)
class Placeholder:
    """`name = tf.placeholder(dtype, shape)`; `default` is what it is in runs that do not feed it, or None.

    One that stands for a part of the elements of a dataset has a `spec`, as code: `dataset.element_spec[0]`.
    """

    name: str
    binding: Binding
    statement: ast.Assign
    dtype: ast.expr
    shape: ast.expr | None
    default: ast.Constant | None = None
    spec: str = ""


def short(node: ast.AST) -> str:
    """A node's code, cut to fit into a message."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass
class Program:
    """What was read. `placeholders` are those with a name of their own, `placeholder_calls` all of them.

    `steps` are what it trains by; `feeds`, `listed` and `rates` the statements that give a name to what is fed, to what
    is fetched or taken along, and to learning rates, `grouped` those among `listed` that give one to several steps;
    `initialised` the runs that give the variables their initial values. `gone` are statements that eager code does
    without, `gone_items` parts of `with` headers. `seeds` are calls whose symbol has a new name; `mains` are calls of
    `tf.app.run`, with the call of the program's own function; `nowhere` are names that never were in TensorFlow.
    `at_once` are assignments that are run where they stand.
    `said` is what it may do otherwise without sessions. `handed` are sessions that go with what they are handed to,
    `savers` save all variables. `lines` tells which line each line was, before classes were read as functions.
    """

    sessions: list[Session] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    placeholders: list[Placeholder] = field(default_factory=list)
    placeholder_calls: list[ast.expr] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    feeds: dict[ast.stmt, ast.Dict] = field(default_factory=dict)
    rates: set[ast.stmt] = field(default_factory=set)
    listed: set[ast.stmt] = field(default_factory=set)
    grouped: dict[ast.AST, tuple[Step, ...]] = field(default_factory=dict)
    initialised: list[ast.Call] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    at_once: dict[ast.expr, Assignment] = field(default_factory=dict)
    savers: list[Saver] = field(default_factory=list)
    gone: set[ast.stmt] = field(default_factory=set)
    gone_items: set[ast.withitem] = field(default_factory=set)
    seeds: list[ast.expr] = field(default_factory=list)
    mains: list[tuple[ast.Call, str]] = field(default_factory=list)
    nowhere: list[tuple[ast.expr, str]] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    lines: Sequence[int] = ()

    @property
    def changes(self) -> bool:
        """Whether its runs change variables: by steps, or by assignments where they stand."""
        return bool(self.steps or self.at_once)

    def steps_of(self, held: tuple[Binding, ...]) -> tuple[Step, ...]:
        """The steps that a name stands for which may hold these bindings: one, mostly."""
        if len(held) != 1:
            return ()
        own = tuple(step for step in self.steps if held[0] is step.binding)
        return own or self.grouped.get(held[0].node, ())

    def stop(self, node: ast.expr | ast.stmt, text: str) -> None:
        """Notes an obstacle at a node."""
        self.obstacles.append(Obstacle(node.lineno, text))

    def line_of(self, line: int) -> int:
        """Which line of the file a line is."""
        return self.lines[line - 1] if self.lines else line

    def obstacle(self) -> Obstacle | None:
        """The obstacle to tell of: the first one; that a run trains is told only if there is no reason for that."""
        told = [one for one in self.obstacles if one.training] or self.obstacles
        return min(told, key=lambda one: (one.runs, one.line), default=None)
