"""Expressions, each with the call of a function in which it is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.callables import Function, given
from tfloss_migrate.syntax.scopes import Place

_CALLS = 6


@dataclass(frozen=True, eq=False)
class Frame:
    """A call of a function of the module: what its parameters hold."""

    function: Function
    arguments: Mapping[str, Origin]
    outer: Frame | None = None

    @property
    def outermost(self) -> Frame:
        """The call in which all others are made."""
        return self if self.outer is None else self.outer.outermost

    def runs(self, function: Function) -> bool:
        """Whether a function is being read already, or calls are nested too deeply."""
        frame: Frame | None = self
        depth = 0
        while frame is not None and frame.function is not function:
            frame, depth = frame.outer, depth + 1
        return frame is not None or depth > _CALLS


class Origin:
    """An expression that makes a value, where it stands, and the call in which it is evaluated.

    It is a key of memos wherever values are followed: two are equal if they are one expression in one call.
    """

    __slots__ = ("_hash", "frame", "node", "place")

    def __init__(self, node: ast.expr, place: Place, frame: Frame | None = None) -> None:
        self.node, self.place, self.frame = node, place, frame
        self._hash = hash((node, frame))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and self.node is other.node and self.frame is other.frame

    def __hash__(self) -> int:
        return self._hash


def in_call(origin: Origin, function: Function) -> dict[str, Origin]:
    """What the parameters of a function hold in a call."""
    call = origin.node
    arguments = given(call, function) if isinstance(call, ast.Call) else {}
    return {label: Origin(value, origin.place, origin.frame) for label, value in arguments.items()}
