"""Writes summaries as code of TF2: where they are written, or in a function where eager code would be slow."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from tfloss_migrate.model import Edit
from tfloss_migrate.sessions.plain.summary_reading import Summary
from tfloss_migrate.sessions.text.layout import Layout
from tfloss_migrate.sessions.text.sights import Sights

#: What functions that write summaries are called, where the name is free.
NAME = "write_summaries"
_UNIT = " " * 4


class SummaryWriting:
    """The texts that write summaries. Names that these give are added to the `taken` ones."""

    def __init__(self, sights: Sights, layout: Layout, root: str, taken: set[str]) -> None:
        self._sights, self._layout, self._root, self._taken = sights, layout, root, taken

    def home(self, writer: ast.expr, summaries: Sequence[Summary]) -> ast.stmt | None:
        """The statement that makes a writer, below which a function can write for it; None where none has to.

        Eagerly, what TensorBoard draws of a tensor is a hundred operations: one step takes as long as fifty.
        """
        held = self._sights.may_hold(writer) if isinstance(writer, ast.Name) else ()
        home = held[0].node if len(held) == 1 else None
        if not isinstance(home, ast.stmt) or all(one.kind == "scalar" for one in summaries):
            return None
        scopes = {id(self._sights.place(one).scope) for one in (home, *(one.statement for one in summaries))}
        return home if len(scopes) == 1 and not any(self._sights.loops(home)) else None

    def function(
        self, home: ast.stmt, writer: ast.expr, summaries: Sequence[Summary], names: list[str]
    ) -> tuple[str, Edit]:
        """The name of a function of a step and of these tensors, and the edit that defines it below a statement."""
        name, step = NAME, "step" if "step" not in names else "at"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        layout, indent = self._layout, self._layout.indent(home.lineno)
        body = self.lines(writer, step, summaries, dict(zip(names, names, strict=True)))
        lines = [f"@{self._root}.function", f"def {name}({', '.join([step, *names])}):", *(_UNIT + one for one in body)]
        end, newline = home.end_lineno or home.lineno, layout.newline
        text = newline + "".join(f"{indent}{line}{newline}" for line in lines) + newline * (not layout.blank(end + 1))
        at = layout.start_of(end + 1)
        return name, Edit(at, at, text)

    def lines(self, writer: ast.expr, step: str, summaries: Sequence[Summary], values: Mapping[str, str]) -> list[str]:
        """The lines that write each summary, with the comments above it."""
        lines = [f"with {self._layout.spans.source(writer)}.as_default(step={step}):"]
        for one in summaries:
            lines += [f"{_UNIT}{self._layout.comments[number].text}" for number in self.above(one.statement)]
            value = values.get(one.tensor.id, one.tensor.id)
            lines.append(f"{_UNIT}{self._root}.summary.{one.kind}({one.tag}, {value}{one.more})")
        return lines

    def above(self, statement: ast.stmt) -> list[int]:
        """The lines of the comments right above a statement."""
        number, found = statement.lineno - 1, list[int]()
        while (comment := self._layout.comments.get(number)) is not None and comment.alone:
            found.insert(0, number)
            number -= 1
        return found
