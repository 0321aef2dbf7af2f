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
from tfloss_migrate.rules.keras_losses import ACTIVATIONS, CLASSES, name_in_losses
from tfloss_migrate.syntax.flow import reaching
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.reader import place_of
from tfloss_migrate.syntax.scopes import Place

_TEXTS = {CLASSES[name].function: activation for name, activation in ACTIVATIONS.items()}
_LINEAR = frozenset({"linear", None})
_WITH_ACTIVATION = ("layers.Dense", "layers.Conv1D", "layers.Conv2D", "layers.Conv3D")


@dataclass(frozen=True)
class _Loss:
    node: ast.expr
    activation: str
    from_logits: bool


def _find(program: Program) -> Iterator[Sighting]:
    for call, place in program.reader.names.calls:
        if not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr == "compile":
            given = [k.value for k in call.keywords if k.arg == "loss"] or call.args[1:2]
            loss = _loss(program, given[0], place) if given else None
            model = dotted(call.func.value)
            if loss is not None and model is not None:
                last = _last_layer(program, model, place)
                yield from _told(loss, _activation(program, *last) if last is not None else "?")
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


def _last_layer(program: Program, model: str, place: Place) -> tuple[ast.Call, Place] | None:
    """The call that makes the last layer of a model, where every step to it can be seen."""
    binding = reaching(model, place)
    if binding is None or not isinstance(binding.value, ast.Call):
        return None
    made, there = binding.value, place_of(binding)
    symbol = (program.reader.names.symbol(made.func, there.scope) or "").removeprefix("plain_")
    if symbol in ("keras.Sequential", "keras.models.Sequential"):
        return _added(program, model, place) or _listed(made, there)
    if symbol in ("keras.Model", "keras.models.Model"):
        outputs = [k.value for k in made.keywords if k.arg == "outputs"] or made.args[1:2]
        name = dotted(outputs[0]) if outputs else None
        held = reaching(name, there) if name is not None else None
        if held is not None and isinstance(held.value, ast.Call) and isinstance(held.value.func, ast.Call):
            return held.value.func, place_of(held)
    return None


def _added(program: Program, model: str, place: Place) -> tuple[ast.Call, Place] | None:
    """The last `model.add(...)` before a place, in straight code."""
    last = None
    for call, where in program.reader.names.calls:
        if where.scope is place.scope and where.order < place.order and dotted(call.func) == f"{model}.add":
            last = (call.args[0], where) if call.args and where.block.holds(place.block) else None
            if last is None:
                return None
    return (last[0], last[1]) if last is not None and isinstance(last[0], ast.Call) else None


def _listed(made: ast.Call, place: Place) -> tuple[ast.Call, Place] | None:
    layers = made.args[0] if made.args else None
    last = layers.elts[-1] if isinstance(layers, ast.List) and layers.elts else None
    return (last, place) if isinstance(last, ast.Call) else None


def _activation(program: Program, layer: ast.Call, place: Place) -> str | None:
    """The activation of a layer by name, None for none, "?" for what is not known."""
    symbol = (program.reader.names.symbol(layer.func, place.scope) or "").removeprefix("plain_").removeprefix("keras.")
    if symbol == "layers.Softmax":
        return "softmax"
    if symbol == "layers.Activation" and layer.args:
        return _named(program, layer.args[0], place)
    if symbol not in _WITH_ACTIVATION or any(k.arg is None for k in layer.keywords):
        return "?"
    given = [k.value for k in layer.keywords if k.arg == "activation"]
    place_of_activation = 1 if symbol == "layers.Dense" else len(layer.args)
    given = given or layer.args[place_of_activation : place_of_activation + 1]
    return _named(program, given[0], place) if given else None


def _named(program: Program, node: ast.expr, place: Place) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if node.value is None or isinstance(node.value, str) else "?"
    symbol = program.reader.names.symbol(node, place.scope) or "?"
    return symbol.rpartition(".")[2]


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
