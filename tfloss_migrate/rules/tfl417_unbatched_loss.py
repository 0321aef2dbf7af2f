"""A loss that is reduced over the batch, and then weighted or added to example by example.

Why: `reduce_mean(reduce_mean(loss) * weights)` is the mean of the losses times the mean of the weights: which example
has which weight is lost. With half of the labels wrong and weighted 0, 200 steps of a linear model end at 42 % instead
of 90 %; a policy gradient whose advantages meet the mean of the log-probabilities learns nothing (10 % of the rewards,
the guess among ten, instead of 74 %). `reduce_mean(reduce_sum(a) + b)`, where b has one number for each example, adds
the sum over the batch to each of them: the other term counts a B-th. An autoencoder so written ends at a KL of 5.6
instead of 0.9 for a batch of 100 (all TensorFlow 1.15.5). It is found where both show: a reduction without an axis of
what has a batch, and one number for each example. `--repair` leaves the inner mean out, or gives the inner sum an axis,
where it is written in the same expression and the shapes show that this is all.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.record import dataclass
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.shapes import Shapes

_REDUCTIONS = ("reduce_mean", "math.reduce_mean", "reduce_sum", "math.reduce_sum")
_SCALARS = tuple(
    f"losses.{name}"
    for name in (
        "absolute_difference cosine_distance hinge_loss huber_loss log_loss mean_squared_error sigmoid_cross_entropy"
        " softmax_cross_entropy sparse_softmax_cross_entropy"
    ).split()
)
_ROWS = frozenset({"softmax_cross_entropy", "softmax_cross_entropy_v2", "sparse_softmax_cross_entropy"})
#: What makes of data a loss.
_ERRORS = frozenset(
    "softmax_cross_entropy softmax_cross_entropy_v2 sparse_softmax_cross_entropy sigmoid_cross_entropy"
    " log log_softmax square squared_difference abs power".split()
)
_DEPTH = 10
_WEIGHTED = "this loss is one number for the whole batch: what it is multiplied by weighs no example more than another"
_SUMMED = "this sum over the whole batch is added to each example: what it is added to counts too little"
_LEFT = "reduce the loss only once it is weighted or added up"
_REAL = (Input("loss", Real()), Input("weights", Real()))
_UNWEIGHTED = Question(
    "tf.reduce_mean(tf.reduce_mean(loss) * weights)",
    "tf.reduce_mean(loss * weights)",
    _REAL,
    (1,),
    promises=("loss and weights of equal shape",),
    intended="tf.reduce_mean(loss * weights)",
)
_OF_ROWS = "tf.reduce_mean(tf.reduce_sum(loss, axis=-1) + tf.reduce_sum(weights, axis=-1))"
_UNSUMMED = Question(_OF_ROWS.replace("loss, axis=-1", "loss"), _OF_ROWS, _REAL, (2,), intended=_OF_ROWS)


@dataclass(frozen=True)
class _Total:
    """One number made of a whole batch: the reduction, by name, and what is reduced, where it is a reduction."""

    origin: Origin
    name: str
    reduced: Origin | None


def _find(program: Program) -> Iterator[Sighting]:
    shapes, told = program.shapes, set()
    for call, place, symbol in program.calls_of(*_REDUCTIONS):
        if len(call.args) != 1 or any(keyword.arg != "name" for keyword in call.keywords):
            continue
        for operation, operands in _combined(Origin(call.args[0], place), program, _DEPTH):
            if operation == "add" and not symbol.endswith("mean"):
                continue
            totals = [total for one in operands if (total := _total(one, program, shapes)) is not None]
            wanted = [t for t in totals if operation == "multiply" or t.name.endswith("sum")]
            if len(wanted) != 1 or id(wanted[0].origin.node) in told:
                continue
            rows = [one for one in operands if _has_rows(one, program, shapes)]
            if rows:
                told.add(id(wanted[0].origin.node))
                yield _told(call, wanted[0], rows, operation, shapes)


def _combined(origin: Origin, program: Program, depth: int) -> Iterator[tuple[str, list[Origin]]]:
    """The products and the sums that an expression is made of, each with what is multiplied or added up."""
    for one in program.values.origins.of(origin) if depth > 0 else ():
        operation, operands = _operands(one, program)
        if operation in ("multiply", "add"):
            gathered = list(_gathered(operation, operands, program, depth))
            yield operation, gathered
            operands = gathered
        for inner in operands:
            yield from _combined(inner, program, depth - 1)


def _operands(origin: Origin, program: Program) -> tuple[str, list[Origin]]:
    node = origin.node
    parts: list[ast.expr] = []
    name = ""
    if isinstance(node, ast.UnaryOp):
        name, parts = "negative", [node.operand]
    elif isinstance(node, ast.BinOp):
        kinds = {ast.Add: "add", ast.Sub: "add", ast.Mult: "multiply"}
        name, parts = kinds.get(type(node.op), ""), [node.left, node.right]
    elif isinstance(node, ast.Call) and not node.keywords:
        operation = program.values.operation(origin)
        name = {"subtract": "add"}.get(operation.name, operation.name) if operation is not None else ""
        parts = node.args
    known = name in ("add", "multiply", "negative")
    return name, [Origin(part, origin.place, origin.frame) for part in parts] if known else []


def _gathered(name: str, operands: list[Origin], program: Program, depth: int) -> Iterator[Origin]:
    """The operands of one operation after the other of the same kind; a minus is nobody's operand."""
    for operand in operands:
        found = program.values.origins.of(operand) if depth > 0 else ()
        inner, parts = _operands(found[0], program) if len(found) == 1 else ("", [])
        if inner in (name, "negative"):
            yield from _gathered(name, parts, program, depth - 1)
        else:
            yield operand


