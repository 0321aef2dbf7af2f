"""A hundred times the mean of relative errors is Keras' mean absolute percentage error.

Why: 100 * mean(|y - p| / |y|). Keras divides by max(|y|, 1e-7), which is the same for labels further from zero than
that; at a label of zero the old side is infinite. Another guard in the denominator is left out, which is said.
"""

from tfloss_migrate.domains import Literal, Nonzero, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_SHIFT = Shift(because="the epsilon in the denominator becomes Keras' own, 1e-07", bound=0.02, gradient_bound=0.5)
_RATIOS: tuple[tuple[str, Shift | None], ...] = (
    ("tf.abs((labels - predictions) / labels)", None),
    ("tf.abs(labels - predictions) / tf.abs(labels)", None),
    ("tf.abs((labels - predictions) / tf.maximum(tf.abs(labels), 1e-07))", None),
    ("tf.abs(labels - predictions) / tf.maximum(tf.abs(labels), 1e-07)", None),
    ("tf.abs((labels - predictions) / tf.maximum(tf.abs(labels), epsilon))", _SHIFT),
    ("tf.abs(labels - predictions) / tf.maximum(tf.abs(labels), epsilon)", _SHIFT),
    ("tf.abs((labels - predictions) / (labels + epsilon))", _SHIFT),
)
_NEEDS = ("equal-shape:labels,predictions",)
_PROMISES = ("labels and predictions of equal shape",)
_KERAS = "tf.keras.losses.MAPE(labels, predictions)"

RULE = Rule(
    id="TFL306",
    name="mean-absolute-percentage-error-by-hand",
    message="mean absolute percentage error written by hand",
    inputs=(Input("labels", Nonzero()), Input("predictions", Real()), Input("epsilon", Literal(at_most=0.01))),
    forms=tuple(
        form
        for ratio, shift in _RATIOS
        for form in (
            Form(f"100.0 * tf.reduce_mean({ratio})", f"tf.reduce_mean({_KERAS})", shift, None, _NEEDS, _PROMISES),
            Form(f"100.0 * tf.reduce_mean({ratio}, axis=-1)", _KERAS, shift, None, _NEEDS, _PROMISES),
        )
    ),
    leave_alone=(
        NearMiss("100.0 * np.mean(np.abs((a - b) / a))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_mean(tf.abs((a - b) / a))", because="a fraction: Keras' is in percent"),
        NearMiss("100.0 * tf.reduce_mean(tf.abs((a - b) / c))", because="relative to something else"),
        NearMiss(
            "100.0 * tf.reduce_mean(tf.abs(a - b) / ((tf.abs(a) + tf.abs(b)) / 2.0))",
            because="the symmetric error: relative to both",
        ),
        NearMiss("100.0 * tf.reduce_mean(tf.abs(a - b) / a)", because="negative for negative labels"),
        NearMiss(
            "100.0 * tf.reduce_mean(tf.abs(a - b)) / tf.reduce_mean(tf.abs(a))", because="a quotient of two means"
        ),
        NearMiss("100.0 * tf.reduce_mean((a - b) / a)", because="signs cancel: a bias, not an error"),
    ),
)
