"""An epsilon that float32 rounds away guards nothing.

Why: `1e-10 + 1` is 1 in float32, whose numbers next to 1 are 6e-8 below and 1.2e-7 above it. So `1e-10 + 1 - p` is
exactly `1 - p`, and a clip at `1 - 1e-8` is a clip at 1: at p = 1 the logarithm is -inf all the same, and one such
example makes every weight NaN (at the first step of a linear model on separable data, TensorFlow 1.15.5). Written
`1 - p + 1e-10` it holds as long as the graph optimiser does not gather the two constants, which it does in some graphs.
What guards is 1e-7 or more beside a one. Programs that name float64 are left alone.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting, Sureness
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

_LOGS = ("log", "math.log")
_WHY = "which epsilon is meant the code does not say: beside a one, 1e-7 or more holds"
_LOST = 2.0**-24


def _find(program: Program) -> Iterator[Sighting]:
    values = program.values
    if program.names(("float64", "double")):
        return
    for call, place, _ in program.calls_of(*_LOGS):
        if len(call.args) != 1:
            continue
        term = program.reader.term(call.args[0], place)
        held = values.range(term)
        if held.above_zero == "safe":
            continue
        lost = _lost(call.args[0], place, program)
        if lost is not None:
            yield Sighting(call, lost[1], _WHY, sure=lost[0])
        elif held.low == 0.0 and values.range(term, exact=True).above_zero == "safe":
            message = "float32 rounds the bound of this clip to 1: the logarithm still reaches -inf"
            yield Sighting(call, message, _WHY, sure="certain")


def _lost(node: ast.expr, place: Place, program: Program) -> tuple[Sureness, str] | None:
    """How a sum loses an epsilon, if it does: surely, or where constants on both sides of something are gathered."""
    operands = [_number(part, place, program) for part in _operands(node)]
    gathered = 0.0
    for position, number in enumerate(operands):
        if number is None:
            continue
        if _vanishes(number, gathered) or _vanishes(gathered, number):
            if None in operands[:position]:
                return (
                    "possible",
                    "this epsilon vanishes beside the one where the graph optimiser gathers the constants",
                )
            return "certain", "this epsilon is added to a one, and vanishes in float32"
        gathered += number
    return None


def _vanishes(small: float, large: float) -> bool:
    return 0.0 < abs(small) < _LOST * abs(large)


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """The operands of a sum, as they are added from the left."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield from _operands(node.left)
        yield from _operands(node.right) if isinstance(node.right, ast.BinOp) else [node.right]
    else:
        yield node


def _number(node: ast.expr, place: Place, program: Program) -> float | None:
    origins = program.values.origins.of(Origin(node, place))
    terms = {program.reader.term(one.node, one.place) for one in origins}
    term = terms.pop() if len(terms) == 1 else None
    return term.number if term is not None and term.kind == "num" else None


_CATCHES = (
    """\
import tensorflow as tf

loss = -tf.reduce_mean(y * tf.log(1e-10 + p) + (1 - y) * tf.log(1e-10 + 1 - p))
""",
    """\
import tensorflow as tf

p = tf.clip_by_value(tf.sigmoid(z), 1e-8, 1 - 1e-8)
loss = -tf.reduce_mean(tf.log(1 - p))
""",
    """\
import tensorflow as tf

eps = 1e-8
loss = -tf.reduce_mean(tf.log(1.0 - D_fake + eps))
""",
)

RULE = Rule(
    id="TFL409",
    name="vanishing-epsilon",
    message="an epsilon that float32 rounds away",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("tf.log(p + 1e-10)", because="beside a small number it holds"),
        NearMiss("tf.log(1e-6 + 1 - p)", because="large enough beside a one"),
        NearMiss("tf.log(1 - tf.clip_by_value(p, 1e-7, 1 - 1e-7))", because="1 - 1e-7 is below one in float32"),
        NearMiss("tf.log(tf.clip_by_value(p, 1e-8, 1 - 1e-8))", because="log(1) is 0: the upper bound does no harm"),
        NearMiss("x = tf.placeholder(tf.float64)\nl = tf.log(1e-10 + 1 - x)", because="a double holds it"),
        NearMiss("tf.log(1e-10 + 1 + tf.square(x))", because="above one without it"),
        NearMiss("tf.log(tf.exp(z) + 1.0 - 1e-12)", because="above one half without it"),
    ),
    look=Look(_LOGS, _find),
    catches=(
        Catch(_CATCHES[0], "tf.log(1e-10 + 1 - p)"),
        Catch(_CATCHES[1], "tf.log(1 - p)"),
        Catch(_CATCHES[2], "tf.log(1.0 - D_fake + eps)"),
    ),
)
