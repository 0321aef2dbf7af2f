"""A softmax inside a loss that takes logits is applied twice.

Why: `softmax_cross_entropy_with_logits` does its own softmax. Given probabilities, the loss can no longer fall below
log(1 + (C - 1)/e) (1.46 with ten classes, where guessing costs 2.30), and its gradient is about 1/C of the right one.
It still trains, slowly and to a worse end, which is why it stays unnoticed. By default it is kept as it is, and
reported; `--repair` takes the inner softmax out.
"""

from tfloss_migrate.domains import ClassIds, LabelWeights, Logits
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_DENSE = "tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits={logits})"
_V2 = "tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits={logits})"
_SPARSE = "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=class_ids, logits={logits})"
_KERAS = "tf.keras.losses.categorical_crossentropy({labels}, logits, from_logits=True)"
_KERAS_SPARSE = "tf.keras.losses.sparse_categorical_crossentropy(class_ids, logits, from_logits=True)"
_TWICE = "tf.nn.softmax(logits)"


def _form(loss: str, target: str, *needs: str) -> Form:
    return Form(loss.format(logits=_TWICE), target, intended=loss.format(logits="logits"), needs=needs, ranks=(2, 3))


RULE = Rule(
    id="TFL401",
    name="double-softmax",
    message="softmax is applied twice: this loss takes logits and is given probabilities",
    inputs=(Input("labels", LabelWeights()), Input("class_ids", ClassIds()), Input("logits", Logits())),
    forms=(
        _form(_DENSE, _KERAS.format(labels="labels"), "constant:labels"),
        _form(_DENSE, _KERAS.format(labels="tf.stop_gradient(labels)")),
        _form(_V2, _KERAS.format(labels="labels")),
        _form(_SPARSE, _KERAS_SPARSE),
    ),
    leave_alone=(
        NearMiss("tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)", because="logits, as it should be"),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(t), logits=z)",
            because="soft labels may well come from a softmax",
        ),
        NearMiss("tf.nn.softmax(tf.nn.softmax(z))", because="no loss"),
    ),
)
