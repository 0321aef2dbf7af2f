"""`tf.contrib.losses.mean_pairwise_squared_error` is gone with `tf.contrib`, and no Keras loss computes it.

Why: for each sample it is twice the variance of its differences p - y, where `tf.losses` divides by n - 1 in the place
of n; the samples are added up, not averaged. Weights count samples;
where one is zero it has no gradient.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import Literal, Real, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_CALL = "tf.contrib.losses.mean_pairwise_squared_error(predictions, labels"
_VARIANCE = "tf.math.reduce_variance(tf.reshape(predictions - labels, [tf.shape(predictions)[0], -1]), axis=1)"
_PROMISES = ("labels and predictions of equal shape",)

RULE = Rule(
    id="TFL235",
    name="contrib-mean-pairwise-squared-error",
    message="tf.contrib.losses.mean_pairwise_squared_error does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.mean_pairwise_squared_error",
        "contrib.slim.losses.mean_pairwise_squared_error",
    ),
    inputs=(
        Input("predictions", Real(), cast=True),
        Input("labels", Real(), cast=True),
        Input("weights", SampleWeight(axes="examples"), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=(
        Form(f"{_CALL})", f"2 * tf.reduce_sum({_VARIANCE})", promises=_PROMISES, ranks=(2, 3)),
        Form(f"{_CALL}, weights=factor)", f"2 * factor * tf.reduce_sum({_VARIANCE})", promises=_PROMISES, ranks=(2, 3)),
        Form(
            f"{_CALL}, weights=weights)",
            f"2 * tf.reduce_sum(weights * tf.cast(tf.not_equal(weights, 0), tf.float32) * {_VARIANCE})",
            promises=(*_PROMISES, "weights that are a scalar or one for each example"),
            ranks=(2, 3),
        ),
    ),
    leave_alone=(
        NearMiss("tf_slim.losses.mean_pairwise_squared_error(p, y)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.mean_pairwise_squared_error(p, y)", because="nothing shows that this is tf.contrib's"),
        NearMiss("tf.contrib.losses.mean_pairwise_squared_error(*batch)", because="the arguments cannot be told apart"),
    ),
)
