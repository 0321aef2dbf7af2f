"""A vector of labels against a column of predictions: their difference holds every label against every prediction.

Why: (B,) - (B, 1) broadcasts to (B, B). The mean of its squares is smallest where every prediction is the mean of all
labels: nothing else is learned. 200 steps of a linear model whose labels are an exact linear function end at a loss
of 23.9, the variance of the labels, where the same shapes on both sides end at 0.000 (TensorFlow 1.15.5). It is found
where both shapes show: placeholders, reshape, squeeze, reductions with an axis, matrix products, dense layers. Where
the axis was added to hold all pairs against each other, nothing is said.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.nodes import nodes
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.shapes import Shape

_SYMBOLS = ("subtract", "sub", "math.subtract", "squared_difference", "math.squared_difference")
_REDUCTIONS = ("reduce_mean", "reduce_sum", "math.reduce_mean", "reduce_max", "nn.l2_loss")
_WHY = "reshape one of the two: which, the code does not say"


def _find(program: Program) -> Iterator[Sighting]:
    shapes = program.shapes
    for node, left, right, place in _differences(program):
        one, other = (shapes.of(Origin(side, place)) for side in (left, right))
        if one is None or other is None or not (_broadcasts(one, other) or _broadcasts(other, one)):
            continue
        if not _is_meant(left, right, program, place) and (
            _varies(left, place, program) or _varies(right, place, program)
        ):
            message = f"shapes {_text(one)} and {_text(other)} broadcast to {_text(_both(one, other))}"
            yield Sighting(node, f"{message}: every row is held against every other", _WHY, sure="certain")


def _differences(program: Program) -> Iterator[tuple[ast.expr, ast.expr, ast.expr, Place]]:
    """The differences that are written in the statements of a program, with their two sides."""
    for call, place, _ in program.calls_of(*_SYMBOLS):
        if len(call.args) == 2:
            yield call, call.args[0], call.args[1], place
    seen = set()
    for call, place, _ in program.calls_of(*_REDUCTIONS, "square", "math.square", "abs", "pow", "math.abs"):
        for node in nodes(call):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and id(node) not in seen:
                seen.add(id(node))
                yield node, node.left, node.right, place


def _broadcasts(vector: Shape, column: Shape) -> bool:
    return len(vector) == 1 and len(column) == 2 and column[1] == 1 and vector[0] == column[0] != 1


def _both(one: Shape, other: Shape) -> Shape:
    vector, column = (one, other) if len(one) == 1 else (other, one)
    return (column[0], vector[0])


def _varies(side: ast.expr, place: Place, program: Program) -> bool:
    """Whether anything is fed or learned, unlike in a calculation with arrays."""
    values = program.values
    for one in values.sources(side, place):
        operation = values.operation(one)
        if (operation is not None and operation.name == "placeholder") or values.learns(one):
            return True
    return False


def _is_meant(left: ast.expr, right: ast.expr, program: Program, place: Place) -> bool:
    """Whether every pair is wanted: an axis was added on purpose, or both sides are one thing."""
    sources = [set(program.values.sources(side, place)) for side in (left, right)]
    if sources[0] & sources[1]:
        return True
    for side in (left, right):
        for one in program.values.origins.of(Origin(side, place)):
            operation = program.values.operation(one)
            if isinstance(one.node, ast.Subscript) or (operation is not None and operation.name == "expand_dims"):
                return True
        if dotted(side) is None and any(isinstance(node, ast.Subscript) for node in ast.walk(side)):
            return True
    return False


def _text(shape: Shape) -> str:
    lengths = ", ".join("B" if length is None else str(length) for length in shape)
    return f"({lengths},)" if len(shape) == 1 else f"({lengths})"


_CATCHES = (
    """\
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 20])
y = tf.placeholder(tf.float32, [None])
prediction = tf.layers.dense(x, 1)
loss = tf.reduce_mean(tf.square(y - prediction))
""",
    """\
import tensorflow as tf

w = tf.Variable(tf.zeros([20, 1]))
y = tf.placeholder(tf.float32, shape=[None])
pred = tf.matmul(x, w) + 1.0
loss = tf.reduce_mean(tf.squared_difference(pred, y))
""",
    """\
import tensorflow as tf

def weights(shape):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1))

x = tf.constant([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
y = tf.constant([1.0, 2.0, 3.0])
error = tf.reduce_mean(tf.square(y - tf.matmul(x, weights((2, 1)))))
""",
)
_X = "x = tf.placeholder(tf.float32, [None, 5])\n"

RULE = Rule(
    id="TFL406",
    name="broadcast-rank-mismatch",
    message="a vector against a column",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(
            f"{_X}y = tf.placeholder(tf.float32, [None, 1])\n"
            "loss = tf.reduce_mean(tf.square(y - tf.layers.dense(x, 1)))",
            because="two columns",
        ),
        NearMiss(
            f"{_X}y = tf.placeholder(tf.float32, [None])\np = tf.squeeze(tf.layers.dense(x, 1), 1)\n"
            "loss = tf.reduce_mean(tf.square(y - p))",
            because="two vectors",
        ),
        NearMiss(
            f"{_X}s = tf.reduce_sum(x, 1)\nd = tf.square(tf.expand_dims(s, 1) - s)",
            because="the axis is added there: every pair is wanted",
        ),
        NearMiss(
            f"{_X}b = tf.placeholder(tf.float32, [5])\nloss = tf.reduce_mean(tf.square(x - b))",
            because="a row against a table",
        ),
        NearMiss(
            f"{_X}c = tf.placeholder(tf.float32, [7])\nk = tf.exp(-tf.square(tf.layers.dense(x, 1) - c))",
            because="every example against seven centres",
        ),
        NearMiss(
            f"{_X}s = tf.reduce_sum(x, 1)\nd = tf.square(tf.reshape(s, [-1, 1]) - s)", because="a thing against itself"
        ),
        NearMiss("loss = tf.reduce_mean(tf.square(y - p))", because="no shape shows"),
        NearMiss(
            "a = np.array([[1], [2], [3]])\nb = np.array([1, 2, 3])\nd = tf.reduce_mean(tf.square(a - b))",
            because="a calculation with two arrays, and nothing is learned",
        ),
        NearMiss(
            "y = tf.placeholder(tf.float32)\nw = tf.Variable(tf.zeros([5, 1]))\nd = tf.square(y - tf.matmul(x, w))",
            because="a placeholder of any shape",
        ),
    ),
    look=Look((*_SYMBOLS, "square", "math.square", "abs", "pow", "math.abs", *_REDUCTIONS), _find),
    catches=(
        Catch(_CATCHES[0], "y - prediction"),
        Catch(_CATCHES[1], "tf.squared_difference(pred, y)"),
        Catch(_CATCHES[2], "y - tf.matmul(x, weights((2, 1)))"),
    ),
)
