"""One-hot labels for the sparse cross-entropy, or class ids for the dense one.

Why: `sparse_softmax_cross_entropy_with_logits` takes one class id for each row, and raises for one-hot rows ("Rank of
labels should equal rank of logits minus 1", TensorFlow 1.15.5). `softmax_cross_entropy_with_logits` takes rows, and
given ids raises where shapes are known ("Dimensions must be equal"); where the batch is as large as the number of
classes it takes all the ids of the batch for the weights of every row, and learns nonsense. Found where the code shows
it: one_hot, argmax, static shapes.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, CrossEntropy, cross_entropies
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.shapes import Shapes

_WHY = "use the other cross-entropy, or change the labels: which, the code does not say"


def _find(program: Program) -> Iterator[Sighting]:
    shapes = Shapes(program.values)
    for found in cross_entropies(program, "softmax", "sparse"):
        labels = shapes.of(Origin(found.labels, found.place))
        logits = shapes.of(Origin(found.logits, found.place))
        if found.kind == "sparse":
            columns = labels and logits and len(labels) == len(logits) and labels[-1] not in (1, None)
            if _made_by(found, program) == {"one_hot"} or columns:
                yield Sighting(
                    found.call, "the sparse cross-entropy is given rows, not class ids", _WHY, sure="certain"
                )
        elif _made_by(found, program) == {"argmax"} or (
            labels is not None and logits is not None and len(labels) == 1 < len(logits)
        ):
            yield Sighting(found.call, "the dense cross-entropy is given class ids, not rows", _WHY, sure="certain")


def _made_by(found: CrossEntropy, program: Program) -> set[str]:
    """The operations that the labels may be made by, seen through casts."""
    operations = set()
    for one in program.values.origins.of(Origin(found.labels, found.place)):
        operation = program.values.operation(one)
        operations.add(operation.name if operation is not None else "")
    return operations


_CATCHES = (
    """\
import tensorflow as tf

y = tf.one_hot(ids, 10)
loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)
""",
    """\
import tensorflow as tf

y = tf.placeholder(tf.int32, [None])
z = tf.matmul(x, tf.Variable(tf.zeros([784, 10])))
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
""",
)

RULE = Rule(
    id="TFL414",
    name="sparse-dense-mismatch",
    message="rows and class ids are confused",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(
            "y = tf.one_hot(ids, 10)\nloss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)",
            because="rows for the dense one",
        ),
        NearMiss(
            "ids = tf.argmax(y, 1)\nloss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=ids, logits=z)",
            because="class ids for the sparse one",
        ),
        NearMiss("tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)", because="nothing shows"),
        NearMiss(
            "y = tf.placeholder(tf.int64, [None, 1])\nz = tf.placeholder(tf.float32, [None, 10])\n"
            "loss = tf.losses.sparse_softmax_cross_entropy(y, z)",
            because="tf.losses takes a column of ids as well",
        ),
    ),
    look=Look(SYMBOLS, _find),
    catches=(
        Catch(_CATCHES[0], "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)"),
        Catch(_CATCHES[1], "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"),
    ),
)
