"""The mean of squared differences is Keras' mean squared error.

Why: mean((a - b)^2), however it is spelled: `tf.square`, `** 2`, `tf.pow(.., 2.0)`, a product with itself,
`tf.squared_difference`. Keras averages the last axis and `tf.reduce_mean` the rest, which over arrays of equal shape is
the mean over everything. Keras' function keeps float64 where its class would make it float32. Weights of shape (B, 1),
one for each example, lose their last axis: Keras' errors have none.
"""

from tfloss_migrate.domains import Real, SampleWeight
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule

_PROMISES = ("labels and predictions of equal shape",)

RULE = Rule(
    id="TFL301",
    name="mean-squared-error-by-hand",
    message="mean squared error written by hand",
    inputs=(
        Input("labels", Real()),
        Input("predictions", Real()),
        Input("weights", SampleWeight(axes="column")),
    ),
    forms=(
        Form(
            "tf.reduce_mean(tf.square(labels - predictions))",
            "tf.reduce_mean(tf.keras.losses.MSE(labels, predictions))",
            needs=("equal-shape:labels,predictions",),
            promises=_PROMISES,
        ),
        Form(
            "tf.reduce_mean(tf.square(labels - predictions), axis=-1)",
            "tf.keras.losses.MSE(labels, predictions)",
            needs=("equal-shape:labels,predictions",),
            promises=_PROMISES,
        ),
        Form(
            "tf.reduce_mean(weights * tf.square(labels - predictions))",
            "tf.reduce_mean(tf.squeeze(weights, axis=-1) * tf.keras.losses.MSE(labels, predictions))",
            needs=("equal-shape:labels,predictions", "column:weights"),
            promises=(*_PROMISES, "one weight for each row"),
            ranks=(2, 3),
        ),
    ),
    catches=(
        Catch(
            "import tensorflow as tf\n\nw = tf.placeholder(tf.float32, [None, 1])\n"
            "loss = tf.reduce_mean(w * tf.squared_difference(target, q))\n",
            "tf.reduce_mean(w * tf.squared_difference(target, q))",
            "tf.reduce_mean(tf.squeeze(w, axis=-1) * tf.keras.losses.MSE(target, q))",
        ),
        Catch(
            "import tensorflow as tf\n\n\ndef loss(y, p):\n    return tf.reduce_mean(0.5 * tf.square(y - p))\n\n\n"
            "session = tf.Session()\n",
            "tf.reduce_mean(0.5 * tf.square(y - p))",
            "0.5 * tf.reduce_mean(tf.keras.losses.MSE(y, p))",
        ),
        Catch(
            "import tensorflow as tf\n\ny = tf.placeholder(tf.float32, [None])\n"
            "value = tf.reduce_sum(values * chosen, 1)\nloss = tf.reduce_mean(tf.square(y - value))\n",
            "tf.reduce_mean(tf.square(y - value))",
            "tf.reduce_mean(tf.keras.losses.MSE(y, value))",
        ),
    ),
    leave_alone=(
        NearMiss("np.mean(np.square(a - b))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_sum(tf.square(a - b))", because="a sum; Keras' loss is a mean"),
        NearMiss("tf.reduce_sum(tf.pow(a - b, 2)) / (2 * n)", because="a sum, divided by any number"),
        NearMiss("tf.reduce_mean(tf.reduce_sum(tf.square(a - b), 1))", because="a sum over the last axis"),
        NearMiss("tf.nn.l2_loss(a - b)", because="half of a sum, which TF2 has under this name"),
        NearMiss("tf.reduce_mean(tf.square(tf.abs(a - b)))", because="the numbers may be complex"),
        NearMiss(
            "y = tf.placeholder(tf.float32, [None])\n"
            "loss = tf.reduce_mean(tf.square(y - tf.reduce_sum(v * chosen, 1, keep_dims=True)))",
            because="(B,) against (B, 1)",
        ),
        NearMiss("tf.reduce_mean(w * tf.square(a - b))", because="nothing shows how the weights are laid out"),
        NearMiss(
            "w = tf.placeholder(tf.float32, [None])\nloss = tf.reduce_mean(w * tf.square(a - b))",
            because="one weight for each element, as it seems: Keras' error of arrays with one axis has none",
        ),
        NearMiss(
            "w = tf.placeholder(tf.float32, [None, 4])\nloss = tf.reduce_mean(w * tf.square(a - b))",
            because="one weight for each element of a row",
        ),
        NearMiss(
            "w = tf.placeholder(tf.float32, [None, 1])\ny = tf.placeholder(tf.float32, [None])\n"
            "loss = tf.reduce_mean(w * tf.square(y - p))",
            because="weights of shape (B, 1) against errors of shape (B,)",
        ),
        NearMiss("tf.reduce_mean(tf.square(a))", because="one input: a penalty, not an error"),
        NearMiss("tf.reduce_mean(tf.square(a + b))", because="not a difference"),
        NearMiss("tf.reduce_mean(tf.pow(a - b, 3.0))", because="not a square"),
        NearMiss("tf.reduce_mean(tf.square(a - b), axis=0)", because="the first axis is reduced, not the last"),
        NearMiss("tf.reduce_mean(tf.square(a - b), axis=1, keepdims=True)", because="Keras drops the reduced axis"),
        NearMiss("tf.reduce_mean(tf.square(a - tf.reduce_mean(a)))", because="a variance: the shapes differ"),
        NearMiss("tf.reduce_mean(tf.square(d - 1.0))", because="one side is a number, not an array of that shape"),
    ),
)
