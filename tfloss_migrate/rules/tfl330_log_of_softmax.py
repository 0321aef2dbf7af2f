"""The logarithm of a softmax or of a sigmoid underflows to -inf; the fused op does not.

Why: softmax(z) is 0 in float32 from a logit gap of about 104, and log(0) is -inf with a NaN gradient;
`tf.nn.log_softmax(z)` is z - log(sum(exp(z))), right everywhere. Likewise `tf.math.log_sigmoid`.
"""

from tfloss_migrate.domains import BinaryLogits, Logits
from tfloss_migrate.model import Form, Input, NearMiss, Rule

RULE = Rule(
    id="TFL330",
    name="log-of-softmax",
    message="the logarithm of a softmax or sigmoid underflows",
    inputs=(Input("logits", Logits()), Input("log_odds", BinaryLogits())),
    forms=(
        Form("tf.log(tf.nn.softmax(logits))", "tf.nn.log_softmax(logits)", ranks=(2, 3)),
        Form("tf.log(tf.sigmoid(log_odds))", "tf.math.log_sigmoid(log_odds)"),
        Form("tf.log(1 - tf.sigmoid(log_odds))", "tf.math.log_sigmoid(-log_odds)"),
    ),
    leave_alone=(
        NearMiss("np.log(softmax(z))", because="numpy is not TensorFlow"),
        NearMiss("tf.log(tf.nn.softmax(z) + 1e-8)", because="the epsilon is part of what it computes"),
        NearMiss("tf.log(tf.nn.softmax(z, axis=0))", because="softmax over another axis"),
        NearMiss("tf.exp(tf.nn.softmax(z))", because="no logarithm"),
    ),
)
