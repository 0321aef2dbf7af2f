"""Cross-entropy of class numbers, picked by hand out of a softmax, underflows; Keras' sparse one does not.

Why: -log(softmax(z)[k]) is log(sum(exp(z))) - z[k], which is what sparse_categorical_crossentropy computes from the
logits. The log of the picked probability is infinite from a logit gap of about 104. A class number out of range gives
a row of zeros with `tf.one_hot`, where Keras' loss raises; an epsilon inside the logarithm bounds the loss: leaving it
out is a shift, which is said.
"""

from tfloss_migrate.domains import ClassIds, Count, Literal, Logits
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_KERAS = "tf.keras.losses.sparse_categorical_crossentropy(class_ids, logits, from_logits=True)"
_SHIFT = Shift(because="the epsilon inside the logarithm is left out", bound=0.02, gradient_bound=0.05)
_ONE_HOT = "tf.one_hot(class_ids, depth)"
_PLACES = "tf.stack([tf.range(count), class_ids], axis=1)"
_P = "tf.nn.softmax(logits)"
_IN_RANGE = ("class numbers in range",)
_NEEDS = ("not-softmax:logits",)

#: The logarithm of the picked probability: where the log is taken first, where it is taken last, and with an epsilon.
_BY_ONE_HOT: tuple[tuple[str, Shift | None], ...] = (
    (f"tf.reduce_sum({_ONE_HOT} * tf.log({_P}), axis=-1)", None),
    (f"tf.reduce_sum({_ONE_HOT} * tf.nn.log_softmax(logits), axis=-1)", None),
    (f"tf.reduce_sum({_ONE_HOT} * tf.log({_P} + epsilon), axis=-1)", _SHIFT),
    (f"tf.log(tf.reduce_sum({_ONE_HOT} * {_P}, axis=-1))", None),
    (f"tf.log(tf.reduce_sum({_ONE_HOT} * {_P}, axis=-1) + epsilon)", _SHIFT),
)
_BY_PLACE: tuple[tuple[str, Shift | None], ...] = (
    (f"tf.log(tf.gather_nd({_P}, {_PLACES}))", None),
    (f"tf.log(tf.gather_nd({_P}, {_PLACES}) + epsilon)", _SHIFT),
    (f"tf.gather_nd(tf.log({_P}), {_PLACES})", None),
    (f"tf.gather_nd(tf.nn.log_softmax(logits), {_PLACES})", None),
)
_BY_MASK: tuple[tuple[str, Shift | None], ...] = (
    (f"tf.log(tf.boolean_mask({_P}, tf.cast({_ONE_HOT}, tf.bool)))", None),
)


def _forms(
    picks: tuple[tuple[str, Shift | None], ...], needs: tuple[str, ...], ranks: tuple[int, ...]
) -> tuple[Form, ...]:
    return tuple(
        Form(legacy, target, shift=shift, needs=(*_NEEDS, *needs), promises=_IN_RANGE, ranks=ranks)
        for log, shift in picks
        for legacy, target in ((f"-{log}", _KERAS), (f"-tf.reduce_mean({log})", f"tf.reduce_mean({_KERAS})"))
    )


RULE = Rule(
    id="TFL312",
    name="sparse-cross-entropy-by-hand",
    message="sparse softmax cross-entropy written by hand",
    inputs=(
        Input("class_ids", ClassIds()),
        Input("logits", Logits()),
        Input("depth", Count()),
        Input("count", Count(rows=True)),
        Input("epsilon", Literal()),
    ),
    forms=(
        *_forms(_BY_ONE_HOT, ("in-range:class_ids,depth",), (2, 3)),
        *_forms(_BY_PLACE, (), (2,)),
        *_forms(_BY_MASK, ("in-range:class_ids,depth",), (2,)),
    ),
    leave_alone=(
        NearMiss("-tf.reduce_sum(tf.one_hot(k, 10) * tf.nn.softmax(z), 1)", because="no logarithm"),
        NearMiss("tf.reduce_sum(tf.one_hot(k, 10) * tf.nn.log_softmax(z), 1)", because="the sign: a log-likelihood"),
        NearMiss("-tf.reduce_sum(tf.one_hot(k, 10) * q, 1)", because="a value picked by its number, as in Q-learning"),
        NearMiss(
            "-tf.reduce_sum(tf.one_hot(k, 10, 0.9, 0.1) * tf.nn.log_softmax(z), 1)", because="labels that are smoothed"
        ),
        NearMiss(
            "-tf.log(tf.gather_nd(tf.nn.softmax(z), tf.stack([rows, k], 1)))",
            because="nothing shows that these are the numbers of all rows",
        ),
        NearMiss(
            "-tf.log(tf.gather_nd(tf.nn.softmax(z), tf.stack([tf.range(1, n), k], 1)))", because="it begins at row 1"
        ),
        NearMiss("-tf.reduce_sum(mask * tf.one_hot(k, 10) * tf.nn.log_softmax(z), 1)", because="rows are masked"),
        NearMiss("-tf.log(tf.reduce_sum(tf.one_hot(k, 10) * p, 1))", because="the logits are not in sight"),
        NearMiss("-tf.reduce_sum(np.eye(10)[k] * np.log(softmax(z)), 1)", because="numpy is not TensorFlow"),
    ),
)
