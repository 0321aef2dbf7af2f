"""A clip whose result is thrown away clips nothing.

Why: `tf.clip_by_value(p, 1e-10, 1.0)` as a statement leaves `p` as it was: operations of TensorFlow return a new tensor
and change none. The logarithm that the clip should guard is unguarded, and the gradients that it should bound are not:
NaN at the first p of zero, as if the line were not there. `--repair` gives the result to the name that is clipped.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import Real
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.arguments import literal
from tfloss_migrate.syntax.program import Program

_CLIPS = ("clip_by_value", "clip_by_norm", "clip_by_average_norm", "clip_by_global_norm")
_MESSAGE = "the result of this clip is thrown away: nothing is clipped"
_LEFT = "to which name the result belongs the code does not say"


def _find(program: Program) -> Iterator[Sighting]:
    for call, place, symbol in program.calls_of(*_CLIPS):
        statement = place.statement
        if not isinstance(statement, ast.Expr) or statement.value is not call or _in_a_test(place.scope.node):
            continue
        bounds = [literal(argument) for argument in call.args[1:]]
        plain = symbol == "clip_by_value" and len(bounds) == 2 and not call.keywords
        if plain and isinstance(call.args[0], ast.Name) and all(isinstance(bound, (int, float)) for bound in bounds):
            meant = f"tf.clip_by_value(x, {bounds[0]!r}, {bounds[1]!r})"
            question = Question("tf.identity(x)", meant, (Input("x", Real()),), intended=meant)
            assigned = (call.args[0], " = ", call)
            yield Sighting(statement, _MESSAGE, None, ((call, assigned),), question, repair=True, sure="certain")
        else:
            yield Sighting(statement, _MESSAGE, _LEFT, sure="certain")


def _in_a_test(node: ast.AST) -> bool:
    """Whether a call may stand there only to see it raise."""
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test")


_CATCH = """\
import tensorflow as tf

p = tf.nn.softmax(z)
tf.clip_by_value(p, 1e-10, 1.0)
loss = -tf.reduce_sum(y * tf.log(p))
"""

RULE = Rule(
    id="TFL407",
    name="discarded-clip",
    message="the result of a clip is thrown away",
    severity="error",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("p = tf.clip_by_value(p, 1e-10, 1.0)\nq = p", because="the result is kept"),
        NearMiss("print(tf.clip_by_value(p, 1e-10, 1.0))", because="the result is used"),
        NearMiss("np.clip(p, 0, 1)\nx = 1", because="numpy is not TensorFlow"),
        NearMiss("def test_clip():\n    tf.clip_by_value(p, 1, 0)", because="a test that sees it raise"),
    ),
    look=Look(_CLIPS, _find),
    catches=(Catch(_CATCH, "tf.clip_by_value(p, 1e-10, 1.0)", "p = tf.clip_by_value(p, 1e-10, 1.0)"),),
)
