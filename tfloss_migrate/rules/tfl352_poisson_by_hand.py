"""The mean of p - y*log(p) is Keras' Poisson loss, but for the 1e-7 that Keras adds within the logarithm.

Why: Keras computes p - y*log(p + 1e-7); with another epsilon, or none, that is a shift, which is said. Where the code
predicts the logarithm z, exp(z) - y*z is what `tf.nn.log_poisson_loss` computes, in TF1 and in TF2 alike.
"""

from tfloss_migrate.domains import Literal, Positive, Real
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_SHIFT = Shift(because="Keras adds 1e-07 within the logarithm", bound=1e-3, gradient_bound=0.01)
_LOGS: tuple[tuple[str, Shift | None], ...] = (
    ("tf.log(predictions + 1e-07)", None),
    ("tf.log(predictions + epsilon)", _SHIFT),
    ("tf.log(predictions)", _SHIFT),
)
_NEEDS = ("equal-shape:labels,predictions",)
_PROMISES = ("labels and predictions of equal shape",)
_KERAS = "tf.keras.losses.poisson(labels, predictions)"
_OF_LOG = "tf.exp(log_predictions) - labels * log_predictions"
_LOG_LOSS = "tf.nn.log_poisson_loss(labels, log_predictions)"

RULE = Rule(
    id="TFL352",
    name="poisson-by-hand",
    message="Poisson loss written by hand",
    inputs=(
        Input("labels", Real()),
        Input("predictions", Positive()),
        Input("log_predictions", Real()),
        Input("epsilon", Literal(at_most=0.01)),
    ),
    forms=(
        *(
            form
            for log, shift in _LOGS
            for form in (
                Form(
                    f"tf.reduce_mean(predictions - labels * {log})",
                    f"tf.reduce_mean({_KERAS})",
                    shift,
                    None,
                    _NEEDS,
                    _PROMISES,
                ),
                Form(f"tf.reduce_mean(predictions - labels * {log}, axis=-1)", _KERAS, shift, None, _NEEDS, _PROMISES),
            )
        ),
        *(
            Form(
                f"{reduction}({_OF_LOG})",
                f"{reduction}({_LOG_LOSS})",
                needs=("equal-shape:labels,log_predictions", "called-labels:labels"),
                promises=("labels and log_predictions of equal shape",),
            )
            for reduction in ("tf.reduce_mean", "tf.reduce_sum")
        ),
    ),
    leave_alone=(
        NearMiss("np.mean(p - y * np.log(p))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_mean(y * tf.log(p) - p)", because="the sign: a log-likelihood, not a loss"),
        NearMiss("tf.reduce_sum(p - y * tf.log(p))", because="a sum; Keras' loss is a mean"),
        NearMiss("tf.reduce_mean(p - y * tf.log(q))", because="two rates"),
        NearMiss("tf.reduce_mean(tf.abs(p) - y * tf.log(1 + tf.abs(p)))", because="one is added: another loss"),
        NearMiss("tf.reduce_mean(p - y * tf.log(p) + tf.lgamma(y + 1.0))", because="the full likelihood"),
        NearMiss("tf.reduce_mean(tf.exp(z) - alpha * z)", because="no labels: what is multiplied may be one number"),
        NearMiss("tf.reduce_mean(tf.exp(z) - y * x)", because="another input under the exponential"),
    ),
)
