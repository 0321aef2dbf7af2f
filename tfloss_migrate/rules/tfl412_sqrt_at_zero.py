"""The root of a sum of squares has a NaN gradient where the sum is zero.

Why: the derivative of sqrt is infinite at 0 and that of a square is 0, and inf * 0 is NaN: one row whose difference
is exactly zero (an example against itself, two equal embeddings, a dead layer) makes every weight NaN, while the loss
itself looks well. For rows [0, 0] and [3, 4] the gradients are [nan, nan] and [0.3, 0.4]; with 1e-12 under the root,
[0, 0] and [0.3, 0.4] (TensorFlow 1.15.5; 2.21 likewise, and tf.norm as well). Which epsilon is meant the code does
not say, so that nothing is written. Roots of the sum over everything, as in a root mean squared error, are not
reported: they are zero only where there is nothing left to learn.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.terms import Term

_ROOTS, _NORMS = ("sqrt", "math.sqrt"), ("norm", "linalg.norm")
_MESSAGE = "the gradient of this root is NaN for a row whose squares sum to zero"
_WHY = "an epsilon under the root keeps the gradient finite: which one is meant the code does not say"


def _find(program: Program) -> Iterator[Sighting]:
    for call, place, symbol in program.calls_of(*_ROOTS, *_NORMS):
        if not call.args:
            continue
        term = program.reader.term(call.args[0], place)
        if symbol in _NORMS:
            by_row = any(k.arg in ("axis", "dim") for k in call.keywords) and len(call.args) == 1
            difference = term if by_row and not any(k.arg == "ord" for k in call.keywords) else None
        else:
            difference = _squared(term)
        if difference is not None and _of_two(difference) and _learned(difference, program):
            yield Sighting(call, _MESSAGE, _WHY, sure="likely")


def _squared(term: Term) -> Term | None:
    """What is squared in a sum of squares along an axis."""
    if term.kind != "op" or term.name != "reduce_sum" or term.argument("axis") is None:
        return None
    inner = term.argument("input_tensor")
    if inner is None or inner.kind != "prod" or len(inner.parts) != 1 or inner.parts[0][1] != 2.0:
        return None
    return inner.parts[0][0]


def _of_two(term: Term) -> bool:
    """Whether a term is a difference of two things, with nothing added."""
    return term.kind == "sum" and term.number == 0.0 and sorted(float(c) for _, c in term.parts) == [-1.0, 1.0]  # type: ignore[arg-type]


def _learned(term: Term, program: Program) -> bool:
    """Whether variables are behind one of the two at least."""
    return any(
        part.node is not None and part.place is not None and program.values.learns(Origin(part.node, part.place))
        for part, _ in term.parts
    )


_NET = """\
import tensorflow as tf

def net(x):
    with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
        return tf.layers.dense(x, 64)

a, b = net(x1), net(x2)
"""

RULE = Rule(
    id="TFL412",
    name="sqrt-at-zero",
    message="a root with a NaN gradient at zero",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(
            "a = tf.layers.dense(x, 9)\nd = tf.sqrt(tf.reduce_sum(tf.square(a - b), 1) + 1e-12)", because="guarded"
        ),
        NearMiss(
            "a = tf.layers.dense(x, 9)\nd = tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(a - b), 1), 1e-9))",
            because="guarded",
        ),
        NearMiss(
            "a = tf.layers.dense(x, 9)\nd = tf.sqrt(tf.reduce_mean(tf.square(a - b)))",
            because="a root mean squared error is zero only at the end of all learning",
        ),
        NearMiss("d = tf.sqrt(tf.reduce_sum(tf.square(a - b), 1))", because="nothing shows that anything is learned"),
        NearMiss("tf.sqrt(variance)", because="nothing is known of it"),
        NearMiss(
            "g = tf.gradients(y, x)[0]\nn = tf.sqrt(tf.reduce_sum(tf.square(g), 1))",
            because="a gradient of a trained critic is not exactly zero",
        ),
    ),
    look=Look((*_ROOTS, *_NORMS), _find),
    catches=(
        Catch(
            _NET + "d = tf.sqrt(tf.reduce_sum(tf.square(a - b), 1))\n",
            "tf.sqrt(tf.reduce_sum(tf.square(a - b), 1))",
        ),
        Catch(_NET + "d = tf.norm(a - b, axis=1)\n", "tf.norm(a - b, axis=1)"),
    ),
)
