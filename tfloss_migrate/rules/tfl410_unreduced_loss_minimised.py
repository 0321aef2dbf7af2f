"""A loss of one value for each example, given to an optimizer, is summed: nobody wrote that sum.

Why: the gradient of a tensor is that of the sum of its elements. Without a `reduce_mean` the step is as many times
larger as the batch has examples, and a learning rate that was tuned for the mean is too large: 200 steps of a linear
model at a rate of 0.5 and a batch of 100 end at 0.56 instead of 0.38, and each step jumps (TensorFlow 1.15.5). Adam
and RMSProp hide the factor, but for their epsilon and any clip of gradients. By default it is kept as it is, and
reported; `--repair` minimises the mean.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.feeds import fed_one_by_one, placeholders_behind
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.training import SYMBOLS

_PER_EXAMPLE = frozenset(
    "softmax_cross_entropy softmax_cross_entropy_v2 sparse_softmax_cross_entropy sigmoid_cross_entropy".split()
)
_ARITHMETIC = frozenset({"add", "subtract", "multiply", "divide", "negative"})
_DEPTH = 8
_MESSAGE = "the loss has one value for each example: their sum is minimised, not their mean"
_LEFT = "TensorFlow has no name in this place to write a mean with"
_QUESTION = Question(
    "tf.reduce_sum(loss)",
    "tf.reduce_mean(loss)",
    (Input("loss", Real()),),
    intended="tf.reduce_mean(loss)",
)


def _find(program: Program) -> Iterator[Sighting]:
    for found in program.minimised:
        loss = Origin(found.loss, found.place)
        whole = _is_of_a_batch(loss, program) or _per_example(loss, program, _DEPTH)
        if not whole or _is_fed_one_by_one(loss, program):
            continue
        root = program.reader.names.root_name(found.place.scope)
        if root is None:
            yield Sighting(found.loss, _MESSAGE, _LEFT, sure="likely")
        else:
            mean = ((found.loss, (f"{root}.reduce_mean(", found.loss, ")")),)
            yield Sighting(found.loss, _MESSAGE, None, mean, _QUESTION, repair=True, sure="likely")


def _is_of_a_batch(loss: Origin, program: Program) -> bool:
    """Whether the shapes that the code shows leave the batch in a loss: `tf.square(y - z)`, a sum over the classes."""
    shape = program.shapes.of(loss)
    return bool(shape) and shape is not None and shape[0] is None


def _per_example(origin: Origin, program: Program, depth: int) -> bool:
    """Whether a value surely has one number for each example: a cross-entropy by row, or a sum with one in it."""
    return depth > 0 and all(_is_row_by_row(one, program, depth) for one in program.values.origins.of(origin))


def _is_row_by_row(origin: Origin, program: Program, depth: int) -> bool:
    node = origin.node
    parts: tuple[ast.expr, ...] = ()
    if isinstance(node, ast.BinOp):
        parts = (node.left, node.right)
    elif isinstance(node, ast.UnaryOp):
        parts = (node.operand,)
    elif isinstance(node, ast.Call):
        operation = program.values.operation(origin)
        if operation is None:
            return False
        if operation.name in _PER_EXAMPLE:
            return not _is_of_one(origin, node, program)
        parts = tuple(node.args) if operation.name in _ARITHMETIC else ()
    return any(_per_example(Origin(part, origin.place, origin.frame), program, depth - 1) for part in parts)


def _is_of_one(origin: Origin, call: ast.Call, program: Program) -> bool:
    """Whether the batch is of one example, whose sum is its mean."""
    shapes = program.shapes
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    found = [shapes.of(Origin(argument, origin.place, origin.frame)) for argument in given]
    return any(shape is not None and set(shape) <= {1} for shape in found)


def _is_fed_one_by_one(loss: Origin, program: Program) -> bool:
    """Whether the file itself feeds one example at a time, whose sum is its mean."""
    alone = fed_one_by_one(program)
    return not alone.isdisjoint(placeholders_behind(loss, program) if alone else ())


_CATCHES = (
    """\
import tensorflow as tf

cost = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
step = tf.train.GradientDescentOptimizer(0.5).minimize(cost)
""",
    """\
import tensorflow as tf

class GAN:
    def build(self):
        self.d_loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=self.z)

    def train(self):
        optimizer = tf.train.AdamOptimizer(1e-4)
        return optimizer.minimize(self.d_loss, var_list=self.variables)
""",
    """\
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4])
y = tf.placeholder(tf.float32, [None, 2])
cost = tf.square(tf.layers.dense(x, 2) - y)
step = tf.train.AdamOptimizer().minimize(cost)
""",
)

RULE = Rule(
    id="TFL410",
    name="unreduced-loss-minimised",
    message="a loss of one value for each example is minimised",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(
            "cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z))\n"
            "step = tf.train.AdamOptimizer().minimize(cost)",
            because="the mean is minimised",
        ),
        NearMiss(
            "cost = tf.losses.softmax_cross_entropy(y, z)\nstep = tf.train.AdamOptimizer().minimize(cost)",
            because="tf.losses reduce by themselves",
        ),
        NearMiss(
            "xent = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)\n"
            "step = tf.train.AdamOptimizer().minimize(tf.reduce_sum(xent))",
            because="the sum is written: it is meant",
        ),
        NearMiss(
            "x = tf.placeholder(tf.float32, [1])\n"
            "z = tf.expand_dims(x + tf.Variable(tf.zeros([1])), 0)\n"
            "xent = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)\n"
            "step = tf.train.AdamOptimizer().minimize(xent)",
            because="one example at a time",
        ),
        NearMiss(
            "x = tf.placeholder(tf.float32, [None, 4])\nz = tf.layers.dense(x, 2)\n"
            "xent = tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot(tf.multinomial(z, 1)[0], 2), logits=z)\n"
            "slopes = tf.train.AdamOptimizer().compute_gradients(xent)\n"
            "with tf.Session() as sess:\n    sess.run(slopes, {x: observed.reshape(1, 4)})",
            because="one observation at a time is fed",
        ),
        NearMiss("step = tf.train.AdamOptimizer().minimize(loss)\nx = 1", because="nothing is known of the loss"),
        NearMiss(
            "xent = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)\nfit = scipy.optimize.minimize(xent)",
            because="not an optimizer of TensorFlow's",
        ),
    ),
    look=Look(SYMBOLS, _find),
    catches=(
        Catch(_CATCHES[0], "cost", "tf.reduce_mean(cost)"),
        Catch(_CATCHES[1], "self.d_loss", "tf.reduce_mean(self.d_loss)"),
        Catch(_CATCHES[2], "cost", "tf.reduce_mean(cost)"),
    ),
)
