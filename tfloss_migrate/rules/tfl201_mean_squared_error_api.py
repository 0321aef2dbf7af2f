"""`tf.losses.mean_squared_error` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: without weights it is the mean of the squared differences, which is Keras' MeanSquaredError. With weights, TF1
divides by the number of weights that are not zero, which no Keras reduction does; the TF2 spelling of that formula
is exact. Formula: sum(w * (p - y)^2) / count(w != 0). Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

RULE = Rule(
    id="TFL201",
    name="mean-squared-error-api",
    message="tf.losses.mean_squared_error does not exist in TF2",
    speaks_for=("losses.mean_squared_error",),
    inputs=(
        Input("labels", Real(), cast=True),
        Input("predictions", Real(), cast=True),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced(
        "tf.losses.mean_squared_error(labels, predictions",
        element="tf.math.squared_difference(predictions, labels)",
        mean="tf.keras.losses.MeanSquaredError()(labels, predictions)",
        like="predictions",
        promises=("labels and predictions of equal shape",),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.mean_squared_error(y, p)", because="this is Keras already"),
        NearMiss("losses.mean_squared_error(y, p)", because="`losses` is not TensorFlow's module here"),
        NearMiss("tf.losses.mean_squared_error(*batch)", because="the arguments cannot be told apart"),
        NearMiss("tf.metrics.mean_squared_error(y, p)", because="a streaming metric is not a loss"),
    ),
)
