"""Static shapes, as far as the code shows them."""

from __future__ import annotations

import ast

import pytest

from tfloss_migrate.syntax.frames import Origin
from tfloss_migrate.syntax.names import Names
from tfloss_migrate.syntax.reader import Reader
from tfloss_migrate.syntax.shapes import Shape, Shapes, broadcast
from tfloss_migrate.syntax.values import Values

_X = "import tensorflow as tf\nx = tf.placeholder(tf.float32, [None, 20])\n"


def _shape(code: str) -> Shape | None:
    names = Names(ast.parse(f"{_X}{code}"))
    expression, place = names.places[-1]
    return Shapes(Values(Reader(names))).of(Origin(expression, place))


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("x", (None, 20)),
        ("tf.layers.dense(x, 1)", (None, 1)),
        ("tf.squeeze(tf.layers.dense(x, 1))", (None,)),
        ("tf.squeeze(tf.layers.dense(x, 1), axis=1)", (None,)),
        ("tf.reduce_sum(x, axis=-1)", (None,)),
        ("tf.reduce_mean(x)", ()),
        ("tf.reduce_mean(x, axis=0)", (20,)),
        ("tf.matmul(x, tf.Variable(tf.zeros([20, 3]))) + 1.0", (None, 3)),
        ("tf.nn.relu(x) * 2.0", (None, 20)),
        ("tf.reshape(x, [-1, 4, 5])", (None, 4, 5)),
        ("tf.expand_dims(x, -1)", (None, 20, 1)),
        ("tf.one_hot(tf.argmax(x, 1), 7)", (None, 7)),
        ("tf.argmax(x, 1)", (None,)),
        ("x - tf.reduce_mean(x, 0)", (None, 20)),
        ("[x, 2.0 * x]", (2, None, 20)),
        ("tf.stop_gradient([x])", (1, None, 20)),
        ("[x, 2.0]", None),
        ("tf.constant([[1.0], [-2.0]])", (2, 1)),
        ("tf.constant(0.5, shape=[2, 3])", (2, 3)),
        ("tf.constant([[1.0], [2.0, 3.0]])", None),
        ("tf.constant(np.array([[1, 0, 1]]).astype(np.float32))", (1, 3)),
        ("np.zeros((2, n))", (2, None)),
        ("np.random.RandomState(0).randn(2, 4)", (2, 4)),
        ("np.random.randn(*lengths)", None),
        ("tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x)", (None,)),
        ("tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.argmax(x, 1), logits=z)", (None,)),
        ("tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=z)", (None, 20)),
        ("n = 7\ntf.placeholder(tf.float32, [None, n])", (None, 7)),
        ("def made(shape):\n    return tf.zeros(shape)\nmade((2, 3))", (2, 3)),
        ("lengths = [3, k]\ntf.ones(lengths)", (3, None)),
        ("np.random.normal(0.0, 1.0, [n, 3])", (None, 3)),
        ("np.random.normal(0.0, 1.0, lengths)", None),
        ("n = 4\nnp.random.randint(0, 2, size=n)", (4,)),
        ("n = 4\ny = [[random.randint(0, 1) for _ in range(n)]]\ny", (1, 4)),
        ("y = [[1.0, 0.0] for _ in rows]\ny", (None, 2)),
        ("y = [1.0 for row in rows if row]\ny", None),
        ("y = [row for row in rows]\ny", None),
        ("x[:, 0]", None),
        ("tf.reshape(x, shape)", None),
        ("tf.reduce_sum(x, axis=k)", None),
        ("tf.reduce_sum(x, 1, keepdims=True)", None),
        ("unknown", None),
        ("tf.placeholder(tf.float32)", None),
    ],
)
def test_the_shape_of_an_expression(code: str, shape: Shape | None) -> None:
    assert _shape(code) == shape


def test_a_vector_and_a_column_broadcast_to_a_table() -> None:
    assert broadcast((None,), (None, 1)) == (None, None)
    assert broadcast((8,), (8, 1)) == (8, 8)
    assert broadcast((3,), (None, 3)) == (None, 3)


def test_a_value_that_is_computed_from_itself_several_times_over_is_looked_into_once() -> None:
    rounds = "".join("    h = tf.nn.relu(h) * h + tf.tanh(h) * h\n" for _ in range(12))
    assert _shape(f"h = x\nfor step in range(9):\n{rounds}tf.squeeze(h)\n") is None
