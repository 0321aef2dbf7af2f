"""The losses of regularizers are read from a collection of the graph; TF2 has no collections.

Why: layers and variables of TF1 put the losses of their regularizers into a collection, in the order in which the graph
was built; a Keras layer or model keeps them in `.losses`. Where the code itself has put every one of them there, they
are listed by name; the losses of layers are not in sight, and it stays.
Source: TensorFlow 1.15, `python/ops/losses/util.py`.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.by_name import ByName
from tfloss_migrate.rules.collected import LIST, REGULAR, REGULARIZATION
from tfloss_migrate.syntax.program import Program

_MESSAGE = "this reads the losses of regularizers that a graph has collected: TF2 has no collections"


def _find(program: Program) -> Iterator[Sighting]:
    yield from ByName(program).sightings((*REGULAR, *LIST), REGULARIZATION, _MESSAGE)


RULE = Rule(
    id="TFL223",
    name="regularization-losses",
    message=_MESSAGE,
    inputs=(),
    forms=(),
    look=Look((*REGULAR, *LIST), _find),
    catches=(
        Catch(
            """
import tensorflow as tf

def model(weights, bias):
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, 0.1 * tf.nn.l2_loss(weights))
    decay = 0.2 * tf.nn.l2_loss(bias)
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, decay)
    return tf.losses.get_regularization_loss()

loss = model(tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None]))
""",
            "tf.losses.get_regularization_loss()",
            "tf.add_n([added_loss, decay])",
        ),
        Catch(
            """
import tensorflow as tf

def model(x):
    tf.layers.dense(x, 3, kernel_regularizer=tf.contrib.layers.l2_regularizer(0.1))
    return sum(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
""",
            "tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)",
        ),
    ),
    leave_alone=(
        NearMiss("tf.losses.get_regularization_losses()", because="no regularizer is in sight"),
        NearMiss("tf.get_collection(tf.GraphKeys.UPDATE_OPS)", because="no losses"),
        NearMiss("model.losses", because="Keras' own list"),
        NearMiss("model.get_regularization_losses()", because="not TensorFlow's function"),
    ),
)
