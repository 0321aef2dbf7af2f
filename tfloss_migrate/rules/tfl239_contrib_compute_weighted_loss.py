"""`tf.contrib.losses.compute_weighted_loss` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: it multiplies losses that were computed before by weights that have their first axes, and divides the sum by the
number of losses whose weight is not zero.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced_by_contrib

RULE = Rule(
    id="TFL239",
    name="contrib-compute-weighted-loss",
    message="tf.contrib.losses.compute_weighted_loss does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.compute_weighted_loss",
        "contrib.slim.losses.compute_weighted_loss",
    ),
    inputs=(
        Input("losses", Real()),
        Input("weights", SampleWeight(axes="leading"), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced_by_contrib(
        "tf.contrib.losses.compute_weighted_loss(losses",
        element="losses",
        mean="tf.reduce_mean(losses)",
        like="losses",
        promises=("floating-point losses",),
    ),
    leave_alone=(
        NearMiss("tf_slim.losses.compute_weighted_loss(l, w)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.compute_weighted_loss(l, w)", because="nothing shows that this is tf.contrib's slim"),
        NearMiss("tf.contrib.losses.compute_weighted_loss(*batch)", because="the arguments cannot be told apart"),
    ),
)
