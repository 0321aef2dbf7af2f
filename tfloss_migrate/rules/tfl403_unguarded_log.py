"""The logarithm of what reaches zero is -inf, and its gradient makes every weight NaN.

Why: in float32 a softmax is exactly 0 from a logit gap of about 104 on (a label of zero there gives 0 * -inf, NaN), and
1 - sigmoid(z) is exactly 0 from z = 17 on. A linear model of ten classes with the loss -sum(y * log(softmax(z))) is NaN
for good after 3 steps of a learning rate of 0.5; the fused op trains to 95 % (TensorFlow 1.15.5). Where the numbers
cannot be below zero or are guarded (`+ 1e-8`, `maximum`, a clip) nothing is said, nor where nothing is known of them,
unless the logarithms of p and of 1 - p stand in one formula: then p is a probability, whatever made it.
The log of a layer without activation is NaN at every output below zero. What is meant is the loss from logits,
or a guard: which of them the code does not say, so that nothing is written here. Of an element that is picked out of a
softmax, `p[0, action]`, it is told as possible: an action that is drawn from p is none of probability zero, unless p
was trained between.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place
from tfloss_migrate.syntax.terms import Term

_LOGS = ("log", "math.log")
#: Zero only from -87 on.
_FAR = frozenset({"exp", "softplus"})
_LOSS = "losses.log_loss"
#: Draw from log-probabilities, of which -inf is one.
_SAMPLERS = ("multinomial", "random.multinomial", "random.categorical")
_WHY = "what is meant is the loss from logits, or an epsilon inside the logarithm: the code does not say which"
_ZERO = "this reaches 0 in float32, where the logarithm is -inf and the gradient NaN"
_OF_PICKED = (
    "-inf where this probability is 0 in float32: never of what was drawn from it just now, but of what is learned "
    "from later, or was chosen otherwise"
)
#: By the function that hides its logits and what it makes of them.
_HIDDEN = "{}() gives nothing but the {} of its logits: return these too, and take tf.nn.{}_with_logits of them"
_CROSS_ENTROPY = {"sigmoid": "sigmoid_cross_entropy", "softmax": "softmax_cross_entropy"}


def _find(program: Program) -> Iterator[Sighting]:
    values = program.values
    unknown: list[tuple[ast.Call, Place, Term]] = []
    drawn = {id(argument) for call, _, _ in program.calls_of(*_SAMPLERS) for argument in call.args[:1]}
    for call, place, symbol in program.calls_of(*_LOGS, _LOSS):
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        position, label = (1, "predictions") if symbol == _LOSS else (0, "x")
        argument = call.args[position] if len(call.args) > position else named.get(label)
        if argument is None or id(call) in drawn:
            continue
        term = program.reader.term(argument, place)
        held = values.range(term)
        if symbol != _LOSS and held.above_zero == "unknown":
            unknown.append((call, place, term))
        if held.above_zero != "reaches" or (symbol == _LOSS and held.low >= 0.0):  # it adds an epsilon of its own
            continue
        if held.low < 0.0:
            message = "the logarithm of a number below zero is NaN, and nothing keeps this above zero"
            yield Sighting(call, message, _WHY, sure="certain")
        elif values.range(term, exact=True).above_zero != "safe":
            picked = _is_picked(argument, place, program)
            far = picked or values.activations(argument, place) <= _FAR
            message = _OF_PICKED if picked else _ZERO
            yield Sighting(call, message, _why(argument, place, program), sure="possible" if far else "likely")
    yield from _of_probabilities(unknown, program)


def _why(argument: ast.expr, place: Place, program: Program) -> str:
    """What to do about it: where a function of the module returns a sigmoid alone, its logits are what is wanted."""
    for node in ast.walk(argument):
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            continue
        for source in program.values.sources(node, place):
            activation = program.values.activation(source)
            if activation in _CROSS_ENTROPY and source.frame is not None:
                function = source.frame.outermost.function
                if isinstance(function, ast.FunctionDef) and _returns_alone(function, activation):
                    return _HIDDEN.format(function.name, activation, _CROSS_ENTROPY[activation])
    return _WHY


def _returns_alone(function: ast.FunctionDef, activation: str) -> bool:
    """Whether a function names an activation, and returns one thing."""
    nodes = list(ast.walk(function))
    several = (ast.Tuple, ast.List, ast.Dict)
    if any(isinstance(one, ast.Return) and isinstance(one.value, several) for one in nodes):
        return False
    return any(activation in (getattr(one, "attr", None), getattr(one, "id", None)) for one in nodes)


def _is_picked(argument: ast.expr, place: Place, program: Program) -> bool:
    """Whether it is an element by its number, the action that was drawn for one: what is never drawn is never zero."""
    return any(program.values.picked_from(source) is not None for source in program.values.sources(argument, place))


def _of_probabilities(logs: list[tuple[ast.Call, Place, Term]], program: Program) -> Iterator[Sighting]:
    """The logarithms of `p` and `1 - p` in one formula: `p` is a probability, though nothing shows what made it."""
    for call, place, term in logs:
        if term.kind != "sum" or term.number != 1.0 or len(term.parts) != 1 or term.parts[0][1] != -1.0:
            continue
        if _is_data(term.parts[0][0], program):
            continue
        if any(where.statement is place.statement and other == term.parts[0][0] for _, where, other in logs):
            message = (
                "a probability is exactly 1, or 0, in float32 where its logit is large: then this loss is infinite"
            )
            yield Sighting(call, message, _WHY, sure="possible")


def _is_data(term: Term, program: Program) -> bool:
    if term.node is None or term.place is None:
        return False
    return all(map(program.values.is_fed, program.values.sources(term.node, term.place)))


_CATCHES = (
    """\
