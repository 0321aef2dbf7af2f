"""A name that TF2 has under no name, `tf.compat.v1` included, is told once for each file.

Why: `tf.estimator`, `tensorflow.examples` and most of `tf.contrib` are not in today's TensorFlow. The file does not run
before their use is written anew, by hand. What other rules write anew is left to them.
"""

from tfloss_migrate.model import Catch, NearMiss, Rule

RULE = Rule(
    id="TFL106",
    name="gone-symbol",
    message="TF2 has this under no name",
    inputs=(),
    forms=(),
    told_by=("TFL220", "TFL221", "TFL222", "TFL223"),
    leave_alone=(
        NearMiss("tf.keras.layers.Dense(1)", because="layers that TF2 has"),
        NearMiss("layers.dense(x, 1)", because="nothing shows that these are TensorFlow's"),
        NearMiss("tf.compat.v1.nn.dynamic_rnn(cell, x)", because="TF2 has it there"),
    ),
    catches=(
        Catch(
            "import tensorflow as tf\na = tf.contrib.layers.batch_norm(x)\nb = tf.contrib.layers.batch_norm(a)\n",
            "tf.contrib.layers.batch_norm",
        ),
    ),
)
