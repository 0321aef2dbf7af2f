"""What is left of `tf.layers` and `tf.nn.rnn_cell` needs the package tf_keras, and TF_USE_LEGACY_KERAS set.

Why: Keras 3, which TensorFlow brings, has no layers and cells for the graphs of TF1. `tf.compat.v1.layers` and
`tf.compat.v1.nn.rnn_cell` take them from Keras 2 where the package tf_keras is installed and the environment variable
says so; there each is what it was. A file that keeps such names sets it; what `tf.keras` is in that process is Keras 2
as well.
"""

from tfloss_migrate.model import NearMiss, Rule

RULE = Rule(
    id="TFL506",
    name="legacy-keras",
    message="tf.compat.v1 has these layers and cells only in the package tf_keras, and if TF_USE_LEGACY_KERAS is set",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(
            "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\nh = tf.layers.dense(x, 1)",
            because="it is said already",
        ),
        NearMiss("tf.keras.layers.Dense(1)", because="Keras 3 has these"),
        NearMiss("tf.compat.v1.nn.dynamic_rnn(cell, x)", because="TensorFlow itself has it"),
    ),
)
