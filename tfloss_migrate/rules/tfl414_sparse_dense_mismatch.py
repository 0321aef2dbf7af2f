"""One-hot labels for the sparse cross-entropy, or class ids for the dense one.

Why: `sparse_softmax_cross_entropy_with_logits` takes one class id for each row, and raises for one-hot rows ("Rank of
labels should equal rank of logits minus 1", TensorFlow 1.15.5). `softmax_cross_entropy_with_logits` takes rows, and
given ids raises where shapes are known ("Dimensions must be equal"); where the batch is as large as the number of
classes it takes all the ids of the batch for the weights of every row, and learns nonsense. Found where the code shows
it: one_hot, argmax, static shapes; likely where the only data set is read with the other kind of labels, and no code
turns the one into the other.
"""

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, CrossEntropy, cross_entropies
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.shapes import Shape
from tfloss_migrate.syntax.terms import constant_of

#: In the name of a call that makes rows of ids, or ids of rows.
_TURNING = re.compile("argmax|hot|eye|categorical|binar")
_WHY = "use the other cross-entropy, or change the labels: which, the code does not say"

_FED = "a vector, one number for each example, is fed to a placeholder of rows: TensorFlow raises"
_FEED_ROWS = "feed a row for each example, or declare the shape [None] and make rows of it by one_hot"


def _find(program: Program) -> Iterator[Sighting]:
    yield from _find_fed(program)
    rows = _reads_rows(program)
    for found in cross_entropies(program, "softmax", "sparse", by_content=True):
        message = _mistaken(found, program)
        if message is not None:
            yield Sighting(found.call, message, _WHY, sure="certain")
        elif rows is not None and rows == (found.kind == "sparse") and _is_fed_with_read(found, program):
            message = f"the data set is read with one_hot={rows}, and this is for labels of the other kind"
            yield Sighting(found.call, message, _WHY, sure="likely")


def _find_fed(program: Program) -> Iterator[Sighting]:
    """A vector that is fed to a placeholder of rows, as class ids are where one-hot labels were declared."""
    for feed in program.feeds:
        held = [one for one in feed.fed if _is_of_rows(one, program)]
        if held and len(held) == len(feed.fed):
            shape = program.shapes.of(Origin(feed.value, feed.place))
            if shape is not None and len(shape) == 1:
                yield Sighting(feed.value, _FED, _FEED_ROWS, sure="certain")


def _is_of_rows(origin: Origin, program: Program) -> bool:
    operation, shape = program.values.operation(origin), program.shapes.of(origin)
    rows = shape is not None and len(shape) == 2 and shape[1] not in (1, None)
    return operation is not None and operation.name == "placeholder" and rows


def _mistaken(found: CrossEntropy, program: Program) -> str | None:
    """What is surely wrong with the labels of a cross-entropy, if anything."""
    labels, logits = _shape_of_labels(found, program), program.shapes.of(Origin(found.logits, found.place))
    known = labels is not None and logits is not None
    made = _made_by(found, program)
    if _is_text(found, program):
        return "the labels are text: class ids or rows are needed, whichever the cross-entropy takes"
    if found.kind == "sparse":
        rows = known and labels and logits and len(labels) == len(logits) and labels[-1] not in (1, None)
        return "the sparse cross-entropy is given rows, not class ids" if made == {"one_hot"} or rows else None
    if made == {"argmax"} or (labels is not None and logits is not None and len(labels) == 1 < len(logits)):
        return "the dense cross-entropy is given class ids, not rows"
    if not labels or not logits or len(labels) != len(logits) or {labels[-1], logits[-1]} & {None, 1}:
        return None
    differ = labels[-1] != logits[-1]
    return f"a row of labels has {labels[-1]} numbers, and these logits have {logits[-1]} classes" if differ else None


def _is_text(found: CrossEntropy, program: Program) -> bool:
    """Whether the labels are a placeholder of strings."""
    for one in program.values.origins.of(Origin(found.labels, found.place)):
        term = program.reader.term(one.node, one.place)
        dtype = term.argument("dtype") if term.name == "placeholder" else None
        if "string" not in str(constant_of(dtype) if dtype is not None else ""):
            return False
    return True


def _shape_of_labels(found: CrossEntropy, program: Program) -> Shape | None:
    """The shape of the labels; of a placeholder without one, that of all that it is fed."""
    shape = program.shapes.of(Origin(found.labels, found.place))
    if shape is not None:
        return shape
    held = set(program.values.origins.of(Origin(found.labels, found.place)))
    fed = {program.shapes.of(Origin(feed.value, feed.place)) for feed in program.feeds if held <= feed.fed}
    return fed.pop() if len(fed) == 1 else None


def _reads_rows(program: Program) -> bool | None:
    """Whether the labels of the one data set that is read are rows; None where that is not all that is seen of them."""
    read = []
    for call, place in program.reader.names.calls:
        name = dotted(call.func) or ""
        if name.rpartition(".")[2] == "read_data_sets":
            read.append(call)
        elif _TURNING.search(name) and program.reader.names.symbol(call.func, place.scope) is None:
            return None
    given = [keyword for call in read for keyword in call.keywords if keyword.arg in ("one_hot", None)]
    flag = given[0].value if given else ast.Constant(False)
    if len(read) != 1 or len(read[0].args) > 1 or not isinstance(flag, ast.Constant):
        return None
    return bool(flag.value)


