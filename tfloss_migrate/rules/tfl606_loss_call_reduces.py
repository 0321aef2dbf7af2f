"""`call` of a loss class reduces over the batch, so that `sample_weight` and `reduction` mean nothing.

Why: Keras' `Loss` calls `call` for one value a sample, multiplies it by the weights and reduces. A `call` that returns
the mean of everything hands it one number: with errors 1, 4, 9 and weights 1, 0, 0 the loss is 1.56 where it should be
0.33, and `reduction="none"` returns the mean. Reduce over the last axis alone: `tf.reduce_mean(..., axis=-1)`.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.model import Catch, Look, NearMiss, Rule, Sighting
from tfloss_migrate.rules.keras_losses import PREFIXES, loss_classes, method
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Scope
from tfloss_migrate.syntax.terms import Term

_BACKEND = frozenset(f"{keras}.backend.{name}" for keras in ("keras", "plain_keras") for name in ("mean", "sum"))


def _find(program: Program) -> Iterator[Sighting]:
    names = program.reader.names
    places = {id(node): place for node, place in names.places}
    for node, _ in loss_classes(program):
        call = method(node, "call")
        for statement in _returns(call) if call is not None else ():
            place = places.get(id(statement.value))
            if statement.value is None or place is None:
                continue
            term = program.reader.term(statement.value, place)
            if _is_reduced(term) or _is_backend(statement.value, program, place.scope):
                message = f"the call of {node.name} reduces over the batch: sample_weight and reduction have no effect"
                reason = "which axes are those of the batch is for you to say: reduce with axis=-1"
                yield Sighting(statement.value, message, reason)


def _returns(function: ast.FunctionDef) -> Iterator[ast.Return]:
    """The returns of a function itself, not of functions inside it."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            stack.extend(ast.iter_child_nodes(node))


def _is_reduced(term: Term) -> bool:
    """Whether a term is one number, whatever the shape of its inputs."""
    if term.kind == "num":
        return True
    if term.kind == "op":
        return term.name in ("reduce_mean", "reduce_sum") and term.argument("axis") is None
    parts = [part for part, _ in term.parts]
    return term.kind in ("sum", "prod") and bool(parts) and all(map(_is_reduced, parts))


def _is_backend(node: ast.expr, program: Program, scope: Scope) -> bool:
    """`K.mean(x)`: the reductions of Keras' backend."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return False
    return program.reader.names.symbol(node.func, scope) in _BACKEND


RULE = Rule(
    id="TFL606",
    name="loss-call-reduces",
    message="the call of a loss class reduces over the batch",
    inputs=(),
    forms=(),
    look=Look(PREFIXES, _find),
    catches=(
        Catch(
            "import tensorflow as tf\nclass Mine(tf.keras.losses.Loss):\n    def call(self, y_true, y_pred):\n"
            "        return tf.reduce_mean(tf.square(y_true - y_pred))\n",
            "tf.reduce_mean(tf.square(y_true - y_pred))",
        ),
        Catch(
            "from tensorflow import keras\nfrom tensorflow.keras import backend as K\n"
            "class Mine(keras.losses.Loss):\n    def call(self, y_true, y_pred):\n"
            "        return K.mean(K.square(y_true - y_pred))\n",
            "K.mean(K.square(y_true - y_pred))",
        ),
        Catch(
            "import tensorflow as tf\nfrom tensorflow.keras.losses import Loss\nclass Mine(Loss):\n"
            "    def call(self, y_true, y_pred):\n        loss = tf.square(y_true - y_pred)\n"
            "        return 0.5 * tf.math.reduce_mean(loss)\n",
            "0.5 * tf.math.reduce_mean(loss)",
        ),
    ),
    leave_alone=(
        NearMiss(
            "class Mine(tf.keras.losses.Loss):\n    def call(self, y, p):\n"
            "        return tf.reduce_mean(tf.square(y - p), axis=-1)",
            because="one value a sample",
        ),
        NearMiss(
            "class Mine(tf.keras.losses.Loss):\n    def call(self, y, p):\n        return tf.square(y - p)",
            because="Keras reduces",
        ),
        NearMiss(
            "class Mine(tf.keras.losses.Loss):\n    def call(self, y, p):\n"
            "        return tf.square(y - p) / tf.reduce_mean(p)",
            because="only the divisor is reduced",
        ),
        NearMiss(
            "class Mine(tf.keras.layers.Layer):\n    def call(self, x):\n        return tf.reduce_mean(x)",
            because="a layer, not a loss",
        ),
    ),
)
