"""`tf.losses.sigmoid_cross_entropy` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: Keras' binary_crossentropy from logits is the same, max(z, 0) - z*y + log(1 + exp(-|z|)), with the same label
smoothing, y*(1 - s) + s/2. With weights the element-wise TF2 op is kept, since Keras averages the last axis first.
Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, Hyperparameter, Literal, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

_PROMISES = ("multi_class_labels and logits of equal shape",)
_KERAS = "tf.keras.losses.binary_crossentropy(multi_class_labels, logits, from_logits=True{smoothing})"
_ELEMENT = "tf.nn.sigmoid_cross_entropy_with_logits(labels={labels}, logits=logits)"


def _forms(arguments: str, smoothing: str, labels: str) -> tuple[Form, ...]:
    return reduced(
        f"tf.losses.sigmoid_cross_entropy(multi_class_labels, logits{arguments}",
        element=_ELEMENT.format(labels=labels),
        mean=f"tf.reduce_mean({_KERAS.format(smoothing=smoothing)})",
        like="logits",
        needs=("not-sigmoid:logits",),
        promises=_PROMISES,
    )


RULE = Rule(
    id="TFL206",
    name="sigmoid-cross-entropy-api",
    message="tf.losses.sigmoid_cross_entropy does not exist in TF2",
    speaks_for=("losses.sigmoid_cross_entropy",),
    inputs=(
        Input("multi_class_labels", BinaryLabels(), cast=True),
        Input("logits", BinaryLogits()),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
        Input("smoothing", Hyperparameter()),
    ),
    forms=(
        *_forms("", "", "multi_class_labels"),
        *_forms(
            ", label_smoothing=smoothing",
            ", label_smoothing=smoothing",
            "multi_class_labels * (1 - smoothing) + 0.5 * smoothing",
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.BinaryCrossentropy(from_logits=True)(y, z)", because="this is Keras already"),
        NearMiss("tf.losses.sigmoid_cross_entropy(*batch)", because="the arguments cannot be told apart"),
        NearMiss("slim.losses.sigmoid_cross_entropy(z, y)", because="another function, with another order"),
    ),
)
