"""`tf.contrib.losses.metric_learning.contrastive_loss` is gone with tf.contrib.

Why: it is the mean over pairs of l * d^2 + (1 - l) * max(margin - d, 0)^2, with d the Euclidean distance of the two
embeddings and l 1 for a pair of the same class. No Keras loss computes it; the TF2 spelling of the formula is exact,
with its NaN gradient where two embeddings are equal. Embeddings have the shape (batch, features), labels (batch,).
Source: TensorFlow 1.15, `contrib/losses/python/metric_learning/metric_loss_ops.py`.
"""

from tfloss_migrate.domains import BinaryLabels, Hyperparameter, Literal, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_CALL = "tf.contrib.losses.metric_learning.contrastive_loss(labels, anchors, positives{margin})"
_DISTANCE = "tf.norm(anchors - positives, axis=1)"
_LABELS = "tf.cast(labels, tf.float32)"
_LOSS = (
    f"tf.reduce_mean({_LABELS} * tf.square({_DISTANCE}) + "
    f"(1.0 - {_LABELS}) * tf.square(tf.maximum({{margin}} - {_DISTANCE}, 0.0)))"
)


def _form(argument: str, margin: str) -> Form:
    target = _LOSS.format(margin=margin)
    return Form(_CALL.format(margin=argument), target, promises=("embeddings of float32",), ranks=(2,))


RULE = Rule(
    id="TFL270",
    name="contrastive-loss-contrib",
    message="tf.contrib does not exist in TF2",
    severity="error",
    speaks_for=("contrib.losses.metric_learning.contrastive_loss",),
    inputs=(
        Input("labels", BinaryLabels(axes="rows", constant=True)),
        Input("anchors", Real()),
        Input("positives", Real()),
        Input("margin", Literal()),
        Input("distance", Hyperparameter()),
    ),
    forms=(_form("", "1.0"), _form(", margin", "margin"), _form(", distance", "distance")),
    leave_alone=(
        NearMiss("metric_learning.contrastive_loss(y, a, b)", because="not TensorFlow's module here"),
        NearMiss("tfa.losses.contrastive_loss(y, d)", because="TensorFlow Addons, with other arguments"),
        NearMiss(
            "tf.contrib.losses.metric_learning.contrastive_loss(*pair)", because="the arguments cannot be told apart"
        ),
        NearMiss("contrastive_loss(y, a, b)", because="a function of the code's own"),
    ),
)
