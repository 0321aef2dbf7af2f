"""Labels smoothed by hand before a cross-entropy are its `label_smoothing`.

Why: y*(1 - s) + s/classes for exclusive classes, y*(1 - s) + s/2 for single ones, is what Keras' cross-entropies make
of the labels. TF1's older op gives the labels no gradient and Keras does, hence the stop_gradient where labels could
have one. Where the number of classes is written as a number, s/classes is a number like any other: the labels are left.
"""

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, Count, LabelDistribution, Literal, Logits
from tfloss_migrate.model import Form, Input, NearMiss, Rule

_SMOOTHED = "labels * (1.0 - smoothing) + smoothing / classes"
_OP = "tf.nn.softmax_cross_entropy_with_logits{}(labels=" + _SMOOTHED + ", logits=logits)"
_KERAS = "tf.keras.losses.categorical_crossentropy({}, logits, from_logits=True, label_smoothing=smoothing)"
_BINARY = "tf.nn.sigmoid_cross_entropy_with_logits(labels=flags * (1.0 - smoothing) + 0.5 * smoothing, logits=log_odds)"
_BINARY_KERAS = "tf.keras.losses.binary_crossentropy(flags, log_odds, from_logits=True, label_smoothing=smoothing)"
_CLASSES = ("as many classes as the labels were smoothed over",)


def _form(legacy: str, target: str, *needs: str) -> Form:
    return Form(legacy, target, needs=("not-softmax:logits", *needs), promises=_CLASSES, ranks=(2, 3))


RULE = Rule(
    id="TFL323",
    name="label-smoothing-by-hand",
    message="Keras' cross-entropy smooths the labels itself",
    inputs=(
        Input("labels", LabelDistribution()),
        Input("logits", Logits()),
        Input("flags", BinaryLabels()),
        Input("log_odds", BinaryLogits()),
        Input("classes", Count()),
        Input("smoothing", Literal()),
    ),
    forms=(
        _form(_OP.format(""), _KERAS.format("labels"), "constant:labels"),
        _form(_OP.format(""), _KERAS.format("tf.stop_gradient(labels)")),
        _form(_OP.format("_v2"), _KERAS.format("labels")),
        _form(
            f"-tf.reduce_sum(({_SMOOTHED}) * tf.log(tf.nn.softmax(logits)), axis=-1)",
            _KERAS.format("labels"),
            "whole-rows:labels",
        ),
        _form(
            f"-tf.reduce_sum(({_SMOOTHED}) * tf.nn.log_softmax(logits), axis=-1)",
            _KERAS.format("labels"),
            "whole-rows:labels",
        ),
        Form(
            f"tf.reduce_mean({_BINARY})",
            f"tf.reduce_mean({_BINARY_KERAS})",
            needs=("not-sigmoid:log_odds", "equal-shape:flags,log_odds"),
            promises=("flags and log_odds of equal shape",),
        ),
    ),
    leave_alone=(
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits_v2(labels=y * 0.9, logits=z)", because="nothing is added back"
        ),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits_v2(labels=y * 0.9 + 0.2 / n, logits=z)",
            because="the rows no longer sum to one",
        ),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits_v2(labels=y * 0.9 + 0.01, logits=z)",
            because="nothing shows over how many classes this is spread",
        ),
        NearMiss(
            "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y * 0.9 + 0.1, logits=z))",
            because="smoothed to one side",
        ),
        NearMiss("y * (1 - 0.1) + 0.1 / n", because="no loss"),
    ),
)
