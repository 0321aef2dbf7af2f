"""A loss class with settings of its own has no `get_config`: a model that is saved with it cannot be loaded.

Why: Keras saves a loss as what `get_config` returns and makes it anew with those arguments. Inherited, it returns the
name and the reduction alone, so that loading raises TypeError for a missing argument, or silently takes the default.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.keras_losses import PREFIXES, loss_classes, method
from tfloss_migrate.syntax.program import Program

_INHERITED = frozenset({"self", "name", "reduction", "dtype"})


def _find(program: Program) -> Iterator[Sighting]:
    for node, _ in loss_classes(program):
        constructor = method(node, "__init__")
        if constructor is None or method(node, "get_config") is not None:
            continue
        arguments = [*constructor.args.args, *constructor.args.kwonlyargs]
        own = [argument.arg for argument in arguments if argument.arg not in _INHERITED]
        if own:
            config = ", ".join(f'"{name}": self.{_attribute(constructor, name)}' for name in own)
            message = f"{node.name} has settings that are lost when it is saved: {', '.join(own)}"
            reason = f"add: def get_config(self): return {{**super().get_config(), {config}}}"
            yield Sighting(node.bases[0], message, reason)


def _attribute(constructor: ast.FunctionDef, name: str) -> str:
    """The attribute that a constructor keeps an argument in."""
    for statement in constructor.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name) and statement.value.id == name:
            target = statement.targets[0]
            if isinstance(target, ast.Attribute):
                return target.attr
    return name


_HUBER = """import tensorflow as tf
class MyHuberLoss(tf.keras.losses.Loss):
    def __init__(self, threshold=1):
        super().__init__()
        self.threshold = threshold
"""

RULE = Rule(
    id="TFL607",
    name="loss-without-get-config",
    message="a loss class with settings has no get_config",
    inputs=(),
    forms=(),
    look=Look(PREFIXES, _find),
    catches=(Catch(_HUBER, "tf.keras.losses.Loss"),),
    leave_alone=(
        NearMiss(
            "class Mine(tf.keras.losses.Loss):\n    def __init__(self, name='mine'):\n"
            "        super().__init__(name=name)",
            because="no settings of its own",
        ),
        NearMiss(
            "class Mine(tf.keras.losses.Loss):\n    def __init__(self, a):\n        super().__init__()\n"
            "        self.a = a\n    def get_config(self):\n        return {'a': self.a}",
            because="it has one",
        ),
        NearMiss(
            "class Mine(tf.keras.layers.Layer):\n    def __init__(self, a):\n        super().__init__()\n"
            "        self.a = a",
            because="a layer, not a loss",
        ),
    ),
)
