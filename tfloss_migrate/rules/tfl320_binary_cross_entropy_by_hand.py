"""Binary cross-entropy written as the log of a sigmoid is infinite where float32 rounds the sigmoid to 0 or 1.

Why: -(y*log(s(z)) + (1 - y)*log(1 - s(z))) is what Keras' binary_crossentropy computes from the logits, as
max(z, 0) - z*y + log(1 + exp(-|z|)). From z = 17 on, 1 - s(z) is exactly 0 in float32. An epsilon or a clip inside the
logarithms bounds loss and gradient: leaving it out is a shift, which is said.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, Literal
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_KERAS = "tf.keras.losses.binary_crossentropy(labels, logits, from_logits=True)"
_SHIFT = Shift(because="the epsilon or clip inside the logarithms is left out", bound=0.05, gradient_bound=0.1)
_P = "tf.sigmoid(logits)"
_SUMS: tuple[tuple[str, Shift | None], ...] = (
    (f"labels * tf.log({_P}) + (1 - labels) * tf.log(1 - {_P})", None),
    (f"labels * tf.log({_P} + epsilon) + (1 - labels) * tf.log(1 - {_P} + epsilon)", _SHIFT),
    (
        f"labels * tf.log(tf.clip_by_value({_P}, epsilon, 1.0 - epsilon))"
        f" + (1 - labels) * tf.log(1 - tf.clip_by_value({_P}, epsilon, 1.0 - epsilon))",
        _SHIFT,
    ),
)
_NEEDS = ("equal-shape:labels,logits", "not-sigmoid:logits")
_PROMISES = ("labels and logits of equal shape",)

RULE = Rule(
    id="TFL320",
    name="binary-cross-entropy-by-hand",
    message="sigmoid cross-entropy written by hand: log(1 - sigmoid(z)) is infinite from z = 17 on",
    inputs=(Input("labels", BinaryLabels()), Input("logits", BinaryLogits()), Input("epsilon", Literal())),
    forms=tuple(
        form
        for total, shift in _SUMS
        for form in (
            Form(f"-tf.reduce_mean({total})", f"tf.reduce_mean({_KERAS})", shift, None, _NEEDS, _PROMISES),
            Form(f"-tf.reduce_mean({total}, axis=-1)", _KERAS, shift, None, _NEEDS, _PROMISES),
            Form(
                f"-({total})",
                "tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)",
                shift,
                None,
                _NEEDS,
                _PROMISES,
            ),
        )
    ),
    leave_alone=(
        NearMiss("-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))", because="numpy is not TensorFlow"),
        NearMiss(
            "-tf.reduce_mean(y * tf.log(tf.sigmoid(z)) + (1 - y) * tf.log(1 - tf.sigmoid(x)))",
            because="two different logits",
        ),
        NearMiss(
            "-tf.reduce_mean(y * tf.log(tf.sigmoid(z)) + (1 + y) * tf.log(1 - tf.sigmoid(z)))",
            because="the weights of the two terms do not sum to one",
        ),
        NearMiss("-tf.reduce_mean(y * tf.log(tf.sigmoid(z)))", because="one half of the loss is missing"),
    ),
)
