"""`tf.contrib.losses.hinge_loss` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: unlike `tf.losses.hinge_loss` it gives one value for each element, max(0, 1 - (2y - 1) * z), takes no weights, and
adds nothing to the collection of losses; logits come first in the call.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import BinaryLabels, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

RULE = Rule(
    id="TFL233",
    name="contrib-hinge-loss",
    message="tf.contrib.losses.hinge_loss does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.hinge_loss",
        "contrib.slim.losses.hinge_loss",
    ),
    inputs=(
        Input("logits", Real()),
        Input("labels", BinaryLabels(), cast=True),
    ),
    forms=(
        Form(
            "tf.contrib.losses.hinge_loss(logits, labels)",
            "tf.nn.relu(1 - (2 * labels - 1) * logits)",
            promises=("labels and logits of equal shape",),
        ),
    ),
    leave_alone=(
        NearMiss("tf_slim.losses.hinge_loss(z, y)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.hinge_loss(z, y)", because="nothing shows that this is tf.contrib's slim"),
        NearMiss("tf.contrib.losses.hinge_loss(z, y, weights=w)", because="there is no such argument"),
        NearMiss("tf.contrib.losses.hinge_loss(*batch)", because="the arguments cannot be told apart"),
    ),
)
