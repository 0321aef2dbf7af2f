"""Finds names and arguments of TensorFlow that have another name in TF2."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Form, Rule
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules import tfl101_renamed_symbol as names_rule
from tfloss_migrate.rules import tfl102_renamed_argument as arguments_rule
from tfloss_migrate.syntax.ops import BY_SYMBOL
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import Term


@dataclass(frozen=True)
class Renaming:
    """A node (or a keyword) whose name changes: the part of the text to replace, and the form that shows it safe."""

    node: ast.expr | ast.keyword
    place: Place
    rule: Rule
    form: Form
    old: str
    new: str
    reason: str | None = None


class Symbols:
    """All symbols of TensorFlow that a file names, and the renamings among them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.found = reader.names.uses()
        names = reader.names
        by_node = {id(node): symbol for node, _, symbol in self.found}
        self.calls = [(call, place, by_node[id(call.func)]) for call, place in names.calls if id(call.func) in by_node]
        self.used = frozenset(by_node.values())
        self.operations = frozenset(BY_SYMBOL[symbol].name for symbol in self.used if symbol in BY_SYMBOL)

    def operations_at(self) -> dict[int, set[str]]:
        """The operations that are named at each place, by the place's identity."""
        found: dict[int, set[str]] = {}
        for _, place, symbol in self.found:
            if symbol in BY_SYMBOL:
                found.setdefault(id(place), set()).add(BY_SYMBOL[symbol].name)
        return found

    def renamings(self) -> Iterator[Renaming]:
        """Every name and argument to be renamed."""
        forms = dict(zip(names_rule.EXAMPLES, names_rule.RULE.forms, strict=True))
        calls = {id(call.func): call for call, _, _ in self.calls}
        for node, place, symbol in self.found:
            new = names_rule.RENAMED.get(symbol)
            if new is None:
                continue
            reason = None
            if symbol in names_rule.ONLY_FLOATS and not self._divides_floats(calls.get(id(node)), place):
                reason = (
                    f"whole numbers may be divided here, which tf.{symbol} floors; nothing shows that these are floats"
                )
            yield Renaming(node, place, names_rule.RULE, forms[symbol], symbol, new, reason)
        arguments = dict(zip(_example_keys(), arguments_rule.RULE.forms, strict=True))
        for call, place, symbol in self.calls:
            for keyword in call.keywords:
                key = (symbol, keyword.arg or "")
                if key in arguments_rule.RENAMED:
                    example = (symbol.removeprefix("math."), key[1])
                    form = arguments.get(example) or arguments["reduce_sum", key[1]]
                    yield Renaming(keyword, place, arguments_rule.RULE, form, key[1], arguments_rule.RENAMED[key])

    def _divides_floats(self, call: ast.Call | None, place: Place) -> bool:
        return call is not None and any(_is_float(self._reader.term(argument, place)) for argument in call.args)


def _example_keys() -> list[tuple[str, str]]:
    return [
        key
        for key in arguments_rule.RENAMED
        if not key[0].startswith("math.") and key[0] not in ("reduce_all", "reduce_any")
    ]


def _is_float(term: Term) -> bool:
    """Whether a term surely holds floats."""
    node = term.node
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if term.kind in ("sum", "prod"):
        return any(_is_float(part) for part, _ in term.parts)
    if term.kind != "op":
        return False
    operation = next((o for o in BY_SYMBOL.values() if o.name == term.name), None)
    if operation is not None and "float" in operation.traits:
        return True
    dtype = term.argument("dtype")
    if dtype is not None:
        return "float" in str(dtype.key)
    carries = term.name.startswith("reduce_") or (operation is not None and "elementwise" in operation.traits)
    return carries and any(_is_float(part) for part, label in term.parts if label not in ("condition",))
