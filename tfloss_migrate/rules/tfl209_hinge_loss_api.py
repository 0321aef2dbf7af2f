"""`tf.losses.hinge_loss` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: it is max(0, 1 - (2y - 1) * z) for labels of 0 and 1. Keras' Hinge takes labels of -1 and 1, turns them round only
where a whole batch is of 0 and 1, and has another gradient at the kink: the TF2 spelling of TF1's formula is what
stays the same, for soft labels too. Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import BinaryLabels, Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

_ELEMENT = "tf.nn.relu(1 - (2 * labels - 1) * logits)"

RULE = Rule(
    id="TFL209",
    name="hinge-loss-api",
    message="tf.losses.hinge_loss does not exist in TF2",
    speaks_for=("losses.hinge_loss",),
    inputs=(
        Input("labels", BinaryLabels(), cast=True),
        Input("logits", Real(), cast=True),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced(
        "tf.losses.hinge_loss(labels, logits",
        element=_ELEMENT,
        mean=f"tf.reduce_mean({_ELEMENT})",
        like="logits",
        promises=("labels and logits of equal shape",),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.Hinge()(y, z)", because="this is Keras already"),
        NearMiss("tf.losses.hinge_loss(**batch)", because="the arguments cannot be told apart"),
        NearMiss("sklearn.metrics.hinge_loss(y, z)", because="scikit-learn is not TensorFlow"),
        NearMiss("tf.nn.relu(1 - y * z)", because="labels of -1 and 1, by hand"),
        NearMiss("hinge_loss(y, z)", because="not a TensorFlow name here"),
        NearMiss("tf.losses.hinge_loss(y, z, margin=2.0)", because="there is no such argument"),
    ),
)
