"""A regulariser whose loss nobody collects: it is computed, and never minimised.

Why: in TensorFlow 1 a `regularizer` puts its loss into the collection REGULARIZATION_LOSSES, `tf.losses.add_loss` its
own into LOSSES; an optimizer sees what it is given and nothing else. Without `tf.losses.get_regularization_loss()`,
`get_total_loss()` or `tf.get_collection` the weights do not decay at all, whatever the factor: the loss and every
weight are bit for bit those without a regulariser (TensorFlow 1.15.5). Found where the same file minimises, and names
no reader. A loss that is collected inside the body of a loop of the graph cannot be used outside: the total raises
ValueError, "is in a while loop".
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.callables import function_named
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.ops import ADDS_ITSELF
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.terms import Term, constant_of

_GIVEN = ("layers.", "contrib.layers.", "contrib.slim.", "get_variable", "variable_scope")
_ARGUMENTS = frozenset({"regularizer", "kernel_regularizer", "weights_regularizer"})
_MAKERS = ("l1_regularizer", "l2_regularizer", "l1_l2_regularizer", "l1", "l2", "l1_l2")
_READERS = (
    "get_collection",
    "get_collection_ref",
    "losses.get_losses",
    "losses.get_total_loss",
    "losses.get_regularization_loss",
    "losses.get_regularization_losses",
    "contrib.losses.get_total_loss",
    "contrib.slim.losses.get_total_loss",
    "contrib.slim.get_total_loss",
    "contrib.layers.apply_regularization",
    "contrib.slim.learning.train",
    "estimator.",
    "keras.",
)
_MESSAGE = "the loss of this regulariser is collected, and no code of this file adds it to what is minimised"
_WHY = "add tf.losses.get_regularization_loss() to the loss: how much of it is meant the code does not say"


_ADDED = ("losses.add_loss", "contrib.losses.add_loss", "contrib.slim.losses.add_loss")
_NOT_ADDED_UP = "this loss is collected, and no code of this file adds it to what is minimised"
_ADD_UP = "add it to the loss, or minimise tf.losses.get_total_loss(): which is meant the code does not say"
_LOOPS = ("while_loop", "map_fn", "scan", "foldl", "foldr")
_INTO_LOSSES = ("losses.add_loss", *(symbol for symbol in ADDS_ITSELF if symbol.startswith("losses.")))
_TOTALS = ("losses.get_total_loss", "losses.get_losses")
_IN_A_LOOP = "this loss is collected inside a loop of the graph, and the total outside cannot use it: TensorFlow raises"
_HAND_OUT = "return the loss from the loop with its other values, and add it to the total outside"


def _find(program: Program) -> Iterator[Sighting]:
    yield from _find_unregularised(program)
    if program.names(_TOTALS):
        yield from _find_in_loops(program)


def _find_in_loops(program: Program) -> Iterator[Sighting]:
    """The losses that are collected in functions which a loop of the graph runs."""
    looped = set()
    for call, place, _ in program.calls_of(*_LOOPS):
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            function = function_named(argument, place)
            looped.add(argument if isinstance(argument, ast.Lambda) else function)
    for call, place, _ in program.calls_of(*_INTO_LOSSES):
        if place.scope.node in looped:
            yield Sighting(call, _IN_A_LOOP, _HAND_OUT, sure="certain")


def _find_unregularised(program: Program) -> Iterator[Sighting]:
    """What is collected in a file that minimises and reads no collection: a loss, or that of a regulariser."""
    if program.names(_READERS) or _reads_otherwise(program) or not program.minimised:
        return
    for call, place, _ in program.calls_of(*_GIVEN):
        for keyword in call.keywords:
            if keyword.arg in _ARGUMENTS and _regularises(Origin(keyword.value, place), program):
                yield Sighting(keyword.value, _MESSAGE, _WHY, sure="likely")
                return
    minimised = [program.reader.term(found.loss, found.place) for found in program.minimised]
    for call, place, _ in program.calls_of(*_ADDED):
        given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "loss")]
        for added in (program.reader.term(one, place) for one in given[:1]):
            lost = added.kind != "leaf" and not any(_may_hold(whole, added, program) for whole in minimised)
            if lost:
                yield Sighting(call, _NOT_ADDED_UP, _ADD_UP, sure="likely")


def _may_hold(whole: Term, part: Term, program: Program) -> bool:
    """Whether a term stands in another one, or what that is made of is not in sight."""
    if whole.kind == "leaf" and constant_of(whole) is None:
        if whole.node is None or whole.place is None:
            return True
        made = program.values.origins.of(Origin(whole.node, whole.place))
        calls = [(one.node, one) for one in made if isinstance(one.node, ast.Call)]
        return len(calls) < len(made) or any(program.values.symbol(*one) is None for one in calls)
    return whole == part or any(_may_hold(inner, part, program) for inner, _ in whole.parts)


def _regularises(origin: Origin, program: Program) -> bool:
    for one in program.values.origins.of(origin):
        symbol = program.values.symbol(one.node, one) if isinstance(one.node, ast.Call) else None
        if symbol is None or symbol.rpartition(".")[2] not in _MAKERS:
            return False
    return True


def _reads_otherwise(program: Program) -> bool:
    """Whether a method of a graph reads collections: `graph.get_collection(...)`."""
    functions = (call.func for call, _ in program.reader.names.calls)
    return any(isinstance(f, ast.Attribute) and f.attr.startswith(("get_collection", "get_reg")) for f in functions)


_CATCH = """\
import tensorflow as tf

