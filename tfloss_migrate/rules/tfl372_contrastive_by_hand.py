"""A contrastive loss written by hand is kept: Keras has none.

Why: y*d^2 + (1 - y)*max(m - d, 0)^2 over distances d and pairs that are alike (y = 1) or not, or with the labels the
other way round. The formula runs in TF2 as it stands.
"""

from tfloss_migrate.domains import BinaryLabels, Hyperparameter, Literal, Positive
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_FAR = "tf.square(tf.maximum({} - {}, 0.0))"
#: The square of a distance, and the distance: the square of a root is what the root was taken of.
_DISTANCES = (("tf.square(distances)", "distances"), ("squares", "tf.sqrt(squares)"))

RULE = Rule(
    id="TFL372",
    name="contrastive-by-hand",
    message="contrastive loss written by hand",
    severity="info",
    inputs=(
        Input("labels", BinaryLabels()),
        Input("distances", Positive()),
        Input("squares", Positive()),
        Input("delta", Literal()),
        Input("margin", Hyperparameter()),
    ),
    forms=tuple(
        Form(f"{one} * {square} + {other} * {_FAR.format(margin, distance)}", None)
        for square, distance in _DISTANCES
        for margin in ("delta", "margin")
        for one, other in (("labels", "(1 - labels)"), ("(1 - labels)", "labels"))
    ),
    otherwise="Keras has no contrastive loss",
    leave_alone=(
        NearMiss("y * tf.square(d) + y * tf.square(tf.maximum(1. - d, 0.))", because="both terms for the same pairs"),
        NearMiss("y * tf.square(d) + (1. - y) * tf.maximum(1. - d, 0.)", because="the second term is not squared"),
        NearMiss("tf.square(tf.maximum(1. - y * z, 0.))", because="a squared hinge"),
        NearMiss("y * np.square(d) + (1 - y) * np.square(np.maximum(1 - d, 0))", because="numpy is not TensorFlow"),
    ),
)
