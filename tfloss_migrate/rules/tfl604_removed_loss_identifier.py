"""The text by which a loss is named is unknown to Keras 3: `compile(loss="huber_loss")`.

Why: Keras 3 raises ValueError for "huber_loss", "logcosh" and "kullback_leibler_divergence"; "huber", "log_cosh" and
"kl_divergence" name the same functions in Keras 2 and 3. "cosine_proximity" is gone in both, and its sign was not the
same in every version, so that it is told and left.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate import domains as of
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.program import Program

IDENTIFIERS = {
    "huber_loss": "huber",
    "logcosh": "log_cosh",
    "kullback_leibler_divergence": "kl_divergence",
}
_UNCLEAR = "cosine_proximity"


def _find(program: Program) -> Iterator[Sighting]:
    for call, place in program.reader.names.calls:
        for node in _named_losses(call, program.reader.names.symbol(call.func, place.scope)):
            old = str(node.value)
            if old in IDENTIFIERS and program.for_keras_3:
                new = IDENTIFIERS[old]
                message = f'Keras 3 knows no loss "{old}": it is "{new}"'
                yield Sighting(node, message, None, ((node, f'"{new}"'),), _question(old, new))
            elif old == _UNCLEAR:
                reason = '"cosine_similarity" has the opposite sign of what old versions called the proximity'
                yield Sighting(node, f'Keras knows no loss "{old}" any more', reason)


def _named_losses(call: ast.Call, symbol: str | None) -> Iterator[ast.Constant]:
    """The texts that name a loss in a call of `compile` or `losses.get`."""
    if symbol in ("keras.losses.get", "plain_keras.losses.get"):
        given: list[ast.expr] = call.args[:1]
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
        given = [keyword.value for keyword in call.keywords if keyword.arg == "loss"] or call.args[1:2]
    else:
        return
    for value in given:
        parts = value.values if isinstance(value, ast.Dict) else value.elts if isinstance(value, ast.List) else [value]
        yield from (part for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _question(old: str, new: str) -> Question:
    values = of.Probabilities(normalised=True) if new == "kl_divergence" else of.Real()
    return Question(
        f"tf.keras.losses.get({old!r})(labels, predictions)",
        f"tf.keras.losses.get({new!r})(labels, predictions)",
        (Input("labels", values), Input("predictions", values)),
        promises=("labels and predictions of equal shape",),
        ranks=(2, 3),
    )


RULE = Rule(
    id="TFL604",
    name="removed-loss-identifier",
    message="Keras 3 knows no loss of this name",
    severity="error",
    inputs=(),
    forms=(),
    look=Look(("keras.", "plain_keras."), _find),
    catches=(
        Catch(
            "import tensorflow as tf\nmodel = tf.keras.Sequential()\nmodel.compile('sgd', loss='huber_loss')\n",
            "'huber_loss'",
            '"huber"',
        ),
        Catch("from keras import losses\nloss = losses.get('logcosh')\n", "'logcosh'", '"log_cosh"'),
        Catch(
            "import keras\nmodel = keras.Sequential()\nmodel.compile('sgd', 'cosine_proximity')\n",
            "'cosine_proximity'",
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.Model().compile(loss='mse')", because="known to both"),
        NearMiss("re.compile('huber_loss')", because="no model: the first argument is not a loss"),
        NearMiss("tf.keras.losses.get('huber')", because="the new name already"),
        NearMiss("print('logcosh', tf.keras.losses.MSE)", because="a text, not a loss"),
    ),
)
