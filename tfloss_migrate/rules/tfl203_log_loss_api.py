"""`tf.losses.log_loss` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: TF1 adds an epsilon inside both logarithms: -y*log(p + e) - (1 - y)*log(1 - p + e). Keras' BinaryCrossentropy
clips p instead, so its gradient is 0 where TF1's is 1/e: the TF2 spelling of TF1's formula is what stays the same.
Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import BinaryLabels, Hyperparameter, Literal, SampleWeight, UnitInterval
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

_PROMISES = ("labels and predictions of equal shape",)


def _element(epsilon: str) -> str:
    return f"(-labels * tf.math.log(predictions + {epsilon}) - (1 - labels) * tf.math.log(1 - predictions + {epsilon}))"


RULE = Rule(
    id="TFL203",
    name="log-loss-api",
    message="tf.losses.log_loss does not exist in TF2",
    speaks_for=("losses.log_loss",),
    inputs=(
        Input("labels", BinaryLabels(), cast=True),
        Input("predictions", UnitInterval()),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
        Input("epsilon", Hyperparameter()),
    ),
    forms=(
        *reduced(
            "tf.losses.log_loss(labels, predictions",
            element=_element("1e-07"),
            mean=f"tf.reduce_mean{_element('1e-07')}",
            like="predictions",
            promises=_PROMISES,
        ),
        *reduced(
            "tf.losses.log_loss(labels, predictions, epsilon=epsilon",
            element=_element("epsilon"),
            mean=f"tf.reduce_mean{_element('epsilon')}",
            like="predictions",
            promises=_PROMISES,
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.BinaryCrossentropy()(y, p)", because="this is Keras already"),
        NearMiss("sklearn.metrics.log_loss(y, p)", because="scikit-learn is not TensorFlow"),
        NearMiss("tf.losses.log_loss(*batch)", because="the arguments cannot be told apart"),
    ),
)
