"""Binary cross-entropy written as the log of a sigmoid is infinite where float32 rounds the sigmoid to 0 or 1.

Why: -(y*log(s(z)) + (1 - y)*log(1 - s(z))) is what Keras' binary_crossentropy computes from the logits, as
max(z, 0) - z*y + log(1 + exp(-|z|)). From z = 17 on, 1 - s(z) is exactly 0 in float32. Keras averages the last axis;
sums and single elements have the TensorFlow op of the same formula. An epsilon or a clip inside the logarithms bounds
loss and gradient: leaving it out is a shift, which is said.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, Literal
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_KERAS = "tf.keras.losses.binary_crossentropy(labels, logits, from_logits=True)"
_OP = "tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)"
_SHIFT = Shift(because="the epsilon or clip inside the logarithms is left out", bound=0.05, gradient_bound=0.1)
_P = "tf.sigmoid(logits)"
_CLIPPED = f"tf.clip_by_value({_P}, epsilon, 1.0 - epsilon)"

#: What stands inside the two logarithms.
_GUARDS: tuple[tuple[str, str, Shift | None], ...] = (
    (_P, f"1 - {_P}", None),
    (f"{_P} + epsilon", f"1 - {_P} + epsilon", _SHIFT),
    (_CLIPPED, f"1 - {_CLIPPED}", _SHIFT),
    (f"tf.maximum({_P}, epsilon)", f"tf.maximum(1 - {_P}, epsilon)", _SHIFT),
)
_NEEDS = ("equal-shape:labels,logits", "not-sigmoid:logits")
_PROMISES = ("labels and logits of equal shape",)


def _forms(one: str, other: str, shift: Shift | None) -> tuple[Form, ...]:
    true, false = f"labels * tf.log({one})", f"(1 - labels) * tf.log({other})"
    pairs = (
        (f"-tf.reduce_mean({true} + {false})", f"tf.reduce_mean({_KERAS})"),
        (f"-tf.reduce_mean({true}) - tf.reduce_mean({false})", f"tf.reduce_mean({_KERAS})"),
        (f"-tf.reduce_mean({true} + {false}, axis=-1)", _KERAS),
        (f"-tf.reduce_sum({true} + {false})", f"tf.reduce_sum({_OP})"),
        (f"-tf.reduce_sum({true} + {false}, axis=-1)", f"tf.reduce_sum({_OP}, axis=-1)"),
        (f"-({true} + {false})", _OP),
    )
    return tuple(Form(legacy, target, shift=shift, needs=_NEEDS, promises=_PROMISES) for legacy, target in pairs)


RULE = Rule(
    id="TFL320",
    name="binary-cross-entropy-by-hand",
    message="sigmoid cross-entropy written by hand: log(1 - sigmoid(z)) is infinite from z = 17 on",
    inputs=(Input("labels", BinaryLabels()), Input("logits", BinaryLogits()), Input("epsilon", Literal())),
    forms=tuple(form for guard in _GUARDS for form in _forms(*guard)),
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
        NearMiss(
            "tf.reduce_sum(y * tf.log(tf.sigmoid(z)) + (1 - y) * tf.log(1 - tf.sigmoid(z)), 1)",
            because="the sign: a log-likelihood, not a loss",
        ),
        NearMiss(
            "-tf.reduce_mean(y * tf.log(tf.sigmoid(z)) + (1 - y) * tf.log(tf.sigmoid(z)))",
            because="both logarithms are of the same probability",
        ),
        NearMiss(
            "-tf.reduce_mean(y * tf.log(1 - tf.sigmoid(z)) + (1 - y) * tf.log(tf.sigmoid(z)))",
            because="the labels count the other class",
        ),
    ),
)
