"""`tf.losses.absolute_difference` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: without weights it is the mean of |p - y|, which is Keras' MeanAbsoluteError. With weights, TF1 divides by the
number of weights that are not zero, which no Keras reduction does; the TF2 spelling of that formula is exact.
Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

RULE = Rule(
    id="TFL207",
    name="absolute-difference-api",
    message="tf.losses.absolute_difference does not exist in TF2",
    speaks_for=("losses.absolute_difference",),
    inputs=(
        Input("labels", Real(), cast=True),
        Input("predictions", Real(), cast=True),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced(
        "tf.losses.absolute_difference(labels, predictions",
        element="tf.abs(predictions - labels)",
        mean="tf.keras.losses.MeanAbsoluteError()(labels, predictions)",
        like="predictions",
        promises=("labels and predictions of equal shape",),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.MeanAbsoluteError()(y, p)", because="this is Keras already"),
        NearMiss("losses.absolute_difference(y, p)", because="`losses` is not TensorFlow's module here"),
        NearMiss("tf.losses.absolute_difference(*batch)", because="the arguments cannot be told apart"),
        NearMiss("tf.losses.absolute_difference(y, p, reduction=how)", because="how it is reduced is not in the code"),
        NearMiss("tf.losses.absolute_difference(y, p, weights=None)", because="TF1 refuses it"),
        NearMiss("skimage.metrics.absolute_difference(y, p)", because="not TensorFlow"),
    ),
)
