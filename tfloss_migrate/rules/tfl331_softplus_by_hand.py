"""The logarithm of one plus an exponential is infinite where the exponential is; a softplus is not.

Why: log(1 + exp(x)) is inf in float32 from x = 88.7 on, and its gradient NaN; `tf.nn.softplus(x)` is x there. Below
x = -16.6, 1 + exp(x) is exactly 1 and the loss 0; the softplus is exp(x) still. In the steady form
max(x, 0) + log(1 + exp(-|x|)) the exponential is at most 1: it stays as it is.
"""

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

RULE = Rule(
    id="TFL331",
    name="softplus-by-hand",
    message="a softplus written by hand: log(1 + exp(x)) is infinite from x = 89 on",
    inputs=(Input("x", Real()),),
    forms=(
        Form("tf.log(1 + tf.exp(x))", "tf.nn.softplus(x)", needs=("no-modulus:x",)),
        Form("tf.log1p(tf.exp(x))", "tf.nn.softplus(x)", needs=("no-modulus:x",)),
    ),
    leave_alone=(
        NearMiss("np.log(1 + np.exp(x))", because="numpy is not TensorFlow"),
        NearMiss("tf.log(1 + tf.exp(-tf.abs(x)))", because="steady already: the exponential is at most 1"),
        NearMiss("tf.log(1 + tf.exp(-x * x))", because="steady already, and no square is below zero"),
        NearMiss("tf.log(1e-8 + tf.exp(x))", because="another number than one"),
        NearMiss("tf.log(1 - tf.exp(x))", because="the sign"),
        NearMiss("tf.log(1 + 2 * tf.exp(x))", because="the exponential has a factor"),
    ),
)
