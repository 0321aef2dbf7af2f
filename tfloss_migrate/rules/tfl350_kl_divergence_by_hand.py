"""The Kullback-Leibler divergence of two distributions is Keras' KLD, but for what is below 1e-7.

Why: sum(y*log(y/p)). At a probability of zero it is NaN or infinite by hand, while Keras takes every probability below
1e-7 as 1e-7, which a softmax ordinarily gives: that is a shift, and is said, as is another epsilon. Only where the code
clips both distributions as Keras does is it exact. What is not rewritten is as valid in TF2 as before.
"""

from tfloss_migrate.domains import Literal, Probabilities
from tfloss_migrate.model import Form, Input, NearMiss, Rule, Shift

_SHIFT = Shift(
    because="Keras takes probabilities below 1e-07 as 1e-07, in place of the epsilon if there is one",
    bound=0.02,
    gradient_bound=0.05,
)
_Y, _P = (f"tf.clip_by_value({name}, 1e-07, 1.0)" for name in ("labels", "predictions"))
_NEEDS = ("equal-shape:labels,predictions",)
_OF_LOGITS = ("not-softmax:labels", "not-softmax:predictions")  # whose logarithms are better taken of the logits
_PROMISES = ("labels and predictions of equal shape",)
_TERMS: tuple[tuple[str, Shift | None, tuple[str, ...]], ...] = (
    ("labels * tf.log(labels / predictions)", _SHIFT, _NEEDS),
    ("labels * (tf.log(labels) - tf.log(predictions))", _SHIFT, (*_NEEDS, *_OF_LOGITS)),
    ("labels * tf.log((labels + epsilon) / (predictions + epsilon))", _SHIFT, _NEEDS),
    ("labels * (tf.log(labels + epsilon) - tf.log(predictions + epsilon))", _SHIFT, _NEEDS),
    (f"{_Y} * tf.log({_Y} / {_P})", None, _NEEDS),
)
_KERAS = "tf.keras.losses.KLD(labels, predictions)"

RULE = Rule(
    id="TFL350",
    name="kl-divergence-by-hand",
    message="Kullback-Leibler divergence written by hand",
    inputs=(
        Input("labels", Probabilities()),
        Input("predictions", Probabilities()),
        Input("epsilon", Literal(at_most=0.01)),
    ),
    forms=tuple(
        form
        for term, shift, needs in _TERMS
        for form in (
            Form(f"tf.reduce_sum({term}, axis=-1)", _KERAS, shift, None, needs, _PROMISES, (2, 3)),
            Form(f"tf.reduce_sum({term})", f"tf.reduce_sum({_KERAS})", shift, None, needs, _PROMISES, (2, 3)),
        )
    ),
    leave_alone=(
        NearMiss("np.sum(p * np.log(p / q), -1)", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_mean(p * tf.log(p / q))", because="divided by the number of classes as well"),
        NearMiss("tf.reduce_sum(p * tf.log(q / p), -1)", because="the sign: minus the divergence"),
        NearMiss("tf.reduce_sum(q * tf.log(p / r), -1)", because="three distributions"),
        NearMiss(
            "tf.reduce_sum(p * (tf.log(tf.nn.softmax(a)) - tf.log(tf.nn.softmax(b))), -1)",
            because="the logarithms of softmaxes are better taken of the logits",
        ),
        NearMiss("tf.reduce_sum(p * tf.log(p), -1)", because="one distribution: an entropy"),
        NearMiss(
            "tf.reduce_sum(r * tf.log(r / q) + (1 - r) * tf.log((1 - r) / (1 - q)))",
            because="a sparsity penalty: of two-valued distributions, element by element",
        ),
        NearMiss(
            "-0.5 * tf.reduce_sum(1 + s - tf.square(m) - tf.exp(s), 1)",
            because="the divergence of Gaussians, for which Keras has no loss",
        ),
    ),
)
