"""Labels given as logits, and the network's output as labels: nothing can be learned.

Why: TF1's cross-entropies give their labels no gradient, so that with the two exchanged no gradient reaches a variable:
TensorFlow 1.15.5 raises "No gradients provided for any variable". Where another loss is added, it trains on that alone;
softmax_cross_entropy_with_logits_v2 and TF2 do give the labels a gradient, and learn nonsense.
It is found where the logits are surely fed (a placeholder, a constant, one_hot) and the labels surely learned, and
where each has the name of the other.
In 0.x the positional order is (logits, labels), in `tf.losses` (labels, logits), in `slim.losses` (logits, labels);
`nce_loss` and `sampled_softmax_loss` took (inputs, labels) in 0.x, and take (labels, inputs) since; so does the
`softmax_loss_function` that a loss of sequences is given.
`--repair` exchanges the two.
"""

import ast
import re
from collections.abc import Iterator

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, ClassIds, Domain, LabelWeights, Logits
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.record import replace
from tfloss_migrate.syntax.callables import function_named
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, CrossEntropy, cross_entropies
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program

_MESSAGE = "labels and logits are exchanged: the logits are data, and no gradient reaches the network"
_LEFT = "the call has more arguments than these two, or a name that TF2 lacks: exchange labels and logits by hand"
_BY_NAME = "labels and logits are exchanged: each is called by the name of the other"
_LEFT_BY_NAME = "only the names show it: exchange labels and logits by hand"
_LOGITS = re.compile(r"(^|_)logits?$", re.IGNORECASE)
_LABELS = re.compile(r"(^|_)(labels?|targets?|y_true|onehot|one_hot)$", re.IGNORECASE)
_SAMPLED = ("nn.nce_loss", "nn.sampled_softmax_loss")
_FED_IN = re.compile(r"(^|_)(inputs?|embed|embeddings?)$", re.IGNORECASE)
_BY_ORDER = "labels come before inputs since TensorFlow 1.0, and by their names these are the other way round"
_LEFT_BY_ORDER = "only the names show it: exchange labels and inputs by hand"
_SEQUENCES = ("contrib.legacy_seq2seq.", "contrib.seq2seq.sequence_loss")
_CALLED_BACK = (
    "a loss of sequences calls this with the labels first since TensorFlow 1.0, and it takes the inputs first"
)
_DOMAINS: dict[str, tuple[Domain, Domain]] = {
    "softmax": (LabelWeights(), Logits()),
    "sparse": (ClassIds(), Logits()),
    "sigmoid": (BinaryLabels(), BinaryLogits()),
}


def _find(program: Program) -> Iterator[Sighting]:
    values = program.values
    for call, _, _ in program.calls_of(*_SAMPLED) if program.since_1 else ():
        if len(call.args) > 3 and _named(call.args[2], _FED_IN) and _named(call.args[3], _LABELS):
            yield Sighting(call, _BY_ORDER, _LEFT_BY_ORDER, sure="likely")
    yield from _find_called_back(program)
    for found in cross_entropies(program, "softmax", "sparse", "sigmoid"):
        fed = values.sources(found.logits, found.place)
        learned = values.sources(found.labels, found.place)
        if all(map(values.is_fed, fed)) and not any(map(values.is_fed, learned)) and all(map(values.learns, learned)):
            question = _question(found)
            pairs = ((found.labels, (found.logits,)), (found.logits, (found.labels,))) if question else ()
            reason = None if question else _LEFT
            yield Sighting(found.call, _MESSAGE, reason, pairs, question, repair=True, sure="certain")
        elif _named(found.labels, _LOGITS) and _named(found.logits, _LABELS):
            yield Sighting(found.call, _BY_NAME, _LEFT_BY_NAME, sure="likely")


def _find_called_back(program: Program) -> Iterator[Sighting]:
    """The functions that losses of sequences call with (labels, logits), and that take (inputs, labels)."""
    for call, place, _ in program.calls_of(*_SEQUENCES):
        for keyword in call.keywords if program.since_1 else ():
            origins = program.values.origins.of(Origin(keyword.value, place))
            for one in origins if keyword.arg == "softmax_loss_function" else ():
                function = function_named(one.node, one.place)
                parameters = [argument.arg for argument in function.args.args] if function is not None else []
                if len(parameters) == 2 and _FED_IN.search(parameters[0]) and _LABELS.search(parameters[1]):
                    yield Sighting(keyword.value, _CALLED_BACK, _LEFT_BY_ORDER, sure="likely")


def _named(node: ast.expr, names: re.Pattern[str]) -> bool:
    return names.search((dotted(node) or "").rpartition(".")[2]) is not None


