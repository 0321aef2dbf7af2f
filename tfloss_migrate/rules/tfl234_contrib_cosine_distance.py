"""`tf.contrib.losses.cosine_distance` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: it is 1 - sum(y * p) along an axis, of vectors that it takes to be unit vectors already; Keras' CosineSimilarity
normalises them and has another gradient. Predictions come first in the call, and the axis is not kept.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import Axis, Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced_by_contrib

_ELEMENT = "(1 - tf.reduce_sum(predictions * labels, axis=axis))"

RULE = Rule(
    id="TFL234",
    name="contrib-cosine-distance",
    message="tf.contrib.losses.cosine_distance does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.cosine_distance",
        "contrib.slim.losses.cosine_distance",
    ),
    inputs=(
        Input("predictions", Real(), cast=True),
        Input("labels", Real(), cast=True),
        Input("weights", SampleWeight(axes="leading-rows"), cast=True),
        Input("factor", Literal(signed=True)),
        Input("axis", Axis()),
    ),
    forms=reduced_by_contrib(
        "tf.contrib.losses.cosine_distance(predictions, labels, axis=axis",
        element=_ELEMENT,
        mean=f"tf.reduce_mean{_ELEMENT}",
        like="tf.reduce_sum(predictions, axis=axis)",
        promises=("labels and predictions of equal shape",),
        ranks=(2, 3),
    ),
    leave_alone=(
        NearMiss("tf_slim.losses.cosine_distance(p, y, 1)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.cosine_distance(p, y, 1)", because="nothing shows that this is tf.contrib's slim"),
        NearMiss("tf.contrib.losses.cosine_distance(p, y)", because="TF1 refuses it without an axis"),
        NearMiss("tf.contrib.losses.cosine_distance(p, y, axis=along)", because="the axis is not in the code"),
    ),
)
