"""The log loss of a GAN's discriminator is infinite as soon as it is sure; from its logits it is not.

Why: -mean(log(s(r)) + log(1 - s(f))) over logits r of real and f of made samples. 1 - s(f) is exactly 0 in float32 from
f = 17 on, and the gradient that should teach the generator is NaN. `tf.math.log_sigmoid` of r and of -f is right
everywhere. An epsilon inside the logarithms bounds loss and gradient: leaving it out is a shift, which is said.
Where only the probabilities are in sight, the place is told.
"""

from tfloss_migrate.domains import BinaryLogits, Literal, UnitInterval
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_SHIFT = Shift(because="the epsilon inside the logarithms is left out", bound=0.05, gradient_bound=0.1)
_REAL, _FAKE = "tf.sigmoid(real_logits)", "tf.sigmoid(fake_logits)"
_LOGITS = ("not-sigmoid:real_logits", "not-sigmoid:fake_logits")
_PROBABILITIES = ("bare:real", "bare:fake", "not-sigmoid:real", "not-sigmoid:fake")
_BOTH = "tf.math.log_sigmoid(real_logits) + tf.math.log_sigmoid(-fake_logits)"

RULE = Rule(
    id="TFL380",
    name="gan-log-loss-by-hand",
    message="the log loss of a GAN written by hand: log(1 - sigmoid(z)) is infinite from z = 17 on",
    inputs=(
        Input("real_logits", BinaryLogits()),
        Input("fake_logits", BinaryLogits()),
        Input("real", UnitInterval()),
        Input("fake", UnitInterval()),
        Input("epsilon", Literal()),
    ),
    forms=(
        Form(f"-tf.reduce_mean(tf.log({_REAL}) + tf.log(1 - {_FAKE}))", f"-tf.reduce_mean({_BOTH})", needs=_LOGITS),
        Form(
            f"-tf.reduce_mean(tf.log({_REAL} + epsilon) + tf.log(1 - {_FAKE} + epsilon))",
            f"-tf.reduce_mean({_BOTH})",
            shift=_SHIFT,
            needs=_LOGITS,
        ),
        Form(
            f"-tf.reduce_mean(tf.log({_FAKE} + epsilon))",
            "-tf.reduce_mean(tf.math.log_sigmoid(fake_logits))",
            shift=_SHIFT,
            needs=_LOGITS[1:],
        ),
        Form("-tf.reduce_mean(tf.log(real) + tf.log(1 - fake))", None, needs=_PROBABILITIES),
        Form("-tf.reduce_mean(tf.log(real + epsilon) + tf.log(1 - fake + epsilon))", None, needs=_PROBABILITIES),
    ),
    otherwise="the discriminator's logits are not in sight: a sigmoid cross-entropy of them would be steadier",
    leave_alone=(
        NearMiss("-tf.reduce_mean(y * tf.log(p) + (1 - y) * tf.log(1 - p))", because="labels: binary cross-entropy"),
        NearMiss("tf.reduce_mean(tf.log(tf.sigmoid(r)) + tf.log(1 - tf.sigmoid(f)))", because="the sign"),
        NearMiss("-tf.reduce_mean(tf.log(p))", because="a likelihood like any other"),
        NearMiss("tf.reduce_mean(f) - tf.reduce_mean(r)", because="Wasserstein's: a difference of means, no logarithm"),
        NearMiss("-tf.reduce_mean(tf.log(tf.sigmoid(r)) + tf.log(tf.sigmoid(f)))", because="both called real"),
        NearMiss("-np.mean(np.log(r) + np.log(1 - f))", because="numpy is not TensorFlow"),
    ),
)
