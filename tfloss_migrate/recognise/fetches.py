"""The values that a session evaluates, as questions: does the new code compute eagerly what the old graph computed?

A fetched expression is spelled out down to its literals and its data. Lists of numbers become constants, since that is
what the graph makes of them; placeholders and numpy arrays become inputs, for which arrays are drawn.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tfloss_migrate.domains import Data, Domain
from tfloss_migrate.model import Input, Question
from tfloss_migrate.parse import Parsed
from tfloss_migrate.recognise.evidence import Shown
from tfloss_migrate.recognise.sites import Sites
from tfloss_migrate.recognise.spelling import CannotSpellError, Speller
from tfloss_migrate.recognise.symbols import Symbols
from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.reader import Reader, place_of
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.spans import Spans
from tfloss_migrate.syntax.terms import Term, constant_of

Offsets = tuple[int, int]


def questions(
    old: Parsed, old_fetches: Sequence[Offsets], new: Parsed, new_fetches: Sequence[Offsets], *, old_order: bool
) -> list[Question | None]:
    """A question for each fetched value, None for one that cannot be spelled out on both sides."""
    before, after = _Fetches(old, old_order), _Fetches(new, old_order)
    mine = [value for offsets in old_fetches for value in before.values(offsets)]
    theirs = [value for offsets in new_fetches for value in after.values(offsets)]
    if len(mine) != len(theirs):
        return [None] * max(len(mine), 1)
    return [_question(before.spell(*old), after.spell(*new)) for old, new in zip(mine, theirs, strict=True)]


_Spelled = tuple[str, tuple[Input, ...]]


def _question(legacy: _Spelled | None, target: _Spelled | None) -> Question | None:
    if legacy is None or target is None or [i.name for i in legacy[1]] != [i.name for i in target[1]]:
        return None
    return Question(legacy[0], target[0], legacy[1])


class _Fetches:
    """Spells the expressions of one text."""

    def __init__(self, parsed: Parsed, old_order: bool) -> None:
        self._parsed, self._spans = parsed, Spans(parsed.text)
        self._reader = Reader(parsed.names, old_order=old_order)
        self._shown = Shown(parsed.names)
        self._likes = self._known_domains()

    def values(self, offsets: Offsets) -> list[tuple[ast.expr, Place]]:
        """The single values that are fetched there: the expression itself, or those of a list, tuple or dict."""
        found = self._at(offsets)
        return [] if found is None else list(self._single(*found))

    def _single(self, node: ast.expr, place: Place) -> Iterator[tuple[ast.expr, Place]]:
        if isinstance(node, (ast.List, ast.Tuple)):
            for element in node.elts:
                yield from self._single(element, place)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                yield from self._single(value, place)
        else:
            yield node, place

    def spell(self, node: ast.expr, place: Place) -> _Spelled | None:
        """An expression written out, and its inputs; None if it cannot be."""
        data = dict(self._data(node, place, 0))
        try:
            text = Speller(self._reader, data, constants=True).spell(node, place)
        except CannotSpellError:
            return None
        used = {name.id for name in ast.walk(ast.parse(text)) if isinstance(name, ast.Name)}
        return text, tuple(Input(name, self._domain(data[name])) for name in sorted(used & data.keys()))

    def _domain(self, term: Term) -> Data:
        shape = (
            constant_of(term.argument("shape"))
            if term.kind == "op"
            else _shape_of(self._shown.made_by(term) or term.node)
        )
        known = isinstance(shape, tuple) and all(isinstance(size, (int, type(None))) for size in shape)
        return Data(shape=shape if known else None, like=self._likes.get(term))  # type: ignore[arg-type]

    def _known_domains(self) -> dict[Term, Domain]:
        """What the losses of the program say of their inputs: which are labels, which are class ids."""
        symbols = Symbols(self._reader)
        return {
            term: declared.domain
            for site in Sites(self._reader, self._shown, symbols)
            for instance in site.instances
            for declared in instance.pattern.rule.inputs
            if (term := instance.match.get(declared.name)) is not None
        }

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
        if name is not None:
            yield from self._named_data(name, node, place, depth)
            return
        if isinstance(node, ast.Call) and self._is_foreign(node, place):
            yield f"array_{node.lineno}", self._reader.term(node, place)
            return
        for child in ast.iter_child_nodes(node):
            value = child.value if isinstance(child, ast.keyword) else child
            if isinstance(value, ast.expr):
                yield from self._data(value, place, depth)

    def _named_data(self, name: str, node: ast.expr, place: Place, depth: int) -> Iterator[tuple[str, Term]]:
        binding = self._reader.definition(name, place)
        if binding is None or binding.value is None or depth > 20:
            return
        term = self._reader.term(node, place)
        if (term.kind == "op" and term.name == "placeholder") or self._shown.made_by(term) is not None:
            yield name.replace(".", "_"), term
        else:
            yield from self._data(binding.value, place_of(binding), depth + 1)

    def _is_foreign(self, node: ast.Call, place: Place) -> bool:
        """Whether a call is neither of TensorFlow nor of the module: numpy, mostly."""
        known = self._parsed.names.symbol(node.func, place.scope) is not None or isinstance(node.func, ast.Call)
        return not known and self._reader.helper(node, place) is None and isinstance(node.func, ast.Attribute)


def _shape_of(made: ast.expr | None) -> tuple[int, ...] | None:
    """The shape of an array that a call makes: of a literal, `zeros((2, 3))`, `normal(size=(2, 3))`, `randn(2, 3)`."""
    if not isinstance(made, ast.Call):
        return None
    method = made.func.attr if isinstance(made.func, ast.Attribute) else ""
    if method == "astype" and isinstance(made.func, ast.Attribute):
        return _shape_of(made.func.value)
    given = {keyword.arg: literal(keyword.value) for keyword in made.keywords}
    values = [literal(argument) for argument in made.args]
    if method in ("rand", "randn", "reshape"):
        values = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values  # type: ignore[assignment]
        return tuple(values) if values and all(isinstance(size, int) for size in values) else None  # type: ignore[arg-type]
    size = given.get("size", given.get("shape", values[0] if values and method in ("zeros", "ones", "full") else None))
    if size is not None:
        return size if isinstance(size, tuple) else (size,) if isinstance(size, int) else None
    return _nesting(values[0]) if values and method in ("array", "asarray") else None


def _nesting(value: object) -> tuple[int, ...] | None:
    shape = []
    while isinstance(value, (list, tuple)) and value:
        shape.append(len(value))
        value = value[0]
    return tuple(shape) or None
