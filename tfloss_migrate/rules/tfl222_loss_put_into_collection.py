"""A loss is put into a collection of the graph; TF2 has no collections.

Why: `tf.losses.add_loss` and `tf.add_to_collection` are gone from TF2. Where a total over the collection becomes the
sum of its losses by name (TFL220, TFL221, TFL223), they go with it; elsewhere they stay, for whoever reads them.
Source: TensorFlow 1.15, `python/ops/losses/util.py`.
"""

from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.by_name import ByName
from tfloss_migrate.rules.collected import ADD, Collected
from tfloss_migrate.syntax.program import Program

_MESSAGE = "a loss is put into a collection of the graph: TF2 has no collections"


def _find(program: Program) -> Iterator[Sighting]:
    collected, by_name = Collected(program), ByName(program)
    for put in collected.puts if program.before_2 else ():
        if put.symbol in ADD and put.key is not None and not by_name.goes(put):
            where = collected.reader_of(put.call)
            reason = f"{where} reads the collection" if where else "nothing here shows who reads the collection"
            yield Sighting(put.call, _MESSAGE, reason)


RULE = Rule(
    id="TFL222",
    name="loss-put-into-collection",
    message=_MESSAGE,
    inputs=(),
    forms=(),
    look=Look(ADD, _find),
    catches=(
        Catch(
            "import tensorflow as tf\n\ndef f(loss):\n    tf.losses.add_loss(loss)\n",
            "tf.losses.add_loss(loss)",
        ),
        Catch(
            "import tensorflow as tf\n\ndef f(w):\n    tf.add_to_collection('losses', tf.nn.l2_loss(w))\n",
            "tf.add_to_collection('losses', tf.nn.l2_loss(w))",
        ),
    ),
    leave_alone=(
        NearMiss("tf.add_to_collection('train_op', step)", because="no loss"),
        NearMiss("tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, step)", because="no loss"),
        NearMiss("self.add_loss(loss)", because="a Keras layer or model adds to its own losses"),
        NearMiss("model.add_loss(loss)", because="a Keras layer or model adds to its own losses"),
    ),
)
