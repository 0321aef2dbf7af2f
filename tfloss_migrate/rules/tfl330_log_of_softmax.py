"""The logarithm of a softmax or of a sigmoid underflows to -inf; the fused op does not.

Why: softmax(z) is 0 in float32 from a logit gap of about 104, and log(0) is -inf with a NaN gradient;
`tf.nn.log_softmax(z)` is z - log(sum(exp(z))), right everywhere. Likewise `tf.math.log_sigmoid`. The logits may come
along under another name: `p, z = net(x)` where net returns both, or `self.p = tf.nn.softmax(self.z)` in another method.
"""

import ast
from collections.abc import Iterator

from tfloss_migrate.domains import BinaryLogits, Logits
from tfloss_migrate.model import Catch, Form, Input, Look, NearMiss, Question, Rule, Sighting
from tfloss_migrate.syntax.callables import function_of, methods_around
from tfloss_migrate.syntax.flow import reaching
from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.program import Program
from tfloss_migrate.syntax.reader import place_of
from tfloss_migrate.syntax.scopes import Place

_LOGS = ("log", "math.log")
_MESSAGE = "the logarithm of a softmax or sigmoid: it underflows"
_INPUTS = (Input("logits", Logits()), Input("log_odds", BinaryLogits()))
_FORMS = (
    Form("tf.log(tf.nn.softmax(logits))", "tf.nn.log_softmax(logits)", ranks=(2, 3)),
    Form("tf.log(tf.sigmoid(log_odds))", "tf.math.log_sigmoid(log_odds)"),
    Form("tf.log(1 - tf.sigmoid(log_odds))", "tf.math.log_sigmoid(-log_odds)"),
)
#: By activation, and by whether it is taken from one: the form, and what is written for the logits by name.
_WRITTEN = {
    ("softmax", False): (_FORMS[0], _INPUTS[:1], "{}.nn.log_softmax({})"),
    ("sigmoid", False): (_FORMS[1], _INPUTS[1:], "{}.math.log_sigmoid({})"),
    ("sigmoid", True): (_FORMS[2], _INPUTS[1:], "{}.math.log_sigmoid(-{})"),
}


def _find(program: Program) -> Iterator[Sighting]:
    for call, place, _ in program.calls_of(*_LOGS):
        node = call.args[0] if len(call.args) == 1 and not call.keywords else call
        from_one = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _is_one(node.left)
        name = dotted(node.right if isinstance(node, ast.BinOp) and from_one else node)
        found = _returned_together(name, place, program) or _of_another_method(name, place, program) if name else None
        root = program.reader.names.root_name(place.scope)
        if found is None or root is None or (found[0], from_one) not in _WRITTEN:
            continue
        form, inputs, text = _WRITTEN[found[0], from_one]
        assert form.target is not None
        question = Question(form.legacy, form.target, inputs, form.ranks)
        yield Sighting(call, _MESSAGE, None, ((call, text.format(root, found[1])),), question)


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


def _activated(node: ast.expr, place: Place, program: Program) -> tuple[str, Origin] | None:
    """The softmax or sigmoid that an expression surely is, and what it is of."""
    found = program.values.origins.of(Origin(node, place))
    operation = program.values.operation(found[0]) if len(found) == 1 else None
    call = found[0].node
    if operation is None or operation.name not in ("softmax", "sigmoid") or not isinstance(call, ast.Call):
        return None
    inner = program.values.first(found[0])
    plain = len(call.args) + len(call.keywords) - sum(keyword.arg == "name" for keyword in call.keywords) == 1
    return (operation.name, inner) if plain and inner is not None else None


def _returned_together(name: str, place: Place, program: Program) -> tuple[str, str] | None:
    """The activation of `p`, and the name of its logits, of `p, z = net(x)`."""
    binding = reaching(name, place)
    statement = binding.node if binding is not None else None
    if binding is None or not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return None
    target = statement.targets[0]
    function = function_of(statement.value, place_of(binding))
    returns = [
        (value, inside)
        for value, inside in program.reader.names.places
        if isinstance(inside.statement, ast.Return) and inside.scope.node is function
    ]
    if not isinstance(target, ast.Tuple) or len(returns) != 1 or not isinstance(returns[0][0], ast.Tuple):
        return None
    labels, elements, inside = [dotted(one) for one in target.elts], returns[0][0].elts, returns[0][1]
    if len(labels) != len(elements) or name not in labels:
        return None
    activated = _activated(elements[labels.index(name)], inside, program)
    for label, element in zip(labels, elements, strict=True) if activated is not None else ():
        bound = reaching(label, place) if label is not None else None
        same = activated is not None and _is_one_value(activated[1], Origin(element, inside), program)
        if activated is not None and label is not None and bound is not None and bound.node is statement and same:
            return activated[0], label
    return None


