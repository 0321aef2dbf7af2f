"""`tf.losses.mean_pairwise_squared_error` is gone, and no Keras loss computes it.

Why: for each sample it is the mean of (d_i - d_j)^2 over all pairs of its n differences d = p - y, which is
2n/(n - 1) times their variance; the samples are added up, not averaged. Weights that are a tensor also change n to the
number of them that are not zero in a sample, while the sums still run over all differences.
Source: TensorFlow 1.15, `losses_impl.py`.
"""

from tfloss_migrate.domains import Literal, Real, SampleWeight
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_CALL = "tf.losses.mean_pairwise_squared_error(labels, predictions"
_FLAT = "tf.reshape(predictions - labels, [tf.shape(predictions)[0], -1])"
_COUNT = "tf.cast(tf.size(predictions[0]), tf.float32)"
_PAIRS = f"2 * tf.math.divide_no_nan({_COUNT}, {_COUNT} - 1) * tf.reduce_sum(tf.math.reduce_variance({_FLAT}, axis=1))"
_AXES = "tf.range(1, tf.rank(predictions)), keepdims=True"
_PRESENT = f"tf.math.count_nonzero(weights * tf.ones_like(predictions), {_AXES}, dtype=tf.float32)"
_WEIGHTED = (
    f"2 * tf.reduce_sum(weights * (tf.math.divide_no_nan(tf.reduce_sum(tf.square(predictions - labels), {_AXES}),"
    f" tf.maximum({_PRESENT} - 1, 0)) - tf.math.divide_no_nan(tf.square(tf.reduce_sum(predictions - labels, {_AXES})),"
    f" tf.maximum({_PRESENT} * ({_PRESENT} - 1), 0))))"
)
_PROMISES = ("labels and predictions of equal shape",)

RULE = Rule(
    id="TFL210",
    name="mean-pairwise-squared-error-api",
    message="tf.losses.mean_pairwise_squared_error does not exist in TF2",
    speaks_for=("losses.mean_pairwise_squared_error",),
    inputs=(
        Input("labels", Real(), cast=True),
        Input("predictions", Real(), cast=True),
        Input("weights", SampleWeight(), cast=True),
        Input("factor", Literal(signed=True)),
    ),
    forms=(
        Form(f"{_CALL})", _PAIRS, promises=_PROMISES, ranks=(2, 3)),
        Form(f"{_CALL}, weights=factor)", f"factor * {_PAIRS}", promises=_PROMISES, ranks=(2, 3)),
        Form(
            f"{_CALL}, weights=weights)",
            _WEIGHTED,
            promises=(*_PROMISES, "weights that broadcast as tf.losses allows"),
            ranks=(2, 3),
        ),
    ),
    leave_alone=(
        NearMiss("tf.losses.mean_pairwise_squared_error(*batch)", because="the arguments cannot be told apart"),
        NearMiss("losses.mean_pairwise_squared_error(y, p)", because="`losses` is not TensorFlow's module here"),
        NearMiss("tf.losses.mean_pairwise_squared_error(y, p, reduction=r)", because="there is no such argument"),
        NearMiss("tf.keras.losses.MeanSquaredError()(y, p)", because="another loss, and Keras already"),
    ),
)
