"""The mean of max(0, 1 - y*z) is Keras' hinge loss, for labels of -1 and 1.

Why: Keras turns labels that are all 0 or 1 into -1 and 1 first, so that a product with labels of 0 and 1 is another
loss: where nothing shows what the labels are, that is a shift, and is said. For 2*y - 1 it is exact. On the margin, at
y*z = 1, the value is 0 in both, and the gradient may be that of either side.
"""

from tfloss_migrate.domains import BinaryLabels, HingeLabels, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_MARGIN = "tf.maximum(0.0, 1.0 - {labels} * predictions)"
_KERAS = "tf.keras.losses.hinge({labels}, predictions)"
_SHIFT = Shift(because="Keras takes labels of 0 and 1 for -1 and 1", bound=10.0, gradient_bound=10.0)


def _forms(labels: str, shift: Shift | None, known: tuple[str, ...], *needs: str) -> tuple[Form, ...]:
    loss, keras = _MARGIN.format(labels=labels), _KERAS.format(labels=labels.strip("()"))
    promises = (*known, "labels and predictions of equal shape", "no prediction exactly on the margin")
    return (
        Form(f"tf.reduce_mean({loss})", f"tf.reduce_mean({keras})", shift, None, needs, promises),
        Form(f"tf.reduce_mean({loss}, axis=-1)", keras, shift, None, needs, promises),
    )


RULE = Rule(
    id="TFL340",
    name="hinge-by-hand",
    message="hinge loss written by hand",
    inputs=(Input("labels", HingeLabels()), Input("bits", BinaryLabels()), Input("predictions", Real())),
    forms=(
        *_forms("(2.0 * bits - 1.0)", None, ("bits that are 0 or 1",), "equal-shape:bits,predictions", "constant:bits"),
        *_forms("labels", _SHIFT, (), "equal-shape:labels,predictions", "called-labels:labels"),
    ),
    leave_alone=(
        NearMiss("np.mean(np.maximum(0.0, 1.0 - y * z))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_mean(tf.maximum(0.0, 1.0 - z))", because="no labels: one side of a GAN's hinge loss"),
        NearMiss("tf.reduce_mean(tf.maximum(0.0, 0.5 - y * z))", because="another margin"),
        NearMiss("tf.reduce_mean(tf.maximum(0.0, 1.0 - a * b))", because="neither is called labels"),
        NearMiss(
            "tf.reduce_mean(tf.maximum(0.0, 1.0 - tf.one_hot(y, 10) * z))",
            because="labels of 0 and 1, which Keras takes for -1 and 1",
        ),
        NearMiss("tf.reduce_sum(tf.maximum(0.0, 1.0 - y * z))", because="a sum; Keras' loss is a mean"),
        NearMiss("tf.reduce_mean(tf.maximum(0.0, 1.0 - y + z))", because="a difference: a ranking loss"),
        NearMiss("tf.reduce_mean(tf.minimum(0.0, 1.0 - y * z))", because="the other side of the margin"),
    ),
)
