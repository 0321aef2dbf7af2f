"""`tf.nn.sparse_softmax_cross_entropy_with_logits` becomes Keras' sparse_categorical_crossentropy from logits.

Why: one value for each row, log(sum(exp(z))) - z[label]. TF2 keeps the old name with the same meaning, so that this is
a matter of style as long as the arguments are named: 0.x took (logits, labels) by position, TF2 takes them the other
way round. Logits that are themselves a softmax stay with the TensorFlow op.
Source: TensorFlow 1.15, `nn_ops.py`.
"""

from tfloss_migrate.domains import ClassIds, Logits
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule

_OP = "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)"

RULE = Rule(
    id="TFL212",
    name="sparse-softmax-cross-entropy-with-logits",
    message="sparse softmax cross-entropy has a Keras loss that computes the same",
    inputs=(Input("labels", ClassIds()), Input("logits", Logits())),
    forms=(
        Form(
            _OP,
            "tf.keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)",
            needs=("not-softmax:logits",),
            ranks=(2, 3),
        ),
        Form(_OP, _OP, ranks=(2, 3)),
    ),
    catches=(
        Catch(
            "import tensorflow as tf\nd = tf.sub(a, b)\np = tf.nn.softmax(z)\n"
            "loss = tf.nn.sparse_softmax_cross_entropy_with_logits(p, k)\n",
            "tf.nn.sparse_softmax_cross_entropy_with_logits(p, k)",
            "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=p)",
        ),
    ),
    leave_alone=(
        NearMiss("nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=z)", because="not TensorFlow's `nn`"),
        NearMiss("tf.nn.sparse_softmax_cross_entropy_with_logits(**batch)", because="arguments cannot be told apart"),
        NearMiss(
            "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=tf.nn.softmax(z))",
            because="Keras would take the second softmax back inside a tf.function",
        ),
    ),
)