def _is_one_value(one: Origin, other: Origin, program: Program) -> bool:
    """Whether two expressions of a function surely hold one and the same value."""
    found = {program.values.origins.of(one), program.values.origins.of(other)}
    return len(found) == 1 and len(found.pop()) == 1


def _of_another_method(name: str, place: Place, program: Program) -> tuple[str, str] | None:
    """The activation of `self.p`, and the name of its logits, where one other method surely sets both."""
    if "." not in name or reaching(name, place) is not None:
        return None
    methods = methods_around(place.scope, program.reader.names.scopes)
    bound = [binding for scope in methods for binding in scope.bindings.get(name, [])]
    value = bound[0].value if len(bound) == 1 and bound[0].scope is not place.scope else None
    activated = _activated(value, place_of(bound[0]), program) if value is not None else None
    logits = dotted(activated[1].node) if activated is not None else None
    if activated is None or logits is None or logits.partition(".")[0] != name.partition(".")[0]:
        return None
    written = [binding for scope in methods for binding in scope.bindings.get(logits, [])]
    return (activated[0], logits) if len(written) == 1 and written[0].scope is bound[0].scope else None


_GAN = """\
import tensorflow as tf

def discriminator(x):
    h = tf.layers.dense(x, 1)
    return tf.nn.sigmoid(h), h

real, real_logits = discriminator(x)
loss = -tf.reduce_mean(tf.log({}))
"""
_CLASS = """\
import tensorflow as tf

class Model:
    def build(self):
        self.logits = tf.matmul(self.x, self.w)
        self.p = tf.nn.softmax(self.logits)

    def logs(self):
        return tf.log(self.p)
"""

RULE = Rule(
    id="TFL330",
    name="log-of-softmax",
    message=_MESSAGE,
    inputs=_INPUTS,
    forms=_FORMS,
    leave_alone=(
        NearMiss("np.log(softmax(z))", because="numpy is not TensorFlow"),
        NearMiss("tf.log(tf.nn.softmax(z) + 1e-8)", because="the epsilon is part of what it computes"),
        NearMiss("tf.log(tf.nn.softmax(z, axis=0))", because="softmax over another axis"),
        NearMiss("tf.exp(tf.nn.softmax(z))", because="no logarithm"),
        NearMiss(
            "def net(x):\n    h = tf.matmul(x, w)\n    return tf.nn.sigmoid(h), x\np, z = net(x)\nl = tf.log(p)",
            because="what comes along are not its logits",
        ),
        NearMiss(
            "def net(x):\n    h = tf.matmul(x, w)\n    return tf.nn.sigmoid(h), h\n"
            "p, z = net(x)\nz = z + 1.0\nl = tf.log(p)",
            because="the logits are others by then",
        ),
        NearMiss(
            "def net(x):\n    h = tf.matmul(x, w)\n    return tf.nn.softmax(h, 0), h\np, z = net(x)\nl = tf.log(p)",
            because="softmax over another axis, further away",
        ),
        NearMiss(
            "def net(x):\n    h = tf.matmul(x, w)\n    return tf.nn.sigmoid(h), h\n"
            "p, _ = net(x)\n_, z = net(x)\nl = tf.log(p)",
            because="the logits of another call: the network may draw its dropout anew",
        ),
    ),
    look=Look(_LOGS, _find),
    catches=(
        Catch(_GAN.format("real"), "tf.log(real)", "tf.math.log_sigmoid(real_logits)"),
        Catch(_GAN.format("1. - real"), "tf.log(1. - real)", "tf.math.log_sigmoid(-real_logits)"),
        Catch(_CLASS, "tf.log(self.p)", "tf.nn.log_softmax(self.logits)"),
    ),
)
