"""The losses that are read from a collection, by name: where the code shows every one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Input, Question, Sighting, Verdict
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.collected import ADD, REGULARIZATION, TOTAL, Collected, Put, Read
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program


@dataclass(frozen=True)
class Named:
    """All that a read finds, by name, and what must be written for that."""

    names: tuple[str, ...]
    replacements: tuple[tuple[ast.expr | ast.stmt, str], ...]


class _NotShownError(Exception):
    """Why the code does not show all that a read finds."""


def _is_sum(read: Read) -> bool:
    return read.symbol in TOTAL or read.symbol.endswith("get_regularization_loss")


def _legacy(read: Read) -> str:
    """A read in the language of TF1; a list is joined, so that there is one array to compare."""
    if read.symbol in TOTAL:
        return f"tf.losses.get_total_loss({'' if REGULARIZATION in read.keys else 'add_regularization_losses=False'})"
    return (
        "tf.losses.get_regularization_loss()" if _is_sum(read) else f"tf.concat(tf.get_collection({read.keys[0]!r}), 0)"
    )


class ByName:
    """Writes out what the reads of one program find."""

    def __init__(self, program: Program) -> None:
        self._program, self._collected = program, Collected(program)

    def sightings(self, symbols: tuple[str, ...], key: str, message: str) -> Iterator[Sighting]:
        """The reads by some functions of a collection first of all, as findings; which one may not be in the code."""
        for read in self._collected.reads if self._program.before_2 else ():
            if read.symbol in symbols and read.keys[0] == key:
                yield self.sighting(read, message)

    def goes(self, put: Put) -> bool:
        """Whether what puts a loss into a collection goes with a read of it."""
        return any(
            put.place.statement is node
            for read in self._collected.reads
            for node, _ in self.sighting(read, "").replacements
        )

    def sighting(self, read: Read, message: str) -> Sighting:
        """A read as a finding: the losses by name where all are shown, or why not.

        All reads that share a loss are rewritten together, for what adds it to the collection may go then.
        """
        together = [other for other in self._collected.reads if not set(other.keys).isdisjoint((*read.keys, None))]
        try:
            named = {other.call: self._named(other) for other in together}
            written = dict(item for one in named.values() for item in one.replacements)
            if any(written[node] != text for one in named.values() for node, text in one.replacements):
                raise _NotShownError("the losses have other names where they are read again")
            root = self._program.reader.names.root_name(read.place.scope)
            if root is None:
                raise _NotShownError("TensorFlow has no name here")
        except _NotShownError as reason:
            return Sighting(read.call, message, str(reason))
        new = [(other.call, self._text(other, named[other.call].names, root)) for other in together]
        replacements = (*new, *written.items())
        caller = self._collected.hidden.caller(read.place.scope)
        if caller is not None:
            return Sighting(read.call, message, None, replacements, verdict=Verdict("unknown", caller))
        return Sighting(read.call, message, None, replacements, self._question(together))

    def _text(self, read: Read, names: tuple[str, ...], root: str) -> str:
        """The new text of a read."""
        if not _is_sum(read):
            return f"[{', '.join(names)}]"
        if len(names) == 1 and read.name is None:
            return names[0]
        name = "" if read.name is None else f", name={self._program.source(read.name)}"
        return f"{root}.add_n([{', '.join(names)}]{name})"

    def _question(self, reads: list[Read]) -> Question:
        """Whether TF1's collections would have given the same to some reads: each after what is added before it."""
        puts = sorted({put for read in reads for put in self._of(read)}, key=lambda put: put.place.order)
        names = {put: f"loss_{at}" for at, put in enumerate(puts, 1)}
        waiting, old, new = list(puts), [], []
        for read in sorted(reads, key=lambda read: read.place.order):
            before = [put for put in waiting if put.place.order < read.place.order]
            waiting = waiting[len(before) :]
            adds = [f"tf.losses.add_loss({names[put]}, {put.key!r})" for put in before]
            old.append(f"[{', '.join([*adds, _legacy(read)])}][-1]")
            listed = ", ".join(names[put] for put in self._of(read))
            new.append(f"tf.add_n([{listed}])" if _is_sum(read) else f"tf.concat([{listed}], 0)")
        inputs = tuple(Input(name, Real(axes="full")) for name in names.values())
        if len(reads) == 1:
            return Question(old[0], new[0], inputs, (1,))
        return Question(f"tf.concat([{', '.join(old)}], 0)", f"tf.concat([{', '.join(new)}], 0)", inputs, (1,))

    def _of(self, read: Read) -> list[Put]:
        """All that a read finds, in its order: by collection, and by the order in which the code runs."""
        return [
            put
            for key in read.keys
            for put in self._collected.puts
            if put.key == key and put.place.order < read.place.order
        ]

    def _named(self, read: Read) -> Named:
        if read.scope is not None and not (isinstance(read.scope, ast.Constant) and read.scope.value is None):
            raise _NotShownError("it reads what was collected under one scope, which names in the graph decide")
        if not read.symbol:
            raise _NotShownError(f"line {read.call.lineno} reads the collection of some graph")
        if None in read.keys:
            raise _NotShownError(f"which collection line {read.call.lineno} reads is not in the code")
        regular = self._collected.hidden.regularizers() if REGULARIZATION in read.keys else None
        if regular is not None:
            raise _NotShownError(regular)
        puts = self._of(read)
        if not puts:
            raise _NotShownError("no loss that is collected before it is in sight")
        for put in self._collected.puts:
            if not put.symbol or put.key is None or put.value is None:
                raise _NotShownError(f"what line {put.call.lineno} collects, and where, is not in the code")
            if put.key in read.keys and put.place.scope is not read.place.scope:
                raise _NotShownError(f"line {put.call.lineno} collects in another function")
            if put in puts and not put.place.block.holds(read.place.block):
                raise _NotShownError(f"line {put.call.lineno} collects under a condition or in a loop")
            if put.key in read.keys and flow.in_loop(put.place.block):
                raise _NotShownError(f"line {put.call.lineno} collects in a loop")
        hidden = self._collected.hidden.reason(read.place, puts[0].place)
        if hidden is not None:
            raise _NotShownError(hidden)
        names: list[str] = []
        replacements: list[tuple[ast.expr | ast.stmt, str]] = []
        for put in puts:
            name, replacement = self._name_of(put, read, names)
            names.append(name)
            replacements.extend(replacement)
        return Named(tuple(names), tuple(replacements))

    def _name_of(self, put: Put, read: Read, taken: list[str]) -> tuple[str, list[tuple[ast.expr | ast.stmt, str]]]:
        """The name that what is put has where it is read, and what to write so that it has one."""
        statement, value = put.place.statement, put.value
        alone = isinstance(statement, ast.Expr) and statement.value is put.call
        if put.symbol in ADD:
            if not alone or value is None:
                raise _NotShownError(f"line {put.call.lineno} collects inside another expression")
            name = dotted(value)
            if name is not None and self._stays(name, put, read):
                return name, [(statement, "")]
        elif isinstance(statement, ast.Assign) and statement.value is put.call:
            name = dotted(statement.targets[0]) if len(statement.targets) == 1 else None
            binding = flow.reaching(name, read.place) if name is not None else None
            if name is None or self._elsewhere(name, read) or binding is None or binding.value is not put.call:
                raise _NotShownError(f"the loss of line {put.call.lineno} has no name any more where it is read")
            return name, []
        elif not alone:
            raise _NotShownError(f"the loss of line {put.call.lineno} is collected inside another expression")
        assert value is not None
        fresh = self._fresh(put, taken)
        return fresh, [(statement, f"{fresh} = {self._program.source(value)}")]

    def _stays(self, name: str, put: Put, read: Read) -> bool:
        """Whether a name holds the same where a loss is put and where it is read."""
        return flow.unchanged(frozenset({name}), put.place, read.place) and not self._elsewhere(name, read)

    def _elsewhere(self, name: str, read: Read) -> bool:
        """Whether an attribute is given a value in another function as well."""
        scopes = self._program.reader.names.scopes
        return "." in name and any(name in scope.bindings for scope in scopes if scope is not read.place.scope)

    def _fresh(self, put: Put, taken: list[str]) -> str:
        base = "added_loss" if put.symbol in ADD else put.symbol.rpartition(".")[2]
        base = base if base.endswith("loss") else f"{base}_loss"
        candidates = (base if at == 1 else f"{base}_{at}" for at in range(1, 100))
        return next(name for name in candidates if name not in taken and not self._program.reader.names.mentions(name))
