"""log(cosh(e)) overflows: cosh is infinite in float32 from an error of 90 on.

Why: log(cosh(e)) = e + log(1 + exp(-2*e)) - log(2), which stays finite. That is Keras' logcosh as well; but Keras 3
rounds log(2) to float32 whatever the dtype, which in float64 is a shift of 2e-9, and is said.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_SHIFT = Shift(because="in float64, Keras 3 rounds log(2) to float32", bound=1e-6, gradient_bound=1e-6)
_LOGS = (
    "tf.log(tf.cosh(labels - predictions))",
    "tf.log((tf.exp(labels - predictions) + tf.exp(-(labels - predictions))) / 2.0)",
)
_NEEDS = ("equal-shape:labels,predictions",)
_PROMISES = ("labels and predictions of equal shape",)
_FINITE = (
    "tf.reduce_mean(labels - predictions + tf.nn.softplus(-2.0 * (labels - predictions)){axis}) - 0.6931471805599453"
)
_REDUCTIONS = (
    ("tf.reduce_mean({})", "tf.reduce_mean(tf.keras.losses.logcosh(labels, predictions))", _FINITE.format(axis="")),
    (
        "tf.reduce_mean({}, axis=-1)",
        "tf.keras.losses.logcosh(labels, predictions)",
        _FINITE.format(axis=", axis=-1"),
    ),
)

RULE = Rule(
    id="TFL308",
    name="log-cosh-by-hand",
    message="log-cosh written by hand: cosh overflows",
    inputs=(Input("labels", Real()), Input("predictions", Real())),
    forms=tuple(
        Form(legacy.format(log), target, shift, None, _NEEDS, _PROMISES)
        for log in _LOGS
        for legacy, keras, finite in _REDUCTIONS
        for target, shift in ((keras, _SHIFT), (finite, None))
    ),
    leave_alone=(
        NearMiss("np.mean(np.log(np.cosh(a - b)))", because="numpy is not TensorFlow"),
        NearMiss("tf.log(tf.cosh(a - b))", because="not averaged: Keras has no element-wise twin"),
        NearMiss("tf.reduce_mean(tf.log(tf.cosh(a)))", because="one input, which may be complex"),
        NearMiss("tf.reduce_sum(tf.log(tf.cosh(a - b)))", because="a sum; Keras' loss is a mean"),
        NearMiss("tf.reduce_mean(tf.log(tf.exp(a - b) + tf.exp(b - a)))", because="not halved"),
    ),
)
