"""The mean of absolute differences is Keras' mean absolute error.

Why: mean(|a - b|). Keras averages the last axis and `tf.reduce_mean` the rest, which over arrays of equal shape is the
mean over everything; the gradient at a = b is 0 in both.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule

_PROMISES = ("labels and predictions of equal shape",)
_NEEDS = ("equal-shape:labels,predictions",)

RULE = Rule(
    id="TFL303",
    name="mean-absolute-error-by-hand",
    message="mean absolute error written by hand",
    inputs=(Input("labels", Real()), Input("predictions", Real())),
    forms=(
        Form(
            "tf.reduce_mean(tf.abs(labels - predictions))",
            "tf.reduce_mean(tf.keras.losses.MAE(labels, predictions))",
            needs=_NEEDS,
            promises=_PROMISES,
        ),
        Form(
            "tf.reduce_mean(tf.abs(labels - predictions), axis=-1)",
            "tf.keras.losses.MAE(labels, predictions)",
            needs=_NEEDS,
            promises=_PROMISES,
        ),
    ),
    catches=(
        Catch(
            "import tensorflow as tf\n\n\ndef loss(y, p):\n    return tf.reduce_mean(abs(y - p))\n\n\n"
            "session = tf.Session()\n",
            "tf.reduce_mean(abs(y - p))",
            "tf.reduce_mean(tf.keras.losses.MAE(y, p))",
        ),
    ),
    leave_alone=(
        NearMiss(
            "def abs(x):\n    return tf.square(tf.square(x))\nloss = tf.reduce_mean(abs(a - b))",
            because="an abs of its own",
        ),
        NearMiss("np.mean(np.abs(a - b))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_sum(tf.abs(a - b))", because="a sum; Keras' loss is a mean"),
        NearMiss("tf.reduce_mean(tf.abs(a))", because="one input: a penalty, not an error"),
        NearMiss("tf.reduce_mean(tf.abs(a - b), axis=0)", because="the first axis is reduced, not the last"),
        NearMiss("tf.abs(tf.reduce_mean(a - b))", because="the mean is taken before the absolute value"),
    ),
)
