"""What a model's last layer gives, logits or probabilities, is not what its cross-entropy is told that it is given.

Why: with `from_logits=False`, the default, and a last layer without activation, Keras clips the logits as if they were
probabilities: on a task of ten classes that reaches an accuracy of 0.90 in 20 epochs, training ended at 0.23. With
`from_logits=True` behind a softmax the softmax is applied twice; `fit` takes the first one back with a warning (0.90),
while the same loss called eagerly does not: 1.50 where 45.3 is right, at a logit gap of 30.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.keras_layers import activation, compiled
from tfloss_migrate.rules.keras_losses import ACTIVATIONS, CLASSES, name_in_losses
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

_TEXTS = {CLASSES[name].function: activation_of for name, activation_of in ACTIVATIONS.items()}
_LINEAR = frozenset({"linear", None})


@dataclass(frozen=True)
class _Loss:
    node: ast.expr
    activation: str
    from_logits: bool


def _find(program: Program) -> Iterator[Sighting]:
    for given, layer, place in compiled(program):
        loss = _loss(program, given, place)
        if loss is not None:
            yield from _told(loss, activation(program, layer, place))
    for call, place in program.reader.names.calls:
        loss = _loss(program, call.func, place) if isinstance(call.func, ast.Call) else None
        if loss is not None and len(call.args) >= 2:
            term = program.reader.term(call.args[1], place)
            yield from _told(loss, term.name if term.kind == "op" else "?")


def _told(loss: _Loss, activation: str | None) -> Iterator[Sighting]:
    if loss.from_logits and activation in ("softmax", "sigmoid"):
        message = f"from_logits=True, and what it is given went through a {activation} already"
        yield Sighting(
            loss.node, message, f"which was meant is for you to say: without the {activation}, or without it"
        )
    elif not loss.from_logits and activation in _LINEAR:
        message = "the last layer has no activation, and the loss takes what it is given for probabilities"
        yield Sighting(loss.node, message, f"add from_logits=True, or a {loss.activation} to the last layer")


def _loss(program: Program, node: ast.expr, place: Place) -> _Loss | None:
    """A cross-entropy as it is handed to `compile`, or made to be called."""
    if isinstance(node, ast.Constant) and node.value in _TEXTS:
        return _Loss(node, _TEXTS[str(node.value)], False)
    name = name_in_losses(program.reader.names.symbol(getattr(node, "func", node), place.scope) or "")
    if not isinstance(node, ast.Call) or name not in ACTIVATIONS:
        return None
    flags = [k.value for k in node.keywords if k.arg == "from_logits"] or node.args[:1]
    if any(k.arg is None for k in node.keywords) or (flags and not isinstance(flags[0], ast.Constant)):
        return None
    return _Loss(node, ACTIVATIONS[name], bool(flags and getattr(flags[0], "value", False)))


_MODEL = """import tensorflow as tf
model = tf.keras.Sequential([tf.keras.layers.Dense(10{activation})])
model.compile('sgd', loss={loss})
"""

RULE = Rule(
    id="TFL608",
    name="from-logits-mismatch",
    message="logits are taken for probabilities, or the other way round",
    inputs=(),
    forms=(),
    look=Look(("keras.", "plain_keras."), _find),
    catches=(
        Catch(
            _MODEL.format(activation="", loss="'sparse_categorical_crossentropy'"),
            "'sparse_categorical_crossentropy'",
        ),
        Catch(
            _MODEL.format(
                activation=", activation='softmax'", loss="tf.keras.losses.CategoricalCrossentropy(from_logits=True)"
            ),
            "tf.keras.losses.CategoricalCrossentropy(from_logits=True)",
        ),
        Catch(
            "from tensorflow import keras\nfrom tensorflow.keras import layers\n"
            "inputs = keras.Input((4,))\nx = layers.Dense(8, activation='relu')(inputs)\n"
            "outputs = layers.Dense(1)(x)\nmodel = keras.Model(inputs, outputs)\n"
            "model.compile(optimizer='adam', loss=keras.losses.BinaryCrossentropy())\n",
            "keras.losses.BinaryCrossentropy()",
        ),
        Catch(
            "import tensorflow as tf\ndef loss(y, z):\n"
            "    return tf.keras.losses.BinaryCrossentropy(from_logits=True)(y, tf.sigmoid(z))\n",
            "tf.keras.losses.BinaryCrossentropy(from_logits=True)",
        ),
        Catch(
            "import keras\nmodel = keras.Sequential()\nmodel.add(keras.layers.Dense(8, activation='relu'))\n"
            "model.add(keras.layers.Dense(3))\nmodel.compile('sgd', 'categorical_crossentropy')\n",
            "'categorical_crossentropy'",
        ),
    ),
    leave_alone=(
        NearMiss(
            _MODEL.format(activation=", activation='softmax'", loss="'categorical_crossentropy'"), because="right"
        ),
        NearMiss(
            _MODEL.format(activation="", loss="tf.keras.losses.BinaryCrossentropy(from_logits=True)"), because="right"
        ),
        NearMiss(_MODEL.format(activation="", loss="'mse'"), because="no cross-entropy"),
        NearMiss(
            _MODEL.format(activation=", activation=chosen", loss="'categorical_crossentropy'"),
            because="which activation it is cannot be seen",
        ),
        NearMiss(
            "def build(model):\n    model.compile('sgd', loss='categorical_crossentropy')",
            because="the model is made elsewhere",
        ),
        NearMiss("re.compile('a', 'categorical_crossentropy')\nx = tf.keras.layers.Dense(3)", because="no model"),
    ),
)
