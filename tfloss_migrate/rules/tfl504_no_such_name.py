"""A name that was never in TensorFlow is reported, with the one that is meant.

Why: articles spell it `tf.session()`; TensorFlow has only ever had `tf.Session`, so that the program cannot have run.
`tf.losses` of TensorFlow 1 has sixteen functions, and others are looked for there by names that they have elsewhere:
`sum_of_squares` was one of `tf.contrib.losses`, and has been `tf.losses.mean_squared_error` since. It is reported
wherever it is used, and the program stays as it is.
"""

import difflib
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.program import Program

#: What TensorFlow 1.15 has in tf.losses.
_LOSSES = tuple(
    "absolute_difference add_loss compute_weighted_loss cosine_distance get_losses get_regularization_loss"
    " get_regularization_losses get_total_loss hinge_loss huber_loss log_loss mean_pairwise_squared_error"
    " mean_squared_error sigmoid_cross_entropy softmax_cross_entropy sparse_softmax_cross_entropy".split()
)
#: What TensorFlow 2 has there besides classes.
_KERAS = frozenset(
    "binary_crossentropy categorical_crossentropy categorical_hinge cosine_similarity deserialize get hinge huber kld"
    " kl_divergence kullback_leibler_divergence log_cosh logcosh mae mape mean_absolute_error poisson serialize msle"
    " mse mean_absolute_percentage_error mean_squared_logarithmic_error sparse_categorical_crossentropy squared_hinge"
    " binary_focal_crossentropy categorical_focal_crossentropy".split()
)
#: By the names that they have had elsewhere, or that are looked for.
_MEANT = {
    "sum_of_squares": "mean_squared_error",
    "l2_loss": "mean_squared_error",
    "cross_entropy": "softmax_cross_entropy",
    "sum_of_pairwise_squares": "mean_pairwise_squared_error",
}


def _find(program: Program) -> Iterator[Sighting]:
    for call, _, symbol in program.calls_of("losses.") if program.before_2 else ():
        name = symbol.removeprefix("losses.")
        if name in _LOSSES or name in _KERAS or name[0].isupper() or "." in name:
            continue
        near = difflib.get_close_matches(name, _LOSSES, 1)
        meant = _MEANT.get(name) or (near[0] if near else None)
        reason = f"the name is tf.losses.{meant}" if meant else f"tf.losses has {', '.join(_LOSSES)}"
        yield Sighting(call, f"tf.losses of TensorFlow 1 has no {name}", reason)


RULE = Rule(
    id="TFL504",
    name="no-such-name",
    message="this name was never in TensorFlow",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("db.session()", because="not TensorFlow"),
        NearMiss("orm.session", because="not TensorFlow either, and not called"),
        NearMiss("tf.Session()", because="the name that there is"),
        NearMiss(
            "x = tf.placeholder(tf.float32)\nloss = tf.losses.mean_squared_error(x, y)", because="one of the sixteen"
        ),
        NearMiss("loss = tf.losses.MeanAbsoluteError()", because="in TensorFlow 2 these are the losses of Keras"),
    ),
    look=Look(("losses.",), _find),
    catches=(
        Catch(
            "import tensorflow as tf\n\nx = tf.placeholder(tf.float32)\n"
            "loss = tf.losses.sum_of_squares(labels=y, predictions=x)\n",
            "tf.losses.sum_of_squares(labels=y, predictions=x)",
        ),
    ),
)
