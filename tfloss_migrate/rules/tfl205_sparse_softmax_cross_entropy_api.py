"""`tf.losses.sparse_softmax_cross_entropy` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: Keras' sparse_categorical_crossentropy from logits is the same: log(sum(exp(z))) - z[label]. With weights, TF1
divides by the number of weights that are not zero, which no Keras reduction does.
Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import ClassIds, Literal, Logits, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

_ROW = "tf.keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)"

RULE = Rule(
    id="TFL205",
    name="sparse-softmax-cross-entropy-api",
    message="tf.losses.sparse_softmax_cross_entropy does not exist in TF2",
    speaks_for=("losses.sparse_softmax_cross_entropy",),
    inputs=(
        Input("labels", ClassIds()),
        Input("logits", Logits()),
        Input("weights", SampleWeight(axes="broadcast-rows")),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced(
        "tf.losses.sparse_softmax_cross_entropy(labels, logits",
        element=_ROW,
        mean=f"tf.reduce_mean({_ROW})",
        like="logits[..., 0]",
        needs=("not-softmax:logits",),
        ranks=(2, 3),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.SparseCategoricalCrossentropy()(y, z)", because="this is Keras already"),
        NearMiss("tf.losses.sparse_softmax_cross_entropy(*batch)", because="the arguments cannot be told apart"),
        NearMiss("losses.sparse_softmax_cross_entropy(k, z)", because="`losses` is not TensorFlow's module here"),
    ),
)
