"""`tf.nn.softmax_cross_entropy_with_logits`, old and `_v2`, becomes Keras' categorical_crossentropy from logits.

Why: it is one value for each row, log(sum(exp(z))) * sum(y) - sum(y * z). The first version gave the labels no
gradient, TF2's gives them one without a word: hence the stop_gradient where labels could have one. Logits that are
themselves a softmax stay with the TensorFlow op, or go through tf.identity, since Keras takes such a softmax back
inside a tf.function. So do labels of another rank, such as `[labels]`: TensorFlow goes by rows, Keras raises. So does
another axis than the last, which TF1 called `dim`.
Source: TensorFlow 1.15, `nn_ops.py`.
"""

from tfloss_migrate.domains import LabelWeights, Literal, Logits
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_OLD = "tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)"
_V2 = "tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)"
_KERAS = "tf.keras.losses.categorical_crossentropy({labels}, logits, from_logits=True)"
_NEW = "tf.nn.softmax_cross_entropy_with_logits(labels={labels}, logits=logits)"
_BLOCKED = "tf.keras.losses.categorical_crossentropy(labels, tf.identity(logits), from_logits=True)"
_STOPPED = "tf.stop_gradient(labels)"
_ALONG = "tf.nn.softmax_cross_entropy_with_logits(labels={labels}, logits=logits, axis=axis)"
_NEEDS = ("not-softmax:logits", "shapes-agree:labels,logits")


def _along(op: str) -> str:
    return op.replace(")", ", dim=axis)")


RULE = Rule(
    id="TFL211",
    name="softmax-cross-entropy-with-logits",
    message="tf.nn.softmax_cross_entropy_with_logits of TF1 gives the labels no gradient, that of TF2 does",
    speaks_for=("nn.softmax_cross_entropy_with_logits", "nn.softmax_cross_entropy_with_logits_v2"),
    inputs=(
        Input("labels", LabelWeights(), cast=True),
        Input("logits", Logits()),
        Input("axis", Literal(signed=True)),
    ),
    forms=(
        Form(_OLD, _KERAS.format(labels="labels"), needs=("constant:labels", *_NEEDS), ranks=(2, 3)),
        Form(_OLD, _KERAS.format(labels=_STOPPED), needs=_NEEDS, ranks=(2, 3)),
        Form(_OLD, _NEW.format(labels="labels"), needs=("constant:labels",), ranks=(2, 3)),
        Form(_OLD, _NEW.format(labels=_STOPPED), ranks=(2, 3)),
        Form(_V2, _KERAS.format(labels="labels"), needs=_NEEDS, ranks=(2, 3)),
        Form(_V2, _BLOCKED, needs=_NEEDS[1:], ranks=(2, 3)),
        Form(_V2, _NEW.format(labels="labels"), needs=("constant:labels",), ranks=(2, 3)),
        Form(_along(_OLD), _ALONG.format(labels="labels"), needs=("constant:labels",), ranks=(2, 3)),
        Form(_along(_OLD), _ALONG.format(labels=_STOPPED), ranks=(2, 3)),
        Form(_along(_V2), _ALONG.format(labels="labels"), needs=("constant:labels",), ranks=(2, 3)),
    ),
    leave_alone=(
        NearMiss("nn.softmax_cross_entropy_with_logits(labels=y, logits=z)", because="`nn` is not TensorFlow's here"),
        NearMiss("tf.nn.softmax_cross_entropy_with_logits(**batch)", because="the arguments cannot be told apart"),
        NearMiss("tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z, dim=d)", because="no number: any axis"),
    ),
)
