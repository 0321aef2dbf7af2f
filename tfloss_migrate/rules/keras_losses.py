"""The losses of Keras 2, as the rules for code of TF2 know them: classes, their functions, arguments, questions.

Source: tf_keras 2.21 and Keras 3.15, `losses.py`; TensorFlow 2.0 for the older orders of arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfloss_migrate import domains as of
from tfloss_migrate.model import Input, Question, Shift
from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.program import Call, Program
from tfloss_migrate.syntax.scopes import Scope

#: Where the losses are found: TF2's `tf.losses` is `tf.keras.losses`.
PREFIXES = ("keras.losses.", "plain_keras.losses.", "losses.")

_EPSILON = Shift("Keras 3 keeps probabilities away from 0 and 1 in another way than Keras 2", bound=1e-4)


@dataclass(frozen=True)
class KerasLoss:
    """A class: its function, the arguments before `reduction`, what its inputs hold, and how Keras 3 differs."""

    function: str
    before_reduction: tuple[str, ...]
    labels: of.Domain
    predictions: of.Domain
    shift: Shift | None = None

    @property
    def arguments(self) -> tuple[str, ...]:
        return (*self.before_reduction, "reduction", "name")


def _regression(function: str, *before: str, values: of.Domain = of.Real()) -> KerasLoss:  # noqa: B008
    return KerasLoss(function, before, values, values)


_ENTROPY = ("from_logits", "label_smoothing", "axis")

CLASSES = {
    "MeanSquaredError": _regression("MSE"),
    "MeanAbsoluteError": _regression("MAE"),
    "MeanAbsolutePercentageError": _regression("MAPE", values=of.Positive()),
    "MeanSquaredLogarithmicError": _regression("MSLE", values=of.Positive()),
    "LogCosh": _regression("logcosh"),
    "Huber": _regression("huber", "delta"),
    "Hinge": _regression("hinge"),
    "SquaredHinge": _regression("squared_hinge"),
    "CategoricalHinge": KerasLoss("categorical_hinge", (), of.LabelDistribution(), of.Real()),
    "CosineSimilarity": _regression("cosine_similarity", "axis"),
    "Poisson": _regression("poisson", values=of.Positive()),
    "KLDivergence": KerasLoss("KLD", (), of.Probabilities(normalised=True), of.Probabilities(normalised=True)),
    "BinaryCrossentropy": KerasLoss("binary_crossentropy", _ENTROPY, of.BinaryLabels(), of.UnitInterval(), _EPSILON),
    "CategoricalCrossentropy": KerasLoss(
        "categorical_crossentropy", _ENTROPY, of.LabelDistribution(), of.Probabilities(normalised=True)
    ),
    "SparseCategoricalCrossentropy": KerasLoss(
        "sparse_categorical_crossentropy", ("from_logits",), of.ClassIds(), of.Probabilities(normalised=True)
    ),
}

#: The classes whose predictions may be logits, and the activation that makes them probabilities.
ACTIVATIONS = {
    "BinaryCrossentropy": "sigmoid",
    "CategoricalCrossentropy": "softmax",
    "SparseCategoricalCrossentropy": "softmax",
}

#: `Reduction` of Keras 2 by member, and the word that Keras 2 and 3 both take. `auto` was the mean over the batch.
REDUCTIONS = {
    "AUTO": "sum_over_batch_size",
    "SUM_OVER_BATCH_SIZE": "sum_over_batch_size",
    "SUM": "sum",
    "NONE": "none",
}
REDUCTION_ENUMS = (
    "keras.losses.Reduction.",
    "plain_keras.losses.Reduction.",
    "python.keras.utils.losses_utils.ReductionV2.",
    "python.keras.losses.losses_utils.ReductionV2.",
    "plain_keras.utils.losses_utils.ReductionV2.",
)


def name_in_losses(symbol: str) -> str | None:
    """`MSE` of `keras.losses.MSE`; None for what is not in a module of Keras losses."""
    for prefix in PREFIXES if symbol.startswith(PREFIXES) else ():
        if symbol.startswith(prefix) and "." not in symbol[len(prefix) :]:
            return symbol[len(prefix) :]
    return None


def class_calls(program: Program) -> Iterator[tuple[Call, str]]:
    """The calls that make a loss, with the name of its class."""
    for call in program.calls:
        name = name_in_losses(call[2])
        if name in CLASSES:
            yield call, name


def reduction_of(node: ast.expr, symbol: str | None) -> str | None:
    """The word for a reduction of Keras 2, given as a member of the enumeration or as text."""
    if symbol is not None and symbol.startswith(REDUCTION_ENUMS):
        return REDUCTIONS.get(symbol.rpartition(".")[2])
    if isinstance(node, ast.Constant) and node.value in ("auto", "none", "sum", "sum_over_batch_size"):
        return REDUCTIONS[str(node.value).upper()]
    return None


def made(name: str, legacy: str, target: str) -> Question:
    """Does a loss of that class, made with the old arguments, compute the same as with the new ones?"""
    loss = CLASSES[name]
    return Question(
        f"tf.keras.losses.{name}({legacy})(labels, predictions)",
        f"tf.keras.losses.{name}({target})(labels, predictions)",
        (Input("labels", loss.labels), Input("predictions", loss.predictions)),
        ranks=(2, 3),
        shift=loss.shift,
        promises=() if loss.function.startswith("sparse") else ("labels and predictions of equal shape",),
    )


def loss_classes(program: Program) -> Iterator[tuple[ast.ClassDef, Scope]]:
    """The subclasses of Keras' Loss that a program defines, each with the scope of its body."""
    names = program.reader.names
    for scope in names.scopes:
        node = scope.node
        if isinstance(node, ast.ClassDef) and scope.parent is not None:
            bases = [names.symbol(base, scope.parent) for base in node.bases]
            if any(base is not None and name_in_losses(base) == "Loss" for base in bases):
                yield node, scope


def method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    """The method of that name in a class."""
    return next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == name), None)
