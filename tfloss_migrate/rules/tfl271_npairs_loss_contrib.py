"""`tf.contrib.losses.metric_learning.npairs_loss` is gone with tf.contrib.

Why: it is the cross-entropy of each anchor's similarities to all positives against those of an equal label, each row
of which sums to one, plus reg_lambda / 4 times the mean squared lengths of anchors and positives. No Keras loss
computes it; the TF2 spelling of the formula is exact. Embeddings have the shape (pairs, features), labels (pairs,).
Source: TensorFlow 1.15, `contrib/losses/python/metric_learning/metric_loss_ops.py`.
"""

from tfloss_migrate.domains import ClassIds, Hyperparameter, Literal, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_CALL = "tf.contrib.losses.metric_learning.npairs_loss(labels, anchors, positives{factor})"
_LENGTH = "tf.reduce_mean(tf.reduce_sum(tf.square({0}), axis=1))"
_SAME = "tf.cast(tf.equal(labels[:, None], labels[None, :]), tf.float32)"
_LOSS = (
    f"0.25 * {{factor}} * ({_LENGTH.format('anchors')} + {_LENGTH.format('positives')}) + "
    f"tf.reduce_mean(tf.keras.losses.categorical_crossentropy(tf.linalg.normalize({_SAME}, ord=1, axis=1)[0], "
    "tf.matmul(anchors, positives, transpose_b=True), from_logits=True))"
)


def _form(argument: str, factor: str) -> Form:
    promises = ("embeddings of float32", "labels that are a tensor or an array")
    return Form(_CALL.format(factor=argument), _LOSS.format(factor=factor), promises=promises, ranks=(2,))


RULE = Rule(
    id="TFL271",
    name="npairs-loss-contrib",
    message="tf.contrib does not exist in TF2",
    severity="error",
    speaks_for=("contrib.losses.metric_learning.npairs_loss",),
    otherwise="arguments that are not written out, or losses that it was to print: say so with tf.print",
    inputs=(
        Input("anchors", Real()),
        Input("positives", Real()),
        Input("labels", ClassIds()),
        Input("factor", Literal()),
        Input("strength", Hyperparameter()),
    ),
    forms=(_form("", "0.002"), _form(", factor", "factor"), _form(", strength", "strength")),
    leave_alone=(
        NearMiss("metric_learning.npairs_loss(y, a, b)", because="not TensorFlow's module here"),
        NearMiss("tfa.losses.npairs_loss(y, s)", because="TensorFlow Addons, with other arguments"),
        NearMiss("tf.contrib.losses.metric_learning.npairs_loss(*pair)", because="the arguments cannot be told apart"),
        NearMiss("tf.contrib.losses.metric_learning.npairs_loss(y, a, b, print_losses=True)", because="it prints"),
    ),
)
