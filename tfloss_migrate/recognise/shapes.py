"""What the forms of the rules look like from outside: enough to tell that code cannot match them.

It is read from the index of the rules, so that looking at a file loads and compiles only the forms that something in it
may be an instance of. What the index does not know, such as a rule that was just written, is found out from the rule.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from tfloss_migrate.record import dataclass
from tfloss_migrate.rules import registry
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.terms import Term

#: Operations that code may spell with an operator or by another operation, so that they need not be named.
_RESPELLED = frozenset(
    "square sqrt pow subtract add multiply divide negative less less_equal log_softmax abs maximum".split()
)

_SPEAKS, _LOOKS, _TOLD = "speaks for", "looks at", "told by"


@dataclass(frozen=True)
class Shape:
    """Forms of one rule that look alike, by their numbers.

    `anchors` are operations that code must name to match them, as no operator spells them; `root` is that of their
    terms, `required` all operations in these, `often` those that are called more than once, with how often, and `head`
    the one at the root.
    """

    module: str
    numbers: tuple[int, ...]
    anchors: frozenset[str]
    root: str
    required: frozenset[str]
    often: tuple[tuple[str, int], ...]
    head: str

    def may_be(self, subject: Term) -> bool:
        """Whether `subject` has all that the terms of these forms have."""
        if not self.required <= subject.operations:
            return False
        return all(subject.often.get(name, 0) >= times for name, times in self.often)


@dataclass(frozen=True)
class Outside:
    """All shapes in the order of the rules, which rule speaks for a symbol, and which rules look around at one.

    A symbol to look at that ends in a point stands for all below it, one that begins with a point for an attribute of
    anything. `told_by`: see `model.Rule`, by the rule's id.
    """

    shapes: tuple[Shape, ...]
    speakers: dict[str, str]
    looks: dict[str, list[str]]
    told_by: dict[str, tuple[str, ...]]

    def looking(self, used: frozenset[str]) -> list[str]:
        """The rules that look around in a program that names the symbols `used`."""
        met = self.looks.keys() & set[str]().union(*map(_beginnings, used))
        return sorted({module for at in met for module in self.looks[at]})


@functools.cache
def outside() -> Outside:
    """What all rules look like from outside."""
    shapes: list[Shape] = []
    speakers: dict[str, str] = {}
    looks: dict[str, list[str]] = {}
    told_by: dict[str, tuple[str, ...]] = {}
    known = registry.known()
    for module in registry.modules():
        for line in known[module] if module in known else lines_of(module):
            kind, *fields = [part.split() for part in line.split("|")]
            if line.startswith(_SPEAKS):
                speakers.update(dict.fromkeys(fields[0], module))
            elif line.startswith(_LOOKS):
                for at in fields[0]:
                    looks.setdefault(at, []).append(module)
            elif line.startswith(_TOLD):
                told_by[registry.id_of(module)] = tuple(fields[0])
            else:
                anchors, root, required, head = fields
                shapes.append(
                    Shape(
                        module,
                        tuple(map(int, kind)),
                        frozenset(anchors),
                        " ".join(root),
                        frozenset(required),
                        tuple(
                            [(name, required.count(name)) for name in sorted({*required}) if required.count(name) > 1]
                        ),
                        " ".join(head),
                    )
                )
    return Outside(tuple(shapes), speakers, looks, told_by)


@functools.cache
def _beginnings(symbol: str) -> tuple[str, ...]:
    """A symbol, and what it is below: `nn.rnn_cell.GRUCell`, `nn.rnn_cell.` and `nn.`."""
    parts = symbol.split(".")
    return symbol, *[f"{'.'.join(parts[:count])}." for count in range(1, len(parts))]


def lines_of(module: str) -> list[str]:
    """What the index is to know of a rule: how its forms look, and of which symbols it speaks."""
    rule = registry.load(module)
    lines: dict[str, list[str]] = {}
    for number in range(len(rule.forms)) if not rule.by_name else ():
        lines.setdefault(_shape_of(module, number), []).append(str(number))
    found = [f"{' '.join(numbers)} | {shape}" for shape, numbers in lines.items()]
    if rule.speaks_for:
        found.append(f"{_SPEAKS} | {' '.join(rule.speaks_for)}")
    if rule.told_by:
        found.append(f"{_TOLD} | {' '.join(rule.told_by)}")
    if rule.look is not None:
        found.append(f"{_LOOKS} | {' '.join(rule.look.at)}")
    return found


def index_text() -> str:
    """The text that the index of the rules is to have."""
    return registry.index_text({module: lines_of(module) for module in registry.modules()})


def _shape_of(module: str, number: int) -> str:
    import re

    from tfloss_migrate.recognise.patterns import pattern

    made = pattern(module, number)
    symbols = re.findall(r"\btf\.([\w.]+)\(", made.form.legacy)
    anchors = {BY_SYMBOL[symbol].name for symbol in symbols} - _RESPELLED
    called = made.term.often
    required = [name for name in made.required for _ in range(called.get(name, 1))]
    return f"{_text(anchors)} | {root(made.term)} | {_text(required)} | {_head(made.term)}"


def _text(names: Iterable[str]) -> str:
    return " ".join(sorted(names))


def root(term: Term) -> str:
    """What a term is at its root, blind to its coefficient: the key of the table of patterns.

    An operation counts with the names of its arguments, which are what most forms of one loss differ in.
    """
    if term.kind == "prod":
        return " ".join(sorted([f"{_root_of(part)}^{exponent}" for part, exponent in term.parts]))
    return f"{_root_of(term)}^1.0"


def _root_of(term: Term) -> str:
    return f"{term.name}({','.join([str(label) for _, label in term.parts])})" if term.kind == "op" else term.kind


def _head(term: Term) -> str:
    """The operation at the root of a term, seen through its factors."""
    return term.parts[0][0].name if term.kind == "prod" and term.parts else term.name
