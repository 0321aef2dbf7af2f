"""Sigmoids, each class for itself, where every example is of one class only.

Why: sigmoid cross-entropy trains a yes or no for each class, and reduce_mean divides by the number of classes too: the
gradient for the right class is a C-th. Where one class is then picked by argmax or softmax, softmax cross-entropy is
what trains that choice: 200 steps of a linear model of ten classes at a rate of 0.5 end at 95 %, those with sigmoids at
79 %, 1000 steps at 88 % (TensorFlow 1.15.5). Keras' binary cross-entropy behind a softmax of three classes or more is
the same mistake (82 %), and its "accuracy" counts every class; of two classes it is the right loss. Sigmoids may be
meant, one against all others, hence no more than likely. `--repair` takes softmax cross-entropy where a mean over
everything stands around it.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import LabelWeights, Logits
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.rules.keras_layers import activation, compiled, units
from tfloss_migrate.rules.keras_losses import name_in_losses
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, CrossEntropy, cross_entropies
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program

_PICKING = ("argmax", "math.argmax", "arg_max", "nn.softmax")
_MEANS = ("reduce_mean", "math.reduce_mean")
_BINARY = frozenset({"binary_crossentropy", "BinaryCrossentropy"})
#: Trains sigmoids of a few classes, and is evaluated by those of all.
_NOISE_CONTRASTIVE = ("nn.nce_loss",)
_MESSAGE = "a sigmoid for each class, and one class is picked: softmax cross-entropy trains that choice"
_LEFT = "softmax cross-entropy has one value for each example, not for each class: what is around it has to follow"
_KERAS_MESSAGE = "binary cross-entropy takes each output of this softmax for a yes or no of its own"
_KERAS_LEFT = "categorical_crossentropy for one-hot labels, sparse_categorical_crossentropy for ids"
_CALL = "tf.reduce_mean(tf.nn.{}_cross_entropy_with_logits(labels=labels, logits=logits))"
_MEANT = _CALL.format("softmax")
_QUESTION = Question(
    _CALL.format("sigmoid"),
    _MEANT,
    (Input("labels", LabelWeights(constant=True)), Input("logits", Logits())),
    (2,),
    intended=_MEANT,
)


def _find(program: Program) -> Iterator[Sighting]:
    picked = None
    for found in cross_entropies(program, "sigmoid") if not program.names(_NOISE_CONTRASTIVE) else ():
        picked = _picked(program) if picked is None else picked
        logits = set(program.values.sources(found.logits, found.place))
        if logits <= picked and _is_exclusive(found, picked, program):
            yield _told(found, program)
    for ending in compiled(program):
        if _is_binary(ending.loss, program, ending.place.scope) and activation(program, ending) == "softmax":
            width = units(program, ending)
            if width is None or width > 2:
                yield Sighting(ending.loss, _KERAS_MESSAGE, _KERAS_LEFT, sure="likely" if width else "possible")


def _picked(program: Program) -> set[Origin]:
    """What the program picks one class of."""
    found: set[Origin] = set()
    for call, place, _ in program.calls_of(*_PICKING):
        if call.args:
            found.update(program.values.sources(call.args[0], place))
    return found


def _is_exclusive(found: CrossEntropy, picked: set[Origin], program: Program) -> bool:
    """Whether the labels are rows of one class each: made by one_hot, or one class of them is picked as well."""
    labels = program.values.sources(found.labels, found.place)
    operations = {operation.name if (operation := program.values.operation(one)) else "" for one in labels}
    return operations == {"one_hot"} or set(labels) <= picked


def _told(found: CrossEntropy, program: Program) -> Sighting:
    around = [call for call, _, _ in program.calls_of(*_MEANS) if call.args == [found.call] and not call.keywords]
    function = found.call.func
    plain = {keyword.arg for keyword in found.call.keywords} == {"labels", "logits"} and not found.call.args
    if len(around) != 1 or not plain or not isinstance(function, ast.Attribute) or found.symbol[:3] != "nn.":
        return Sighting(found.call, _MESSAGE, _LEFT, sure="likely")
    name = (function.value, ".softmax_cross_entropy_with_logits")
    return Sighting(found.call, _MESSAGE, None, ((function, name),), _QUESTION, repair=True, sure="likely")


def _is_binary(loss: ast.expr, program: Program, scope: object) -> bool:
    if isinstance(loss, ast.Constant):
        return loss.value in _BINARY
    symbol = program.reader.names.symbol(getattr(loss, "func", loss), scope)  # type: ignore[arg-type]
    return name_in_losses(symbol or "") in _BINARY


_NET = "y = tf.placeholder(tf.float32, [None, 10])\nz = tf.layers.dense(x, 10)\n"
_LOSS = "loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))\n"
_HIT = "hit = tf.equal(tf.argmax(z, 1), tf.argmax(y, 1))\n"
_SIGMOID = "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)"
_CATCHES = (
    f"import tensorflow as tf\n\n{_NET}{_LOSS}{_HIT}",
    """\
