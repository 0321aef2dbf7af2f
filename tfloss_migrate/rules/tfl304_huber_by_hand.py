"""A Huber loss, built with `tf.where` or from a clipped error, is Keras' huber.

Why: e^2/2 where |e| <= d, else d*|e| - d^2/2, averaged. With q = min(|e|, d) the same is q^2/2 + d*(|e| - q), and
q^2 + 2*d*(|e| - q) is twice that. Keras' huber averages the last axis and `tf.reduce_mean` the rest. Only the averaged
loss is rewritten: element-wise, Keras has no twin, and the code is as valid in TF2 as before.
"""

from tfloss_migrate.domains import Hyperparameter, Real
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule

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
_CLIPPED = (f"tf.minimum({_ERROR}, delta)", f"tf.clip_by_value({_ERROR}, 0.0, delta)")
_LOSSES = (*_WHERE, *(f"0.5 * tf.square({q}) + delta * ({_ERROR} - {q})" for q in _CLIPPED))
_TWICE = tuple(f"tf.square({q}) + 2.0 * delta * ({_ERROR} - {q})" for q in _CLIPPED)
_KERAS = "tf.keras.losses.huber(labels, predictions, delta=delta)"


def _form(legacy: str, target: str) -> Form:
    return Form(
        legacy,
        target,
        needs=("equal-shape:labels,predictions", "number:delta"),
        promises=("labels and predictions of equal shape",),
    )


RULE = Rule(
    id="TFL304",
    name="huber-by-hand",
    message="Huber loss written by hand",
    inputs=(Input("labels", Real()), Input("predictions", Real()), Input("delta", Hyperparameter())),
    forms=(
        *(_form(f"tf.reduce_mean({loss})", f"tf.reduce_mean({_KERAS})") for loss in _LOSSES),
        *(_form(f"tf.reduce_mean({loss}, axis=-1)", _KERAS) for loss in _LOSSES),
        *(_form(f"tf.reduce_mean({loss})", f"2.0 * tf.reduce_mean({_KERAS})") for loss in _TWICE),
    ),
    catches=(
        Catch(
            "import tensorflow as tf\n\n\ndef huber(y, p, d=1.0):\n    e = tf.abs(y - p)\n    q = tf.minimum(e, d)\n"
            "    return tf.reduce_mean(0.5 * q ** 2 + d * (e - q))\n\n\nsession = tf.Session()\n",
            "tf.reduce_mean(0.5 * q ** 2 + d * (e - q))",
            "tf.reduce_mean(tf.keras.losses.huber(y, p, delta=d))",
        ),
        Catch(
            'import tensorflow as tf\n\ny = tf.placeholder("float", [None])\nv = tf.reduce_sum(tf.matmul(x, w), 1)\n'
            "e = abs(y - v)\nq = tf.clip_by_value(e, 0.0, 1.0)\nr = 2 * (e - q)\n"
            "loss = tf.reduce_mean(tf.square(q) + r)\n",
            "tf.reduce_mean(tf.square(q) + r)",
            "2.0 * tf.reduce_mean(tf.keras.losses.huber(y, v, delta=1.0))",
        ),
    ),
    leave_alone=(
        NearMiss(
            "tf.where(tf.abs(a - b) < 1.0, 0.5 * tf.square(a - b), tf.abs(a - b) - 0.5)",
            because="not averaged: Keras has no element-wise twin",
        ),
        NearMiss(
            "tf.reduce_sum(tf.where(tf.abs(a - b) < 1.0, 0.5 * tf.square(a - b), tf.abs(a - b) - 0.5))",
            because="a sum: Keras' huber is a mean",
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
            "tf.reduce_mean(tf.square(tf.clip_by_value(a - b, -1.0, 1.0)))",
            because="the error itself is clipped: where it is large, nothing is learnt",
        ),
        NearMiss(
            "tf.reduce_mean(0.5 * tf.square(tf.minimum(tf.abs(a - b), 1.0)) + tf.abs(a - b)"
            " - tf.minimum(tf.abs(a - b), 2.0))",
            because="two bounds",
        ),
        NearMiss(
            "tf.cond(tf.reduce_mean(tf.abs(a - b)) < 1.0, lambda: 0.5 * tf.reduce_mean(tf.square(a - b)),"
            " lambda: tf.reduce_mean(tf.abs(a - b)) - 0.5)",
            because="one branch for the whole batch: another function",
        ),
        NearMiss(
            "np.mean(np.where(np.abs(a - b) < 1.0, 0.5 * np.square(a - b), np.abs(a - b) - 0.5))",
            because="numpy is not TensorFlow",
        ),
    ),
)
