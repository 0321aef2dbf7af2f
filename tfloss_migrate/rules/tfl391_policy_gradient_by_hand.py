"""The log-probability of the action taken, picked out of a softmax, is -inf where the softmax underflows.

Why: log(sum(one_hot(a) * softmax(z))) times an advantage is the loss of REINFORCE and actor-critic methods.
Keras' sparse cross-entropy computes its negative from the logits, right everywhere; so does
the log-softmax, where the logarithm is taken first (log-of-softmax). A confident policy is where it matters: from a
logit gap of about 104 the old loss is infinite and its gradient NaN.
"""

from tfloss_migrate.domains import ClassIds, Count, Literal, Logits, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_FUSED = "tf.keras.losses.sparse_categorical_crossentropy(actions, logits, from_logits=True)"
_SHIFT = Shift(because="the epsilon inside the logarithm is left out", bound=0.02, gradient_bound=0.05)
_PICKED = "tf.reduce_sum(tf.one_hot(actions, depth) * tf.nn.softmax(logits), axis=-1)"
_GATHERED = "tf.gather_nd(tf.nn.softmax(logits), tf.stack([tf.range(count), actions], axis=1))"
_PROMISES = ("numbers of actions in range", "one advantage for each row")


def _forms(log: str, shift: Shift | None, needs: tuple[str, ...], ranks: tuple[int, ...]) -> tuple[Form, ...]:
    pairs = (
        (log, f"-{_FUSED}", _PROMISES[:1]),
        (f"-tf.reduce_mean({log} * advantage)", f"tf.reduce_mean({_FUSED} * advantage)", _PROMISES),
        (f"-tf.reduce_sum({log} * advantage)", f"tf.reduce_sum({_FUSED} * advantage)", _PROMISES),
    )
    return tuple(
        Form(legacy, target, shift=shift, needs=("not-softmax:logits", *needs), promises=promises, ranks=ranks)
        for legacy, target, promises in pairs
    )


RULE = Rule(
    id="TFL391",
    name="policy-gradient-by-hand",
    message="the log-probability of the action taken: it underflows",
    inputs=(
        Input("actions", ClassIds()),
        Input("logits", Logits()),
        Input("advantage", Real(axes="rows")),
        Input("depth", Count()),
        Input("count", Count(rows=True)),
        Input("epsilon", Literal()),
    ),
    forms=(
        *_forms(f"tf.log({_PICKED})", None, (), (2,)),
        *_forms(f"tf.log({_PICKED} + epsilon)", _SHIFT, (), (2,)),
        *_forms(f"tf.log({_GATHERED})", None, (), (2,)),
    ),
    leave_alone=(
        NearMiss("tf.reduce_sum(tf.one_hot(a, 4) * q, 1)", because="the value of an action, not its probability"),
        NearMiss("tf.log(tf.reduce_sum(tf.one_hot(a, 4) * pi, 1))", because="the logits are not in sight"),
        NearMiss(
            "tf.reduce_sum(tf.one_hot(a, 4) * tf.nn.softmax(z), 1) / old", because="a ratio of probabilities: no log"
        ),
        NearMiss("tf.log(tf.reduce_sum(mask * tf.nn.softmax(z), 1))", because="nothing shows that one is picked"),
        NearMiss("-tf.reduce_mean(tf.log(tf.reduce_sum(tf.nn.softmax(z), 1)) * v)", because="nothing is picked"),
        NearMiss("np.log(np.sum(np.eye(4)[a] * pi, 1))", because="numpy is not TensorFlow"),
    ),
)