import tensorflow as tf

class Model:
    def build(self, ids):
        self.y = tf.one_hot(ids, 5)
        self.logits = tf.layers.dense(self.x, 5)
        self.predictions = tf.nn.softmax(self.logits)

    def loss(self):
        return tf.losses.sigmoid_cross_entropy(self.y, self.logits)
""",
    """\
from keras.models import Sequential
from keras.layers import Dense

model = Sequential()
model.add(Dense(12, activation="relu"))
model.add(Dense(5, activation="softmax"))
model.compile(loss="binary_crossentropy", optimizer="adam")
""",
    """\
from keras.models import Model
from keras.layers import Dense, Input

def net(classes):
    seen = Input((9,))
    chosen = Dense(classes, activation="softmax")(seen)
    return Model(seen, chosen)

model = net(10)
model.compile(loss="binary_crossentropy", optimizer="adam")
""",
)
_KERAS = "model = tf.keras.Sequential([tf.keras.layers.Dense({})])\nmodel.compile('sgd', loss='{}')"

RULE = Rule(
    id="TFL415",
    name="sigmoid-on-exclusive-classes",
    message="a sigmoid for each class, and one class is picked",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(f"{_NET}{_LOSS}", because="nothing shows that the classes exclude each other"),
        NearMiss(
            f"{_NET}{_LOSS}hit = tf.equal(tf.cast(z > 0.0, tf.float32), y)",
            because="each class is a yes or no, as trained",
        ),
        NearMiss(
            f"{_NET}{_LOSS}best = tf.argmax(z, 1)",
            because="the surest of several labels: nothing shows that there is only one",
        ),
        NearMiss(
            f"{_NET}{_LOSS}best = tf.argmax(tf.sigmoid(z), 1)\nright = tf.argmax(y, 1)",
            because="one against all others, and known to be",
        ),
        NearMiss(
            f"{_NET}c = tf.layers.dense(x, 3)\n{_LOSS}t = tf.equal(tf.argmax(c, 1), tf.argmax(t, 1))",
            because="another output is the one that is picked of",
        ),
        NearMiss(
            f"{_NET}loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z))\n{_HIT}",
            because="softmax cross-entropy, as it should be",
        ),
        NearMiss(
            f"{_NET}train = tf.nn.nce_loss(w, b, ids, h, 9, 10)\n{_LOSS}{_HIT}",
            because="the loss of noise-contrastive estimation over all classes, for evaluation",
        ),
        NearMiss(
            "d = tf.layers.dense(x, 1)\n"
            "loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(d), logits=d)",
            because="a yes or no",
        ),
        NearMiss(_KERAS.format("2, activation='softmax'", "binary_crossentropy"), because="of two classes it is exact"),
        NearMiss(
            _KERAS.format("9, activation='sigmoid'", "binary_crossentropy"), because="nine labels, each for itself"
        ),
        NearMiss(_KERAS.format("9, activation='softmax'", "categorical_crossentropy"), because="as it should be"),
    ),
    look=Look((*SYMBOLS, "keras.", "plain_keras."), _find),
    catches=(
        Catch(_CATCHES[0], _SIGMOID, _SIGMOID.replace("sigmoid", "softmax")),
        Catch(_CATCHES[1], "tf.losses.sigmoid_cross_entropy(self.y, self.logits)"),
        Catch(_CATCHES[2], '"binary_crossentropy"'),
        Catch(_CATCHES[3], '"binary_crossentropy"'),
    ),
)
