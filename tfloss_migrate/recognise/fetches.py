"""The values that a session evaluates, as questions: does the new code compute eagerly what the old graph computed?

A fetched expression is spelled out down to its literals and its data. Lists of numbers become constants, since that is
what the graph makes of them; placeholders and numpy arrays become inputs, for which arrays are drawn.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Input, Question
from tfloss_migrate.parse import Parsed
from tfloss_migrate.recognise.evidence import Shown
from tfloss_migrate.recognise.spelling import CannotSpellError, Speller
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.reader import Reader, place_of
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.spans import Spans
from tfloss_migrate.syntax.terms import Term

Offsets = tuple[int, int]


def questions(
    old: Parsed, old_fetches: Sequence[Offsets], new: Parsed, new_fetches: Sequence[Offsets], *, old_order: bool
) -> list[Question]:
    """One question for each fetched value that can be spelled out on both sides."""
    if len(old_fetches) != len(new_fetches):
        return []
    before, after = _Fetches(old, old_order), _Fetches(new, old_order)
    found = []
    for mine, theirs in zip(old_fetches, new_fetches, strict=True):
        legacy, target = before.spell(mine), after.spell(theirs)
        if legacy is not None and target is not None and legacy[1] == target[1]:
            inputs = tuple(Input(name, Real(constant=True)) for name in legacy[1])
            found.append(Question(legacy[0], target[0], inputs))
    return found


class _Fetches:
    """Spells the expressions of one text."""

    def __init__(self, parsed: Parsed, old_order: bool) -> None:
        self._parsed, self._spans = parsed, Spans(parsed.text)
        self._reader = Reader(parsed.names, old_order=old_order)
        self._shown = Shown(parsed.names)

    def spell(self, offsets: Offsets) -> tuple[str, tuple[str, ...]] | None:
        """The expression there, and the names of its inputs; None if it cannot be spelled."""
        found = self._at(offsets)
        if found is None:
            return None
        node, place = found
        data = dict(self._data(node, place, 0))
        try:
            text = Speller(self._reader, data, constants=True).spell(node, place)
        except CannotSpellError:
            return None
        used = {name.id for name in ast.walk(ast.parse(text)) if isinstance(name, ast.Name)}
        return text, tuple(sorted(used & data.keys()))

    def _at(self, offsets: Offsets) -> tuple[ast.expr, Place] | None:
        for expression, place in self._parsed.names.places:
            for node in ast.walk(expression):
                if isinstance(node, ast.expr):
                    span = self._spans.of(node)
                    if (span.start, span.end) == offsets:
                        return node, place
        return None

    def _data(self, node: ast.expr, place: Place, depth: int) -> Iterator[tuple[str, Term]]:
        """The placeholders and arrays that an expression goes back to, by the name that they have."""
        name = dotted(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
        if name is None:
            for child in ast.iter_child_nodes(node):
                value = child.value if isinstance(child, ast.keyword) else child
                if isinstance(value, ast.expr):
                    yield from self._data(value, place, depth)
            return
        binding = self._reader.definition(name, place)
        if binding is None or binding.value is None or depth > 20:
            return
        term = self._reader.term(node, place)
        is_float = "int" not in ast.unparse(binding.value)
        if is_float and ((term.kind == "op" and term.name == "placeholder") or self._shown.is_array(term)):
            yield name.replace(".", "_"), term
        else:
            yield from self._data(binding.value, place_of(binding), depth + 1)
