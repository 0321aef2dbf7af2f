"""A loss that no gradient passes through: argmax, a comparison, a rounding or a cast lies on every way.

Why: the derivative of argmax, equal, a rounding or a cast to whole numbers is none. A loss made of the predicted
classes gives every variable no gradient: TensorFlow 1.15.5 raises "No gradients provided for any variable", and with
another loss added this one trains nothing. What is meant is a loss of the logits; which, the code does not say.
"""

import ast
import re
from collections.abc import Callable, Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.gradients import ways
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.terms import Term
from tfloss_migrate.syntax.training import SYMBOLS

_MESSAGE = "no gradient passes through this loss: argmax, a rounding or the like lies on every way to a variable"
_WHY = "what is meant is a loss of the logits: which, the code does not say"
_LABELS = re.compile(r"^(y_?|y_true|labels?|targets?)$|_(labels?|targets?)$", re.IGNORECASE)


def _find(program: Program) -> Iterator[Sighting]:
    for found in program.minimised:
        origins = program.values.origins.of(Origin(found.loss, found.place))
        terms = [program.reader.term(one.node, one.place) for one in origins]
        if _are_blocked(terms, program, lambda one: False):
            yield Sighting(found.loss, _MESSAGE, _WHY, sure="certain")
        elif _are_blocked(terms, program, _is_called_labels):
            yield Sighting(found.loss, _MESSAGE, _WHY, sure="likely")


def _are_blocked(terms: list[Term], program: Program, is_data: Callable[[Origin], bool]) -> bool:
    """Whether there are ways, and each is blocked; the first that is not ends the search."""
    met = (way for term in terms for way in ways(term, program.values, is_data))
    return next(met, None) == "blocked" and all(way == "blocked" for way in met)


def _is_called_labels(origin: Origin) -> bool:
    """Whether it is a parameter, or something else of which nothing is known, that is called labels."""
    return isinstance(origin.node, ast.Name) and _LABELS.search(origin.node.id) is not None


_CATCH = """\
import tensorflow as tf

y = tf.placeholder(tf.float32, [None])
z = tf.layers.dense(x, 10)
predicted = tf.cast(tf.argmax(z, 1), tf.float32)
loss = tf.reduce_mean(tf.square(predicted - y))
step = tf.train.AdamOptimizer().minimize(loss)
"""
_IN_A_FUNCTION = """\
import tensorflow as tf

def error(labels, z):
    guessed = tf.round(tf.nn.sigmoid(z))
    return tf.reduce_mean(tf.abs(labels - guessed))

def train(x, labels):
    loss = error(labels, tf.layers.dense(x, 1))
    return tf.train.AdamOptimizer().minimize(loss)
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
        NearMiss(
            f"{_NET}def round(x):\n    return x + tf.stop_gradient(tf.round(x) - x)\n"
            f"loss = tf.reduce_mean(tf.square(round(z) - y)){_MINIMISE}",
            because="a rounding that hands its gradient through",
        ),
        NearMiss(
            f"def train(x, y):\n    loss = tf.reduce_mean(tf.square(tf.round(tf.layers.dense(x, 1)) - x))"
            f"{_MINIMISE.replace('step =', '    return')}",
            because="x may be learned elsewhere",
        ),
        NearMiss(f"loss = tf.reduce_mean(tf.cast(model(x), tf.float32)){_MINIMISE}", because="a cast to floats"),
    ),
    look=Look(SYMBOLS, _find),
    catches=(Catch(_CATCH, "loss"), Catch(_IN_A_FUNCTION, "loss")),
)
