"""The root of the mean of squared differences: the mean inside it is Keras' mean squared error.

Why: sqrt(mean((a - b)^2)). Keras has no such loss; the mean inside has one. Its gradient at a = b is NaN, before and
after.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

RULE = Rule(
    id="TFL302",
    name="root-mean-squared-error-by-hand",
    message="root mean squared error written by hand",
    inputs=(Input("labels", Real()), Input("predictions", Real())),
    forms=(
        Form(
            "tf.sqrt(tf.reduce_mean(tf.square(labels - predictions)))",
            "tf.sqrt(tf.reduce_mean(tf.keras.losses.MSE(labels, predictions)))",
            needs=("equal-shape:labels,predictions",),
            promises=("labels and predictions of equal shape",),
        ),
    ),
    leave_alone=(
        NearMiss("np.sqrt(np.mean(np.square(a - b)))", because="numpy is not TensorFlow"),
        NearMiss("tf.sqrt(tf.reduce_sum(tf.square(a - b)))", because="a norm: a sum, not a mean"),
        NearMiss("tf.sqrt(tf.reduce_mean(tf.square(a)))", because="one input: no error"),
        NearMiss("tf.reduce_mean(tf.sqrt(tf.square(a - b)))", because="the root is taken before the mean"),
    ),
)
