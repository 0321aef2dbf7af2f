"""A focal loss of given probabilities has a Keras loss that is nearly, not wholly, the same.

Why: -(a*y*(1 - p)^2*log(p) + (1 - a)*(1 - y)*p^2*log(1 - p)) against Keras' binary_focal_crossentropy, which clips p to
[1e-7, 1 - 1e-7] inside its logarithms and mixes p and 1 - p where a label is neither 0 nor 1; and
-sum(a*y*(1 - p)^2*log(p)) against categorical_focal_crossentropy, which divides p by its sum and clips it as well. The
formula itself is kept unless you accept that. So it is where p or 1 - p is picked first, -a*(1 - q)^g*log(q) with
q = p where y = 1, else 1 - p: that loss is told, and runs in TF2 as it stands. Where the logits are in sight, the
logarithms are mended by themselves (log-of-softmax).
"""

from tfloss_migrate.domains import (
    BinaryLabels,
    LabelDistribution,
    Literal,
    Positive,
    Probabilities,
    UnitInterval,
)
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_BINARY = Shift(because="Keras clips the probabilities inside the logarithms", bound=0.02)
_SOFTMAX = Shift(because="Keras divides the probabilities by their sum, and clips them", bound=0.02)
_KERAS = "tf.keras.losses.binary_focal_crossentropy(labels, probabilities, gamma=2.0)"
_BALANCED = (
    "tf.keras.losses.binary_focal_crossentropy("
    "labels, probabilities, apply_class_balancing=True, alpha=alpha, gamma=2.0)"
)
_TRUE = "labels * (1.0 - probabilities) ** 2 * tf.log(probabilities)"
_FALSE = "(1.0 - labels) * probabilities ** 2 * tf.log(1.0 - probabilities)"
_PICKED = "rows * (1.0 - softmax) ** 2 * tf.log(softmax)"
_CATEGORICAL = "tf.keras.losses.categorical_focal_crossentropy(rows, softmax, alpha={}, gamma=2.0)"
_OF_TRUE = "tf.where(tf.equal(labels, 1.0), probabilities, 1.0 - probabilities)"
_PICKED_LOGS = tuple(
    f"tf.pow(1.0 - {_OF_TRUE}, {gamma}) * tf.log({guarded})"
    for gamma in ("2.0", "gamma")
    for guarded in (_OF_TRUE, f"{_OF_TRUE} + epsilon", f"tf.clip_by_value({_OF_TRUE}, epsilon, 1.0)")
)
_ANY_GAMMA = _TRUE.replace("** 2", "** gamma"), _FALSE.replace("** 2", "** gamma")


def _binary(total: str, keras: str) -> Form:
    return Form(
        f"-tf.reduce_mean({total})",
        f"tf.reduce_mean({keras})",
        shift=_BINARY,
        needs=("equal-shape:labels,probabilities", "bare:probabilities"),
        promises=("labels and probabilities of equal shape", "labels of 0 and 1"),
    )


def _categorical(total: str, keras: str) -> tuple[Form, ...]:
    pairs = (
        (f"-tf.reduce_sum({total}, axis=-1)", keras),
        (f"-tf.reduce_mean(tf.reduce_sum({total}, axis=-1))", f"tf.reduce_mean({keras})"),
    )
    return tuple(
        Form(
            legacy,
            target,
            shift=_SOFTMAX,
            needs=("whole-rows:rows", "bare:softmax"),
            promises=("rows of probabilities that sum to one",),
            ranks=(2, 3),
        )
        for legacy, target in pairs
    )


RULE = Rule(
    id="TFL370",
    name="focal-loss-by-hand",
    message="focal loss of probabilities written by hand",
    severity="info",
    inputs=(
        Input("labels", BinaryLabels(hard=True)),
        Input("probabilities", UnitInterval()),
        Input("rows", LabelDistribution()),
        Input("softmax", Probabilities(normalised=True)),
        Input("alpha", Literal()),
        Input("weight", Positive()),
        Input("gamma", Positive()),
        Input("epsilon", Literal()),
    ),
    forms=(
        _binary(f"{_TRUE} + {_FALSE}", _KERAS),
        _binary(f"alpha * {_TRUE} + (1.0 - alpha) * {_FALSE}", _BALANCED),
        *_categorical(_PICKED, _CATEGORICAL.format("1.0")),
        *_categorical(f"alpha * {_PICKED}", _CATEGORICAL.format("alpha")),
        *(Form(f"-{log}", None) for log in _PICKED_LOGS),
        *(Form(f"tf.reduce_{how}(-weight * {log})", None) for log in _PICKED_LOGS for how in ("mean", "sum")),
        Form(f"{_ANY_GAMMA[0]} + {_ANY_GAMMA[1]}", None),
        Form(f"weight * {_ANY_GAMMA[0]} + (1.0 - weight) * {_ANY_GAMMA[1]}", None),
    ),
    otherwise="Keras' focal losses clip the probabilities",
    leave_alone=(
        NearMiss(
            "-tf.reduce_mean(y * (1. - p) ** 3 * tf.log(p) + (1. - y) * p ** 3 * tf.log(1. - p))",
            because="another gamma, which is rare",
        ),
        NearMiss(
            "-tf.reduce_mean(y * (1. - p) ** 2 * tf.log(p) + (1. - y) * (1. - p) ** 2 * tf.log(1. - p))",
            because="both terms are modulated by the same factor",
        ),
        NearMiss(
            "-tf.reduce_mean(.25 * y * (1. - p) ** 2 * tf.log(p) + .25 * (1. - y) * p ** 2 * tf.log(1. - p))",
            because="the weights of the classes do not sum to one",
        ),
        NearMiss("-tf.reduce_sum(y * (1. - p) ** 2 * tf.log(p), 0)", because="the first axis is reduced"),
        NearMiss("tf.reduce_sum(y * (1. - p) ** 2 * tf.log(p), 1)", because="the sign: not a loss"),
        NearMiss("-np.mean(y * (1 - p) ** 2 * np.log(p))", because="numpy is not TensorFlow"),
    ),
)
