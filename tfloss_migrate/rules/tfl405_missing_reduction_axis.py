"""The mean of a sum without an axis is the mean of one number: the sum over the batch is what is minimised.

Why: `reduce_mean(-reduce_sum(y * log(p)))` lacks `axis=-1`. The inner sum leaves a scalar, the mean does nothing, and
loss and gradient are as many times too large as the batch has rows: the learning rate hangs on the batch size. At a
rate of 0.5, where the loss as it was meant ends at 0.38, it ends at 62 for a batch of 100, 0.62 each (TensorFlow
1.15.5). By default it is kept as it is, and reported; `--repair` sums over the last axis where what is summed has a
logarithm of probabilities in it.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program

_MEANS, _SUMS = ("reduce_mean", "math.reduce_mean"), ("reduce_sum", "math.reduce_sum")
_MESSAGE = "this mean is of one number and does nothing: the inner sum has no axis, and is over the batch as well"
_LEFT = "which axis is meant the code does not say"
_LOGS = frozenset({"log", "log_softmax"})
_QUESTION = Question(
    "tf.reduce_mean(tf.reduce_sum(x))",
    "tf.reduce_mean(tf.reduce_sum(x, axis=-1))",
    (Input("x", Real()),),
    (2, 3),
    intended="tf.reduce_mean(tf.reduce_sum(x, axis=-1))",
)


def _find(program: Program) -> Iterator[Sighting]:
    for call, place, _ in program.calls_of(*_MEANS):
        if len(call.args) != 1 or any(keyword.arg != "name" for keyword in call.keywords):
            continue
        inner = _sum(Origin(call.args[0], place), program)
        if inner is None:
            continue
        summed = inner.node
        assert isinstance(summed, ast.Call)
        written = any(node is summed for node in ast.walk(call))
        if written and _LOGS & program.reader.term(summed.args[0], place).operations:
            argument = summed.args[0]
            yield Sighting(
                call, _MESSAGE, None, ((argument, (argument, ", axis=-1")),), _QUESTION, repair=True, sure="likely"
            )
        else:
            yield Sighting(call, _MESSAGE, _LEFT, sure="likely")


def _sum(origin: Origin, program: Program) -> Origin | None:
    """The sum over everything that an expression is, up to a constant factor and a sign."""
    node = origin.node
    if isinstance(node, ast.UnaryOp):
        return _sum(Origin(node.operand, origin.place, origin.frame), program)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, (ast.Constant, ast.UnaryOp)):
                return _sum(Origin(other, origin.place, origin.frame), program)
        return None
    if isinstance(node, (ast.Name, ast.Attribute)):
        origins = program.values.origins.of(origin)
        return _sum(origins[0], program) if len(origins) == 1 and origins[0] != origin else None
    if not isinstance(node, ast.Call) or program.values.symbol(node, origin) not in _SUMS:
        return None
    plain = len(node.args) == 1 and all(keyword.arg == "name" for keyword in node.keywords)
    return origin if plain else None


_CATCHES = (
    """\
import tensorflow as tf

cost = tf.reduce_mean(-tf.reduce_sum(y * tf.log(pred)))
""",
    """\
import tensorflow as tf

error = tf.reduce_sum(tf.square(a - b))
loss = tf.reduce_mean(error)
""",
)

RULE = Rule(
    id="TFL405",
    name="missing-reduction-axis",
    message="the mean of a scalar",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("tf.reduce_mean(-tf.reduce_sum(y * tf.log(p), 1))", because="there is an axis"),
        NearMiss("tf.reduce_mean(-tf.reduce_sum(y * tf.log(p), reduction_indices=[1]))", because="there is an axis"),
        NearMiss("-tf.reduce_sum(y * tf.log(p))", because="a sum, and called one"),
        NearMiss("tf.reduce_mean(tf.nn.l2_loss(w))", because="the loss of the weights has no batch"),
        NearMiss("tf.reduce_mean(tf.reduce_mean(x))", because="the mean of a mean is a mean"),
        NearMiss("tf.reduce_mean(tf.reduce_sum(x, keepdims=True))", because="asked for with a shape in mind"),
        NearMiss("np.mean(np.sum(x))", because="numpy is not TensorFlow"),
        NearMiss("tf.reduce_mean(tf.reduce_sum(x) * w)", because="weighted by something that may have a batch"),
    ),
    look=Look((*_MEANS,), _find),
    catches=(
        Catch(
            _CATCHES[0],
            "tf.reduce_mean(-tf.reduce_sum(y * tf.log(pred)))",
            "tf.reduce_mean(-tf.reduce_sum(y * tf.log(pred), axis=-1))",
        ),
        Catch(_CATCHES[1], "tf.reduce_mean(error)"),
    ),
)
