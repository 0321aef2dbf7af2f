"""`tf.contrib.losses.mean_squared_error` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: without weights it is Keras' MeanSquaredError; predictions come first in the old call and labels in the new one.
Weights of one axis count examples, whatever axes the losses have, and the sum is divided by the number of losses whose
weight is not zero.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced_by_contrib

RULE = Rule(
    id="TFL231",
    name="contrib-mean-squared-error",
    message="tf.contrib.losses.mean_squared_error does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.mean_squared_error",
        "contrib.slim.losses.mean_squared_error",
    ),
    inputs=(
        Input("predictions", Real(), cast=True),
        Input("labels", Real(), cast=True),
        Input("weights", SampleWeight(axes="leading"), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced_by_contrib(
        "tf.contrib.losses.mean_squared_error(predictions, labels",
        element="tf.math.squared_difference(predictions, labels)",
        mean="tf.keras.losses.MeanSquaredError()(labels, predictions)",
        like="predictions",
        promises=("labels and predictions of equal shape",),
    ),
    leave_alone=(
        NearMiss("tf_slim.losses.mean_squared_error(p, y)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.mean_squared_error(p, y)", because="nothing shows that this is tf.contrib's slim"),
        NearMiss("tf.contrib.losses.mean_squared_error(**batch)", because="the arguments cannot be told apart"),
        NearMiss("tf.contrib.metrics.streaming_mean_squared_error(p, y)", because="a streaming metric is not a loss"),
    ),
)
