"""`tf.losses.sparse_softmax_cross_entropy` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: Keras' sparse_categorical_crossentropy from logits is the same: log(sum(exp(z))) - z[label]. With weights, TF1
divides by the number of weights that are not zero, which no Keras reduction does. Labels and weights may have an axis
of length one behind those of the loss, as (batch, 1): TF1 takes it away, and so does Keras. Of a mean the size of the
batch cancels out: sum(l*w)/count(w != 0) = mean(l*w)/mean(w != 0).
Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import ClassIds, Literal, Logits, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import Weighted, reduced

_ROW = "tf.keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)"
_WEIGHTED = "tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True{})(labels, logits, sample_weight=weights)"
_MEAN = _WEIGHTED.format("")

RULE = Rule(
    id="TFL205",
    name="sparse-softmax-cross-entropy-api",
    message="tf.losses.sparse_softmax_cross_entropy does not exist in TF2",
    speaks_for=("losses.sparse_softmax_cross_entropy",),
    inputs=(
        Input("labels", ClassIds(axes="squeezable-rows")),
        Input("logits", Logits()),
        Input("weights", SampleWeight(axes="squeezable-broadcast-rows"), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced(
        "tf.losses.sparse_softmax_cross_entropy(labels, logits",
        element=_ROW,
        mean=f"tf.reduce_mean({_ROW})",
        like="logits[..., 0]",
        weighted=Weighted(
            by_nonzero_weights=(
                f"tf.math.divide_no_nan({_MEAN}, tf.reduce_mean(tf.cast(tf.not_equal(weights, 0), tf.float32)))"
            ),
            over_batch_size=_MEAN,
            mean=f"tf.math.divide_no_nan({_MEAN}, tf.reduce_mean(weights))",
            sum=_WEIGHTED.format(', reduction="sum"'),
            none=f"tf.reshape(weights, tf.shape(weights)[: tf.rank(logits) - 1]) * {_ROW}",
        ),
        needs=("not-softmax:logits",),
        ranks=(2, 3),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.SparseCategoricalCrossentropy()(y, z)", because="this is Keras already"),
        NearMiss("tf.losses.sparse_softmax_cross_entropy(*batch)", because="the arguments cannot be told apart"),
        NearMiss("losses.sparse_softmax_cross_entropy(k, z)", because="`losses` is not TensorFlow's module here"),
    ),
)
