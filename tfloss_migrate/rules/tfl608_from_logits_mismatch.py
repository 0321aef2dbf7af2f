"""What a model's last layer gives, logits or probabilities, is not what its cross-entropy is told that it is given.

Why: with `from_logits=False`, the default, and a last layer without activation, Keras clips the logits as if they were
probabilities: on a task of ten classes that reaches an accuracy of 0.90 in 20 epochs, training ended at 0.23. With
`from_logits=True` behind a softmax the softmax is applied twice; `fit` takes the first one back with a warning (0.90),
while the same loss called eagerly does not: 1.50 where 45.3 is right, at a logit gap of 30. A relu or a tanh gives no
probabilities either: Keras clips what is below 0 or above 1, and no gradient passes there. The divergence of Kullback
and Leibler has no `from_logits` at all.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.record import dataclass
from tfloss_migrate.rules.keras_layers import activation, compiled
from tfloss_migrate.rules.keras_losses import ACTIVATIONS, CLASSES, name_in_losses
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

_MAKES = {**ACTIVATIONS, "KLDivergence": "softmax"}
_TEXTS = {CLASSES[name].function: makes for name, makes in _MAKES.items()}
_TEXTS.update(dict.fromkeys(("kl_divergence", "kullback_leibler_divergence", "kld"), "softmax"))
_LINEAR = frozenset({"linear", None})
_UNBOUNDED = frozenset("relu tanh elu selu gelu swish softplus softsign leaky_relu relu6 exponential".split())


@dataclass(frozen=True)
class _Loss:
    """A loss of probabilities: the activation that makes them, whether it is told to take logits, and could be."""

    node: ast.expr
    activation: str
    from_logits: bool = False
    may_take_logits: bool = True


def _find(program: Program) -> Iterator[Sighting]:
    for ending in compiled(program):
        loss = _loss(program, ending.loss, ending.place)
        if loss is not None:
            yield from _told(loss, activation(program, ending))
    for call, place in program.reader.names.calls:
        if len(call.args) < 2:
            continue
        loss = _loss(program, call.func, place) if isinstance(call.func, ast.Call) else _applied(program, call, place)
        if loss is not None:
            yield from _told(loss, _made_by(program, call.args[1], place))


def _told(loss: _Loss, activation: str | None) -> Iterator[Sighting]:
    if loss.from_logits and activation in ("softmax", "sigmoid"):
        message = f"from_logits=True, and what it is given went through a {activation} already"
        yield Sighting(
            loss.node, message, f"which was meant is for you to say: without the {activation}, or without it"
        )
    elif not loss.from_logits and activation in _LINEAR:
        message = "the last layer has no activation, and the loss takes what it is given for probabilities"
        logits = "from_logits=True, or " if loss.may_take_logits else ""
        yield Sighting(loss.node, message, f"add {logits}a {loss.activation} to the last layer")
    elif not loss.from_logits and activation in _UNBOUNDED:
        message = (
            f"the {activation} of the last layer leaves 0 to 1, and the loss takes what it is given for probabilities"
        )
        yield Sighting(loss.node, message, f"a {loss.activation} in its place is what makes them")


def _made_by(program: Program, node: ast.expr, place: Place) -> str | None:
    """The activation that surely made a value, "?" where that does not show."""
    found = program.values.activations(node, place)
    return next(iter(found)) or "?" if len(found) == 1 else "?"


def _applied(program: Program, call: ast.Call, place: Place) -> _Loss | None:
    """A loss of Keras that is called as a function, of labels and predictions alone."""
    name = program.reader.names.symbol(call.func, place.scope) or ""
    made = _TEXTS.get(name_in_losses(name) or "") if "keras." in name else None
    return _Loss(call, made) if made is not None and len(call.args) == 2 and not call.keywords else None


def _loss(program: Program, node: ast.expr, place: Place) -> _Loss | None:
    """A cross-entropy as it is handed to `compile`, or made to be called."""
    if isinstance(node, ast.Constant) and node.value in _TEXTS:
        text = str(node.value)
        return _Loss(node, _TEXTS[text], may_take_logits="cross" in text)
    name = name_in_losses(program.reader.names.symbol(getattr(node, "func", node), place.scope) or "")
    if not isinstance(node, ast.Call) or name not in _MAKES:
        return None
    flags = [k.value for k in node.keywords if k.arg == "from_logits"] or node.args[:1]
    if any(k.arg is None for k in node.keywords) or (flags and not isinstance(flags[0], ast.Constant)):
        return None
    takes = name in ACTIVATIONS
    return _Loss(node, _MAKES[name], takes and bool(flags and getattr(flags[0], "value", False)), takes)


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
        Catch(_MODEL.format(activation=", activation='relu'", loss="'binary_crossentropy'"), "'binary_crossentropy'"),
        Catch(_MODEL.format(activation="", loss="tf.keras.losses.KLDivergence()"), "tf.keras.losses.KLDivergence()"),
        Catch(
            "import tensorflow as tf\nz = tf.keras.layers.Dense(3)(x)\n"
            "loss = tf.keras.losses.categorical_crossentropy(y, z)\n",
            "tf.keras.losses.categorical_crossentropy(y, z)",
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
            "p = tf.keras.layers.Dense(3, activation='softmax')(x)\n"
            "loss = tf.keras.losses.categorical_crossentropy(y, p)",
            because="probabilities, as it should be",
        ),
        NearMiss(
            "z = tf.keras.layers.Dense(3)(x)\nloss = tf.keras.losses.categorical_crossentropy(y, z, from_logits=True)",
            because="logits, and it is told so",
        ),
        NearMiss(
            "loss = tf.keras.losses.binary_crossentropy(y, model(x))", because="nothing shows what the model ends with"
        ),
        NearMiss(
            _MODEL.format(activation=", activation=chosen", loss="'categorical_crossentropy'"),
            because="which activation it is cannot be seen",
        ),
        NearMiss(
            "def build(model):\n    model.compile('sgd', loss='categorical_crossentropy')",
            because="the model is made elsewhere",
        ),
        NearMiss(
            _MODEL.format(activation=", activation='tanh'", loss="'binary_crossentropy'")
            + "images = model.predict(noise)",
            because="compiled so that it predicts, and never fitted",
        ),
        NearMiss("re.compile('a', 'categorical_crossentropy')\nx = tf.keras.layers.Dense(3)", because="no model"),
    ),
)
