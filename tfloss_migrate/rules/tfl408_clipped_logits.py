"""Logits that cannot move freely: a clip, a relu, a tanh or a sigmoid before a loss that takes logits.

Why: softmax cross-entropy of C classes whose logits stay within an interval of width d cannot fall below
log(1 + (C - 1) * exp(-d)): 1.46 for ten classes and a clip to [1e-10, 1] or a sigmoid, 0.80 for a tanh, where guessing
costs 2.30. Beyond the bounds the gradient is 0. 200 steps of a linear model end at 1.64 and 1.25 instead of 0.38
(TensorFlow 1.15.5). A relu gives a class no gradient once its logit is below 0; sigmoid cross-entropy of a relu is 0.69
at least for every example of class 0. A clip that leaves ten or more to either side is a common guard, and no news.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, cross_entropies
from tfloss_migrate.syntax.program import Program

#: An interval of this width lets the loss of a thousand classes fall to 0.05.
_WIDE = 10.0
_WHY = "give the loss the logits before they are bounded"


def _find(program: Program) -> Iterator[Sighting]:
    values = program.values
    for found in cross_entropies(program, "softmax", "sparse", "sigmoid", by_content=True):
        activations = values.activations(found.logits, found.place)
        if "softmax" in activations or (found.kind == "sigmoid" and "sigmoid" in activations):
            continue  # applied twice, or on some ways only
        if all(map(values.is_fed, values.sources(found.logits, found.place))):
            continue
        held = values.range(program.reader.term(found.logits, found.place))
        if activations == {"relu"}:
            message = "a relu before a loss that takes logits: no class can go below 0, and its gradient is 0 there"
            yield Sighting(found.call, message, _WHY, sure="likely")
        elif held.high - held.low < _WIDE:
            message = f"these logits stay within [{held.low:g}, {held.high:g}]: the loss cannot fall to zero"
            yield Sighting(found.call, message, _WHY, sure="likely")


_CATCHES = (
    """\
import tensorflow as tf

z = tf.clip_by_value(tf.layers.dense(x, 10), 1e-10, 1.0)
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
""",
    """\
import tensorflow as tf

def layer(x, w, b):
    return tf.nn.relu(tf.matmul(x, w) + b)

z = layer(h, w, b)
loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)
""",
)

RULE = Rule(
    id="TFL408",
    name="clipped-logits",
    message="logits that cannot move freely",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)", because="nothing is known of them"),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=tf.clip_by_value(z, -50.0, 50.0))",
            because="wide enough for any loss",
        ),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=10.0 * tf.tanh(z))",
            because="wide enough for any loss",
        ),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=tf.matmul(tf.nn.relu(h), w))",
            because="the relu is that of a hidden layer",
        ),
    ),
    look=Look(SYMBOLS, _find),
    catches=(
        Catch(_CATCHES[0], "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"),
        Catch(_CATCHES[1], "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)"),
    ),
)
