"""Half of a sum of squares is `tf.nn.l2_loss`.

Why: sum(x^2)/2, in TF1 and in TF2 alike; no Keras loss sums over everything, and Keras' L2 regularizer multiplies by
its factor where this halves.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

RULE = Rule(
    id="TFL305",
    name="l2-by-hand",
    message="half of a sum of squares is tf.nn.l2_loss",
    severity="info",
    inputs=(Input("values", Real()),),
    forms=(Form("0.5 * tf.reduce_sum(tf.square(values))", "tf.nn.l2_loss(values)"),),
    leave_alone=(
        NearMiss("0.5 * np.sum(np.square(w))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_sum(tf.square(w))", because="not halved"),
        NearMiss("0.5 * tf.reduce_sum(tf.square(w), axis=1)", because="one value for each row"),
        NearMiss("tf.reduce_sum(tf.square(a - b)) / (2 * n)", because="divided by another number as well"),
        NearMiss("tf.nn.l2_loss(w)", because="it says so already"),
    ),
)
