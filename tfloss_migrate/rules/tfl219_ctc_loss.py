"""`tf.nn.ctc_loss` has other arguments in TF2, and another blank: class 0 unless told, where TF1 used the last class.

Why: TF1 takes (labels, inputs, sequence_length), 0.x (inputs, labels, sequence_length); TF2 takes (labels, logits,
label_length, logit_length), where labels may be dense. For the sparse labels of TF1 the label lengths are None, and
`blank_index=-1` keeps the blank where it was: without it, Keras and TF2 code trains on another blank. TF2 has no
`preprocess_collapse_repeated`, `ctc_merge_repeated` and `ignore_longer_outputs_than_inputs`. On a GPU, TF2 may leave it
to cuDNN; what was compared ran on the processor. Source: TensorFlow 1.15 and 2.21, `ctc_ops.py`.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import Data, Logits
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.program import Program

#: What it takes by position in 1.15, and in 0.12.
OF_1 = (
    "labels",
    "inputs",
    "sequence_length",
    "preprocess_collapse_repeated",
    "ctc_merge_repeated",
    "ignore_longer_outputs_than_inputs",
    "time_major",
    "logits",
)
OF_0 = ("inputs", "labels", "sequence_length", "preprocess_collapse_repeated", "ctc_merge_repeated", "time_major")
#: Names of TF2; what is not here has none, and its default of TF1 beside it is what TF2 does.
_NEW = {
    "labels": "labels",
    "inputs": "logits",
    "logits": "logits",
    "sequence_length": "logit_length",
    "time_major": "logits_time_major",
}
_DEFAULTS = {
    "preprocess_collapse_repeated": "False",
    "ctc_merge_repeated": "True",
    "ignore_longer_outputs_than_inputs": "False",
}
_REST = "label_length=None, blank_index=-1"
_INPUTS = (Input("logits", Data(constant=False, shape=(6, None, 5), like=Logits())),)
_LABELS = "tf.SparseTensor([[0, 0], [0, 1], [1, 0], [2, 0], [2, 1], [3, 0]], [1, 2, 1, 3, 3, 2], [4, 2])"
_QUESTION = Question(
    f"tf.nn.ctc_loss({_LABELS}, logits, [5, 4, 6, 2])",
    f"tf.nn.ctc_loss(labels={_LABELS}, logits=logits, logit_length=[5, 4, 6, 2], {_REST})",
    _INPUTS,
    promises=("sparse labels, as TensorFlow 1 takes them", "the processor, not a GPU"),
)
_ORDER = (
    "by position these are (inputs, labels) in TensorFlow 0.x and (labels, inputs) from 1.0 on, and the file does not "
    "tell which it was written for; name the arguments"
)


def _find(program: Program) -> Iterator[Sighting]:
    for call, _, symbol in program.calls_of("nn.ctc_loss", "nn.ctc_loss_v2") if program.era != "2.x" else ():
        if symbol == "nn.ctc_loss_v2":
            reason = "tf.nn.ctc_loss of TF2 is this function; its gradient for dense labels has been mended since"
            yield Sighting(call, "tf.nn.ctc_loss_v2 does not exist in TF2", reason)
            continue
        found = _arguments(call, program)
        if found is not None and not {"label_length", "logit_length"} & {name for _, name, _ in found}:
            yield _sighting(call, found, program)


def _arguments(call: ast.Call, program: Program) -> list[tuple[ast.expr | ast.keyword, str, ast.expr]] | None:
    """Each argument: what to replace, its name in TF1, its value. None: they cannot be told apart."""
    order = OF_0 if program.era == "0.x" else OF_1
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    if starred or any(keyword.arg is None for keyword in call.keywords) or len(call.args) > len(order):
        return None
    by_position = [(value, name, value) for value, name in zip(call.args, order, strict=False)]
    return [*by_position, *((keyword, keyword.arg or "", keyword.value) for keyword in call.keywords)]


def _sighting(call: ast.Call, found: list[tuple[ast.expr | ast.keyword, str, ast.expr]], program: Program) -> Sighting:
    message = "tf.nn.ctc_loss has other arguments in TF2, and another blank"
    names = [name for _, name, _ in found]
    left = [(name, ast.unparse(value)) for _, name, value in found if name not in _NEW]
    reason = None
    if call.args and program.era != "0.x" and not program.since_1:
        reason = _ORDER
    elif "labels" not in names or "sequence_length" not in names:
        reason = "labels and sequence_length are not both there"
    elif left:
        told = ", ".join(f"{name}={value}" for name, value in left)
        reason = f"TF2 has no {told}" + (
            ": it does that always, so leave it out"
            if all(_DEFAULTS.get(name) == value for name, value in left)
            else ""
        )
    changes = [(node, f"{_NEW.get(name, name)}={program.source(value)}") for node, name, value in found]
    if changes:
        changes[-1] = (changes[-1][0], f"{changes[-1][1]}, {_REST}")
    return Sighting(call, message, reason, tuple(changes), _QUESTION)


_OF_0 = "import tensorflow as tf\ndifference = tf.sub(a, b)\nloss = "
_OF_1 = "import tensorflow as tf\nhidden = tf.layers.dense(x, 9)\nloss = "

RULE = Rule(
    id="TFL219",
    name="ctc-loss",
    message="tf.nn.ctc_loss has other arguments in TF2, and another blank",
    severity="error",
    inputs=_INPUTS,
    forms=(),
    look=Look(("nn.ctc_loss", "nn.ctc_loss_v2"), _find),
    catches=(
        Catch(
            _OF_1 + "tf.nn.ctc_loss(labels, hidden, lengths, time_major=False)\n",
            "tf.nn.ctc_loss(labels, hidden, lengths, time_major=False)",
            "tf.nn.ctc_loss(labels=labels, logits=hidden, logit_length=lengths, logits_time_major=False, "
            "label_length=None, blank_index=-1)",
        ),
        Catch(
            _OF_0 + "tf.nn.ctc_loss(hidden, labels, lengths)\n",
            "tf.nn.ctc_loss(hidden, labels, lengths)",
            "tf.nn.ctc_loss(logits=hidden, labels=labels, logit_length=lengths, label_length=None, blank_index=-1)",
        ),
        Catch(
            "import tensorflow as tf\nloss = tf.nn.ctc_loss(labels=k, inputs=z, sequence_length=n)\n",
            "tf.nn.ctc_loss(labels=k, inputs=z, sequence_length=n)",
            "tf.nn.ctc_loss(labels=k, logits=z, logit_length=n, label_length=None, blank_index=-1)",
        ),
        Catch("import tensorflow as tf\nloss = tf.nn.ctc_loss(a, b, n)\n", "tf.nn.ctc_loss(a, b, n)"),
        Catch(
            _OF_1 + "tf.nn.ctc_loss(labels, hidden, lengths, ctc_merge_repeated=False)\n",
            "tf.nn.ctc_loss(labels, hidden, lengths, ctc_merge_repeated=False)",
        ),
        Catch(
            "import tensorflow as tf\nloss = tf.nn.ctc_loss_v2(k, z, m, n)\n",
            "tf.nn.ctc_loss_v2(k, z, m, n)",
        ),
    ),
    leave_alone=(
        NearMiss("tf.nn.ctc_loss(labels=k, logits=z, label_length=m, logit_length=n)", because="as TF2 has it"),
        NearMiss("tf.keras.backend.ctc_batch_cost(k, z, n, m)", because="Keras' own, of probabilities"),
        NearMiss("ctc.ctc_loss(labels=k, inputs=z, sequence_length=n)", because="not TensorFlow's module here"),
        NearMiss("tf.nn.ctc_loss(*batch)", because="the arguments cannot be told apart"),
    ),
)
