"""A smooth L1 loss is a multiple of Keras' huber.

Why: s^2*e^2/2 where |e| < 1/s^2, else |e| - 1/(2*s^2), averaged, is s^2 times the Huber loss with delta 1/s^2. Where
it is weighted element by element before it is added up, as detectors do, Keras has no twin, and it is left alone.
"""

from tfloss_migrate.domains import Hyperparameter, Real
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule

_E = "tf.abs(labels - predictions)"
_SQUARE = "tf.square(labels - predictions)"
_LOSSES = (
    # the bound, the loss below it and above it, the factor before Keras' loss
    ("1.0 / scale", f"0.5 * scale * {_SQUARE}", f"{_E} - 0.5 / scale", "scale"),
    ("1.0 / sigma ** 2", f"0.5 * sigma ** 2 * {_SQUARE}", f"{_E} - 0.5 / sigma ** 2", "sigma ** 2"),
)


def _forms(condition: str, below: str, above: str, bound: str, factor: str) -> tuple[Form, ...]:
    loss = f"tf.where({condition.format(_E, bound)}, {below}, {above})"
    keras = f"tf.keras.losses.huber(labels, predictions, delta={bound})"
    needs = ("equal-shape:labels,predictions", f"number:{factor.split()[0]}")
    promises = ("labels and predictions of equal shape",)
    return (
        Form(f"tf.reduce_mean({loss})", f"{factor} * tf.reduce_mean({keras})", needs=needs, promises=promises),
        Form(f"tf.reduce_mean({loss}, axis=-1)", f"{factor} * {keras}", needs=needs, promises=promises),
    )


RULE = Rule(
    id="TFL309",
    name="smooth-l1-by-hand",
    message="smooth L1 loss written by hand",
    inputs=(
        Input("labels", Real()),
        Input("predictions", Real()),
        Input("scale", Hyperparameter()),
        Input("sigma", Hyperparameter()),
    ),
    forms=tuple(
        form
        for bound, below, above, factor in _LOSSES
        for condition in ("{} < {}", "{} <= {}")
        for form in _forms(condition, below, above, bound, factor)
    ),
    catches=(
        Catch(
            "import tensorflow as tf\n\n\ndef smooth_l1(y, p, sigma=3.0):\n    sigma_2 = sigma ** 2\n"
            "    e = tf.abs(y - p)\n    return tf.reduce_mean(tf.where(\n"
            "        e < 1.0 / sigma_2, 0.5 * sigma_2 * tf.square(y - p), e - 0.5 / sigma_2))\n\n\n"
            "session = tf.Session()\n",
            "tf.reduce_mean(tf.where(\n"
            "        e < 1.0 / sigma_2, 0.5 * sigma_2 * tf.square(y - p), e - 0.5 / sigma_2))",
            "sigma ** 2 * tf.reduce_mean(tf.keras.losses.huber(y, p, delta=1.0 / sigma ** 2))",
        ),
    ),
    leave_alone=(
        NearMiss(
            "tf.where(tf.abs(a - b) < 0.25, 2.0 * tf.square(a - b), tf.abs(a - b) - 0.125)",
            because="not averaged: Keras has no element-wise twin",
        ),
        NearMiss(
            "tf.reduce_mean(tf.where(tf.abs(a - b) < 0.25, 4.0 * tf.square(a - b), tf.abs(a - b) - 0.125))",
            because="the square is not halved",
        ),
        NearMiss(
            "tf.reduce_mean(tf.where(tf.abs(a - b) < 0.25, 2.0 * tf.square(a - b), tf.abs(a - b)))",
            because="the two branches do not meet",
        ),
        NearMiss(
            "tf.reduce_mean(w * tf.where(tf.abs(a - b) < 0.25, 2.0 * tf.square(a - b), tf.abs(a - b) - 0.125))",
            because="weighted element by element",
        ),
        NearMiss(
            "tf.reduce_mean(tf.where(tf.abs(d) < 0.25, 2.0 * tf.square(d), tf.abs(d) - 0.125))",
            because="one input: a penalty, not an error",
        ),
    ),
)
