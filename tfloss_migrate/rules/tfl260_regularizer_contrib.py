"""The regularizers of `tf.contrib.layers` and slim are Keras', with half the factor for L2.

Why: tf.contrib's L2 is scale * sum(w^2) / 2, Keras' is l2 * sum(w^2): taken over as it stands, the penalty doubles.
L1 is scale * sum(|w|) in both. L1 of Keras 3 rounds its scale to float32, which L1L2 does not. A scale of 0 made a
function that returned None, and Keras' returns 0. A regularizer that is handed to `get_variable` or a layer adds its
penalty to the collection REGULARIZATION_LOSSES, from where the loss takes it, or nobody does; TF2 has no such
collection, so that this is said and not changed.
Source: TensorFlow 1.15, `contrib/layers/python/layers/regularizers.py`.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import Hyperparameter, Real
from tfloss_migrate.model import Catch, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.nodes import nodes
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.scopes import Place

_HOMES = ("contrib.layers", "contrib.slim")
#: Parameters with their defaults, and Keras' class with the factor of each.
_MAKERS: dict[str, tuple[dict[str, str | None], str]] = {
    "l1_regularizer": ({"scale": None}, "L1L2(l1={scale})"),
    "l2_regularizer": ({"scale": None}, "L2(0.5 * {scale})"),
    "l1_l2_regularizer": ({"scale_l1": "1.0", "scale_l2": "1.0"}, "L1L2(l1={scale_l1}, l2=0.5 * {scale_l2})"),
}
_OTHERS = {
    "sum_regularizer": "a function that adds up what the regularizers in the list return: say that in one of your own",
    "apply_regularization": "it also adds the sum to the collection REGULARIZATION_LOSSES, which TF2 has not: add "
    "tf.add_n([regularizer(w) for w in weights]) to the loss instead",
}
_PASSED_ON = (
    "kept or handed on: its penalty goes into a collection, which TF2 has not; "
    "add tf.keras.regularizers.{keras}(variable) to the loss instead"
)
_SUMMED = "handed to apply_regularization: in the sum of your own, use tf.keras.regularizers.{keras}"
_INPUTS = (
    Input("values", Real()),
    Input("scale", Hyperparameter()),
    Input("scale_l1", Hyperparameter()),
    Input("scale_l2", Hyperparameter()),
)
_MESSAGE = "tf.contrib does not exist in TF2"


def _find(program: Program) -> Iterator[Sighting]:
    parents: dict[int, ast.AST] | None = None
    for call, place, symbol in program.calls_of(*(f"{home}." for home in _HOMES)):
        name = symbol.rpartition(".")[2]
        if symbol.rpartition(".")[0] in _HOMES and name in _OTHERS:
            yield Sighting(call, _MESSAGE, _OTHERS[name])
        elif symbol.rpartition(".")[0] in _HOMES and name in _MAKERS:
            parents = _parents(program) if parents is None else parents
            yield _sighting(program, call, place, name, parents)


def _sighting(program: Program, call: ast.Call, place: Place, name: str, parents: dict[int, ast.AST]) -> Sighting:
    parameters, keras = _MAKERS[name]
    scales = _scales(call, parameters)
    if scales is None:
        return Sighting(call, _MESSAGE, "the arguments cannot be told apart")
    obstacle = next((why for scale in scales.values() if (why := _obstacle(program, scale, place))), None)
    written = {
        label: str(parameters[label]) if scale is None else _factor(program.source(scale), scale)
        for label, scale in scales.items()
    }
    new = keras.format(**written)
    root = program.reader.names.root_name(place.scope)
    if obstacle is None and not _only_called(program, call, place, parents):
        obstacle = (_SUMMED if _is_summed(call, parents) else _PASSED_ON).format(keras=new)
    if obstacle is None and root is None:
        obstacle = f"TensorFlow has no name here: it is tf.keras.regularizers.{new}"
    return Sighting(call, _MESSAGE, obstacle, ((call, f"{root}.keras.regularizers.{new}"),), _question(name, scales))


def _scales(call: ast.Call, parameters: dict[str, str | None]) -> dict[str, ast.expr | None] | None:
    """The scales by parameter, None where the default stands; None in all if they do not fit."""
    labels = [*parameters, "scope"]
    if len(call.args) > len(labels) or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    given: dict[str, ast.expr] = dict(zip(labels, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg not in labels or keyword.arg in given:
            return None
        given[keyword.arg] = keyword.value
    if any(default is None and label not in given for label, default in parameters.items()):
        return None
    return {label: given.get(label) for label in parameters}


def _obstacle(program: Program, scale: ast.expr | None, place: Place) -> str | None:
    """Why Keras cannot take a scale as it is: None where it is a float above zero, or may be."""
    if scale is None:
        return None
    term = program.reader.term(scale, place)
    if term.kind == "num":
        if isinstance(scale, ast.Constant) and isinstance(scale.value, int):
            return "the scale is a whole number, which tf.contrib refuses"
        return (
            None if term.number > 0 else "of a scale that is not above 0, tf.contrib makes a function without a penalty"
        )
    return "the scale is a tensor, and Keras wants a plain number" if term.kind == "op" else None


def _factor(source: str, scale: ast.expr) -> str:
    return (
        source if isinstance(scale, (ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({source})"
    )


def _question(name: str, scales: dict[str, ast.expr | None]) -> Question:
    """Over literal scales as they are, over all others as numbers above zero."""
    parameters, keras = _MAKERS[name]
    given = {
        label: str(parameters[label])
        if scale is None
        else ast.unparse(scale)
        if isinstance(scale, ast.Constant)
        else label
        for label, scale in scales.items()
    }
    arguments = ", ".join(f"{label}={value}" for label, value in given.items())
    inputs = tuple(i for i in _INPUTS if i.name == "values" or i.name in given.values())
    promises = ("weights of float32", *(("a plain number above zero as the scale",) if len(inputs) > 1 else ()))
    target = f"tf.keras.regularizers.{keras.format(**given)}(values)"
    return Question(f"tf.contrib.layers.{name}({arguments})(values)", target, inputs, promises=promises)


def _parents(program: Program) -> dict[int, ast.AST]:
    return {
        id(child): parent
        for expression, _ in program.reader.names.places
        for parent in nodes(expression)
        for child in ast.iter_child_nodes(parent)
    }


def _is_summed(made: ast.expr, parents: dict[int, ast.AST]) -> bool:
    parent = parents.get(id(made))
    return isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("apply_regularization")


def _only_called(program: Program, made: ast.expr, place: Place, parents: dict[int, ast.AST]) -> bool:
    """Whether a regularizer is called there, or named there and from then on only called."""
    parent = parents.get(id(made))
    if parent is not None:
        return isinstance(parent, ast.Call) and parent.func is made
    statement = place.statement
    if not isinstance(statement, ast.Assign) or statement.value is not made or len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or len(place.scope.bindings.get(target.id, ())) != 1:
        return False
    uses = [
        node
        for expression, inner in program.reader.names.places
        if inner.scope.owner_of(target.id) is place.scope
        for node in ast.walk(expression)
        if isinstance(node, ast.Name) and node.id == target.id
    ]
    called = [use for use in uses if isinstance(p := parents.get(id(use)), ast.Call) and p.func is use]
    return bool(uses) and len(called) == len(uses)


_TF = "import tensorflow as tf\n"

RULE = Rule(
    id="TFL260",
    name="regularizer-contrib",
    message=_MESSAGE,
    severity="error",
    inputs=_INPUTS,
    forms=(),
    look=Look(tuple(f"{home}.{name}" for home in _HOMES for name in (*_MAKERS, *_OTHERS)), _find),
    catches=(
        Catch(
            f"{_TF}penalty = tf.contrib.layers.l2_regularizer(0.01)(w)\n",
            "tf.contrib.layers.l2_regularizer(0.01)",
            "tf.keras.regularizers.L2(0.5 * 0.01)",
        ),
        Catch(
            f"{_TF}slim = tf.contrib.slim\nl2 = slim.l2_regularizer(FLAGS.decay / 2)\nloss = l2(w) + l2(v)\n",
            "slim.l2_regularizer(FLAGS.decay / 2)",
            "tf.keras.regularizers.L2(0.5 * (FLAGS.decay / 2))",
        ),
        Catch(
            f"{_TF}from tensorflow.contrib import layers\npenalty = layers.l1_regularizer(scale=rate)(w)\n",
            "layers.l1_regularizer(scale=rate)",
            "tf.keras.regularizers.L1L2(l1=rate)",
        ),
        Catch(
            f"{_TF}penalty = tf.contrib.layers.l1_l2_regularizer(scale_l2=0.1)(w)\n",
            "tf.contrib.layers.l1_l2_regularizer(scale_l2=0.1)",
            "tf.keras.regularizers.L1L2(l1=1.0, l2=0.5 * 0.1)",
        ),
        Catch(
            f"{_TF}w = tf.get_variable('w', [3], regularizer=tf.contrib.layers.l2_regularizer(0.1))\n",
            "tf.contrib.layers.l2_regularizer(0.1)",
        ),
        Catch(
            f"{_TF}decay = tf.contrib.layers.l2_regularizer(0.1)\ndecay(w)\nmake_layer(x, decay)\n",
            "tf.contrib.layers.l2_regularizer(0.1)",
        ),
        Catch(f"{_TF}penalty = tf.contrib.layers.l2_regularizer(0.0)(w)\n", "tf.contrib.layers.l2_regularizer(0.0)"),
        Catch(
            f"{_TF}rate = tf.placeholder(tf.float32)\npenalty = tf.contrib.layers.l2_regularizer(rate)(w)\n",
            "tf.contrib.layers.l2_regularizer(rate)",
        ),
        Catch(
            f"{_TF}penalty = tf.contrib.layers.apply_regularization(decay, [w])\n",
            "tf.contrib.layers.apply_regularization(decay, [w])",
        ),
    ),
    leave_alone=(
        NearMiss("tf.keras.regularizers.l2(0.01)(w)", because="this is Keras already"),
        NearMiss("tf.nn.l2_loss(w) * 0.01", because="the same function in TF2, halved in both"),
        NearMiss("layers.l2_regularizer(0.01)(w)", because="`layers` is not TensorFlow's module here"),
        NearMiss(
            "tf.contrib.layers.l2_regularizer", because="not called: who makes it, and of which scale, is elsewhere"
        ),
        NearMiss(
            "slim = tf.contrib.slim\nnet = slim.conv2d(x, 8, [3, 3], weights_regularizer=slim.l2_regularizer(0.1))",
            because="the layer adds the penalty to a collection that TF2 has not",
        ),
        NearMiss("tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables()])", because="as it is in TF2"),
    ),
)
