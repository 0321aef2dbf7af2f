"""A program as sessions see it: its sessions, what they run, what is fed, and what stands in the way."""

from __future__ import annotations

import ast

from tfloss_migrate.model import Severity, Span
from tfloss_migrate.record import dataclass, field
from tfloss_migrate.syntax.scopes import Binding


@dataclass(frozen=True)
class Obstacle:
    """Why a program keeps its sessions."""

    line: int
    text: str
    training: bool = False
    runs: bool = False

    @property
    def reason(self) -> str:
        tail = "; training programs are not converted yet" if self.training else ""
        return f"line {self.line}: {self.text}{tail}"


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


@dataclass(frozen=True)
class Run:
    """A call that evaluates: `sess.run(fetch, feed)` or `fetch.eval(feed)`."""

    call: ast.Call
    fetch: ast.expr
    feed: ast.Dict | None
    session: Session | None


@dataclass(frozen=True)
class Placeholder:
    """`name = tf.placeholder(dtype, shape)`."""

    name: str
    binding: Binding
    statement: ast.Assign
    dtype: ast.expr
    shape: ast.expr | None


def short(node: ast.AST) -> str:
    """A node's code, cut to fit into a message."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass
class Program:
    """What was read. `placeholders` are those with a name of their own, `placeholder_calls` all of them.

    `gone` are statements that eager code does without, `gone_items` parts of `with` headers. `seeds` are calls whose
    symbol has a new name; `nowhere` are names that never were in TensorFlow.
    """

    sessions: list[Session] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    placeholders: list[Placeholder] = field(default_factory=list)
    placeholder_calls: list[ast.expr] = field(default_factory=list)
    gone: set[ast.stmt] = field(default_factory=set)
    gone_items: set[ast.withitem] = field(default_factory=set)
    seeds: list[ast.expr] = field(default_factory=list)
    nowhere: list[tuple[ast.expr, str]] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)

    def stop(self, node: ast.expr | ast.stmt, text: str) -> None:
        """Notes an obstacle at a node."""
        self.obstacles.append(Obstacle(node.lineno, text))

    def obstacle(self) -> Obstacle | None:
        """The obstacle to tell of: the first one; of a program that trains, the first run that does."""
        told = [one for one in self.obstacles if one.training] or self.obstacles
        return min(told, key=lambda one: (not one.runs, one.line), default=None)
