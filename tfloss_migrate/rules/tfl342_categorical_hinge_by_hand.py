"""The margin between the right class and the best wrong one is Keras' categorical hinge.

Why: max(0, 1 + max((1 - y)*z) - sum(y*z)) for one-hot labels y and scores z, one value for each row.
"""

from tfloss_migrate.domains import LabelDistribution, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_WRONG = "tf.reduce_max((1.0 - labels) * predictions, axis=-1)"
_RIGHT = "tf.reduce_sum(labels * predictions, axis=-1)"

RULE = Rule(
    id="TFL342",
    name="categorical-hinge-by-hand",
    message="categorical hinge loss written by hand",
    inputs=(Input("labels", LabelDistribution()), Input("predictions", Real())),
    forms=(
        Form(
            f"tf.maximum(0.0, 1.0 + {_WRONG} - {_RIGHT})",
            "tf.keras.losses.categorical_hinge(labels, predictions)",
            needs=("equal-shape:labels,predictions",),
            promises=("labels and predictions of equal shape",),
            ranks=(2, 3),
        ),
    ),
    leave_alone=(
        NearMiss(
            "np.maximum(0.0, 1.0 + np.max((1.0 - y) * z, -1) - np.sum(y * z, -1))", because="numpy is not TensorFlow"
        ),
        NearMiss(
            "tf.maximum(0.0, 0.5 + tf.reduce_max((1.0 - y) * z, -1) - tf.reduce_sum(y * z, -1))",
            because="another margin",
        ),
        NearMiss(
            "tf.maximum(0.0, 1.0 + tf.reduce_sum((1.0 - y) * z, -1) - tf.reduce_sum(y * z, -1))",
            because="all wrong classes, not the best of them",
        ),
        NearMiss(
            "tf.maximum(0.0, 1.0 + tf.reduce_max((1.0 - y) * z) - tf.reduce_sum(y * z))",
            because="over the whole batch",
        ),
        NearMiss(
            "tf.maximum(0.0, 1.0 + tf.reduce_max((1.0 - y) * z, -1) - tf.reduce_max(y * z, -1))",
            because="the right score counts only where it is positive",
        ),
    ),
)
