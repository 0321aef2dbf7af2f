"""`Reduction.AUTO` and its kin are words in Keras 3: `"sum_over_batch_size"`, `"sum"`, `"none"`.

Why: Keras 3 has no `Reduction` (plain Keras) or one whose `AUTO` raises ValueError (`tf.keras`), and knows no "auto".
In Keras 2 `AUTO` was the mean over the batch outside of a distribution strategy, where it raised. The words are
understood by both. Where Keras 3 itself computes another number than Keras 2, as for cross-entropies of probabilities
(3e-7 at 0.6), the verdict says so.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.rules.keras_losses import CLASSES, REDUCTION_ENUMS, class_calls, made, reduction_of
from tfloss_migrate.syntax.program import Program


def _find(program: Program) -> Iterator[Sighting]:
    if not program.for_keras_3:
        return
    symbols = {id(node): symbol for node, _, symbol in program.reader.names.uses()}
    handed = set()
    for (call, _, _), name in class_calls(program):
        before = [f"{k.arg}={ast.unparse(k.value)}" for k in call.keywords if isinstance(k.value, ast.Constant)]
        for keyword in call.keywords:
            symbol = symbols.get(id(keyword.value))
            word = reduction_of(keyword.value, symbol) if keyword.arg == "reduction" else None
            if word is None or (isinstance(keyword.value, ast.Constant) and keyword.value.value != "auto"):
                continue
            handed.add(id(keyword.value))
            rest = [text for text in before if not text.startswith(("reduction=", "name="))]
            old = "auto" if symbol is None or symbol.endswith(".AUTO") else word
            question = made(name, ", ".join([*rest, f"reduction='{old}'"]), ", ".join([*rest, f"reduction='{word}'"]))
            yield _sighting(keyword.value, word, question)
        handed.update(id(argument) for argument in call.args)  # told by its place
    for node, _, symbol in program.reader.names.uses():
        word = reduction_of(node, symbol)
        if word is not None and id(node) not in handed:
            reason = f'which loss is given this reduction is not known; for every one of Keras it is "{word}"'
            yield Sighting(node, _message(word), reason)


def _sighting(node: ast.expr, word: str, question: Question) -> Sighting:
    return Sighting(node, _message(word), replacements=((node, f'"{word}"'),), question=question)


def _message(word: str) -> str:
    return f'Keras 3 has no such reduction: this is "{word}"'


RULE = Rule(
    id="TFL601",
    name="removed-keras-reduction",
    message="Keras 3 has no such reduction",
    severity="error",
    inputs=(),
    forms=(),
    look=Look(
        (*REDUCTION_ENUMS, *(f"{p}.{c}" for p in ("keras.losses", "plain_keras.losses") for c in CLASSES)), _find
    ),
    catches=(
        Catch(
            "import tensorflow as tf\n"
            "loss = tf.keras.losses.MeanSquaredError(reduction=tf.keras.losses.Reduction.AUTO)\n",
            "tf.keras.losses.Reduction.AUTO",
            '"sum_over_batch_size"',
        ),
        Catch(
            "import tensorflow as tf\n"
            "loss = tf.keras.losses.Huber(delta=2.0, reduction=tf.keras.losses.Reduction.NONE)\n",
            "tf.keras.losses.Reduction.NONE",
            '"none"',
        ),
        Catch(
            "from tensorflow.keras.losses import Hinge\nloss = Hinge(reduction='auto', name='hinge')\n",
            "'auto'",
            '"sum_over_batch_size"',
        ),
        Catch(
            "from tensorflow.python.keras.utils import losses_utils\n"
            "def make(reduction=losses_utils.ReductionV2.AUTO):\n    return reduction\n",
            "losses_utils.ReductionV2.AUTO",
        ),
    ),
    leave_alone=(
        NearMiss('tf.keras.losses.MeanSquaredError(reduction="sum")', because="the word already"),
        NearMiss("tf.losses.mean_squared_error(y, p, reduction=tf.losses.Reduction.NONE)", because="a loss of TF1"),
        NearMiss('tf.distribute.Strategy.reduce(reduction="auto")', because="no loss"),
        NearMiss("torch.nn.MSELoss(reduction=Reduction.NONE)", because="not TensorFlow"),
    ),
)
