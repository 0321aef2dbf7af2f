"""A softmax inside a loss that takes logits is applied twice.

Why: `softmax_cross_entropy_with_logits` does its own softmax. Given probabilities, the loss can no longer fall below
log(1 + (C - 1)/e) (1.46 with ten classes, where guessing costs 2.30), and its gradient is about 1/C of the right one.
It still trains, slowly and to a worse end, which is why it stays unnoticed: 200 steps of a linear model of ten classes
end at 75 % instead of 95 % (TensorFlow 1.15.5). The softmax may be that of a layer, and reach the loss through
attributes, functions, tuples and dictionaries; where it is applied on some ways only, as when not training, nothing is
said. By default it is kept as it is, and reported; `--repair` takes out a softmax that no other code reads.
"""

from collections.abc import Iterator

from tfloss_migrate.domains import ClassIds, LabelWeights, Logits
from tfloss_migrate.model import Catch, Form, Input, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, CrossEntropy, cross_entropies
from tfloss_migrate.syntax.program import Program

_DENSE = "tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits={logits})"
_V2 = "tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits={logits})"
_SPARSE = "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=class_ids, logits={logits})"
_KERAS = "tf.keras.losses.categorical_crossentropy({labels}, logits, from_logits=True)"
_KERAS_SPARSE = "tf.keras.losses.sparse_categorical_crossentropy(class_ids, logits, from_logits=True)"
_TWICE = "tf.nn.softmax(logits)"


_MESSAGE = "softmax is applied twice: this loss takes logits and is given probabilities"
_LOGS = ("log", "math.log", "losses.log_loss")
_ELSEWHERE = "the softmax is applied elsewhere, where other code may read it: give the loss what goes into it"


def _find(program: Program) -> Iterator[Sighting]:
    for found in cross_entropies(program, "softmax", "sparse", by_content=True):
        if _has_form(found, program):
            continue
        if program.values.activations(found.logits, found.place) == {"softmax"}:
            yield Sighting(found.call, _MESSAGE, _ELSEWHERE, sure="certain")
    yield from _find_in_logarithms(program)


def _find_in_logarithms(program: Program) -> Iterator[Sighting]:
    """A softmax of a softmax that is held against labels as probabilities."""
    for call, place, symbol in program.calls_of(*_LOGS):
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        position = 1 if symbol == "losses.log_loss" else 0
        given = call.args[position] if len(call.args) > position else named.get("predictions")
        if given is None:
            continue
        outer = program.values.sources(given, place)
        inner = [program.values.first(one) if program.values.activation(one) == "softmax" else None for one in outer]
        if all(one is not None and program.values.activations(one.node, one.place) == {"softmax"} for one in inner):
            yield Sighting(call, "softmax is applied twice before this logarithm", _ELSEWHERE, sure="certain")


def _has_form(found: CrossEntropy, program: Program) -> bool:
    """Whether a form of this rule is for the call: a plain one, with a plain softmax in reach."""
    logits = program.reader.term(found.logits, found.place)
    return found.is_plain and logits.name == "softmax" and len(logits.parts) == 1


_CATCHES = (
    """\
import tensorflow as tf

def net(x):
    with tf.variable_scope("net"):
        return tf.layers.dense(x, 10, activation=tf.nn.softmax)

loss = tf.losses.softmax_cross_entropy(y, net(x))
""",
    """\
import tensorflow as tf

class Model:
    def build(self):
        self.logits = tf.matmul(self.x, self.w)
        self.outputs = {"p": tf.nn.softmax(self.logits)}

    def loss(self):
        return tf.losses.softmax_cross_entropy(y, self.outputs["p"])
""",
    """\
import tensorflow as tf

p = tf.layers.dense(x, 10, activation=tf.nn.softmax)
loss = tf.losses.log_loss(y, tf.nn.softmax(p))
""",
)


def _form(loss: str, target: str, *needs: str) -> Form:
    return Form(loss.format(logits=_TWICE), target, intended=loss.format(logits="logits"), needs=needs, ranks=(2, 3))


RULE = Rule(
    id="TFL401",
    name="double-softmax",
    message=f"{_MESSAGE} (certain)",
    severity="error",
    inputs=(Input("labels", LabelWeights()), Input("class_ids", ClassIds()), Input("logits", Logits())),
    forms=(
        _form(_DENSE, _KERAS.format(labels="labels"), "constant:labels"),
        _form(_DENSE, _KERAS.format(labels="tf.stop_gradient(labels)")),
        _form(_V2, _KERAS.format(labels="labels")),
        _form(_SPARSE, _KERAS_SPARSE),
    ),
    leave_alone=(
        NearMiss("tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)", because="logits, as it should be"),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(t), logits=z)",
            because="soft labels may well come from a softmax",
        ),
        NearMiss("tf.nn.softmax(tf.nn.softmax(z))", because="no loss"),
        NearMiss(
            "if not training:\n    z = tf.nn.softmax(z)\nloss = tf.losses.softmax_cross_entropy(y, z)",
            because="a softmax for those who only predict",
        ),
        NearMiss(
            "z = net(x)\np = tf.nn.softmax(z)\nloss = tf.losses.softmax_cross_entropy(y, z)",
            because="the probabilities are for others",
        ),
    ),
    look=Look((*SYMBOLS, *_LOGS), _find),
    catches=(
        Catch(_CATCHES[0], "tf.losses.softmax_cross_entropy(y, net(x))"),
        Catch(_CATCHES[1], 'tf.losses.softmax_cross_entropy(y, self.outputs["p"])'),
        Catch(_CATCHES[2], "tf.losses.log_loss(y, tf.nn.softmax(p))"),
    ),
)
