"""`tf.contrib.losses.sigmoid_cross_entropy` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: without weights it is Keras' binary_crossentropy from logits, with the same label smoothing, y*(1 - s) + s/2;
logits come first in the old call and labels in the new one.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, Hyperparameter, Literal, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced_by_contrib

_KERAS = "tf.keras.losses.binary_crossentropy(multi_class_labels, logits, from_logits=True{smoothing})"
_SMOOTHED = "multi_class_labels * (1 - smoothing) + 0.5 * smoothing"


def _forms(smoothing: str, labels: str) -> tuple[Form, ...]:
    return reduced_by_contrib(
        f"tf.contrib.losses.sigmoid_cross_entropy(logits, multi_class_labels{smoothing}",
        element=f"tf.nn.sigmoid_cross_entropy_with_logits(labels={labels}, logits=logits)",
        mean=f"tf.reduce_mean({_KERAS.format(smoothing=smoothing)})",
        like="logits",
        needs=("not-sigmoid:logits",),
        promises=("multi_class_labels and logits of equal shape",),
    )


RULE = Rule(
    id="TFL236",
    name="contrib-sigmoid-cross-entropy",
    message="tf.contrib.losses.sigmoid_cross_entropy does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.sigmoid_cross_entropy",
        "contrib.slim.losses.sigmoid_cross_entropy",
    ),
    inputs=(
        Input("logits", BinaryLogits()),
        Input("multi_class_labels", BinaryLabels(), cast=True),
        Input("weights", SampleWeight(axes="leading"), cast=True),
        Input("factor", Literal(signed=True)),
        Input("smoothing", Hyperparameter()),
    ),
    forms=(*_forms("", "multi_class_labels"), *_forms(", label_smoothing=smoothing", _SMOOTHED)),
    leave_alone=(
        NearMiss("tf_slim.losses.sigmoid_cross_entropy(z, y)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.sigmoid_cross_entropy(z, y)", because="nothing shows that this is tf.contrib's slim"),
        NearMiss("tf.contrib.losses.sigmoid_cross_entropy(*batch)", because="the arguments cannot be told apart"),
        NearMiss(
            "tf.contrib.losses.sigmoid_cross_entropy(tf.sigmoid(z), y)",
            because="Keras would take the second sigmoid back inside a tf.function",
        ),
    ),
)
