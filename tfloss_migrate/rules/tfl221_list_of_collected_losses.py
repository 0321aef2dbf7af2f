"""A list of the losses that were collected in a graph is the list of these losses by name, where all are shown.

Why: `tf.losses.get_losses()` and `tf.get_collection(tf.GraphKeys.LOSSES)` read what `tf.losses`, `add_loss` and
`add_to_collection` have added; TF2 collects nothing. Conditions as for `get_total_loss` (TFL220).
Source: TensorFlow 1.15, `python/ops/losses/util.py`.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.by_name import ByName
from tfloss_migrate.rules.collected import LIST, LOSSES
from tfloss_migrate.syntax.program import Program

_MESSAGE = "this reads the losses that were collected in a graph: TF2 has no collections"


def _find(program: Program) -> Iterator[Sighting]:
    yield from ByName(program).sightings(LIST, LOSSES, _MESSAGE)


RULE = Rule(
    id="TFL221",
    name="list-of-collected-losses",
    message=_MESSAGE,
    inputs=(),
    forms=(),
    look=Look(LIST, _find),
    catches=(
        Catch(
            """
import tensorflow as tf

def model(labels, predictions):
    error = tf.reduce_mean(tf.square(labels - predictions))
    tf.add_to_collection("losses", error)
    decay = 0.1 * tf.nn.l2_loss(predictions)
    tf.add_to_collection("losses", decay)
    return tf.add_n(tf.get_collection("losses"), name="total_loss")

loss = model(tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None]))
""",
            'tf.get_collection("losses")',
            "[error, decay]",
        ),
        Catch(
            """
import tensorflow as tf

labels, predictions = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None])
error = tf.losses.mean_squared_error(labels, predictions)
for loss in tf.losses.get_losses():
    tf.summary.scalar(loss.op.name, loss)
""",
            "tf.losses.get_losses()",
            "[error]",
        ),
        Catch(
            """
import tensorflow as tf

labels, predictions = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None])
error = tf.losses.mean_squared_error(labels, predictions)
total = tf.losses.get_total_loss()
decay = 0.1 * tf.nn.l2_loss(predictions)
tf.losses.add_loss(decay)
tf.summary.histogram("losses", tf.losses.get_losses())
""",
            "tf.losses.get_losses()",
            "[error, decay]",
        ),
    ),
    leave_alone=(
        NearMiss("tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)", because="variables, not losses"),
        NearMiss("tf.get_collection('summaries')", because="summaries, not losses"),
        NearMiss("tf.get_collection('losses')", because="no loss is in sight: others have collected them"),
        NearMiss("graph.get_collection('losses')", because="nothing shows that this is TensorFlow's graph"),
        NearMiss(
            "def decayed(name):\n    w = tf.get_variable(name, [3])\n"
            "    tf.add_to_collection('losses', tf.nn.l2_loss(w))\n    return w\n\n"
            "def f(y):\n    e = tf.nn.l2_loss(y - decayed('w'))\n    tf.add_to_collection('losses', e)\n"
            "    return tf.add_n(tf.get_collection('losses'))",
            because="another function collects, as often as it is called",
        ),
    ),
)
