"""The Kullback-Leibler divergence of a Gaussian from the normal one, as of a variational autoencoder, is kept.

Why: 0.5*sum(m^2 + v - 1 - log(v)) of means m and variances v, written with s = log(v), with a standard deviation (v is
its square), or with the logarithm of one. Keras has no loss of this formula: it runs in TF2 as it stands. With a
logarithm of its own it is NaN at a deviation of zero, which a layer without activation may give; s never is.
"""

from tfloss_migrate.domains import Literal, Positive, Real
from tfloss_migrate.model import Catch, Form, Input, NearMiss, Rule

_PAIRS = (
    ("tf.exp(log_variances)", "log_variances"),
    ("tf.exp(2.0 * log_variances)", "2.0 * log_variances"),
    ("tf.square(deviations)", "tf.log(tf.square(deviations))"),
    ("tf.square(deviations)", "tf.log(tf.square(deviations) + epsilon)"),
    ("tf.square(deviations)", "2.0 * tf.log(deviations)"),
)
_DIVERGENCES = (
    "0.5 * tf.reduce_sum(tf.square(means) + {0} - 1.0 - {1}{2})",
    "-0.5 * tf.reduce_sum(1.0 + {1} - tf.square(means) - {0}{2})",
)

RULE = Rule(
    id="TFL351",
    name="gaussian-kl-by-hand",
    message="Kullback-Leibler divergence of a Gaussian written by hand",
    severity="info",
    inputs=(
        Input("means", Real()),
        Input("log_variances", Real()),
        Input("deviations", Positive()),
        Input("epsilon", Literal(at_most=0.01)),
    ),
    forms=tuple(
        Form(divergence.format(*pair, axis), None, ranks=(2, 3))
        for pair in _PAIRS
        for divergence in _DIVERGENCES
        for axis in (", axis=-1", "")
    ),
    otherwise="Keras has no loss of this formula: it runs in TF2 as it stands",
    catches=(
        Catch(
            "import tensorflow as tf\n\nm = tf.layers.dense(h, 2)\ns = tf.layers.dense(h, 2)\n"
            "kl = -0.5 * tf.reduce_sum(1 + s - tf.square(m) - tf.exp(s), 1)\n",
            "-0.5 * tf.reduce_sum(1 + s - tf.square(m) - tf.exp(s), 1)",
        ),
    ),
    leave_alone=(
        NearMiss(
            "-0.5 * tf.reduce_sum(1 + s - tf.square(m) - tf.exp(t), 1)", because="two deviations: another Gaussian"
        ),
        NearMiss("0.5 * tf.reduce_sum(tf.square(m) + tf.exp(s) - 1.0, 1)", because="the logarithm is missing"),
        NearMiss("0.5 * tf.reduce_sum(tf.square(m) + tf.exp(s) - s, 1)", because="the one is missing"),
        NearMiss("0.5 * tf.reduce_sum(m + tf.exp(s) - 1.0 - s, 1)", because="the means are not squared"),
        NearMiss("0.5 * tf.reduce_sum(s + tf.log(v) + tf.square(x - m) / v, 1)", because="a Gaussian likelihood"),
        NearMiss("0.5 * np.sum(np.square(m) + np.exp(s) - 1.0 - s, 1)", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_sum(p * tf.log(p / q), 1)", because="of distributions: Keras has that"),
    ),
)
