"""What the losses over sampled classes share: parameters, and a question with candidates that are given.

TensorFlow draws the candidates at random unless `sampled_values` are given, so that no two runs agree. What is compared
is the loss for the same candidates; how they are drawn (by `log_uniform_candidate_sampler`, in TF1 and TF2) is not.
"""

import ast
from collections.abc import Mapping

from tfloss_migrate.domains import Data, Logits, Real
from tfloss_migrate.model import Input, Question
from tfloss_migrate.rules.orders import Order
from tfloss_migrate.syntax.pieces import in_pieces
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

#: Seven classes and three features, so that the question has shapes that fit.
INPUTS = (
    Input("weights", Data(constant=False, shape=(7, 3), like=Real())),
    Input("biases", Data(constant=False, shape=(7,), like=Real())),
    Input("inputs", Data(constant=False, shape=(None, 3), like=Logits())),
)
_GIVEN = (
    "sampled_values=(tf.constant([1, 4, 3]), tf.constant([[0.5], [0.4], [0.1], [0.3]], tf.float32), "
    "tf.constant([0.3, 0.2, 0.4], tf.float32))"
)
_CALL = (
    "tf.nn.{name}(weights=weights, biases=biases, labels=tf.constant([[0], [3], [6], [2]]), inputs=inputs, "
    "num_sampled=3, num_classes=7, " + _GIVEN + "{strategy})"
)
_LEADING = ("weights", "biases")
_TRAILING = ("num_sampled", "num_classes", "num_true", "sampled_values", "remove_accidental_hits")
_PROMISES = ("the same candidates, which are drawn at random unless given", "weights that are not partitioned")
_IN_PIECES = (
    'the weights may be in several pieces: 1.x deals the classes out to them in turn ("mod"), TF2 in blocks ("div"), '
    "so that each class gets other weights"
)


def _partitioned(program: Program, given: Mapping[str, ast.expr], place: Place) -> str | None:
    """Why weights in several pieces stay."""
    named = [given[name] for name in _LEADING if name in given]
    return _IN_PIECES if any(in_pieces(node, place, program.reader) for node in named) else None


def order(name: str, *more: str) -> Order:
    """The order of `tf.nn.<name>`; TF2 takes `more` after the shared parameters."""
    target = _CALL.format(name=name, strategy="")
    legacy = _CALL.format(name=name, strategy=', partition_strategy="mod"')
    return Order(
        f"nn.{name}",
        old=(*_LEADING, "inputs", "labels", *_TRAILING),
        new=(*_LEADING, "labels", "inputs", *_TRAILING, *more),
        question=Question(legacy, target, INPUTS, promises=_PROMISES),
        otherwise=_partitioned,
        always={"partition_strategy": "div"},
        gone={
            "partition_strategy": 'it always uses "div", where 1.x used "mod" unless told; leave it out where the '
            "weights are in one piece, for only those in several are laid out otherwise"
        },
    )
