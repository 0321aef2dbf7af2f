"""`tf.contrib.losses.log_loss` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: as `tf.losses.log_loss` it adds an epsilon inside both logarithms, -y*log(p + e) - (1 - y)*log(1 - p + e), which
Keras' BinaryCrossentropy does not; predictions come first in the call.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import BinaryLabels, Hyperparameter, Literal, SampleWeight, UnitInterval
from tfloss_migrate.model import Form, Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced_by_contrib

_LOSS = "(-labels * tf.math.log(predictions + {e}) - (1 - labels) * tf.math.log(1 - predictions + {e}))"


def _forms(arguments: str, epsilon: str) -> tuple[Form, ...]:
    element = _LOSS.format(e=epsilon)
    return reduced_by_contrib(
        f"tf.contrib.losses.log_loss(predictions, labels{arguments}",
        element=element,
        mean=f"tf.reduce_mean{element}",
        like="predictions",
        promises=("labels and predictions of equal shape",),
    )


RULE = Rule(
    id="TFL232",
    name="contrib-log-loss",
    message="tf.contrib.losses.log_loss does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.log_loss",
        "contrib.slim.losses.log_loss",
    ),
    inputs=(
        Input("predictions", UnitInterval()),
        Input("labels", BinaryLabels(), cast=True),
        Input("weights", SampleWeight(axes="leading"), cast=True),
        Input("factor", Literal(signed=True)),
        Input("epsilon", Hyperparameter()),
    ),
    forms=(*_forms("", "1e-07"), *_forms(", epsilon=epsilon", "epsilon")),
    leave_alone=(
        NearMiss("tf_slim.losses.log_loss(p, y)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.log_loss(p, y)", because="nothing shows that this is tf.contrib's slim"),
        NearMiss("tf.contrib.losses.log_loss(*batch)", because="the arguments cannot be told apart"),
    ),
)