def _total(origin: Origin, program: Program, shapes: Shapes) -> _Total | None:
    found = program.values.origins.of(origin)
    call = found[0].node if len(found) == 1 else None
    if not isinstance(call, ast.Call):
        return None
    symbol = program.values.symbol(call, found[0]) or ""
    labels = {keyword.arg for keyword in call.keywords}
    if symbol in _SCALARS and program.before_2 and not labels & {"weights", "reduction"} and len(call.args) == 2:
        return _Total(found[0], symbol, None)
    if symbol not in _REDUCTIONS or len(call.args) != 1 or labels - {"name"}:
        return None
    reduced = Origin(call.args[0], found[0].place, found[0].frame)
    is_loss = _ERRORS & program.reader.term(reduced.node, reduced.place).operations
    if not is_loss or not _has_batch(reduced, program, shapes, _DEPTH):
        return None
    return _Total(found[0], symbol.rpartition(".")[2], reduced)


def _has_batch(origin: Origin, program: Program, shapes: Shapes, depth: int) -> bool:
    """Whether data of a whole batch are surely in a value, and not reduced yet."""
    shape = shapes.of(origin)
    if shape is not None:
        return shape[:1] == (None,)
    for one in program.values.origins.of(origin) if depth > 0 else ():
        operation = program.values.operation(one)
        if operation is not None and operation.name in _ROWS:
            return True
        node = one.node
        parts = [node.left, node.right] if isinstance(node, ast.BinOp) else getattr(node, "args", ())
        parts = [node.operand] if isinstance(node, ast.UnaryOp) else parts
        elementwise = operation is None or "elementwise" in operation.traits
        known = isinstance(node, (ast.BinOp, ast.UnaryOp)) or (operation is not None and elementwise)
        inner = [Origin(part, one.place, one.frame) for part in parts if known]
        return any(_has_batch(part, program, shapes, depth - 1) for part in inner)
    return False


def _has_rows(origin: Origin, program: Program, shapes: Shapes) -> bool:
    """Whether a value surely has one number or more for each example."""
    shape = shapes.of(origin)
    if shape is not None:
        return shape[:1] == (None,)
    operations = [program.values.operation(one) for one in program.values.origins.of(origin)]
    return all(operation is not None and operation.name in _ROWS for operation in operations)


def _told(call: ast.Call, total: _Total, rows: list[Origin], operation: str, shapes: Shapes) -> Sighting:
    inner, reduced = total.origin.node, total.reduced
    message = _WEIGHTED if operation == "multiply" else _SUMMED
    written = any(node is inner for node in ast.walk(call))
    shape = shapes.of(reduced) if reduced is not None else None
    if not written or reduced is None or shape is None:
        return Sighting(inner if written else call, message, _LEFT, sure="likely")
    if (
        operation == "multiply"
        and total.name == "reduce_mean"
        and {shapes.of(row) for row in rows} == {(None,)} == {shape}
    ):
        pieces = ("(", reduced.node, ")")
        return Sighting(call, message, None, ((inner, pieces),), _UNWEIGHTED, repair=True, sure="likely")
    if operation == "add" and len(shape) == 2 and {shapes.of(row) for row in rows} <= {(None,), None}:
        axis = ((reduced.node, (reduced.node, ", axis=-1")),)
        return Sighting(call, message, None, axis, _UNSUMMED, repair=True, sure="likely")
    return Sighting(inner, message, _LEFT, sure="likely")


