"""A softmax over one class is 1, whatever its logit is: nothing is learned.

Why: exp(z) / exp(z) is 1, and its gradient is 0. A network that ends in one unit with a softmax says 1 for every
example: with half of the labels 0 the log loss stays at 7.93 and the accuracy at 51 %, where a sigmoid in its place
ends 200 steps at 0.13 and 99 % (TensorFlow 1.15.5). A softmax cross-entropy of one logit is 0 from the start. What is
meant is a sigmoid, or a second class: which, the code does not say.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.keras_layers import activation, compiled, units
from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, cross_entropies
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

_SOFTMAXES = ("nn.softmax", "math.softmax", "nn.log_softmax", "math.log_softmax")
_LAYERS = ("layers.dense", "contrib.layers.fully_connected", "contrib.slim.fully_connected")
_MESSAGE = "a softmax over one class is 1, whatever its logit is: no gradient passes"
_LOSS = "a softmax cross-entropy of one logit does not hang on that logit: no gradient passes"
_WHY = "a sigmoid, or a second class: which is meant the code does not say"


def _find(program: Program) -> Iterator[Sighting]:
    for call, place, _ in program.calls_of(*_SOFTMAXES):
        if call.args and _is_one(call.args[0], place, program, _axis(call)):
            yield Sighting(call, _MESSAGE, _WHY, sure="certain")
    for call, place, _ in program.calls_of(*_LAYERS):
        if program.values.activation(Origin(call, place)) == "softmax" and _is_layer_of_one(
            Origin(call, place), program
        ):
            yield Sighting(call, _MESSAGE, _WHY, sure="certain")
    for found in cross_entropies(program, "softmax", "sparse", by_content=True):
        applied = program.values.activations(found.logits, found.place) == {"softmax"}  # told of where it is
        if not applied and _is_one(found.logits, found.place, program, -1):
            yield Sighting(found.call, _LOSS, _WHY, sure="certain")
    for ending in compiled(program):
        if activation(program, ending) == "softmax" and units(program, ending) == 1:
            yield Sighting(ending.layer, _MESSAGE, _WHY, sure="certain")


def _axis(call: ast.Call) -> object:
    given = [k.value for k in call.keywords if k.arg in ("axis", "dim")] or call.args[1:2]
    return literal(given[0]) if given else -1


def _is_one(node: ast.expr, place: Place, program: Program, axis: object) -> bool:
    """Whether a value surely has one element along an axis."""
    shape = program.shapes.of(Origin(node, place))
    if shape is None or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return axis == -1 and all(
            _is_layer_of_one(one, program) for one in program.values.origins.of(Origin(node, place))
        )
    return shape[axis] == 1


def _is_layer_of_one(origin: Origin, program: Program) -> bool:
    """Whether a value is that of a dense layer of one unit, of whatever rank."""
    call = origin.node
    if not isinstance(call, ast.Call) or program.values.symbol(call, origin) not in _LAYERS:
        return False
    given = [k.value for k in call.keywords if k.arg in ("units", "num_outputs")] or call.args[1:2]
    found = program.values.origins.of(Origin(given[0], origin.place, origin.frame)) if given else ()
    return len(found) == 1 and literal(found[0].node) == 1


_KERAS = """\
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.layers.Dense(8, activation="relu"), {last}])
model.compile("sgd", loss="binary_crossentropy")
"""
_ONE = 'tf.keras.layers.Dense(1, activation="softmax")'
_TWO = 'tf.keras.layers.Dense(1), tf.keras.layers.Activation("softmax")'

RULE = Rule(
    id="TFL419",
    name="softmax-of-one-class",
    message="a softmax over one class",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("p = tf.nn.softmax(tf.layers.dense(x, 2))", because="two classes"),
        NearMiss("p = tf.nn.sigmoid(tf.layers.dense(x, 1))", because="a sigmoid, as it should be"),
        NearMiss(
            "h = tf.placeholder(tf.float32, [None, 20, 64])\nweights = tf.nn.softmax(tf.layers.dense(h, 1), axis=1)",
            because="attention over the twenty steps",
        ),
        NearMiss(
            "h = tf.placeholder(tf.float32, [None, 20, 64])\nweights = tf.nn.softmax(tf.layers.dense(h, 1), 1)",
            because="attention over the twenty steps",
        ),
        NearMiss(
            "p = tf.nn.softmax(tf.layers.dense(x, 1, name='z')[:, 0])", because="over the batch: its shape shows not"
        ),
        NearMiss(
            'model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])\n'
            'model.compile("sgd", loss="binary_crossentropy")',
            because="a sigmoid, as it should be",
        ),
        NearMiss(
            'model = tf.keras.Sequential([tf.keras.layers.Dense(n, activation="softmax")])\n'
            'model.compile("sgd", loss="categorical_crossentropy")',
            because="how many classes does not show",
        ),
    ),
    look=Look((*_SOFTMAXES, *_LAYERS, *SYMBOLS, "keras.", "plain_keras."), _find),
    catches=(
        Catch(
            "import tensorflow as tf\n\ndef net(h):\n"
            "    return tf.layers.dense(h, units=1, activation=tf.nn.softmax)\n",
            "tf.layers.dense(h, units=1, activation=tf.nn.softmax)",
        ),
        Catch(
            "import tensorflow as tf\n\nw = tf.Variable(tf.zeros([784, 1]))\np = tf.nn.softmax(tf.matmul(x, w))\n",
            "tf.nn.softmax(tf.matmul(x, w))",
        ),
        Catch(
            "import tensorflow as tf\n\nz = tf.matmul(x, tf.Variable(tf.zeros([784, 1])))\n"
            "loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)\n",
            "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)",
        ),
        Catch(_KERAS.format(last=_ONE), _ONE),
        Catch(_KERAS.format(last=_TWO), 'tf.keras.layers.Activation("softmax")'),
    ),
)
