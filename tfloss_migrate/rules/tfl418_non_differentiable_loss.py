"""A loss that no gradient passes through: argmax, a comparison or a cast to whole numbers lies on every way.

Why: the derivative of argmax, equal, a rounding or a cast to whole numbers is none. A loss made of the predicted
classes gives every variable no gradient: TensorFlow 1.15.5 raises "No gradients provided for any variable", and with
another loss added this one trains nothing. What is meant is a loss of the logits; which, the code does not say.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.gradients import ways
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.training import SYMBOLS

_MESSAGE = "no gradient passes through this loss: argmax, a comparison or a cast lies on every way to the variables"
_WHY = "what is meant is a loss of the logits: which, the code does not say"


def _find(program: Program) -> Iterator[Sighting]:
    for found in program.minimised:
        origins = program.values.origins.of(Origin(found.loss, found.place))
        terms = [program.reader.term(one.node, one.place) for one in origins]
        if set().union(*(ways(term, program.values) for term in terms)) == {"blocked"}:
            yield Sighting(found.loss, _MESSAGE, _WHY, sure="certain")


_CATCH = """\
import tensorflow as tf

y = tf.placeholder(tf.float32, [None])
z = tf.layers.dense(x, 10)
predicted = tf.cast(tf.argmax(z, 1), tf.float32)
loss = tf.reduce_mean(tf.square(predicted - y))
step = tf.train.AdamOptimizer().minimize(loss)
"""
_NET = "z = tf.layers.dense(x, 10)\n"
_MINIMISE = "\nstep = tf.train.AdamOptimizer().minimize(loss)"

RULE = Rule(
    id="TFL418",
    name="non-differentiable-loss",
    message="a loss that no gradient passes through",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(f"{_NET}loss = tf.reduce_mean(tf.square(z - y)){_MINIMISE}", because="a gradient passes"),
        NearMiss(
            f"{_NET}q = tf.reduce_sum(z * tf.one_hot(tf.argmax(z, 1), 10), 1)\nloss = tf.reduce_mean(q){_MINIMISE}",
            because="argmax only selects: the gradient passes beside it",
        ),
        NearMiss(
            f"{_NET}loss = tf.reduce_mean(tf.cast(z > 0.0, tf.float32) * tf.square(z - y)){_MINIMISE}",
            because="the comparison is a mask",
        ),
        NearMiss(
            f"{_NET}hit = tf.equal(tf.argmax(z, 1), tf.argmax(y, 1))\nacc = tf.reduce_mean(tf.cast(hit, tf.float32))",
            because="an accuracy, and not minimised",
        ),
        NearMiss(f"loss = tf.reduce_mean(tf.cast(model(x), tf.float32)){_MINIMISE}", because="a cast to floats"),
    ),
    look=Look(SYMBOLS, _find),
    catches=(Catch(_CATCH, "loss"),),
)
