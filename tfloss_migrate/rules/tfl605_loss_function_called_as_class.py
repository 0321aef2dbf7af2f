"""A loss function is called with settings, as if it were a class: `loss=mean_squared_error(param=value)`.

Why: `tf.keras.losses.mean_squared_error` and its kin take labels and predictions and return numbers; what takes
settings and returns a loss is the class `MeanSquaredError`. The call raises TypeError when the model is compiled.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.keras_losses import CLASSES, PREFIXES, name_in_losses
from tfloss_migrate.rules.tfl603_removed_keras_loss_name import NAMES
from tfloss_migrate.syntax.program import Program

_CLASS_OF = {
    **{loss.function: name for name, loss in CLASSES.items()},
    **{loss.function.lower(): name for name, loss in CLASSES.items()},
    **{full: name for full, short in NAMES.items() for name, loss in CLASSES.items() if loss.function == short},
}
_INPUTS = frozenset({"y_true", "y_pred"})


def _find(program: Program) -> Iterator[Sighting]:
    for call, _, symbol in program.calls:
        if symbol.startswith("losses.") and program.before_2:
            continue  # a loss of TF1
        name = _CLASS_OF.get(name_in_losses(symbol) or "")
        if name is None:
            continue
        labels = [keyword.arg for keyword in call.keywords]
        unknown = None in labels or any(isinstance(argument, ast.Starred) for argument in call.args)
        if unknown or len(call.args) + len(_INPUTS & set(labels)) >= 2:
            continue
        known = [label for label in labels if label in CLASSES[name].arguments]
        settings = ", ".join(ast.unparse(keyword) for keyword in call.keywords if keyword.arg in known)
        message = f"tf.keras.losses.{symbol.rpartition('.')[2]} is a function of labels and predictions, not a class"
        yield Sighting(call, message, f"it raises TypeError; what takes settings is {name}({settings})")


RULE = Rule(
    id="TFL605",
    name="loss-function-called-as-class",
    message="a loss function is called as if it were a class",
    severity="error",
    inputs=(),
    forms=(),
    look=Look(PREFIXES, _find),
    catches=(
        Catch(
            "from tensorflow.keras.losses import mean_squared_error\n"
            "def build(model, value):\n    model.compile(loss=mean_squared_error(param=value))\n",
            "mean_squared_error(param=value)",
        ),
        Catch(
            "import tensorflow as tf\nloss = tf.keras.losses.huber(delta=2.0)\n",
            "tf.keras.losses.huber(delta=2.0)",
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.MSE(y, p)", because="labels and predictions"),
        NearMiss("tf.keras.losses.huber(y, p, delta=2.0)", because="labels, predictions and a setting"),
        NearMiss("tf.keras.losses.MSE(*batch)", because="what is in the batch is not known"),
        NearMiss("tf.keras.losses.MSE(y_true=y, y_pred=p)", because="labels and predictions by name"),
        NearMiss("tf.keras.losses.Huber(delta=2.0)", because="the class"),
    ),
)
