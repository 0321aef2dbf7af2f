"""A likelihood that is minimised: the sign is missing, and training makes the model as wrong as it can.

Why: reduce_mean(reduce_sum(y * log(p))) is 0 for a perfect model and has no lower bound. Minimising it, 200 steps of
a linear model bring the accuracy from 10 % to 0 % and the loss to -110 (TensorFlow 1.15.5). It is found where the
labels are surely labels (one_hot, a placeholder called so; likely, if a parameter is called so) and p surely a
probability; an entropy, p * log(p), a reward, or the generator's log(1 - D) is minimised with good reason.
"""

import ast
import re
from collections.abc import Callable, Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.terms import Term
from tfloss_migrate.syntax.training import SYMBOLS

_MESSAGE = "this minimises the likelihood of the labels: a minus is missing"
_WHY = "where the minus belongs the code does not say"
_REDUCTIONS = frozenset({"reduce_sum", "reduce_mean"})
_LABELS = re.compile(r"(^|[._])(y_?|y_true|labels?|targets?|one_?hot\w*|\w*_labels?|\w*_targets?)$", re.IGNORECASE)


def _find(program: Program) -> Iterator[Sighting]:
    for found in program.minimised:
        origins = program.values.origins.of(Origin(found.loss, found.place))
        terms = [program.reader.term(one.node, one.place) for one in origins]
        if all(_is_likelihood(term, program, _is_fed_labels) for term in terms):
            yield Sighting(found.loss, _MESSAGE, _WHY, sure="certain")
        elif all(_is_likelihood(term, program, _is_called_labels) for term in terms):
            yield Sighting(found.loss, _MESSAGE, _WHY, sure="likely")


def _is_likelihood(term: Term, program: Program, is_labels: Callable[[Term, Program], bool]) -> bool:
    """Whether a term is a positive multiple of sums of labels * log(probabilities), and of nothing else."""
    if term.kind == "sum":
        return all(float(c) > 0.0 and _is_likelihood(part, program, is_labels) for part, c in term.parts)  # type: ignore[arg-type]
    if term.kind == "op":
        inner = term.argument("input_tensor") if term.name in _REDUCTIONS else None
        return inner is not None and _is_likelihood(inner, program, is_labels)
    if term.kind != "prod" or term.number <= 0.0 or any(exponent != 1.0 for _, exponent in term.parts):
        return False
    if len(term.parts) == 1:
        return _is_likelihood(term.parts[0][0], program, is_labels)
    logs = [part for part, _ in term.parts if _is_log_probability(part, program)]
    others = [part for part, _ in term.parts if part not in logs]
    return len(logs) == 1 and all(is_labels(part, program) for part in others)


def _is_log_probability(term: Term, program: Program) -> bool:
    if term.kind != "op" or term.name not in ("log", "log_softmax", "log_sigmoid"):
        return False
    held = program.values.range(term)
    return held.high <= 1e-5 and held.low < -1.0


def _is_fed_labels(term: Term, program: Program) -> bool:
    if term.kind == "op" and term.name == "one_hot":
        return True
    if term.node is None or term.place is None:
        return False
    sources = program.values.sources(term.node, term.place)
    fed = all(program.values.is_fed(one) for one in sources)
    return fed and _LABELS.search(dotted(term.node) or "") is not None


def _is_called_labels(term: Term, program: Program) -> bool:
    """Whether it is fed, or a parameter of a function, that is called so."""
    name = term.node.id if isinstance(term.node, ast.Name) and term.place is not None else None
    owner = term.place.scope.owner_of(name) if name is not None and term.place is not None else None
    given = owner is not None and name is not None and owner.bindings[name][0].kind == "parameter"
    return _is_fed_labels(term, program) or (given and _LABELS.search(name or "") is not None)


_CATCH = """\
import tensorflow as tf

y_ = tf.placeholder(tf.float32, [None, 10])
p = tf.nn.softmax(tf.matmul(x, w))
loss = tf.reduce_mean(tf.reduce_sum(y_ * tf.log(p), 1))
step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
"""
_IN_A_FUNCTION = """\
import tensorflow as tf

def train(labels, logits):
    loss = tf.reduce_mean(tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits) + 1e-8), 1))
    return tf.train.AdamOptimizer().minimize(loss)
"""
_MINIMISE = "\nstep = tf.train.AdamOptimizer().minimize(loss)"
_Y = "y = tf.placeholder(tf.float32)\n"

RULE = Rule(
    id="TFL416",
    name="loss-sign",
    message="a likelihood is minimised",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(f"{_Y}loss = -tf.reduce_mean(y * tf.log(tf.nn.softmax(z))){_MINIMISE}", because="the minus is there"),
        NearMiss(f"{_Y}loss = tf.reduce_mean(y * -tf.log(tf.nn.softmax(z))){_MINIMISE}", because="the minus is inside"),
        NearMiss(
            f"{_Y}loss = tf.reduce_mean(y * tf.log(tf.nn.softmax(z))){_MINIMISE.replace('(loss)', '(-loss)')}",
            because="the minus is at the optimizer",
        ),
        NearMiss(
            f"p = tf.nn.softmax(z)\nloss = tf.reduce_sum(p * tf.log(p)){_MINIMISE}", because="an entropy is maximised"
        ),
        NearMiss(f"loss = tf.reduce_mean(tf.log(1 - tf.sigmoid(z))){_MINIMISE}", because="what a generator minimises"),
        NearMiss(
            f"reward = tf.placeholder(tf.float32)\nloss = tf.reduce_mean(reward * tf.nn.log_softmax(z)){_MINIMISE}",
            because="a reward may be a cost",
        ),
    ),
    look=Look(SYMBOLS, _find),
    catches=(Catch(_CATCH, "loss"), Catch(_IN_A_FUNCTION, "loss")),
)
