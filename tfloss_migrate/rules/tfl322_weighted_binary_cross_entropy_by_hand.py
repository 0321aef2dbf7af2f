"""Binary cross-entropy whose positive term is weighted is infinite where float32 rounds the sigmoid to 0 or 1.

Why: -(q*y*log(s(z)) + (1 - y)*log(1 - s(z))): from z = 17 on, 1 - s(z) is exactly 0 in float32. `tf.math.log_sigmoid`
of z and of -z is right everywhere. `tf.nn.weighted_cross_entropy_with_logits` has the same values, but its gradient at
z = 0 is another one (TensorFlow 2.21), and Keras has no such loss. Weights of the classes of a softmax need no rule of
their own: -sum(w * y * log(softmax(z))) is right as soon as the log-softmax is (log-of-softmax), and rows that are
weighted do not sum to one, so that no Keras loss has their gradient.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, Literal, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_SHIFT = Shift(because="the epsilon inside the logarithms is left out", bound=0.1, gradient_bound=0.2)
_P = "tf.sigmoid(logits)"
_ONE, _OTHER = f"tf.log({_P})", f"tf.log(1 - {_P})"
_GUARDED = f"tf.log({_P} + epsilon)", f"tf.log(1 - {_P} + epsilon)"


def _form(weight: str, one: str = _ONE, other: str = _OTHER, shift: Shift | None = None) -> Form:
    return Form(
        f"-tf.reduce_mean({weight} * labels * {one} + (1 - labels) * {other})",
        f"-tf.reduce_mean({weight} * labels * tf.math.log_sigmoid(logits)"
        " + (1 - labels) * tf.math.log_sigmoid(-logits))",
        shift=shift,
        needs=("equal-shape:labels,logits", "not-sigmoid:logits"),
        promises=("labels and logits of equal shape",),
    )


RULE = Rule(
    id="TFL322",
    name="weighted-binary-cross-entropy-by-hand",
    message="weighted sigmoid cross-entropy written by hand: log(1 - sigmoid(z)) is infinite from z = 17 on",
    inputs=(
        Input("labels", BinaryLabels()),
        Input("logits", BinaryLogits()),
        Input("pos_weight", SampleWeight()),
        Input("factor", Literal()),
        Input("epsilon", Literal()),
    ),
    forms=(_form("factor"), _form("pos_weight"), _form("pos_weight", *_GUARDED, _SHIFT)),
    leave_alone=(
        NearMiss("-tf.reduce_mean(w * y * tf.log(p) + (1 - y) * tf.log(1 - p))", because="the logits are not in sight"),
        NearMiss(
            "-tf.reduce_mean(w * y * tf.log(tf.sigmoid(z)) + v * (1 - y) * tf.log(1 - tf.sigmoid(z)))",
            because="both terms are weighted",
        ),
        NearMiss(
            "-tf.reduce_mean(y * tf.log(tf.sigmoid(z)) + w * (1 - y) * tf.log(1 - tf.sigmoid(z)))",
            because="the negative term is weighted",
        ),
        NearMiss(
            "-tf.reduce_mean(w * (y * tf.log(tf.sigmoid(z)) + (1 - y) * tf.log(1 - tf.sigmoid(z))))",
            because="the whole loss is weighted",
        ),
        NearMiss("-tf.reduce_sum(w * y * tf.log(tf.nn.softmax(z)), 1)", because="weights of exclusive classes"),
        NearMiss(
            "tf.nn.weighted_cross_entropy_with_logits(labels=y, logits=z, pos_weight=w)", because="it says so already"
        ),
    ),
)
