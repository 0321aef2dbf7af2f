"""A `tf.where` chooses values, not gradients: a logarithm, root or quotient in the branch not taken still makes NaN.

Why: `tf.where(x > 0, tf.log(x), tf.zeros_like(x))` is 0 at x = 0, and its gradient there is 0 * inf, NaN: for [0, 2]
the values are [0, 0.69] and the gradients [nan, 0.5] (TensorFlow 1.15.5; 2.21 likewise). The argument must be made
harmless before the logarithm: `tf.log(tf.where(x > 0, x, tf.ones_like(x)))`, then chosen again. It is found where the
condition compares the very thing that the logarithm or root is taken of with zero.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.gradients import ways
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.terms import Term

_SYMBOLS = ("where", "select")
_MESSAGE = "the gradient is NaN where the condition fails: the other branch is computed there too"
_WHY = "choose a harmless argument before the logarithm, root or division, and the result after it"
_COMPARISONS = frozenset({"less", "less_equal", "equal", "not_equal"})


def _find(program: Program) -> Iterator[Sighting]:
    for call, place, _ in program.calls_of(*_SYMBOLS):
        if len(call.args) != 3:
            continue
        condition = program.reader.term(call.args[0], place)
        compared = [part for part, _ in condition.parts if part.kind != "num"]
        zero = any(part.kind == "num" and part.number == 0.0 for part, _ in condition.parts)
        if condition.kind != "op" or condition.name not in _COMPARISONS or not zero or len(compared) != 1:
            continue
        branches = [program.reader.term(branch, place) for branch in call.args[1:]]
        learned = "learned" in ways(compared[0], program.values)
        if learned and any(_breaks(branch, compared[0]) for branch in branches):
            yield Sighting(call, _MESSAGE, _WHY, sure="certain")


def _breaks(term: Term, bare: Term) -> bool:
    """Whether a logarithm, root or reciprocal is taken of the bare thing."""
    if term.kind == "op" and term.name == "log" and term.parts[0][0] == bare:
        return True
    if term.kind == "prod" and any(part == bare and _is_infinite_at_zero(exponent) for part, exponent in term.parts):
        return True
    return any(_breaks(part, bare) for part, _ in term.parts)


def _is_infinite_at_zero(exponent: object) -> bool:
    """Whether a power has an infinite derivative at zero."""
    return float(exponent) < 1.0  # type: ignore[arg-type]


_CATCH = """\
import tensorflow as tf

d = tf.reduce_sum(tf.square(tf.layers.dense(x, 9)), 1)
root = tf.where(d > 0.0, tf.sqrt(d), tf.zeros_like(d))
"""

RULE = Rule(
    id="TFL413",
    name="where-nan-gradient",
    message="a branch not taken makes the gradient NaN",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("tf.where(x > 0.0, x, tf.zeros_like(x))", because="nothing that could be infinite"),
        NearMiss(
            "safe = tf.where(x > 0.0, x, tf.ones_like(x))\ny = tf.where(x > 0.0, tf.log(safe), tf.zeros_like(x))",
            because="the argument is harmless everywhere",
        ),
        NearMiss("tf.where(x > 0.0, tf.log(x + 1e-8), tf.zeros_like(x))", because="guarded"),
        NearMiss("tf.where(mask, tf.log(x), tf.zeros_like(x))", because="nothing shows what the mask is"),
        NearMiss(
            "x = tf.placeholder(tf.float32)\ny = tf.where(x > 0.0, tf.log(x), tf.zeros_like(x))",
            because="no gradient is asked of data",
        ),
        NearMiss(
            "n = tf.reduce_sum(tf.cast(tf.layers.dense(x, 1) > 0.0, tf.float32))\n"
            "recall = tf.where(tf.equal(n, 0.0), 0.0, hits / n)",
            because="no gradient passes through a count",
        ),
        NearMiss("tf.where(x > 0.0, 0.5 * tf.square(x), tf.abs(x) - 0.5)", because="finite everywhere"),
        NearMiss("np.where(x > 0, np.log(x), 0)", because="numpy is not TensorFlow"),
    ),
    look=Look(_SYMBOLS, _find),
    catches=(Catch(_CATCH, "tf.where(d > 0.0, tf.sqrt(d), tf.zeros_like(d))"),),
)