import tensorflow as tf

class Model:
    def build(self):
        self.p = tf.nn.softmax(tf.layers.dense(self.x, 10))

    def loss(self):
        return tf.reduce_mean(self.y * tf.log(self.p))
""",
    """\
import tensorflow as tf

probabilities = tf.layers.dense(x, 4, activation=tf.nn.softmax)
loss = -tf.reduce_mean(tf.log(probabilities[0, action]) * error)
""",
    """\
import tensorflow as tf

probabilities = tf.layers.dense(x, 4, activation=tf.nn.softmax)
loss = -tf.reduce_mean(tf.log(tf.gather_nd(probabilities, actions)) * error)
""",
    """\
import tensorflow as tf

probabilities = tf.layers.dense(x, 4, activation=tf.nn.softmax)
loss = -tf.reduce_mean(tf.log(tf.gather(probabilities, rows)))
""",
    """\
import tensorflow as tf

def net(x):
    return tf.layers.dense(x, 1)

loss = tf.reduce_mean(y * tf.log(net(x)))
""",
    """\
import tensorflow as tf

def cost(reference, output):
    return -tf.reduce_mean(reference * tf.log(output) + (1 - reference) * tf.log(1 - output))
""",
)

RULE = Rule(
    id="TFL403",
    name="unguarded-log",
    message="the logarithm of what reaches zero",
    inputs=(),
    forms=(),
    told_by=("TFL310", "TFL312", "TFL320", "TFL330", "TFL391"),
    leave_alone=(
        NearMiss("tf.log(tf.nn.softmax(z) + 1e-8)", because="the epsilon keeps it above zero"),
        NearMiss("tf.log(tf.clip_by_value(tf.sigmoid(z), 1e-10, 1.0))", because="the clip keeps it above zero"),
        NearMiss("tf.log(tf.maximum(tf.nn.softmax(z), 1e-12))", because="the maximum keeps it above zero"),
        NearMiss("tf.log(1 + tf.exp(z))", because="above one"),
        NearMiss("tf.log(tf.nn.softplus(z) + 1.0)", because="above one"),
        NearMiss(
            "words = tf.nn.softmax(tf.Variable(tf.zeros([9, 99])))\nlog = tf.log(tf.matmul(topics, words))",
            because="a mixture of probabilities: nothing shows that it is below zero",
        ),
        NearMiss("tf.log(tf.square(tf.layers.dense(x, 1)))", because="zero at a single number only"),
        NearMiss("tf.log(x)", because="nothing is known of it"),
        NearMiss(
            "p = tf.nn.softmax(z)\nlog = tf.log(tf.boolean_mask(p, p > 0.0))", because="the mask keeps it above zero"
        ),
        NearMiss(
            "class Model:\n    def build(self):\n        p = tf.nn.softmax(self.z)\n"
            "        self.picked = tf.gather_nd(p, tf.where(p > 0.0))\n\n"
            "    def loss(self):\n        return tf.log(self.picked)",
            because="what is picked is above zero, in another method",
        ),
        NearMiss("p = tf.nn.softmax(z)\nlog = tf.log(p[p > 0.0])", because="the mask keeps it above zero"),
        NearMiss(
            "p = tf.nn.softmax(z)\nlog = tf.log(tf.gather_nd(p, tf.where(p > 0.0)))",
            because="what is picked is above zero",
        ),
        NearMiss(
            "q = tf.reduce_mean(tf.nn.softmax(z), axis=0)\nscore = p * (tf.log(p + 1e-8) - tf.log(q))",
            because="a mean over the batch is zero only where every example is",
        ),
        NearMiss(
            "x = tf.linspace(-3.0, 5.0, 500)\nloss = -tf.reduce_mean(y * tf.log(x) + (1.0 - y) * tf.log(1.0 - x))",
            because="a curve that is drawn: no gradient is asked of data",
        ),
        NearMiss("tf.log(tf.sqrt(variance + 1e-5))", because="nothing shows that it is zero"),
        NearMiss(
            "p = tf.layers.dense(x, 9, tf.nn.softmax)\na = tf.multinomial(tf.log(p), 1)",
            because="drawing is right with -inf, and takes no gradient",
        ),
        NearMiss("np.log(softmax(z))", because="numpy is not TensorFlow"),
    ),
    look=Look((*_LOGS, _LOSS), _find),
    catches=(
        Catch(_CATCHES[0], "tf.log(self.p)"),
        Catch(_CATCHES[1], "tf.log(probabilities[0, action])"),
        Catch(_CATCHES[2], "tf.log(tf.gather_nd(probabilities, actions))"),
        Catch(_CATCHES[3], "tf.log(tf.gather(probabilities, rows))"),
        Catch(_CATCHES[4], "tf.log(net(x))"),
        Catch(_CATCHES[5], "tf.log(1 - output)"),
    ),
)
