"""A cosine distance by hand is one plus Keras' cosine similarity, whose sign is minus.

Why: 1 - sum(y*p)/(|y|*|p|), by `tf.nn.l2_normalize` or by the two lengths. Keras' loss is -sum(y*p)/(|y|*|p|). At a row
of zeros the quotient is NaN, and what is normalised has gradients of a million in both, though not the same.
"""

from tfloss_migrate.domains import Directions
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_COSINES = (
    "tf.reduce_sum(tf.nn.l2_normalize(labels, axis=-1) * tf.nn.l2_normalize(predictions, axis=-1), axis=-1)",
    "tf.reduce_sum(labels * predictions, axis=-1) / (tf.sqrt(tf.reduce_sum(tf.square(labels), axis=-1))"
    " * tf.sqrt(tf.reduce_sum(tf.square(predictions), axis=-1)))",
)
_KERAS = "tf.keras.losses.cosine_similarity(labels, predictions)"

RULE = Rule(
    id="TFL353",
    name="cosine-by-hand",
    message="cosine distance written by hand",
    inputs=(Input("labels", Directions()), Input("predictions", Directions())),
    forms=tuple(
        Form(
            legacy.format(cosine),
            target,
            needs=("equal-shape:labels,predictions",),
            promises=("labels and predictions of equal shape",),
        )
        for cosine in _COSINES
        for legacy, target in (
            ("1.0 - {}", f"1.0 + {_KERAS}"),
            ("1.0 - tf.reduce_mean({})", f"1.0 + tf.reduce_mean({_KERAS})"),
            ("-{}", _KERAS),
            ("-tf.reduce_mean({})", f"tf.reduce_mean({_KERAS})"),
        )
    ),
    leave_alone=(
        NearMiss(
            "tf.reduce_sum(tf.nn.l2_normalize(a, 1) * tf.nn.l2_normalize(b, 1), 1)",
            because="a similarity, not a loss: Keras' has the other sign",
        ),
        NearMiss("1.0 - tf.reduce_sum(a * b, 1)", because="nothing is normalised here"),
        NearMiss(
            "1.0 - tf.reduce_sum(tf.nn.l2_normalize(a, 0) * tf.nn.l2_normalize(b, 0), 0)",
            because="over the first axis",
        ),
        NearMiss(
            "1.0 - tf.reduce_sum(tf.nn.l2_normalize(a) * tf.nn.l2_normalize(b))",
            because="one direction for the whole array",
        ),
        NearMiss(
            "1.0 - tf.reduce_mean(tf.nn.l2_normalize(a, 1) * tf.nn.l2_normalize(b, 1))",
            because="divided by the number of features as well",
        ),
        NearMiss("1.0 - tf.reduce_sum(tf.nn.l2_normalize(a, 1) * b, 1)", because="only one side is normalised"),
        NearMiss("1.0 - tf.losses.cosine_distance(a, b, 1)", because="an API, not by hand"),
    ),
)