z = tf.layers.dense(x, 10, kernel_regularizer=tf.contrib.layers.l2_regularizer(0.01))
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z))
step = tf.train.AdamOptimizer().minimize(loss)
"""
_LOOP = """\
import tensorflow as tf

def body(i, x):
    tf.losses.add_loss(tf.nn.l2_loss(w))
    return i + 1, tf.matmul(x, w)

_, y = tf.while_loop(lambda i, x: i < 3, body, [0, x])
total = tf.losses.get_total_loss()
"""
_LAYER = "z = tf.layers.dense(x, 1, kernel_regularizer=tf.contrib.layers.l2_regularizer(0.01))\n"
_PENALTY = """\
import tensorflow as tf

w = tf.Variable(tf.zeros([4, 1]))
z = tf.matmul(tf.placeholder(tf.float32, [None, 4]), w)
tf.losses.add_loss(0.01 * tf.nn.l2_loss(w))
"""
_ERROR = "tf.reduce_mean(tf.square(z))"
_MINIMISE = "step = tf.train.AdamOptimizer().minimize(loss)"

RULE = Rule(
    id="TFL411",
    name="lost-collected-loss",
    message="a collected loss is not minimised",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(
            _LOOP.replace("    tf.losses.add_loss(tf.nn.l2_loss(w))\n", "").replace(
                "total =", "tf.losses.add_loss(tf.nn.l2_loss(w))\ntotal ="
            ),
            because="it is collected outside of the loop",
        ),
        NearMiss(_LOOP.replace("total = tf.losses.get_total_loss()\n", ""), because="no total is made here"),
        NearMiss(f"{_LAYER}loss = f(z) + tf.losses.get_regularization_loss()\n{_MINIMISE}", because="it is added"),
        NearMiss(
            f"{_LAYER}loss = f(z) + tf.add_n(tf.get_collection('r'))\n{_MINIMISE}", because="a collection is read"
        ),
        NearMiss(f"{_PENALTY}loss = {_ERROR} + 0.01 * tf.nn.l2_loss(w)\n{_MINIMISE}", because="it is added as well"),
        NearMiss(f"{_PENALTY}loss = f(z)\n{_MINIMISE}", because="what is minimised is not in sight"),
        NearMiss(f"{_LAYER}loss = f(z)", because="a file that only builds: another may add it"),
        NearMiss(
            f"def net(x, r=None):\n    return tf.layers.dense(x, 1, kernel_regularizer=r)\n"
            f"loss = f(net(x))\n{_MINIMISE}",
            because="nobody gives a regulariser",
        ),
    ),
    look=Look((*_GIVEN, *_LOOPS, *_ADDED), _find),
    catches=(
        Catch(_CATCH, "tf.contrib.layers.l2_regularizer(0.01)"),
        Catch(_LOOP, "tf.losses.add_loss(tf.nn.l2_loss(w))"),
        Catch(f"{_PENALTY}loss = {_ERROR}\n{_MINIMISE}", "tf.losses.add_loss(0.01 * tf.nn.l2_loss(w))"),
    ),
)
