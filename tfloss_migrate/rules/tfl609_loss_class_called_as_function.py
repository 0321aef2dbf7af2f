"""A loss class is given labels and predictions where it takes settings: `MeanSquaredError(y_true, y_pred)`.

Why: the class is made first and called then, `MeanSquaredError()(y_true, y_pred)`. Made with arrays, it takes the
labels for its reduction or its `from_logits`: Keras raises ValueError, or returns an object where a number was meant.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.keras_losses import PREFIXES, class_calls
from tfloss_migrate.syntax.program import Program

_SETTINGS = (ast.Constant, ast.Starred, ast.UnaryOp)


def _find(program: Program) -> Iterator[Sighting]:
    tensorflow = {id(node) for node, _, _ in program.reader.names.uses()}
    for (call, _, _), name in class_calls(program):
        given = [argument for argument in call.args if id(argument) not in tensorflow]
        both = len(call.args) == 2 == len(given) and not any(isinstance(argument, _SETTINGS) for argument in given)
        if both and not call.keywords:
            arrays = ", ".join(map(ast.unparse, given))
            message = f"{name} is a class: it is made first and called with labels and predictions then"
            yield Sighting(call, message, f"it takes them for settings; what is meant is {name}()({arrays})")


RULE = Rule(
    id="TFL609",
    name="loss-class-called-as-function",
    message="a loss class is given labels and predictions as settings",
    severity="error",
    inputs=(),
    forms=(),
    look=Look(PREFIXES, _find),
    catches=(
        Catch(
            "import tensorflow as tf\ndef loss(y, p):\n    return tf.keras.losses.MeanSquaredError(y, p)\n",
            "tf.keras.losses.MeanSquaredError(y, p)",
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.MeanSquaredError()(y, p)", because="made, then called"),
        NearMiss("tf.keras.losses.CategoricalCrossentropy(True, 0.1)", because="settings"),
        NearMiss("tf.keras.losses.Huber(delta, name='h')", because="a setting that has a name"),
        NearMiss("tf.keras.losses.MSE(y, p)", because="the function"),
    ),
)
