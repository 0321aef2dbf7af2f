"""The mean of max(0, 1 - y*z)^2 is Keras' squared hinge loss, for labels of -1 and 1.

Why: as for the hinge loss, Keras turns labels that are all 0 or 1 into -1 and 1 first, so that a product with labels of
0 and 1 is another loss: where nothing shows what the labels are, that is a shift, and is said. For 2*y - 1 it is
exact.
"""

from tfloss_migrate.domains import BinaryLabels, HingeLabels, Real
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule, Shift

_SQUARE = "tf.square(tf.maximum(0.0, 1.0 - {labels} * predictions))"
_KERAS = "tf.keras.losses.squared_hinge({labels}, predictions)"
_SHIFT = Shift(because="Keras takes labels of 0 and 1 for -1 and 1", bound=10.0, gradient_bound=10.0)


def _forms(labels: str, shift: Shift | None, known: tuple[str, ...], *needs: str) -> tuple[Form, ...]:
    loss, keras = _SQUARE.format(labels=labels), _KERAS.format(labels=labels.strip("()"))
    promises = (*known, "labels and predictions of equal shape")
    return (
        Form(f"tf.reduce_mean({loss})", f"tf.reduce_mean({keras})", shift, None, needs, promises),
        Form(f"tf.reduce_mean({loss}, axis=-1)", keras, shift, None, needs, promises),
    )


RULE = Rule(
    id="TFL341",
    name="squared-hinge-by-hand",
    message="squared hinge loss written by hand",
    inputs=(Input("labels", HingeLabels()), Input("bits", BinaryLabels()), Input("predictions", Real())),
    forms=(
        *_forms("(2.0 * bits - 1.0)", None, ("bits that are 0 or 1",), "equal-shape:bits,predictions", "constant:bits"),
        *_forms("labels", _SHIFT, (), "equal-shape:labels,predictions", "called-labels:labels"),
    ),
    catches=(
        Catch(
            "import tensorflow as tf\n\n\ndef loss(labels, z):\n"
            "    return tf.reduce_mean(tf.nn.relu(1 - labels * z) ** 2)\n\n\nsession = tf.Session()\n",
            "tf.reduce_mean(tf.nn.relu(1 - labels * z) ** 2)",
            "tf.reduce_mean(tf.keras.losses.squared_hinge(labels, z))",
        ),
    ),
    leave_alone=(
        NearMiss("np.mean(np.square(np.maximum(0.0, 1.0 - y * z)))", because="numpy is not TensorFlow"),
        NearMiss(
            "tf.reduce_mean(y * tf.square(d) + (1.0 - y) * tf.square(tf.maximum(1.0 - d, 0.0)))",
            because="a contrastive loss: the labels choose the branch",
        ),
        NearMiss("tf.square(tf.reduce_mean(tf.maximum(0.0, 1.0 - y * z)))", because="squared after the mean"),
        NearMiss("tf.reduce_mean(tf.square(1.0 - y * z))", because="no margin: both sides count"),
        NearMiss(
            "tf.reduce_mean(tf.square(tf.maximum(0.0, 1.0 - one_hot_labels * z)))",
            because="labels of 0 and 1, which Keras takes for -1 and 1",
        ),
    ),
)
