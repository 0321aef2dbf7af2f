"""A reduction that is given by position lands in another argument in Keras 3.

Why: TensorFlow 2.0 took `CategoricalCrossentropy(from_logits, label_smoothing, reduction)`, today's third argument is
the axis; `SparseCategoricalCrossentropy(from_logits, reduction)` now takes a class to ignore there. A subclass that
calls `super().__init__(reduction, name)` sets the name to the reduction, for Keras 3's `Loss` takes the name first:
the loss is then averaged, whatever was asked for.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.keras_losses import (
    CLASSES,
    PREFIXES,
    class_calls,
    loss_classes,
    made,
    method,
    reduction_of,
)
from tfloss_migrate.syntax.program import Program

_OLD_PLACE = {"BinaryCrossentropy": 2, "CategoricalCrossentropy": 2, "SparseCategoricalCrossentropy": 1}


def _find(program: Program) -> Iterator[Sighting]:
    symbols = {id(node): symbol for node, _, symbol in program.reader.names.uses()}
    for (call, _, _), name in class_calls(program):
        for place, argument in enumerate(call.args):
            word = reduction_of(argument, symbols.get(id(argument)))
            todays = len(CLASSES[name].before_reduction) if program.for_keras_3 else None
            if word is None or place not in (_OLD_PLACE.get(name), todays):
                continue
            before = [ast.unparse(each) for each in call.args[:place]]
            named = [f"{label}={text}" for label, text in zip(CLASSES[name].arguments, before, strict=False)]
            question = made(
                name,
                ", ".join([*named, "reduction='" + _old(argument, symbols, word) + "'"]),
                ", ".join([*before, f"reduction='{word}'"]),
            )
            message = f'the reduction is given by position: in Keras 3 it is `reduction="{word}"`'
            later = call.args[place + 1 :]
            reason = "arguments follow it by position; name them too" if later else None
            yield Sighting(call, message, reason, ((argument, f'reduction="{word}"'),), question)
    for node, _ in loss_classes(program) if program.for_keras_3 else ():
        yield from _super_calls(node)


def _old(argument: ast.expr, symbols: dict[int, str], word: str) -> str:
    auto = symbols.get(id(argument), "").endswith(".AUTO") or getattr(argument, "value", "") == "auto"
    return "auto" if auto else word


def _super_calls(node: ast.ClassDef) -> Iterator[Sighting]:
    """Calls of the constructor of Keras' Loss by position."""
    constructor = method(node, "__init__")
    for call in ast.walk(constructor) if constructor is not None else ():
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "__init__":
            continue
        by_super = isinstance(call.func.value, ast.Call) and ast.unparse(call.func.value.func) == "super"
        given = [argument for argument in call.args if not isinstance(argument, ast.Starred)]
        if by_super and given:
            names = ", ".join(
                f"{label}={ast.unparse(a)}" for label, a in zip(("reduction", "name"), given, strict=False)
            )
            yield Sighting(
                call,
                "Keras 3's Loss takes the name first, Keras 2's the reduction",
                f"nothing is run that could tell which is meant; written for Keras 2 it is super().__init__({names})",
            )


RULE = Rule(
    id="TFL602",
    name="keras-reduction-by-position",
    message="the reduction is given by position, which differs between Keras 2 and 3",
    severity="error",
    inputs=(),
    forms=(),
    look=Look(PREFIXES, _find),
    catches=(
        Catch(
            "import tensorflow as tf\nloss = tf.keras.losses.LogCosh(tf.keras.losses.Reduction.NONE)\n",
            "tf.keras.losses.LogCosh(tf.keras.losses.Reduction.NONE)",
            'tf.keras.losses.LogCosh(reduction="none")',
        ),
        Catch(
            "import tensorflow as tf\n"
            "loss = tf.keras.losses.CategoricalCrossentropy(True, 0.1, tf.keras.losses.Reduction.SUM)\n",
            "tf.keras.losses.CategoricalCrossentropy(True, 0.1, tf.keras.losses.Reduction.SUM)",
            'tf.keras.losses.CategoricalCrossentropy(True, 0.1, reduction="sum")',
        ),
        Catch(
            "import tensorflow as tf\nclass Mine(tf.keras.losses.Loss):\n"
            "    def __init__(self, reduction, name):\n        super().__init__(reduction, name)\n",
            "super().__init__(reduction, name)",
        ),
    ),
    leave_alone=(
        NearMiss('tf.keras.losses.LogCosh(reduction="none")', because="named"),
        NearMiss("tf.keras.losses.Huber(2.0)", because="the delta"),
        NearMiss("tf.keras.losses.BinaryCrossentropy(True)", because="whether these are logits"),
        NearMiss(
            "class Mine(tf.keras.layers.Layer):\n    def __init__(self, a, b):\n        super().__init__(a, b)",
            because="no loss",
        ),
    ),
)
