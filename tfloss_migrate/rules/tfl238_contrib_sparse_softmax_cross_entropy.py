"""`tf.contrib.losses.sparse_softmax_cross_entropy` is gone with `tf.contrib`, which `slim.losses` was part of.

Why: it is Keras' sparse_categorical_crossentropy from logits, log(sum(exp(z))) - z[label]; logits come first in the
old call and labels in the new one.
Source: TensorFlow 1.15, `contrib/losses/python/losses/loss_ops.py`.
"""

from tfloss_migrate.domains import ClassIds, Literal, Logits, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced_by_contrib

_ROW = "tf.keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)"

RULE = Rule(
    id="TFL238",
    name="contrib-sparse-softmax-cross-entropy",
    message="tf.contrib.losses.sparse_softmax_cross_entropy does not exist in TF2: tf.contrib is gone",
    speaks_for=(
        "contrib.losses.sparse_softmax_cross_entropy",
        "contrib.slim.losses.sparse_softmax_cross_entropy",
    ),
    inputs=(
        Input("logits", Logits()),
        Input("labels", ClassIds(axes="squeezable-rows")),
        Input("weights", SampleWeight(axes="leading-rows"), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=reduced_by_contrib(
        "tf.contrib.losses.sparse_softmax_cross_entropy(logits, labels",
        element=_ROW,
        mean=f"tf.reduce_mean({_ROW})",
        like="logits[:, 0]",
        rows=True,
        needs=("not-softmax:logits",),
        promises=("logits of shape (batch, classes)",),
        ranks=(2,),
    ),
    leave_alone=(
        NearMiss("tf_slim.losses.sparse_softmax_cross_entropy(z, k)", because="another package, which runs on TF2"),
        NearMiss("slim.losses.sparse_softmax_cross_entropy(z, k)", because="nothing shows that this is tf.contrib's"),
        NearMiss(
            "tf.contrib.losses.sparse_softmax_cross_entropy(*batch)", because="the arguments cannot be told apart"
        ),
    ),
)
