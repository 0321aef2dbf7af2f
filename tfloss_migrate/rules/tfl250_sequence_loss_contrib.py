"""`tf.contrib.seq2seq.sequence_loss` is gone, and Keras' plain weighted mean is another number.

Why: it is the cross-entropy of each step times its weight, summed over time, batch or both, and divided by the sum of
the weights there: sum(w * ce) / sum(w), 0 where that sum is 0. Keras divides by the number of steps, padding included.
With `sum_over_timesteps` or `sum_over_batch`, and no average at all, it divides by the number of weights that are not
zero. Weights made by `tf.ones` weigh nothing: the default is then Keras' mean. Logits have the shape (batch, time,
classes), targets and weights (batch, time). Before 1.13 the divisor was sum(w) + 1e-12, the same number in float32.
Source: TensorFlow 1.15, `contrib/seq2seq/python/ops/loss.py`.
"""

from tfloss_migrate.domains import ClassIds, Logits, Ones, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_CALL = "tf.contrib.seq2seq.sequence_loss(logits, targets, {weights}{flags})"
_STEPS = "tf.keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)"
_OP = "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)"
_KERAS = "tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)(targets, logits)"
_COUNT = "tf.math.count_nonzero(weights, {axis}dtype=tf.float32)"

_NO_TIME, _NO_BATCH = ", average_across_timesteps=False", ", average_across_batch=False"
_SUM_TIME, _SUM_BATCH = ", sum_over_timesteps=True", ", sum_over_batch=True"
_NEITHER = _NO_TIME + _NO_BATCH


def _form(flags: str, target: str, *, weights: str = "weights", keras: bool = True) -> Form:
    needs = (("not-softmax:logits",) if keras else ()) + (("ones:ones",) if weights == "ones" else ())
    return Form(_CALL.format(weights=weights, flags=flags), target, needs=needs, ranks=(3,))


def _quotient(axis: str, divisor: str, steps: str = _STEPS) -> str:
    return f"tf.math.divide_no_nan(tf.reduce_sum(weights * {steps}{axis}), {divisor})"


def _averaged(axis: str, steps: str = _STEPS) -> str:
    return _quotient(axis, f"tf.reduce_sum(weights{axis})", steps)


def _counted(axis: str) -> str:
    return _quotient(f", {axis}" if axis else "", _COUNT.format(axis=f"{axis}, " if axis else ""))


RULE = Rule(
    id="TFL250",
    name="sequence-loss-contrib",
    message="tf.contrib does not exist in TF2",
    severity="error",
    speaks_for=("contrib.seq2seq.sequence_loss",),
    otherwise="a function in the place of the softmax, or flags that are not written out: multiply its losses by the "
    "weights and divide by the sum of the weights",
    inputs=(
        Input("logits", Logits()),
        Input("targets", ClassIds()),
        Input("weights", SampleWeight(axes="rows")),
        Input("ones", Ones()),
    ),
    forms=(
        _form("", _KERAS, weights="ones"),
        _form("", _averaged("")),
        _form("", _averaged("", _OP), keras=False),
        _form(_NO_BATCH, _averaged(", axis=1")),
        _form(_NO_TIME, _averaged(", axis=0")),
        _form(_NEITHER, _STEPS, weights="ones"),
        _form(_NEITHER, f"weights * {_STEPS}"),
        _form(_NEITHER + _SUM_TIME + _SUM_BATCH, _counted("")),
        _form(_NEITHER + _SUM_TIME, _counted("axis=1")),
        _form(_NEITHER + _SUM_BATCH, _counted("axis=0")),
        _form(_NO_BATCH + _SUM_BATCH, _averaged(", axis=1")),
        _form(_NO_TIME + _SUM_TIME, _averaged(", axis=0")),
    ),
    leave_alone=(
        NearMiss("seq2seq.sequence_loss(z, k, w)", because="`seq2seq` is not TensorFlow's module here"),
        NearMiss("tfa.seq2seq.sequence_loss(z, k, w)", because="TensorFlow Addons, a package of its own"),
        NearMiss(
            "tf.contrib.seq2seq.sequence_loss(z, k, w, softmax_loss_function=sampled)",
            because="what the function computes is not in the code",
        ),
        NearMiss(
            "tf.contrib.seq2seq.sequence_loss(z, k, w, sum_over_batch=True)",
            because="an average and a sum over the same axis, which TensorFlow refuses",
        ),
        NearMiss(
            "tf.contrib.seq2seq.sequence_loss(z, k, w, average_across_batch=flag)", because="the flag is not known"
        ),
        NearMiss("tf.contrib.seq2seq.sequence_loss(*batch)", because="the arguments cannot be told apart"),
        NearMiss("tf.reduce_sum(loss * mask) / tf.reduce_sum(mask)", because="written by hand, as it is in TF2"),
    ),
)
