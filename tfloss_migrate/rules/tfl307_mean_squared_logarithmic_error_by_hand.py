"""The mean of squared differences of log(x + 1) is a mean squared logarithmic error.

Why: mean((log(y + 1) - log(p + 1))^2). Keras' MSLE takes what is below 1e-7 as 1e-7 and gives it no gradient, where
counts of zero and predictions of zero are ordinary: that is a shift, which is said. Its mean squared error of the two
logarithms is exact.
"""

from tfloss_migrate.domains import FromZero
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_SHIFT = Shift(
    because="Keras takes labels and predictions below 1e-07 as 1e-07, and gives them no gradient",
    bound=1e-5,
    gradient_bound=None,
)
_DIFFERENCES = (
    "tf.log1p(labels) - tf.log1p(predictions)",
    "tf.log(labels + 1.0) - tf.log(predictions + 1.0)",
)
_NEEDS = ("equal-shape:labels,predictions",)
_PROMISES = ("labels and predictions of equal shape",)
_TARGETS = (
    ("tf.keras.losses.MSLE(labels, predictions)", _SHIFT),
    ("tf.keras.losses.MSE(tf.math.log1p(labels), tf.math.log1p(predictions))", None),
)

RULE = Rule(
    id="TFL307",
    name="mean-squared-logarithmic-error-by-hand",
    message="mean squared logarithmic error written by hand",
    inputs=(Input("labels", FromZero()), Input("predictions", FromZero())),
    forms=tuple(
        Form(legacy.format(f"tf.square({difference})"), outer.format(target), shift, None, _NEEDS, _PROMISES)
        for difference in _DIFFERENCES
        for legacy, outer in (("tf.reduce_mean({})", "tf.reduce_mean({})"), ("tf.reduce_mean({}, axis=-1)", "{}"))
        for target, shift in _TARGETS
    ),
    leave_alone=(
        NearMiss("np.mean(np.square(np.log1p(a) - np.log1p(b)))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_mean(tf.square(tf.log(a) - tf.log(b)))", because="without the one: Keras adds it"),
        NearMiss(
            "tf.reduce_mean(tf.square(tf.log(a + 0.5) - tf.log(b + 0.5)))", because="another number under the logarithm"
        ),
        NearMiss("tf.reduce_sum(tf.square(tf.log1p(a) - tf.log1p(b)))", because="a sum; Keras' loss is a mean"),
        NearMiss("tf.reduce_mean(tf.abs(tf.log1p(a) - tf.log1p(b)))", because="no square"),
        NearMiss("tf.reduce_mean(tf.square(tf.log1p(a)))", because="one input: no error"),
    ),
)
