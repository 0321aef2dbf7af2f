"""The cross-entropies of a program that take logits, with what each is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.arguments import is_guarded
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["softmax", "sparse", "sigmoid"]
else:
    Kind = str

#: By symbol: what it is of, and the order of its first two arguments.
_KINDS: dict[str, tuple[Kind, tuple[str, str] | None]] = {
    "nn.softmax_cross_entropy_with_logits": ("softmax", None),
    "nn.softmax_cross_entropy_with_logits_v2": ("softmax", ("labels", "logits")),
    "nn.sparse_softmax_cross_entropy_with_logits": ("sparse", None),
    "nn.sigmoid_cross_entropy_with_logits": ("sigmoid", None),
    "losses.softmax_cross_entropy": ("softmax", ("labels", "logits")),
    "losses.sparse_softmax_cross_entropy": ("sparse", ("labels", "logits")),
    "losses.sigmoid_cross_entropy": ("sigmoid", ("labels", "logits")),
    "contrib.losses.softmax_cross_entropy": ("softmax", ("logits", "labels")),
    "contrib.losses.sparse_softmax_cross_entropy": ("sparse", ("logits", "labels")),
    "contrib.losses.sigmoid_cross_entropy": ("sigmoid", ("logits", "labels")),
    "contrib.slim.losses.softmax_cross_entropy": ("softmax", ("logits", "labels")),
    "contrib.slim.losses.sparse_softmax_cross_entropy": ("sparse", ("logits", "labels")),
    "contrib.slim.losses.sigmoid_cross_entropy": ("sigmoid", ("logits", "labels")),
}
_LOGITS_FIRST, _LABELS_FIRST = ("logits", "labels"), ("labels", "logits")
_LABELS = frozenset({"labels", "targets", "onehot_labels", "multi_class_labels"})

SYMBOLS = tuple(_KINDS)


@dataclass(frozen=True)
class CrossEntropy:
    """A call of a cross-entropy."""

    call: ast.Call
    place: Place
    symbol: str
    kind: Kind
    labels: ast.expr
    logits: ast.expr

    @property
    def is_plain(self) -> bool:
        """Whether it is an operation of `tf.nn` that is given labels and logits, and at most a name besides."""
        given = len(self.call.args) + len([keyword for keyword in self.call.keywords if keyword.arg != "name"])
        return self.symbol.startswith("nn.") and given == 2 + is_guarded(self.call)


def cross_entropies(program: Program, *kinds: Kind, by_content: bool = False) -> Iterator[CrossEntropy]:
    """The calls of these kinds whose labels and logits can be told apart.

    `by_content`: where the order of two positional arguments hangs on a version that does not show, the one that is
    surely fed is the labels, the one that is surely learned the logits.
    """
    order_of_nn = {"0.x": _LOGITS_FIRST, "2.x": _LABELS_FIRST}.get(program.era)
    for call, place, symbol in program.calls_of(*SYMBOLS):
        kind, order = _KINDS[symbol]
        if kind not in kinds:
            continue
        if order is None and is_guarded(call):
            given = _given(call, ("_sentinel", *_LABELS_FIRST))
        else:
            order = order or order_of_nn or (_by_content(call, place, program) if by_content else None)
            given = _given(call, order)
        if given is not None and "labels" in given and "logits" in given:
            yield CrossEntropy(call, place, symbol, kind, given["labels"], given["logits"])


def _by_content(call: ast.Call, place: Place, program: Program) -> tuple[str, str] | None:
    values = program.values
    if len(call.args) != 2 or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    first, second = (values.sources(argument, place) for argument in call.args)
    for logits, labels, order in ((first, second, _LOGITS_FIRST), (second, first, _LABELS_FIRST)):
        if all(map(values.is_fed, labels)) and not any(map(values.is_fed, logits)) and all(map(values.learns, logits)):
            return order
    return None


def _given(call: ast.Call, order: tuple[str, ...] | None) -> dict[str, ast.expr] | None:
    found: dict[str, ast.expr] = {}
    if any(isinstance(argument, ast.Starred) for argument in call.args) or (call.args and order is None):
        return None
    found.update(zip(order or (), call.args, strict=False))
    for keyword in call.keywords:
        label = "labels" if keyword.arg in _LABELS else keyword.arg
        if label is None or label in found:
            return None
        found[label] = keyword.value
    return found
