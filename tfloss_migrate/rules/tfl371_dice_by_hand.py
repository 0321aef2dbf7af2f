"""A dice or intersection-over-union loss written by hand is kept: no Keras loss computes the same.

Why: 1 - (2*sum(y*p) + s)/(sum(y) + sum(p) + s). Keras 3 has a dice of its own with s = 1e-7, Keras 2 has none; with
s = 1, or with squares in the denominator, the values differ by up to a quarter. The formula runs in TF2 as it stands.
"""

from tfloss_migrate.domains import Axis, BinaryLabels, Literal, UnitInterval
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_BOTH = "tf.reduce_sum(labels * predictions)"
_SUMS = "tf.reduce_sum(labels) + tf.reduce_sum(predictions)"
_SQUARES = "tf.reduce_sum(tf.square(labels)) + tf.reduce_sum(tf.square(predictions))"


def _of_each(axis: str) -> tuple[Form, ...]:
    """The mean over images or classes, each with a ratio of its own."""
    both, labels, predictions = (
        f"tf.reduce_sum({summed}, axis={axis})" for summed in ("labels * predictions", "labels", "predictions")
    )
    return (
        Form(f"1 - tf.reduce_mean((2 * {both} + epsilon) / ({labels} + {predictions} + epsilon))", None),
        Form(f"1 - tf.reduce_mean(2 * {both} / ({labels} + {predictions} + epsilon))", None),
        Form(f"1 - tf.reduce_mean(({both} + epsilon) / ({labels} + {predictions} - {both} + epsilon))", None),
    )


RULE = Rule(
    id="TFL371",
    name="dice-by-hand",
    message="dice or intersection over union written by hand",
    severity="info",
    inputs=(
        Input("labels", BinaryLabels()),
        Input("predictions", UnitInterval()),
        Input("epsilon", Literal()),
        Input("axis", Axis()),
    ),
    forms=(
        Form(f"1 - (2 * {_BOTH} + epsilon) / ({_SUMS} + epsilon)", None),
        Form(f"1 - 2 * {_BOTH} / ({_SUMS} + epsilon)", None),
        Form(f"1 - 2 * {_BOTH} / ({_SUMS})", None),
        Form(f"-(2 * {_BOTH} + epsilon) / ({_SUMS} + epsilon)", None),
        Form(f"-2 * {_BOTH} / ({_SUMS} + epsilon)", None),
        Form(f"1 - (2 * {_BOTH} + epsilon) / ({_SQUARES} + epsilon)", None),
        Form(f"1 - 2 * {_BOTH} / ({_SQUARES} + epsilon)", None),
        Form(f"1 - ({_BOTH} + epsilon) / ({_SUMS} - {_BOTH} + epsilon)", None),
        Form(f"1 - {_BOTH} / ({_SUMS} - {_BOTH})", None),
        *(form for axis in ("axis", "[1, 2]", "[1, 2, 3]") for form in _of_each(axis)),
    ),
    otherwise="Keras has no loss of this formula in both its versions: Keras 3 has dice with an epsilon of its own",
    leave_alone=(
        NearMiss("1 - tf.reduce_sum(y * p) / tf.reduce_sum(y)", because="recall"),
        NearMiss("1 - tf.reduce_mean(tf.reduce_sum(y * p, 1) / tf.reduce_sum(y, 1))", because="the recall of each"),
        NearMiss("1 - tf.reduce_sum(y * p) / n", because="a mean of products"),
        NearMiss("1 - (2 * np.sum(y * p) + 1) / (np.sum(y) + np.sum(p) + 1)", because="numpy is not TensorFlow"),
        NearMiss("1 - tf.keras.losses.Dice()(y, p)", because="this is Keras already"),
    ),
)
