"""`tf.losses.huber_loss` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: Keras' Huber has the same formula: e^2/2 where |e| <= delta, else delta*|e| - delta^2/2. With weights, TF1 divides
by the number of weights that are not zero, which no Keras reduction does. Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import Hyperparameter, Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

_PROMISES = ("labels and predictions of equal shape",)
_ROW = "tf.keras.losses.huber(tf.expand_dims(labels, -1), tf.expand_dims(predictions, -1){delta})"

RULE = Rule(
    id="TFL202",
    name="huber-loss-api",
    message="tf.losses.huber_loss does not exist in TF2",
    speaks_for=("losses.huber_loss",),
    inputs=(
        Input("labels", Real(), cast=True),
        Input("predictions", Real(), cast=True),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
        Input("delta", Hyperparameter()),
    ),
    forms=(
        *reduced(
            "tf.losses.huber_loss(labels, predictions",
            element=_ROW.format(delta=""),
            mean="tf.keras.losses.Huber()(labels, predictions)",
            like="predictions",
            promises=_PROMISES,
        ),
        *reduced(
            "tf.losses.huber_loss(labels, predictions, delta=delta",
            element=_ROW.format(delta=", delta=delta"),
            mean="tf.keras.losses.Huber(delta=delta)(labels, predictions)",
            like="predictions",
            promises=_PROMISES,
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.Huber()(y, p)", because="this is Keras already"),
        NearMiss("huber_loss(y, p)", because="not a TensorFlow name here"),
        NearMiss("tf.losses.huber_loss(**batch)", because="the arguments cannot be told apart"),
    ),
)