def _question(found: CrossEntropy) -> Question | None:
    """What was written, against what was meant; only for names that mean the same in TF2."""
    named = {keyword.arg for keyword in found.call.keywords} - {"name"}
    if found.call.args or named != {"labels", "logits"} or found.symbol.endswith("_v2") or found.kind == "sparse":
        return None
    labels, logits = _DOMAINS[found.kind]
    call = f"tf.{found.symbol}(labels={{}}, logits={{}})"
    meant = call.format("labels", "logits")
    inputs = (Input("labels", replace(labels, constant=True)), Input("logits", logits))
    return Question(call.format("logits", "labels"), meant, inputs, (2, 3), intended=meant)


_CATCHES = (
    """\
import tensorflow as tf

y = tf.placeholder(tf.float32, [None, 10])
z = tf.layers.dense(x, 10)
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=z, logits=y))
""",
    """\
import tensorflow as tf

y_ = tf.placeholder(tf.float32, [None, 10])
w = tf.Variable(tf.zeros([784, 10]))
y_conv = tf.matmul(x, w)
tf.losses.softmax_cross_entropy(y_conv, y_)
""",
    """\
import tensorflow as tf

logits, end_points = resnet(images)
tf.losses.softmax_cross_entropy(logits, one_hot_labels)
""",
    """\
import tensorflow as tf

inputs = tf.layers.dense(x, 64)
loss = tf.nn.sampled_softmax_loss(w, b, inputs, labels, 64, 9999)
""",
    """\
import tensorflow as tf

def sampled_loss(inputs, labels):
    labels = tf.reshape(labels, [-1, 1])
    return tf.nn.sampled_softmax_loss(weights=w, biases=b, labels=labels, inputs=inputs, num_sampled=9, num_classes=99)

chosen = None
if num_samples > 0:
    chosen = sampled_loss
losses = tf.contrib.legacy_seq2seq.sequence_loss(logits, targets, weights, softmax_loss_function=chosen)
""",
)
_MENDED = "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"

RULE = Rule(
    id="TFL404",
    name="swapped-labels-logits",
    message="labels and logits are exchanged",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(
            "y = tf.placeholder(tf.float32)\nz = tf.layers.dense(x, 10)\n"
            "loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)",
            because="as it should be",
        ),
        NearMiss("tf.nn.softmax_cross_entropy_with_logits(labels=z, logits=y)", because="such names show nothing"),
        NearMiss(
            "tf.nn.softmax_cross_entropy_with_logits(labels=teacher_logits, logits=student_logits)",
            because="only one of the two is called by the name of the other",
        ),
        NearMiss("slim.losses.softmax_cross_entropy(logits, labels)", because="slim takes the logits first"),
        NearMiss(
            "y = tf.placeholder(tf.float32)\nz = tf.placeholder(tf.float32)\n"
            "loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)",
            because="both are fed: logits may be data where the loss is only tried",
        ),
        NearMiss(
            "a = tf.layers.dense(x, 10)\nb = tf.layers.dense(x, 10)\n"
            "loss = tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(a), logits=b)",
            because="one network learns from another",
        ),
        NearMiss(
            "m = tf.mul(w, 2.0)\nloss = tf.nn.nce_loss(m, b, inputs, labels, 64, 9999)",
            because="in TensorFlow 0.x the inputs come first",
        ),
        NearMiss(
            "def sampled(labels, inputs):\n    return f(labels, inputs)\n"
            "loss = tf.contrib.legacy_seq2seq.sequence_loss(z, y, w, softmax_loss_function=sampled)",
            because="labels first, as it should be",
        ),
        NearMiss(
            "def sampled(logits, labels):\n    return f(labels, logits)\n"
            "loss = tf.contrib.legacy_seq2seq.sequence_loss(z, y, w, softmax_loss_function=sampled)",
            because="these names are given by name since TensorFlow 1.1",
        ),
        NearMiss(
            "h = tf.layers.dense(x, 64)\nloss = tf.nn.nce_loss(w, b, labels, inputs, 64, 9999)",
            because="as it should be",
        ),
        NearMiss(
            "y = tf.placeholder(tf.int64)\nz = tf.mul(tf.Variable(1.0), 2.0)\n"
            "loss = tf.nn.sparse_softmax_cross_entropy_with_logits(z, y)",
            because="in TensorFlow 0.x the logits come first",
        ),
    ),
    look=Look((*SYMBOLS, *_SAMPLED, *_SEQUENCES), _find),
    catches=(
        Catch(_CATCHES[0], "tf.nn.softmax_cross_entropy_with_logits(labels=z, logits=y)", _MENDED),
        Catch(_CATCHES[1], "tf.losses.softmax_cross_entropy(y_conv, y_)"),
        Catch(_CATCHES[2], "tf.losses.softmax_cross_entropy(logits, one_hot_labels)"),
        Catch(_CATCHES[3], "tf.nn.sampled_softmax_loss(w, b, inputs, labels, 64, 9999)"),
        Catch(_CATCHES[4], "chosen"),
    ),
)
