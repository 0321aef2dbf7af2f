"""`tf.losses.cosine_distance` is gone: in TF2 `tf.losses` is Keras' module and has no such function.

Why: it is 1 - sum(y * p) along an axis, of vectors that it takes to be unit vectors already. Keras' CosineSimilarity
normalises them, so that its gradient is another one even where its value is the same: the TF2 spelling of TF1's formula
is what stays the same. The axis is kept with length one. Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import Axis, Literal, Real, SampleWeight
from tfloss_migrate.model import Input, NearMiss, Rule
from tfloss_migrate.rules.weights import reduced

_ELEMENT = "(1 - tf.reduce_sum(predictions * labels, axis=axis, keepdims=True))"

RULE = Rule(
    id="TFL208",
    name="cosine-distance-api",
    message="tf.losses.cosine_distance does not exist in TF2",
    speaks_for=("losses.cosine_distance",),
    otherwise="no form of this rule fits these arguments: the axis must be written as a number",
    inputs=(
        Input("labels", Real(), cast=True),
        Input("predictions", Real(), cast=True),
        Input("weights", SampleWeight(axes="broadcast-column"), cast=True),
        Input("factor", Literal(signed=True)),
        Input("axis", Axis()),
    ),
    forms=reduced(
        "tf.losses.cosine_distance(labels, predictions, axis=axis",
        element=_ELEMENT,
        mean=f"tf.reduce_mean{_ELEMENT}",
        like="tf.reduce_sum(predictions, axis=axis, keepdims=True)",
        promises=("labels and predictions of equal shape",),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.CosineSimilarity(axis=-1)(y, p)", because="this is Keras already"),
        NearMiss("tf.losses.cosine_distance(y, p)", because="TF1 refuses it without an axis"),
        NearMiss("tf.losses.cosine_distance(y, p, axis=along)", because="the axis is not in the code"),
        NearMiss("tf.losses.cosine_distance(*batch)", because="the arguments cannot be told apart"),
        NearMiss("scipy.spatial.distance.cosine(y, p)", because="SciPy is not TensorFlow"),
        NearMiss("losses.cosine_distance(y, p, 1)", because="`losses` is not TensorFlow's module here"),
    ),
)
