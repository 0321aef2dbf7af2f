"""Cross-entropy of given probabilities has a Keras loss that is nearly, not wholly, the same.

Why: -sum(y * log(p)) against Keras' categorical_crossentropy(y, p), which divides p by its sum and clips it to
[1e-7, 1 - 1e-7]: on rows that sum to one the value agrees, but the gradient towards p is moved by a constant for each
row, and at p = 0 Keras says 16.1 where the formula says infinity. The formula itself is kept unless you accept that.
"""

from tfloss_migrate.domains import LabelDistribution, Literal, Probabilities
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_KERAS = "tf.keras.losses.categorical_crossentropy(labels, probabilities)"
_SHIFT = Shift(because="Keras divides the probabilities by their sum, clips them, and adds no epsilon", bound=0.05)
_LOGS = (
    "tf.log(probabilities)",
    "tf.log(probabilities + epsilon)",
    "tf.log(tf.maximum(probabilities, epsilon))",
    "tf.log(tf.clip_by_value(probabilities, epsilon, 1.0))",
    "tf.log(tf.clip_by_value(probabilities, epsilon, 1.0 - epsilon))",
)
_NEEDS = ("whole-rows:labels", "bare:probabilities", "apart:labels,probabilities", "rows-of-one:probabilities")
_PROMISES = ("rows of labels that sum to one", "rows of probabilities that sum to one")


def _forms(log: str) -> tuple[Form, ...]:
    pairs = (
        (f"-tf.reduce_sum(labels * {log}, axis=-1)", _KERAS),
        (f"-tf.reduce_mean(tf.reduce_sum(labels * {log}, axis=-1))", f"tf.reduce_mean({_KERAS})"),
        (f"-tf.reduce_sum(labels * {log})", f"tf.reduce_sum({_KERAS})"),
    )
    return tuple(
        Form(legacy, target, shift=_SHIFT, needs=_NEEDS, promises=_PROMISES, ranks=(2, 3)) for legacy, target in pairs
    )


RULE = Rule(
    id="TFL311",
    name="cross-entropy-of-probabilities-by-hand",
    message="cross-entropy of probabilities written by hand",
    severity="info",
    inputs=(
        Input("labels", LabelDistribution()),
        Input("probabilities", Probabilities(normalised=True)),
        Input("epsilon", Literal()),
    ),
    forms=tuple(form for log in _LOGS for form in _forms(log)),
    leave_alone=(
        NearMiss("-tf.reduce_sum(p * np.log(p), 1)", because="numpy's log is not TensorFlow's"),
        NearMiss("tf.reduce_sum(y * tf.log(p), 1)", because="the sign: a log-likelihood, not a loss"),
        NearMiss("-tf.reduce_sum(y * tf.log(p), 0)", because="the first axis is reduced, not the last"),
        NearMiss("-tf.reduce_sum(w * y * tf.log(p), 1)", because="weighted rows do not sum to one"),
        NearMiss("-tf.reduce_sum(p * tf.log(p + 1e-6), 1)", because="an entropy: no labels"),
        NearMiss(
            "-tf.reduce_sum(tf.stop_gradient(w * f) * tf.log(p), 1)", because="a policy gradient: weights, no labels"
        ),
        NearMiss("-tf.reduce_sum(y * tf.log(tf.sigmoid(z)), 1)", because="these rows do not sum to one"),
        NearMiss("-tf.reduce_sum(y * tf.log(0.5 * p), 1)", because="nor do these"),
        NearMiss("-tf.reduce_sum(tf.log(p), 1)", because="no labels"),
    ),
)
