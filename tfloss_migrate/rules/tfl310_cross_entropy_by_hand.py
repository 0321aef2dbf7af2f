"""Cross-entropy written as the log of a softmax underflows: `log(softmax(z))` is -inf from a logit gap of about 104.

Why: -sum(y * log(softmax(z))) is, for labels whose rows sum to one, what Keras computes from the logits without ever
leaving the logarithm. An epsilon or a clip inside the log bounds the loss and changes its gradient: leaving it out is a
shift, which is said. For rows of another sum the values agree and the gradients do not.
"""

from tfloss_migrate.domains import LabelDistribution, Literal, Logits
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_KERAS = "tf.keras.losses.categorical_crossentropy(labels, logits, from_logits=True)"
_SHIFT = Shift(because="the epsilon or clip inside the logarithm is left out", bound=0.02, gradient_bound=0.05)
_LOGS: tuple[tuple[str, Shift | None], ...] = (
    ("tf.log(tf.nn.softmax(logits))", None),
    ("tf.nn.log_softmax(logits)", None),
    ("tf.log(tf.nn.softmax(logits) + epsilon)", _SHIFT),
    ("tf.log(tf.maximum(tf.nn.softmax(logits), epsilon))", _SHIFT),
    ("tf.log(tf.clip_by_value(tf.nn.softmax(logits), epsilon, 1.0))", _SHIFT),
    ("tf.log(tf.clip_by_value(tf.nn.softmax(logits), epsilon, 1.0 - epsilon))", _SHIFT),
)
_NEEDS = ("whole-rows:labels", "not-softmax:logits", "apart:labels,logits")
_PROMISES = ("rows of labels that sum to one",)


def _forms(log: str, shift: Shift | None) -> tuple[Form, ...]:
    pairs = (
        (f"-tf.reduce_sum(labels * {log}, axis=-1)", _KERAS),
        (f"-tf.reduce_mean(tf.reduce_sum(labels * {log}, axis=-1))", f"tf.reduce_mean({_KERAS})"),
        (f"-tf.reduce_sum(labels * {log})", f"tf.reduce_sum({_KERAS})"),
    )
    return tuple(
        Form(legacy, target, shift=shift, needs=_NEEDS, promises=_PROMISES, ranks=(2, 3)) for legacy, target in pairs
    )


RULE = Rule(
    id="TFL310",
    name="cross-entropy-by-hand",
    message="softmax cross-entropy written by hand",
    inputs=(Input("labels", LabelDistribution()), Input("logits", Logits()), Input("epsilon", Literal())),
    forms=tuple(form for log, shift in _LOGS for form in _forms(log, shift)),
    leave_alone=(
        NearMiss("-np.sum(y * np.log(softmax(z)), 1)", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_sum(y * tf.nn.log_softmax(z), 1)", because="the sign: a log-likelihood, not a loss"),
        NearMiss("-tf.reduce_sum(y * tf.nn.log_softmax(z), 0)", because="the first axis is reduced, not the last"),
        NearMiss("-tf.reduce_mean(y * tf.nn.log_softmax(z))", because="divided by the number of classes as well"),
        NearMiss("-tf.reduce_sum(y * tf.nn.softmax(z), 1)", because="no logarithm"),
        NearMiss("-tf.reduce_sum(w * y * tf.nn.log_softmax(z), 1)", because="weighted rows do not sum to one"),
        NearMiss("-tf.reduce_sum(y * tf.nn.log_softmax(z, 0), 1)", because="softmax over another axis"),
        NearMiss("-tf.reduce_sum(tf.nn.softmax(z) * tf.nn.log_softmax(z), 1)", because="an entropy: no labels"),
        NearMiss("-tf.reduce_sum(y * tf.nn.log_softmax(z), 1, keepdims=True)", because="Keras drops the reduced axis"),
    ),
)
