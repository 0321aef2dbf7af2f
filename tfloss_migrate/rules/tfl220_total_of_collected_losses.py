"""`tf.losses.get_total_loss` adds up what was collected in a graph; TF2 collects nothing.

Why: every call of `tf.losses` and `slim.losses` adds its loss to a collection of the graph. Where one function, or the
module itself, shows every loss that is collected before the total is taken, the total becomes the sum of these losses
by name, with which the losses themselves can then be rewritten. It stays where anything else may collect: a condition
or a loop, another function or file, a module out of sight, a regularizer. Where the function has no caller in sight it
may be that the caller has collected before, so that only `--unsafe` names the losses.
Source: TensorFlow 1.15, `python/ops/losses/util.py`.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.by_name import ByName
from tfloss_migrate.rules.collected import LOSSES, TOTAL
from tfloss_migrate.syntax.program import Program

_MESSAGE = "get_total_loss adds up what was collected in a graph: TF2 has no collections"


def _find(program: Program) -> Iterator[Sighting]:
    yield from ByName(program).sightings(TOTAL, LOSSES, _MESSAGE)


RULE = Rule(
    id="TFL220",
    name="total-of-collected-losses",
    message=_MESSAGE,
    inputs=(),
    forms=(),
    look=Look(TOTAL, _find),
    catches=(
        Catch(
            """
import tensorflow as tf

def model(labels, predictions, logits, classes):
    regression = tf.losses.mean_squared_error(labels, predictions)
    tf.losses.sparse_softmax_cross_entropy(classes, logits)
    return tf.losses.get_total_loss()

x, k = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.int32, [None])
loss = model(x, tf.tanh(x), tf.exp(x), k)
""",
            "tf.losses.get_total_loss()",
            "tf.add_n([regression, sparse_softmax_cross_entropy_loss])",
        ),
        Catch(
            """
import tensorflow as tf
import tensorflow.contrib.slim as slim

labels, logits = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None])
loss = slim.losses.log_loss(tf.sigmoid(logits), labels)
total = slim.losses.get_total_loss(add_regularization_losses=False)
""",
            "slim.losses.get_total_loss(add_regularization_losses=False)",
            "loss",
        ),
        Catch(
            """
import tensorflow as tf

def model(labels, predictions):
    error = tf.losses.mean_squared_error(labels, predictions)
    return tf.losses.get_total_loss()
""",
            "tf.losses.get_total_loss()",
            "error",
        ),
        Catch(
            """
import tensorflow as tf

def model(labels, predictions):
    a = tf.losses.huber_loss(labels, predictions)
    b = tf.losses.absolute_difference(labels, predictions)
    tf.losses.add_loss(0.1 * tf.nn.l2_loss(predictions))
    total = tf.losses.get_total_loss(name="total")
    return total

if __name__ == "__main__":
    model(tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None]))
""",
            'tf.losses.get_total_loss(name="total")',
            'tf.add_n([a, b, added_loss], name="total")',
        ),
    ),
    leave_alone=(
        NearMiss(
            "def f(y, p, deep):\n    if deep:\n        tf.losses.mean_squared_error(y, p)\n"
            "    return tf.losses.get_total_loss()",
            because="the loss is collected under a condition",
        ),
        NearMiss(
            "def f(y, p):\n    for i in range(2):\n        tf.losses.mean_squared_error(y, p)\n"
            "    return tf.losses.get_total_loss()",
            because="a loss is collected in each round of the loop",
        ),
        NearMiss(
            "def g(y, p):\n    tf.losses.mean_squared_error(y, p)\n\n"
            "def f(y, p):\n    g(y, p)\n    return tf.losses.get_total_loss()",
            because="another function collects, as often as it is called",
        ),
        NearMiss(
            "import nets\ndef f(y, x):\n    a = tf.losses.mean_squared_error(y, nets.build(x))\n"
            "    return tf.losses.get_total_loss()",
            because="a module out of sight may collect losses of its own",
        ),
        NearMiss(
            "def f(y, x, model):\n    a = tf.losses.mean_squared_error(y, model(x))\n"
            "    return tf.losses.get_total_loss()",
            because="what the caller hands over may collect losses of its own",
        ),
        NearMiss(
            "def f(y, x):\n    p = tf.layers.dense(x, 1, kernel_regularizer=tf.nn.l2_loss)\n"
            "    a = tf.losses.mean_squared_error(y, p)\n    return tf.losses.get_total_loss()",
            because="the total has the losses of the regularizer in it",
        ),
        NearMiss(
            "def f(y, p):\n    a = tf.losses.mean_squared_error(y, p)\n    return tf.losses.get_total_loss()\n\n"
            "train, test = f(1., 2.), f(3., 4.)",
            because="the second total has the losses of the first in it",
        ),
        NearMiss(
            "def f(y, p):\n    a = tf.losses.mean_squared_error(y, p)\n    a = 2. * a\n"
            "    return tf.losses.get_total_loss()",
            because="the name holds another value where the total is taken",
        ),
        NearMiss(
            "def f(y, p):\n    a = tf.losses.mean_squared_error(y, p)\n    return tf.losses.get_total_loss(scope='x')",
            because="names in the graph decide what is in it",
        ),
        NearMiss("tf.losses.get_total_loss()", because="no loss is in sight: others have collected them"),
        NearMiss("model.get_total_loss()", because="not TensorFlow's function"),
    ),
)