_XENT = "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)"
_Y = "y = tf.placeholder(tf.float32, [None, 10])\nw = tf.placeholder(tf.float32, [None])\n"
_X = "x = tf.placeholder(tf.float32, [None, 784])\n"
_KL = "kl = -0.5 * tf.reduce_sum(1 + s - tf.square(m) - tf.exp(s), 1)\n"
_CATCHES = (
    f"""\
import tensorflow as tf

{_Y}xent = {_XENT.replace("logits=z", "logits=tf.layers.dense(tf.placeholder(tf.float32, [None, 4]), 10)")}
loss = tf.reduce_mean(w * tf.reduce_mean(xent))
""",
    f"""\
import tensorflow as tf

{_X}m = tf.layers.dense(x, 2)
s = tf.layers.dense(x, 2)
p = tf.layers.dense(m, 784, tf.nn.sigmoid)
{_KL}loss = tf.reduce_mean(kl - tf.reduce_sum(x * tf.log(p + 1e-8)))
""",
    """\
import tensorflow as tf

class Agent:
    def build(self):
        self.advantage = tf.placeholder(tf.float32, [None])
        self.actions = tf.placeholder(tf.int32, [None])
        self.xent = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=self.actions, logits=self.logits)
        self.nll = tf.reduce_mean(self.xent)
        self.loss = tf.reduce_mean(self.nll * self.advantage)
""",
    """\
import tensorflow as tf

q = tf.placeholder(tf.float32, [None])
w = tf.placeholder(tf.float32, [None])
loss = tf.reduce_mean(w * tf.losses.mean_squared_error(q, estimate))
""",
)

RULE = Rule(
    id="TFL417",
    name="unbatched-loss",
    message="a loss that is reduced too early",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss(f"{_Y}loss = tf.reduce_mean(w * {_XENT})", because="each example is weighted, then the mean taken"),
        NearMiss(
            f"{_Y}loss = tf.reduce_mean(tf.reduce_mean({_XENT}) * rate)", because="nothing shows that this has a batch"
        ),
        NearMiss(
            f"{_Y}beta = tf.placeholder(tf.float32, [])\nloss = tf.reduce_mean(beta * tf.reduce_mean({_XENT}))",
            because="one number for the batch, weighted by one number",
        ),
        NearMiss(
            f"v = tf.Variable(tf.zeros([5, 10]))\nloss = tf.reduce_mean({_XENT} + 0.1 * tf.reduce_sum(tf.square(v)))",
            because="the loss of the weights has no batch",
        ),
        NearMiss(
            f"{_Y}loss = tf.reduce_mean({_XENT} + tf.reduce_mean(tf.square(y)))",
            because="a mean that is added to each example is added to their mean",
        ),
        NearMiss(
            f"{_X}advantage = x - tf.reduce_mean(x)\nloss = tf.reduce_mean(tf.square(advantage))",
            because="a batch without its mean",
        ),
        NearMiss(
            f"{_X}spread = tf.reduce_mean(tf.square(x))\ny = tf.reduce_mean(x / spread)",
            because="a batch in units of its own spread",
        ),
        NearMiss(f"{_X}loss = tf.reduce_sum(x) + tf.reduce_mean(tf.square(x))", because="two numbers are added up"),
        NearMiss(
            f"{_Y}loss = tf.reduce_sum(w * {_XENT}) / tf.reduce_sum(w)", because="a weighted mean, each by its own"
        ),
    ),
    look=Look((*_REDUCTIONS,), _find),
    catches=(
        Catch(_CATCHES[0], "tf.reduce_mean(w * tf.reduce_mean(xent))", "tf.reduce_mean(w * (xent))"),
        Catch(
            _CATCHES[1],
            "tf.reduce_mean(kl - tf.reduce_sum(x * tf.log(p + 1e-8)))",
            "tf.reduce_mean(kl - tf.reduce_sum(x * tf.log(p + 1e-8), axis=-1))",
        ),
        Catch(_CATCHES[2], "tf.reduce_mean(self.nll * self.advantage)"),
        Catch(_CATCHES[3], "tf.losses.mean_squared_error(q, estimate)"),
    ),
)
