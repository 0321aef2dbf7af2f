"""Binary cross-entropy of given probabilities has a Keras loss that is nearly, not wholly, the same.

Why: -(y*log(p) + (1 - y)*log(1 - p)) against Keras' binary_crossentropy(y, p), which clips p to [1e-7, 1 - 1e-7]:
there the loss is bounded by 16.1 and the gradient is 0, where the formula goes to infinity. The formula itself is kept
unless you accept that.
"""

from tfloss_migrate.domains import BinaryLabels, Literal, UnitInterval
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_KERAS = "tf.keras.losses.binary_crossentropy(labels, probabilities)"
_SHIFT = Shift(because="Keras clips the probabilities and adds no epsilon", bound=0.05)
_NEEDS = ("equal-shape:labels,probabilities", "bare:probabilities")
_PROMISES = ("labels and probabilities of equal shape",)
_SUMS = (
    "labels * tf.log(probabilities) + (1 - labels) * tf.log(1 - probabilities)",
    "labels * tf.log(probabilities + epsilon) + (1 - labels) * tf.log(1 - probabilities + epsilon)",
    "labels * tf.log(tf.clip_by_value(probabilities, epsilon, 1.0 - epsilon))"
    " + (1 - labels) * tf.log(1 - tf.clip_by_value(probabilities, epsilon, 1.0 - epsilon))",
    "labels * tf.log(tf.maximum(probabilities, epsilon))"
    " + (1 - labels) * tf.log(tf.maximum(1 - probabilities, epsilon))",
)

RULE = Rule(
    id="TFL321",
    name="binary-cross-entropy-of-probabilities-by-hand",
    message="binary cross-entropy of probabilities written by hand",
    severity="info",
    inputs=(Input("labels", BinaryLabels()), Input("probabilities", UnitInterval()), Input("epsilon", Literal())),
    forms=tuple(
        form
        for total in _SUMS
        for form in (
            Form(f"-tf.reduce_mean({total})", f"tf.reduce_mean({_KERAS})", _SHIFT, None, _NEEDS, _PROMISES),
            Form(f"-tf.reduce_mean({total}, axis=-1)", _KERAS, _SHIFT, None, _NEEDS, _PROMISES),
        )
    ),
    leave_alone=(
        NearMiss("-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))", because="numpy is not TensorFlow"),
        NearMiss("-tf.reduce_mean(tf.log(d) + tf.log(1 - g))", because="a GAN's loss: no labels"),
        NearMiss("-tf.reduce_mean(y * tf.log(p) + (1 - y) * tf.log(1 - q))", because="two different probabilities"),
        NearMiss("tf.reduce_mean(y * tf.log(p) + (1 - y) * tf.log(1 - p))", because="the sign: a likelihood"),
    ),
)
