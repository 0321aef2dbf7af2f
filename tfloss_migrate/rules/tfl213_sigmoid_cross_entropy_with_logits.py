"""The mean of `tf.nn.sigmoid_cross_entropy_with_logits` becomes that of Keras' binary_crossentropy from logits.

Why: the same formula, max(z, 0) - z*y + log(1 + exp(-|z|)). The op is element-wise and Keras averages the last axis, so
that only the mean over everything has a Keras loss; element-wise, the op keeps its name in TF2. TensorFlow 0.x called
the labels `targets`, and took (logits, targets) by position, which TF2 takes the other way round without an error.
Source: TensorFlow 1.15, `nn_impl.py`.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule

_OP = "tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)"
_OF_0 = "import tensorflow as tf\ndifference = tf.sub(a, b)\n"
_KERAS = "tf.keras.losses.binary_crossentropy(labels, logits, from_logits=True)"

RULE = Rule(
    id="TFL213",
    name="sigmoid-cross-entropy-with-logits",
    message="sigmoid cross-entropy has a Keras mean, and takes labels= and logits= by name",
    inputs=(Input("labels", BinaryLabels()), Input("logits", BinaryLogits())),
    forms=(
        Form(
            f"tf.reduce_mean({_OP})",
            f"tf.reduce_mean({_KERAS})",
            needs=("not-sigmoid:logits",),
            promises=("labels and logits of equal shape",),
        ),
        Form(
            f"tf.reduce_mean({_OP}, axis=-1)",
            _KERAS,
            needs=("not-sigmoid:logits",),
            promises=("labels and logits of equal shape",),
        ),
        Form(_OP, _OP),
    ),
    catches=(
        Catch(
            f"{_OF_0}loss = tf.nn.sigmoid_cross_entropy_with_logits(z, y)\n",
            "tf.nn.sigmoid_cross_entropy_with_logits(z, y)",
            "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)",
        ),
        Catch(
            f"{_OF_0}loss = tf.nn.sigmoid_cross_entropy_with_logits(logits=z, targets=y)\n",
            "tf.nn.sigmoid_cross_entropy_with_logits(logits=z, targets=y)",
            "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)",
        ),
    ),
    leave_alone=(
        NearMiss("tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)", because="element-wise, as in TF2"),
        NearMiss("tf.nn.sigmoid_cross_entropy_with_logits(logits=z, labels=y)", because="named, in whatever order"),
        NearMiss(
            "tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))", because="a sum, as in TF2"
        ),
        NearMiss(
            "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=tf.sigmoid(z)))",
            because="Keras would take the second sigmoid back inside a tf.function",
        ),
    ),
)
