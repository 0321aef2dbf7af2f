"""Origins are found through branches, attributes, functions, methods, tuples and dictionaries."""

from __future__ import annotations

import ast

import pytest

from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.values import Values


def _values(code: str) -> tuple[Values, Names]:
    names = Names(
        ast.parse(
            """\
import tensorflow as tf
"""
            + code
        )
    )
    return Values(Reader(names)), names


def _activations(code: str) -> frozenset[str]:
    """The activations of what the one call of `use` is given."""
    values, names = _values(code)
    call, place = next((c, p) for c, p in names.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    return values.activations(call.args[0], place)


@pytest.mark.parametrize(
    "code",
    [
        """\
p = tf.nn.softmax(z)
use(p)
""",
        "use(tf.reshape(tf.nn.softmax(z), [-1, 10]))",
        """\
def net(x):
    h = x + 1
    return tf.nn.softmax(h)
use(net(x))
""",
        """\
def net(x):
    with tf.variable_scope('a'):
        return tf.layers.dense(x, 10, activation=tf.nn.softmax)
use(net(x))
""",
        """\
def net(x):
    z = x + 1
    return z, tf.nn.softmax(z)
z, p = net(x)
use(p)
""",
        """\
def net(x):
    z = x + 1
    return {'logits': z, 'probs': tf.nn.softmax(z)}
out = net(x)
use(out['probs'])
""",
        """\
out = {}
out['p'] = tf.nn.softmax(z)
use(out['p'])
""",
        """\
class M:
    def build(self):
        self.p = tf.nn.softmax(self.z)
    def loss(self):
        use(self.p)
""",
        """\
class M:
    def net(self, x):
        return tf.nn.softmax(x)
    def loss(self):
        use(self.net(1))
""",
        """\
class M:
    def __init__(self):
        self.p = tf.nn.softmax(x)
m = M()
use(m.p)
""",
        """\
def loss(p):
    use(p)
loss(tf.nn.softmax(z))
""",
        """\
def layer(x, act):
    return act(x)
use(layer(x, tf.nn.softmax))
""",
        """\
def layer(x, act=None):
    z = x + 1
    if act is None:
        out = z
    else:
        out = act(z)
    return out
use(layer(x, act=tf.nn.softmax))
""",
        """\
def layer(x, act):
    z = x + 1
    if act is not None:
        z = act(z)
    return z
use(layer(x, tf.nn.softmax))
""",
        """\
def layer(x, kind):
    if kind == 'p':
        return tf.nn.softmax(x)
    return x + 1
use(layer(x, 'p'))
""",
        """\
if deep:
    p = tf.nn.softmax(a)
else:
    p = tf.nn.softmax(b)
use(p)
""",
        """\
from tensorflow.contrib import slim
use(slim.fully_connected(x, 10, activation_fn=tf.nn.softmax))
""",
        "use(tf.keras.layers.Dense(10, activation='softmax')(x))",
        "use(tf.layers.dense(x, 10, tf.nn.softmax))",
    ],
)
def test_a_softmax_is_found_wherever_it_was_applied(code: str) -> None:
    assert _activations(code) == {"softmax"}


@pytest.mark.parametrize(
    "code",
    [
        """\
z = x + 1
if not training:
    z = tf.nn.softmax(z)
use(z)
""",
        """\
z = net(x)
use(z if training else tf.nn.softmax(z))
""",
        """\
def net(x, final):
    z = x + 1
    if final:
        return tf.nn.softmax(z)
    return z
use(net(x, flag))
""",
        """\
class M:
    def a(self):
        self.p = tf.nn.softmax(x)
    def b(self):
        self.p = x
    def c(self):
        use(self.p)
""",
        """\
p = tf.nn.softmax(z)
p = p * mask
use(p)
""",
        """\
def f(p):
    use(p)
f(tf.nn.softmax(z))
f(z)
""",
        "use(tf.nn.softmax)",
        """\
p = p[0]
while True:
    p = p[0]
    use(p)
""",
        """\
def layer(x, act=None):
    z = x + 1
    if act is None:
        out = z
    else:
        out = act(z)
    return out
use(layer(x))
""",
        """\
def layer(x, act):
    z = x + 1
    if act is not None:
        z = act(z)
    return z
use(layer(x, unknown))
""",
        """\
def net(x):
    return net(x)
use(net(x))
""",
    ],
)
def test_what_may_be_something_else_is_no_softmax(code: str) -> None:
    assert _activations(code) != {"softmax"}


def test_a_layer_without_activation_is_linear_and_learned() -> None:
    assert _activations("""\
w = tf.Variable(1.0)
use(tf.matmul(x, w) + b)
""") == {"linear"}
    assert _activations("use(tf.layers.dense(x, 10))") == {"linear"}


def test_ranges_go_through_attributes_and_functions() -> None:
    values, names = _values(
        """\
class M:
    def build(self):
        self.p = tf.nn.softmax(self.z)
    def loss(self):
        use(self.p + 1e-8)
"""
    )
    call, place = next((c, p) for c, p in names.calls if isinstance(c.func, ast.Name))
    found = values.range(values.reader.term(call.args[0], place))
    assert (found.low > 0.0, found.high) == (True, 1.0)


def test_the_range_of_a_value_that_is_computed_from_itself_several_times_over_is_read_once() -> None:
    rounds = "".join("    h = tf.maximum(tf.minimum(h, a), tf.minimum(h, b)) - h\n" for _ in range(12))
    values, names = _values(f"h = x\nwhile True:\n{rounds}use(tf.nn.relu(h))\n")
    call, place = names.calls[-2]
    assert isinstance(call.func, ast.Name)
    assert values.range(values.reader.term(call.args[0], place)).low == 0.0
