"""A loss function of Keras 2 has another name in `tf.keras` of Keras 3, and yet another in plain Keras.

Why: `tf.keras.losses.mean_squared_error` and its kin raise AttributeError today; `tf.keras.losses.MSE` is in both. The
package keras has it the other way round: `keras.losses.MSE` is gone there, and `keras.losses.mean_squared_error` is
in both. The functions are the same under every name.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate import domains as of
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program

#: The name in full, and the short one that both Kerases have in `tf.keras`.
NAMES = {
    "mean_squared_error": "MSE",
    "mean_absolute_error": "MAE",
    "mean_absolute_percentage_error": "MAPE",
    "mean_squared_logarithmic_error": "MSLE",
    "kl_divergence": "KLD",
    "log_cosh": "logcosh",
}
_SHORT = {
    **{short: full for full, short in NAMES.items()},
    **{short.lower(): full for full, short in NAMES.items()},
    "kullback_leibler_divergence": "kl_divergence",
}
_TF_KERAS = ("keras.losses.", "keras.metrics.")
_PLAIN = ("plain_keras.losses.", "plain_keras.metrics.")


def _find(program: Program) -> Iterator[Sighting]:
    if not program.for_keras_3:
        return
    for node, _, symbol in program.reader.names.uses():
        new = _new(symbol)
        text = dotted(node)
        if new is not None and text is not None and isinstance(node, ast.Attribute):
            place = text.rpartition(".")[0]
            yield Sighting(node, _message(symbol, new), None, ((node, f"{place}.{new}"),), _question(symbol))
    for statement in program.reader.names.imports:
        yield from _imported(statement)


def _imported(statement: ast.ImportFrom) -> Iterator[Sighting]:
    """`from tensorflow.keras.losses import mean_squared_error`: the new name, under the old one."""
    module = {"tensorflow.keras": "keras", "keras": "plain_keras"}.get((statement.module or "").rpartition(".")[0])
    for alias in statement.names if module is not None else ():
        symbol = f"{module}.{(statement.module or '').rpartition('.')[2]}.{alias.name}"
        new = _new(symbol)
        if new is not None:
            text = f"{new} as {alias.asname or alias.name}"
            yield Sighting(statement, _message(symbol, new), None, ((alias, text),), _question(symbol))


def _new(symbol: str) -> str | None:
    place, _, name = symbol.rpartition(".")
    if f"{place}." in _TF_KERAS:
        return NAMES.get(name)
    return _SHORT.get(name) if f"{place}." in _PLAIN else None


def _message(symbol: str, new: str) -> str:
    old = symbol.replace("plain_keras.", "keras.")
    return f"{old} does not exist in Keras 3: it is {old.rpartition('.')[0]}.{new}"


def _question(symbol: str) -> Question:
    name = symbol.rpartition(".")[2]
    full = _SHORT.get(name, name)
    values = of.Probabilities(normalised=True) if full == "kl_divergence" else of.Positive()
    return Question(
        f"tf.keras.losses.{full}(labels, predictions)",
        f"tf.keras.losses.{NAMES[full]}(labels, predictions)",
        (Input("labels", values), Input("predictions", values)),
        promises=("labels and predictions of equal shape",),
        ranks=(2, 3),
    )


RULE = Rule(
    id="TFL603",
    name="removed-keras-loss-name",
    message="this name of a loss does not exist in Keras 3",
    severity="error",
    inputs=(),
    forms=(),
    look=Look((*_TF_KERAS, *_PLAIN), _find),
    catches=(
        Catch(
            "import tensorflow as tf\ndef loss(y, p):\n    return tf.keras.losses.mean_squared_error(y, p)\n",
            "tf.keras.losses.mean_squared_error",
            "tf.keras.losses.MSE",
        ),
        Catch(
            "from tensorflow.keras.losses import mean_absolute_error\n",
            "from tensorflow.keras.losses import mean_absolute_error",
            "from tensorflow.keras.losses import MAE as mean_absolute_error",
        ),
        Catch(
            "import keras\ndef loss(y, p):\n    return keras.losses.MSE(y, p)\n",
            "keras.losses.MSE",
            "keras.losses.mean_squared_error",
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.losses.MSE(y, p)", because="the name that both have"),
        NearMiss("tf.losses.mean_squared_error(y, p)", because="a loss of TF1, with another meaning"),
        NearMiss("sklearn.metrics.mean_squared_error(y, p)", because="scikit-learn is not Keras"),
        NearMiss('model.compile(loss="mean_squared_error")', because="as text it is known to both"),
    ),
)
