"""`tf.contrib.losses.softmax_cross_entropy` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: it is Keras' categorical_crossentropy from logits, with the same label smoothing, y*(1 - s) + s/classes; logits
come first in the old call and labels in the new one. TF1 gives the labels no gradient and Keras does, hence the
stop_gradient where labels could have one.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import Hyperparameter, LabelWeights, Literal, Logits, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced_by_contrib

_KERAS = "tf.keras.losses.categorical_crossentropy({labels}, logits, from_logits=True{smoothing})"


def _forms(smoothing: str) -> tuple[Form, ...]:
    forms: tuple[Form, ...] = ()
    for labels, needs in (("onehot_labels", ("constant:onehot_labels",)), ("tf.stop_gradient(onehot_labels)", ())):
        element = _KERAS.format(labels=labels, smoothing=smoothing)
        forms += reduced_by_contrib(
            f"tf.contrib.losses.softmax_cross_entropy(logits, onehot_labels{smoothing}",
            element=element,
            mean=f"tf.reduce_mean({element})",
            like="logits[:, 0]",
            rows=True,
            needs=("not-softmax:logits", *needs),
            promises=("logits of shape (batch, classes)",),
            ranks=(2,),
        )
    return forms


RULE = Rule(
    id="TFL237",
    name="contrib-softmax-cross-entropy",
    message="tf.contrib.losses.softmax_cross_entropy does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.softmax_cross_entropy",
        "contrib.slim.losses.softmax_cross_entropy",
    ),
    inputs=(
        Input("logits", Logits()),
        Input("onehot_labels", LabelWeights(), cast=True),
        Input("weights", SampleWeight(axes="leading-rows"), cast=True),
        Input("factor", Literal(signed=True)),
        Input("smoothing", Hyperparameter()),
    ),
    forms=(*_forms(""), *_forms(", label_smoothing=smoothing")),
    leave_alone=(
        NearMiss("tf_slim.losses.softmax_cross_entropy(z, y)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.softmax_cross_entropy(z, y)", because="nothing shows that this is tf.contrib's slim"),
        NearMiss("tf.contrib.losses.softmax_cross_entropy(*batch)", because="the arguments cannot be told apart"),
        NearMiss(
            "tf.contrib.losses.softmax_cross_entropy(tf.nn.softmax(z), y)",
            because="Keras would take the second softmax back inside a tf.function",
        ),
    ),
)
