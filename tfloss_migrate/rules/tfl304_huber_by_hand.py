"""A Huber loss built with `tf.where` is Keras' huber.

Why: e^2/2 where |e| <= d, else d*|e| - d^2/2, averaged. Keras' huber averages the last axis and `tf.reduce_mean` the
rest. Only the averaged loss is rewritten: element-wise, Keras has no twin.
"""

from tfloss_migrate.domains import Literal, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_ERROR = "tf.abs(labels - predictions)"
_SQUARE = "0.5 * tf.square(labels - predictions)"
_SQUARE_OF_ERROR = f"0.5 * tf.square({_ERROR})"
_LINES = (f"delta * {_ERROR} - 0.5 * delta ** 2", f"delta * ({_ERROR} - 0.5 * delta)")
_WHERE = tuple(
    f"tf.where({condition}, {square}, {line})"
    for condition in (f"{_ERROR} <= delta", f"{_ERROR} < delta")
    for square in (_SQUARE, _SQUARE_OF_ERROR)
    for line in _LINES
)
_NEEDS = ("equal-shape:labels,predictions",)
_PROMISES = ("labels and predictions of equal shape",)
_KERAS = "tf.keras.losses.huber(labels, predictions, delta=delta)"

RULE = Rule(
    id="TFL304",
    name="huber-by-hand",
    message="Huber loss written by hand",
    inputs=(Input("labels", Real()), Input("predictions", Real()), Input("delta", Literal())),
    forms=(
        *(
            Form(f"tf.reduce_mean({where})", f"tf.reduce_mean({_KERAS})", needs=_NEEDS, promises=_PROMISES)
            for where in _WHERE
        ),
        *(Form(f"tf.reduce_mean({where}, axis=-1)", _KERAS, needs=_NEEDS, promises=_PROMISES) for where in _WHERE),
    ),
    leave_alone=(
        NearMiss(
            "tf.where(tf.abs(a - b) < 1.0, 0.5 * tf.square(a - b), tf.abs(a - b) - 0.5)",
            because="not averaged: Keras has no element-wise twin",
        ),
        NearMiss(
            "tf.reduce_mean(tf.where(tf.abs(a - b) < 1.0, tf.square(a - b), tf.abs(a - b) - 0.5))",
            because="the square is not halved",
        ),
        NearMiss(
            "tf.reduce_mean(tf.where(tf.abs(a - b) < 2.0, 0.5 * tf.square(a - b), tf.abs(a - b) - 0.5))",
            because="the two branches do not meet: the deltas differ",
        ),
        NearMiss(
            "np.mean(np.where(np.abs(a - b) < 1.0, 0.5 * np.square(a - b), np.abs(a - b) - 0.5))",
            because="numpy is not TensorFlow",
        ),
    ),
)