def _is_fed_with_read(found: CrossEntropy, program: Program) -> bool:
    """Whether the labels are a placeholder that is fed with the labels of a data set, as they were read."""
    labels = set(program.values.sources(found.labels, found.place))
    read: set[str | None] = set()
    for expression, place in program.reader.names.places:
        statement = place.statement
        if isinstance(statement, ast.Assign) and isinstance(expression, ast.Call):
            target = statement.targets[0]
            if (dotted(expression.func) or "").endswith(".next_batch") and isinstance(target, ast.Tuple):
                read.add(dotted(target.elts[-1]))
    fed = [dotted(feed.value) or "" for feed in program.feeds if labels & feed.fed]
    return any(name in read or name.endswith(".labels") for name in fed)


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
    """\
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("/tmp/data", one_hot=True)
y = tf.placeholder(tf.int64)
loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.squeeze(y), logits=z)
with tf.Session() as sess:
    batch_x, batch_y = mnist.train.next_batch(100)
    sess.run(loss, feed_dict={x: batch_x, y: batch_y})
""",
    """\
import tensorflow as tf

y = tf.one_hot(ids, 10)
z = tf.matmul(x, tf.Variable(tf.zeros([784, 10])))
loss = tf.nn.sparse_softmax_cross_entropy_with_logits(z, y)
""",
    """\
import tensorflow as tf

y = tf.placeholder("float")
z = tf.matmul(x, tf.Variable(tf.zeros([10, 2])))
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)
n = 500
with tf.Session() as sess:
    sess.run(loss, feed_dict={x: np.random.normal(0, 1, [n, 10]), y: [[random.randint(0, 1) for _ in range(n)]]})
""",
    """\
import tensorflow as tf

def batch(n):
    return [np.random.normal(0, 1, [4]) for _ in range(n)], [random.randint(0, 9) for _ in range(n)]

y = tf.placeholder(tf.float32, [None, 10])
loss = -tf.reduce_sum(y * tf.log(p + 1e-8))
examples, ids = batch(50)
with tf.Session() as sess:
    sess.run(loss, feed_dict={x: examples, y: ids})
""",
    """\
import tensorflow as tf

y = tf.placeholder(tf.string, [None, 4])
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
            "y = tf.placeholder(tf.float32, [None, 10])\nids = [3, 1]\nsess.run(loss, {y: np.eye(10)[ids]})",
            because="rows are made of the ids first",
        ),
        NearMiss(
            "y = tf.placeholder(tf.float32)\nz = tf.matmul(x, tf.Variable(tf.zeros([10, 2])))\n"
            "loss = tf.nn.softmax_cross_entropy_with_logits(labels=tf.transpose(y), logits=z)\n"
            "sess.run(loss, {y: np.zeros((2, 500))})",
            because="what is fed is transposed first",
        ),
        NearMiss(
            "y = tf.placeholder(tf.float32)\nz = tf.matmul(x, tf.Variable(tf.zeros([10, 2])))\n"
            "loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)\n"
            "sess.run(loss, {y: np.zeros((500, 2))})",
            because="rows of as many numbers as there are classes",
        ),
        NearMiss(
            "y = tf.placeholder(tf.int64, [None, 1])\nz = tf.placeholder(tf.float32, [None, 10])\n"
            "loss = tf.losses.sparse_softmax_cross_entropy(y, z)",
            because="tf.losses takes a column of ids as well",
        ),
        NearMiss(
            "data = input_data.read_data_sets('d', one_hot=True)\ny = tf.placeholder(tf.int64)\n"
            "loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.argmax(y, 1), logits=z)",
            because="the rows are turned into ids",
        ),
        NearMiss(
            "data = input_data.read_data_sets('d')\ny = tf.placeholder(tf.float32)\n"
            "loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)\nfed = np.eye(10)[data.train.labels]",
            because="the ids are turned into rows",
        ),
        NearMiss(
            "data = read_data_sets('d', one_hot=True)\ny = tf.placeholder(tf.int64)\n"
            "loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)\n"
            "real = sess.run(loss, {y: numpy.ones([9])})",
            because="labels of its own: real or not",
        ),
        NearMiss(
            "data = read_data_sets('d')\ny = tf.placeholder(tf.int64)\n"
            "loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)\n"
            "found = sess.run(loss, {y: data.test.labels})",
            because="ids are read, and ids are wanted",
        ),
    ),
    look=Look((*SYMBOLS, "placeholder"), _find),
    catches=(
        Catch(_CATCHES[0], "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)"),
        Catch(_CATCHES[1], "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"),
        Catch(_CATCHES[2], "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.squeeze(y), logits=z)"),
        Catch(_CATCHES[3], "tf.nn.sparse_softmax_cross_entropy_with_logits(z, y)"),
        Catch(_CATCHES[4], "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"),
        Catch(_CATCHES[5], "ids"),
        Catch(_CATCHES[6], "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"),
    ),
)
