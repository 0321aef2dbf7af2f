"""Labels given as logits, and the network's output as labels: nothing can be learned.

Why: TF1's cross-entropies give their labels no gradient, so that with the two exchanged no gradient reaches a variable:
TensorFlow 1.15.5 raises "No gradients provided for any variable". Where another loss is added, it trains on that alone;
softmax_cross_entropy_with_logits_v2 and TF2 do give the labels a gradient, and learn nonsense.
It is found where the logits are surely fed (a placeholder, a constant, one_hot) and the labels surely learned.
In 0.x the positional order is (logits, labels), in `tf.losses` (labels, logits), in `slim.losses` (logits, labels).
`--repair` exchanges the two.
"""

from collections.abc import Iterator

from tfloss_migrate.domains import BinaryLabels, BinaryLogits, ClassIds, Domain, LabelWeights, Logits
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.record import replace
from tfloss_migrate.syntax.cross_entropies import SYMBOLS, CrossEntropy, cross_entropies
from tfloss_migrate.syntax.program import Program

_MESSAGE = "labels and logits are exchanged: the logits are data, and no gradient reaches the network"
_LEFT = "the call has more arguments than these two, or a name that TF2 lacks: exchange labels and logits by hand"
_DOMAINS: dict[str, tuple[Domain, Domain]] = {
    "softmax": (LabelWeights(), Logits()),
    "sparse": (ClassIds(), Logits()),
    "sigmoid": (BinaryLabels(), BinaryLogits()),
}


def _find(program: Program) -> Iterator[Sighting]:
    values = program.values
    for found in cross_entropies(program, "softmax", "sparse", "sigmoid"):
        fed = values.sources(found.logits, found.place)
        learned = values.sources(found.labels, found.place)
        if not all(map(values.is_fed, fed)) or any(map(values.is_fed, learned)):
            continue
        if all(map(values.learns, learned)):
            question = _question(found)
            pairs = ((found.labels, (found.logits,)), (found.logits, (found.labels,))) if question else ()
            reason = None if question else _LEFT
            yield Sighting(found.call, _MESSAGE, reason, pairs, question, repair=True, sure="certain")


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
        NearMiss("tf.nn.softmax_cross_entropy_with_logits(labels=z, logits=y)", because="names alone show nothing"),
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
            "y = tf.placeholder(tf.int64)\nz = tf.mul(tf.Variable(1.0), 2.0)\n"
            "loss = tf.nn.sparse_softmax_cross_entropy_with_logits(z, y)",
            because="in TensorFlow 0.x the logits come first",
        ),
    ),
    look=Look(SYMBOLS, _find),
    catches=(
        Catch(_CATCHES[0], "tf.nn.softmax_cross_entropy_with_logits(labels=z, logits=y)", _MENDED),
        Catch(_CATCHES[1], "tf.losses.softmax_cross_entropy(y_conv, y_)"),
    ),
)
