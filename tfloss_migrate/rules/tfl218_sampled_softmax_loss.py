"""`tf.nn.sampled_softmax_loss` took the inputs before the labels in TensorFlow 0.x, and takes the labels first since.

Why: by position TF2 takes 0.x code the wrong way round. It is the softmax cross-entropy over the true class and
`num_sampled` others, whose logits are corrected by the logarithm of how often they are expected. The candidates are
drawn at random: for the same ones the loss is the same. TF2 has no `partition_strategy`,
and does as "div" says; it only matters where the weights come in several pieces. Source: TensorFlow 0.12 and 1.15,
`nn_impl.py`.
"""

from tfloss_migrate.model import Catch, NearMiss, Rule
from tfloss_migrate.rules.sampled import INPUTS, order

_OF_0 = "import tensorflow as tf\ndifference = tf.sub(a, b)\n"
_OF_ANY = "import tensorflow as tf\nsession = tf.Session()\n"
_NAMED = "tf.nn.sampled_softmax_loss(w, b, labels=y, inputs=x, num_sampled=64, num_classes=50000)"

ORDER = order("sampled_softmax_loss", "seed", "name")

RULE = Rule(
    id="TFL218",
    name="sampled-softmax-loss",
    message="tf.nn.sampled_softmax_loss takes its arguments otherwise in TF2",
    severity="error",
    inputs=INPUTS,
    forms=(),
    look=ORDER.look,
    catches=(
        Catch(
            _OF_0 + "loss = tf.nn.sampled_softmax_loss(w, b, x, y, 64, 50000)\n",
            "tf.nn.sampled_softmax_loss(w, b, x, y, 64, 50000)",
            "tf.nn.sampled_softmax_loss(w, b, inputs=x, labels=y, num_sampled=64, num_classes=50000)",
        ),
        Catch(
            _OF_ANY + "loss = tf.nn.sampled_softmax_loss(w, b, x, y, 64, 50000)\n",
            "tf.nn.sampled_softmax_loss(w, b, x, y, 64, 50000)",
        ),
        Catch(
            "import tensorflow as tf\nloss = tf.nn.sampled_softmax_loss(w, b, labels=y, inputs=x, num_sampled=64, "
            "num_classes=50000, partition_strategy='mod')\n",
            "tf.nn.sampled_softmax_loss(w, b, labels=y, inputs=x, num_sampled=64, num_classes=50000, "
            "partition_strategy='mod')",
        ),
        Catch(
            _OF_ANY
            + "loss = tf.nn.sampled_softmax_loss(w, b, labels=y, inputs=x, num_sampled=64, partition_strategy='div', "
            "num_classes=50000)\n",
            "tf.nn.sampled_softmax_loss(w, b, labels=y, inputs=x, num_sampled=64, partition_strategy='div', "
            "num_classes=50000)",
            "tf.nn.sampled_softmax_loss(w, b, labels=y, inputs=x, num_sampled=64, num_classes=50000)",
        ),
        Catch(
            _OF_ANY + f"loss = {_NAMED[:-1]},\n    partition_strategy='div')\n",
            f"{_NAMED[:-1]},\n    partition_strategy='div')",
            _NAMED,
        ),
        Catch(
            _OF_ANY + "w = [tf.Variable(a), tf.Variable(c)]\n" + f"loss = {_NAMED}\n",
            _NAMED,
        ),
        Catch(
            _OF_ANY + "w = tf.get_variable('w', [50000, 9], partitioner=cut)\n" + f"loss = {_NAMED}\n",
            _NAMED,
        ),
    ),
    leave_alone=(
        NearMiss(
            f"w = [tf.Variable(a)]\nloss = {_NAMED}",
            because="one piece is one piece",
        ),
        NearMiss(
            "tf.nn.sampled_softmax_loss(weights=w, biases=b, labels=y, inputs=x, num_sampled=64, num_classes=50000)",
            because="named: the same in all versions",
        ),
        NearMiss("nn.sampled_softmax_loss(w, b, x, y, 64, 50000)", because="`nn` is not TensorFlow's here"),
        NearMiss("tf.nn.sampled_softmax_loss(*batch)", because="the arguments cannot be told apart"),
        NearMiss(
            "tf.nn.sampled_softmax_loss(w, b, **options)", because="the names of the arguments are not in the code"
        ),
        NearMiss(
            "dense = tf.layers.dense(h, 1)\nloss = tf.nn.sampled_softmax_loss(w, b, y, x, 64, 50000)",
            because="tf.layers came with 1.x, when the labels were first already",
        ),
    ),
)
