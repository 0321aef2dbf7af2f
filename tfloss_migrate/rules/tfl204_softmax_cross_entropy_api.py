"""`tf.losses.softmax_cross_entropy` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: Keras' categorical_crossentropy from logits has the same formula and the same label smoothing,
y*(1 - s) + s/classes. TF1 gives the labels no gradient and Keras does, hence the stop_gradient where labels could have
one. Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import Hyperparameter, LabelWeights, Literal, Logits, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

_KERAS = "tf.keras.losses.categorical_crossentropy({labels}, logits, from_logits=True{smoothing})"


def _forms(arguments: str, smoothing: str) -> tuple[Form, ...]:
    forms: tuple[Form, ...] = ()
    for labels, needs in (("onehot_labels", ("constant:onehot_labels",)), ("tf.stop_gradient(onehot_labels)", ())):
        element = _KERAS.format(labels=labels, smoothing=smoothing)
        forms += reduced(
            f"tf.losses.softmax_cross_entropy(onehot_labels, logits{arguments}",
            element=element,
            mean=f"tf.reduce_mean({element})",
            like="logits[..., 0]",
            needs=("not-softmax:logits", *needs),
            ranks=(2, 3),
        )
    return forms


RULE = Rule(
    id="TFL204",
    name="softmax-cross-entropy-api",
    message="tf.losses.softmax_cross_entropy does not exist in TF2",
    speaks_for=("losses.softmax_cross_entropy",),
    inputs=(
        Input("onehot_labels", LabelWeights(), cast=True),
        Input("logits", Logits()),
        Input("weights", SampleWeight(axes="broadcast-rows"), cast=True),
        Input("factor", Literal(signed=True)),
        Input("smoothing", Hyperparameter()),
    ),
    forms=(
        *_forms("", ""),
        *_forms(", label_smoothing=smoothing", ", label_smoothing=smoothing"),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.CategoricalCrossentropy(from_logits=True)(y, z)", because="this is Keras already"),
        NearMiss("slim.losses.softmax_cross_entropy(z, y)", because="another function, with another order"),
        NearMiss("tf.losses.softmax_cross_entropy(*batch)", because="the arguments cannot be told apart"),
    ),
)
