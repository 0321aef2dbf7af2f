"""A triplet loss written by hand is kept: Keras has none.

Why: max(|a - p|^2 - |a - n|^2 + m, 0) over anchors, positives and negatives, or with the distances themselves; or
max(max_p d - min_n d + m, 0), of the hardest positive and the hardest negative of each row of distances. The formula
runs in TF2 as it stands.
"""

from tfloss_migrate.domains import Hyperparameter, Literal, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_DISTANCES = (
    "tf.reduce_sum(tf.square(anchors - {}), axis=-1)",
    "tf.sqrt(tf.reduce_sum(tf.square(anchors - {}), axis=-1))",
    "tf.sqrt(tf.reduce_sum(tf.square(anchors - {}), axis=-1, keepdims=True))",
)
_GAPS = (
    *(f"{distance.format('positives')} - {distance.format('negatives')}" for distance in _DISTANCES),
    "tf.reduce_max(positives, axis=-1) - tf.reduce_min(negatives, axis=-1)",
    "tf.reduce_max(positives, axis=-1, keepdims=True) - tf.reduce_min(negatives, axis=-1, keepdims=True)",
)

RULE = Rule(
    id="TFL373",
    name="triplet-by-hand",
    message="triplet loss written by hand",
    severity="info",
    inputs=(
        Input("anchors", Real()),
        Input("positives", Real()),
        Input("negatives", Real()),
        Input("delta", Literal()),
        Input("margin", Hyperparameter()),
    ),
    forms=tuple(
        Form(f"tf.maximum({gap} + {margin}, 0.0)", None, ranks=(2, 3))
        for gap in _GAPS
        for margin in ("delta", "margin")
    ),
    otherwise="Keras has no triplet loss",
    leave_alone=(
        NearMiss("tf.maximum(p - n + 0.2, 0.)", because="nothing shows that these are distances"),
        NearMiss("tf.maximum(1. - y * z, 0.)", because="a hinge"),
        NearMiss(
            "tf.maximum(tf.reduce_min(p, 1) - tf.reduce_max(n, 1) + 0.2, 0.)",
            because="the easiest pairs, not the hardest",
        ),
        NearMiss("tf.maximum(tf.reduce_max(a, 1) - tf.reduce_min(a, 1), 0.)", because="a span, without a margin"),
        NearMiss(
            "tf.maximum(tf.reduce_sum(tf.square(a - p), 1) - tf.reduce_sum(tf.square(b - n), 1) + 0.2, 0.)",
            because="two different anchors",
        ),
        NearMiss(
            "np.maximum(np.sum(np.square(a - p), 1) - np.sum(np.square(a - n), 1) + 0.2, 0)",
            because="numpy is not TensorFlow",
        ),
    ),
)
