"""A sigmoid inside a loss that takes logits is applied twice.

Why: `sigmoid_cross_entropy_with_logits` does its own sigmoid. Given probabilities p in [0, 1], it sees sigmoid(p) in
[0.5, 0.73]: an example of class 0 costs 0.69 at least, one of class 1 0.31. It trains, slowly and to a worse end: 200
steps of a linear model end at a loss of 0.59 instead of 0.12 (TensorFlow 1.15.5). A softmax before it is the same
mistake. By default it is kept as it is, and reported; `--repair` takes out a sigmoid that no other code reads.
"""

from collections.abc import Iterator

from tfloss_migrate.domains import BinaryLabels, BinaryLogits
from tfloss_migrate.model import Catch, Form, Input, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, CrossEntropy, cross_entropies
from tfloss_migrate.syntax.program import Program

_OP = "tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits={logits})"
_MESSAGE = "sigmoid is applied twice: this loss takes logits and is given probabilities"
_ELSEWHERE = "the activation is applied elsewhere, where other code may read it: give the loss what goes into it"


def _find(program: Program) -> Iterator[Sighting]:
    for found in cross_entropies(program, "sigmoid", by_content=True):
        if _has_form(found, program):
            continue
        activations = program.values.activations(found.logits, found.place)
        if activations == {"sigmoid"}:
            yield Sighting(found.call, _MESSAGE, _ELSEWHERE, sure="certain")
        elif activations == {"softmax"}:
            message = "this loss does a sigmoid of its own, and is given the probabilities of a softmax"
            yield Sighting(found.call, message, _ELSEWHERE, sure="certain")


def _has_form(found: CrossEntropy, program: Program) -> bool:
    logits = program.reader.term(found.logits, found.place)
    return found.is_plain and logits.name == "sigmoid"


_CATCH = """\
import tensorflow as tf

class GAN:
    def build(self):
        self.D = self.discriminator(self.images)
        self.loss = tf.reduce_mean(tf.losses.sigmoid_cross_entropy(tf.ones_like(self.D), self.D))

    def discriminator(self, image):
        h = tf.layers.dense(image, 1)
        return tf.nn.sigmoid(h)
"""

RULE = Rule(
    id="TFL402",
    name="double-sigmoid",
    message=f"{_MESSAGE} (certain)",
    severity="error",
    inputs=(Input("labels", BinaryLabels()), Input("logits", BinaryLogits())),
    forms=(
        Form(
            _OP.format(logits="tf.sigmoid(logits)"),
            _OP.format(logits="logits"),
            intended=_OP.format(logits="logits"),
            promises=("labels and logits of equal shape",),
        ),
    ),
    leave_alone=(
        NearMiss("tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)", because="logits, as it should be"),
        NearMiss(
            "tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.sigmoid(t), logits=z)",
            because="soft labels may well come from a sigmoid",
        ),
        NearMiss("-tf.reduce_mean(y * tf.log(tf.sigmoid(z)))", because="a logarithm of probabilities, as it should be"),
        NearMiss(
            "def net(x):\n    z = tf.layers.dense(x, 1)\n    return tf.nn.sigmoid(z), z\np, z = net(x)\n"
            "loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(p), logits=z)",
            because="the second of the two is given, the logits",
        ),
    ),
    look=Look(SYMBOLS, _find),
    catches=(Catch(_CATCH, "tf.losses.sigmoid_cross_entropy(tf.ones_like(self.D), self.D)"),),
)
