"""`tf.nn.weighted_cross_entropy_with_logits` calls its labels `labels`, first in the order: neither was always so.

Why: 1.x called them `targets`, which TF2 refuses; 0.x took (logits, targets, pos_weight) by position, which TF2 takes
as (labels, logits, pos_weight) without an error. The formula stays the same, element by element:
(1 - y) * z + (1 + (q - 1) * y) * (log(1 + exp(-|z|)) + max(-z, 0)). Source: TensorFlow 1.15, `nn_impl.py`.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, Hyperparameter
from tfloss_migrate.model import Catch, Input, NearMiss, Question, Rule
from tfloss_migrate.rules.orders import Order

_CALL = "tf.nn.weighted_cross_entropy_with_logits({labels}=labels, logits=logits, pos_weight=pos_weight)"
_INPUTS = (
    Input("labels", BinaryLabels()),
    Input("logits", BinaryLogits()),
    Input("pos_weight", Hyperparameter()),
)
_OF_0 = "import tensorflow as tf\ndifference = tf.sub(a, b)\nloss = {}\n"
_OF_1 = "import tensorflow as tf\nsession = tf.Session()\nloss = {}\n"

ORDER = Order(
    "nn.weighted_cross_entropy_with_logits",
    old=("logits", "labels", "pos_weight"),
    new=("labels", "logits", "pos_weight", "name"),
    question=Question(_CALL.format(labels="targets"), _CALL.format(labels="labels"), _INPUTS),
    renamed={"targets": "labels"},
)

RULE = Rule(
    id="TFL215",
    name="weighted-cross-entropy-with-logits",
    message="tf.nn.weighted_cross_entropy_with_logits takes its arguments otherwise in TF2",
    severity="error",
    inputs=_INPUTS,
    forms=(),
    look=ORDER.look,
    catches=(
        Catch(
            _OF_1.format("tf.nn.weighted_cross_entropy_with_logits(targets=y, logits=z, pos_weight=2.0)"),
            "tf.nn.weighted_cross_entropy_with_logits(targets=y, logits=z, pos_weight=2.0)",
            "tf.nn.weighted_cross_entropy_with_logits(labels=y, logits=z, pos_weight=2.0)",
        ),
        Catch(
            _OF_0.format("tf.nn.weighted_cross_entropy_with_logits(z, y, 2.0)"),
            "tf.nn.weighted_cross_entropy_with_logits(z, y, 2.0)",
            "tf.nn.weighted_cross_entropy_with_logits(logits=z, labels=y, pos_weight=2.0)",
        ),
        Catch(
            _OF_1.format("tf.nn.weighted_cross_entropy_with_logits(z, y, 2.0)"),
            "tf.nn.weighted_cross_entropy_with_logits(z, y, 2.0)",
        ),
    ),
    leave_alone=(
        NearMiss(
            "tf.nn.weighted_cross_entropy_with_logits(labels=y, logits=z, pos_weight=2.0)", because="as TF2 has it"
        ),
        NearMiss("nn.weighted_cross_entropy_with_logits(targets=y, logits=z)", because="`nn` is not TensorFlow's here"),
        NearMiss("tf.nn.weighted_cross_entropy_with_logits(*batch)", because="the arguments cannot be told apart"),
        NearMiss(
            "tf.nn.weighted_cross_entropy_with_logits(**options)",
            because="the names of the arguments are not in the code",
        ),
        NearMiss(
            "dense = tf.layers.dense(h, 1)\nloss = tf.nn.weighted_cross_entropy_with_logits(y, z, 2.0)",
            because="tf.layers came with 1.x, when the labels were first already",
        ),
    ),
)
