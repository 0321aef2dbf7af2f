"""The sequence losses over lists, `tf.nn.seq2seq` in 0.x and `tf.contrib.legacy_seq2seq` in 1.x, are gone.

Why: with one tensor of logits, targets and weights for each step, `sequence_loss_by_example` is, for each example, the
sum over steps of w * cross-entropy, divided by the sum of its weights plus 1e-12; `sequence_loss` sums that over the
batch, and divides it by the size of the batch. Lists of a single flattened tensor, with weights made by `tf.ones`, are
the cross-entropy itself: what was divided by is 1 + 1e-12, which is 1 in float32.
Source: TensorFlow 0.12, `python/ops/seq2seq.py`, and 1.15, `contrib/legacy_seq2seq/python/ops/seq2seq.py`.
"""

from tfloss_migrate.domains import ClassIds, Hyperparameter, Logits, Ones, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_LISTS = ("lists of one tensor for each step, all of one shape",)
_HOME = "tf.contrib.legacy_seq2seq"
_FLAT = "tf.reshape(targets, [-1])"
_STEP = f"tf.keras.losses.sparse_categorical_crossentropy({_FLAT}, logits, from_logits=True)"
_STEPS = "tf.keras.losses.sparse_categorical_crossentropy(tf.stack(targets), tf.stack(logits), from_logits=True)"
_WEIGHTED = f"tf.stack(weights) * {_STEPS}"
_SUM = f"tf.reduce_sum({_WEIGHTED}, axis=0)"
_EACH = f"{_SUM} / (tf.reduce_sum(tf.stack(weights), axis=0) + 1e-12)"
_NO_TIME, _NO_BATCH = ", average_across_timesteps=False", ", average_across_batch=False"


def _single(targets: str, weights: str, target: str, more: str = "") -> Form:
    legacy = f"{_HOME}.sequence_loss_by_example([logits], [{targets}], [{weights}]{more})"
    needs = ("not-softmax:logits", "ones:ones") if weights == "ones" else ("not-softmax:logits",)
    return Form(legacy, target, needs=needs, ranks=(2,))


def _listed(name: str, flags: str, target: str) -> Form:
    legacy = f"{_HOME}.{name}(logits, targets, weights{flags})"
    return Form(legacy, target, needs=("not-softmax:logits",), promises=_LISTS, ranks=(3,))


RULE = Rule(
    id="TFL251",
    name="sequence-loss-over-lists",
    message="this sequence loss does not exist in TF2",
    severity="error",
    speaks_for=tuple(
        f"{home}.{name}"
        for home in ("contrib.legacy_seq2seq", "nn.seq2seq", "python.ops.seq2seq")
        for name in ("sequence_loss", "sequence_loss_by_example")
    ),
    otherwise="a function in the place of the softmax, or arguments that are not written out: add up its losses times "
    "their weights over the steps, and divide by the sum of the weights",
    inputs=(
        Input("logits", Logits()),
        Input("targets", ClassIds()),
        Input("weights", SampleWeight(axes="rows")),
        Input("ones", Ones()),
        Input("size", Hyperparameter()),
    ),
    forms=(
        *(
            form
            for targets in (_FLAT, "targets")
            for form in (
                _single(targets, "ones", _STEP),
                _single(targets, "ones", _STEP, ", size"),
                _single(targets, "weights", f"weights * {_STEP} / (weights + 1e-12)"),
            )
        ),
        _listed("sequence_loss_by_example", "", _EACH),
        _listed("sequence_loss_by_example", _NO_TIME, _SUM),
        _listed("sequence_loss", "", f"tf.reduce_mean({_EACH})"),
        _listed("sequence_loss", _NO_BATCH, f"tf.reduce_sum({_EACH})"),
        _listed("sequence_loss", _NO_TIME, f"tf.reduce_mean({_SUM})"),
        _listed("sequence_loss", _NO_TIME + _NO_BATCH, f"tf.reduce_sum({_WEIGHTED})"),
    ),
    leave_alone=(
        NearMiss(
            "seq2seq.sequence_loss_by_example([z], [k], [w])", because="`seq2seq` is not TensorFlow's module here"
        ),
        NearMiss(
            "tf.nn.seq2seq.sequence_loss(z, k, w, softmax_loss_function=sampled)",
            because="what the function computes is not in the code",
        ),
        NearMiss("tf.nn.seq2seq.sequence_loss_by_example(z, k, w, flag)", because="the flag is not known"),
        NearMiss("tf.nn.seq2seq.sequence_loss_by_example(*batch)", because="the arguments cannot be told apart"),
        NearMiss(
            "tf.contrib.legacy_seq2seq.sequence_loss_by_example([tf.nn.softmax(z)], [k], [w])",
            because="Keras would take the second softmax back inside a tf.function",
        ),
        NearMiss("tf.contrib.legacy_seq2seq.model_with_buckets(a, b, c, d, e, f)", because="a model, with its losses"),
    ),
)
