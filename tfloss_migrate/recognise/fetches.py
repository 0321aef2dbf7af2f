"""The values that a session evaluates, as questions: does the new code compute eagerly what the old graph computed?

A fetched expression is spelled out down to its literals and its data. Lists of numbers become constants, since that is
what the graph makes of them; placeholders and numpy arrays become inputs, for which arrays are drawn.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tfloss_migrate.domains import Data, Domain, Fed, Feed
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
from tfloss_migrate.syntax.values import Values

Offsets = tuple[int, int]

#: The dtypes of placeholders that are told apart; all others count as float32.
_DTYPES = frozenset({"float64", "int32", "int64", "uint8", "bool"})


def questions(
    old: Parsed,
    old_fetches: Sequence[Offsets],
    feeds: Sequence[Offsets | None],
    new: Parsed,
    new_fetches: Sequence[Offsets],
    *,
    old_order: bool,
) -> list[Question | None]:
    """A question for each fetched value, None for one that cannot be spelled out on both sides.

    `feeds` tell what is fed with each of the old fetches. A value that is fetched several times is asked about once,
    with all that is fed.
    """
    before, after = _Fetches(old, old_order), _Fetches(new, old_order)
    fed = [before.fed(offsets) for offsets in feeds]
    mine = [(value, at) for at, offsets in enumerate(old_fetches) for value in before.values(offsets)]
    theirs = [value for offsets in new_fetches for value in after.values(offsets)]
    if len(mine) != len(theirs):
        return [None] * max(len(mine), 1)
    spelled = [(before.spell(*old), after.spell(*new)) for (old, _), new in zip(mine, theirs, strict=True)]
    runs = [[fed[at] for (_, at), other in zip(mine, spelled, strict=True) if other == pair] for pair in spelled]
    return [_question(*pair, feeds) for pair, feeds in zip(spelled, runs, strict=True)]


def fed_inputs(
    parsed: Parsed, placeholders: Sequence[tuple[str, Offsets]], feeds: Sequence[Offsets | None], *, old_order: bool
) -> tuple[Input, ...]:
    """The placeholders of a program as inputs, by their names and where they are used, with what its runs feed."""
    fetches = _Fetches(parsed, old_order)
    fed = [fetches.fed(offsets) for offsets in feeds]
    return tuple(fetches.placeholder(name, offsets, fed) for name, offsets in placeholders)


_Fed = dict[Term, Feed]


@dataclass(frozen=True)
class _Spelled:
    """An expression written out, with its inputs and the terms that they are."""

    text: str
    inputs: tuple[Input, ...]
    terms: tuple[Term, ...]


def _question(legacy: _Spelled | None, target: _Spelled | None, runs: Sequence[_Fed]) -> Question | None:
    if legacy is None or target is None or [i.name for i in legacy.inputs] != [i.name for i in target.inputs]:
        return None
    inputs = [_with_feeds(*one, runs) for one in zip(legacy.inputs, legacy.terms, strict=True)]
    return Question(legacy.text, target.text, tuple(inputs))


def _with_feeds(declared: Input, term: Term, runs: Sequence[_Fed]) -> Input:
    """An input with what each run feeds to it, equal runs once."""
    if not isinstance(declared.domain, Fed):
        return declared
    distinct = [run for at, run in enumerate(runs) if run and run not in runs[:at]]
    return replace(declared, domain=replace(declared.domain, feeds=tuple(run.get(term) for run in distinct)))


class _Fetches:
    """Spells the expressions of one text."""

    def __init__(self, parsed: Parsed, old_order: bool) -> None:
        self._parsed, self._spans = parsed, Spans(parsed.text)
        self._reader = Reader(parsed.names, old_order=old_order)
        self._shown = Shown(Values(self._reader))
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
        terms = {name: data[name] for name in sorted(used & data.keys())}
        return _Spelled(
            text, tuple(Input(name, self._domain(term)) for name, term in terms.items()), (*terms.values(),)
        )

    def placeholder(self, name: str, offsets: Offsets, runs: Sequence[_Fed]) -> Input:
        """A placeholder as an input, by a place at which its name stands."""
        found = self._at(offsets)
        if found is None:
            return Input(name, Fed(any_rank=True))
        term = self._reader.term(*found)
        domain = self._domain(term) if term.kind == "op" else Fed(any_rank=True)
        return _with_feeds(Input(name, domain), term, runs)

    def fed(self, offsets: Offsets | None) -> _Fed:
        """What a run feeds, where the code shows a value or its shape."""
        found = self._at(offsets) if offsets is not None else None
        node, place = found if found is not None else (None, None)
        if not isinstance(node, ast.Dict) or place is None:
            return {}
        pairs = [(key, self._feed(value, place)) for key, value in zip(node.keys, node.values, strict=True)]
        return {self._reader.term(key, place): feed for key, feed in pairs if key is not None and feed is not None}

    def _feed(self, node: ast.expr, place: Place) -> Feed | None:
        name = dotted(node)
        binding = self._reader.definition(name, place) if name is not None else None
        if binding is not None and binding.value is not None:
            return self._feed(binding.value, place_of(binding))
        method = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
        if isinstance(node, ast.Call) and node.args and method in ("array", "asarray", "float32"):
            return self._feed(node.args[0], place)
        value = _tuples(literal(node))
        shape = _rectangular(value) if value is not None else _shape_of(node)
        return Feed(value, shape) if shape is not None else None

    def _domain(self, term: Term) -> Data:
        shape = (
            constant_of(term.argument("shape"))
            if term.kind == "op"
            else _shape_of(self._shown.made_by(term) or term.node)
        )
        known = isinstance(shape, tuple) and all(isinstance(size, (int, type(None))) for size in shape)
        data = Data(shape=shape if known else None, like=self._likes.get(term))  # type: ignore[arg-type]
        if term.kind != "op":
            return data
        dtype = str(constant_of(term.argument("dtype"))).rpartition(".")[2]
        shape_node = getattr(term.argument("shape"), "node", None)
        any_rank = shape_node is None or (isinstance(shape_node, ast.Constant) and shape_node.value is None)
        dtype = dtype if dtype in _DTYPES else "float32"
        return Fed(shape=data.shape, like=data.like, dtype=dtype, any_rank=any_rank)

    def _known_domains(self) -> dict[Term, Domain]:
        """What the losses of the program say of their inputs: which are labels, which are class ids."""
        symbols = Symbols(self._reader)
        return {
            term: declared.domain
            for site in Sites(self._reader, self._shown, symbols, by_meaning=True)
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


def _tuples(value: object) -> object:
    """Numbers, and lists of lists of them as tuples; None for all else."""
    if isinstance(value, (list, tuple)):
        inner = tuple(map(_tuples, value))
        return inner if None not in inner else None
    return value if isinstance(value, (bool, int, float)) else None


def _rectangular(value: object) -> tuple[int, ...] | None:
    """The shape of nested tuples, None where rows differ in length."""
    if not isinstance(value, tuple):
        return ()
    inner = {_rectangular(each) for each in value}
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *(inner.pop() or ())) if inner else (0,)


def _nesting(value: object) -> tuple[int, ...] | None:
    shape = []
    while isinstance(value, (list, tuple)) and value:
        shape.append(len(value))
        value = value[0]
    return tuple(shape) or None
