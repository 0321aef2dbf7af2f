"""The least-squares loss of a GAN's discriminator is kept: no Keras loss says it more clearly.

Why: mean((r - 1)^2) + mean(f^2), or half of that, over the discriminator's outputs for real and for made samples; the
label of the real ones may be another number, such as 0.9. Keras' mean squared error would need arrays of that and of
zeros beside them. The formula runs in TF2 as it stands.
"""

from tfloss_migrate.domains import Literal, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

RULE = Rule(
    id="TFL382",
    name="least-squares-gan-by-hand",
    message="the least-squares loss of a GAN written by hand",
    severity="info",
    inputs=(Input("real", Real()), Input("fake", Real()), Input("label", Literal(at_most=2.0))),
    forms=(
        Form("tf.reduce_mean(tf.square(real - label)) + tf.reduce_mean(tf.square(fake))", None),
        Form("0.5 * tf.reduce_mean(tf.square(real - label)) + 0.5 * tf.reduce_mean(tf.square(fake))", None),
        Form("tf.reduce_mean(tf.square(real - label) + tf.square(fake))", None),
    ),
    otherwise="Keras' mean squared error would need arrays of the labels to say the same",
    leave_alone=(
        NearMiss("tf.reduce_mean(tf.square(d - 1.))", because="one half of it: any error against one"),
        NearMiss("tf.reduce_mean(tf.square(r)) + tf.reduce_mean(tf.square(f))", because="two penalties"),
        NearMiss("tf.reduce_mean(tf.square(r - 0.9))", because="one half of it: it may be a penalty of a slope"),
        NearMiss(
            "tf.reduce_mean(tf.square(r - 255.0)) + tf.reduce_mean(tf.square(f))", because="no label of a discriminator"
        ),
        NearMiss("tf.reduce_mean(tf.square(r - y)) + tf.reduce_mean(tf.square(f))", because="an error and a penalty"),
        NearMiss("tf.reduce_mean(r) - tf.reduce_mean(f)", because="Wasserstein's: a difference of means"),
        NearMiss("np.mean((r - 1) ** 2) + np.mean(f ** 2)", because="numpy is not TensorFlow"),
    ),
)
