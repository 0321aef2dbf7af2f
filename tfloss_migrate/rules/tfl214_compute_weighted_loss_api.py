"""`tf.losses.compute_weighted_loss` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: it multiplies losses that were computed before by weights, and reduces them. Its default divides by the number of
weights that are not zero, which no Keras reduction does; the TF2 spelling of that formula is exact.
Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

RULE = Rule(
    id="TFL214",
    name="compute-weighted-loss-api",
    message="tf.losses.compute_weighted_loss does not exist in TF2",
    speaks_for=("losses.compute_weighted_loss",),
    inputs=(
        Input("losses", Real()),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced(
        "tf.losses.compute_weighted_loss(losses",
        element="losses",
        mean="tf.reduce_mean(losses)",
        like="losses",
        promises=("floating-point losses",),
    ),
    leave_alone=(
        NearMiss("losses.compute_weighted_loss(l, w)", because="`losses` is not TensorFlow's module here"),
        NearMiss("tf.losses.compute_weighted_loss(*batch)", because="the arguments cannot be told apart"),
        NearMiss("tf.losses.compute_weighted_loss(l, w, reduction=how)", because="how is not in the code"),
        NearMiss("tf.nn.compute_average_loss(l)", because="TF2 already: it divides by the batch over all replicas"),
        NearMiss("tf.losses.compute_weighted_loss(l, None)", because="TF1 refuses it"),
        NearMiss("tf.losses.Reduction.SUM", because="no call: only how one reduces"),
    ),
)
