"""Calls whose arguments TensorFlow 0.x took in another order, or under another name, than TF2.

No error tells of it: by position, 0.x code that runs on TF2 hands labels over as logits. In a file of 0.x the
arguments are given their names; where a file does not tell its era, that is said and nothing is written.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from tfloss_migrate.model import Look, Question, Sighting
from tfloss_migrate.record import dataclass, field
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

Replacements = tuple[tuple[ast.expr | ast.keyword, str], ...]


@dataclass(frozen=True)
class Order:
    """The parameters of `symbol` in 0.x and in TF2, by their names of TF2.

    `renamed`: other names that arguments had. `gone`: arguments that TF2 has no more, with what to know about it, and
    `always`: the value of these that TF2 has without being told.
    `otherwise` tells why a call, by its arguments, means something else in TF2 that no other spelling of it mends.
    """

    symbol: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    question: Question
    renamed: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    otherwise: Callable[[Program, Mapping[str, ast.expr], Place], str | None] = lambda *_: None

    @property
    def look(self) -> Look:
        """How a rule finds these calls."""
        return Look((self.symbol,), self._find)

    def _find(self, program: Program) -> Iterator[Sighting]:
        for call, place, _ in program.calls_of(self.symbol) if program.era != "2.x" else ():
            starred = any(isinstance(argument, ast.Starred) for argument in call.args)
            if starred or any(keyword.arg is None for keyword in call.keywords):
                continue
            reason = self._obstacle(call, program, place)
            changes = self._changes(call, program)
            if reason or changes:
                yield Sighting(call, self._message(changes), reason, changes, self.question)

    def _is_as_always(self, keyword: ast.keyword) -> bool:
        """Whether an argument asks for what TF2 does without it."""
        always = self.always.get(keyword.arg or "")
        return always is not None and isinstance(keyword.value, ast.Constant) and keyword.value.value == always

    def _message(self, changes: Replacements) -> str:
        names = ", ".join(text.partition("=")[0] for _, text in changes if text)
        return f"tf.{self.symbol} takes its arguments otherwise in TF2" + (f": {names} by name" if names else "")

    def _moved(self, call: ast.Call) -> int | None:
        """The first argument by position that was another one in 0.x."""
        pairs = zip(call.args, self.old, self.new, strict=False)
        return next((at for at, (_, old, new) in enumerate(pairs) if old != new), None)

    def _obstacle(self, call: ast.Call, program: Program, place: Place) -> str | None:
        gone = next((k.arg for k in call.keywords if k.arg in self.gone and not self._is_as_always(k)), None)
        if gone is not None:
            return f"TF2 has no {gone}=: {self.gone[gone]}"
        if len(call.args) > len(self.new):
            return "more arguments by position than TF2 takes"
        given = dict(zip(self.old if program.era == "0.x" else self.new, call.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
        if reason := self.otherwise(program, given, place):
            return reason
        moved = self._moved(call)
        if moved is None or program.era == "0.x" or program.since_1:
            return None
        olds, news = (", ".join(names[: len(call.args)]) for names in (self.old, self.new))
        return (
            f"by position these are ({olds}) in TensorFlow 0.x and ({news}) from 1.0 on, "
            "and the file does not tell which it was written for; name the arguments"
        )

    def _changes(self, call: ast.Call, program: Program) -> Replacements:
        changes: list[tuple[ast.expr | ast.keyword, str]] = []
        moved = self._moved(call)
        if moved is not None and program.era == "0.x":
            named = zip(call.args[moved:], self.old[moved:], strict=False)
            changes += [(argument, f"{name}={program.source(argument)}") for argument, name in named]
        for keyword in call.keywords:
            if self._is_as_always(keyword):
                changes.append((keyword, ""))
            if keyword.arg in self.renamed:
                changes.append((keyword, f"{self.renamed[keyword.arg or '']}={program.source(keyword.value)}"))
        return tuple(changes)
