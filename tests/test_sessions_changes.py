"""Claims about what is changed in place after the graph is built: a function would read it later, and stays out."""

from __future__ import annotations

import pytest
from session_texts import conversion

CHANGED = """\
import numpy as np
import tensorflow as tf


class Options:
    def __init__(self):
        self.scale = 2.0

    def change(self):
        self.scale = 3.0


options, table = Options(), np.ones([1, 1])
x = tf.placeholder(tf.float32, [None, 1])
w = tf.Variable(2.0)
loss = tf.reduce_mean(w * x * table) * options.scale
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
{}
sess = tf.Session()
sess.run(tf.global_variables_initializer())
sess.run(train, {{x: [[1.0]]}})
"""


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("options.scale = 3.0", "options.scale"),
        ("options.change()", "options.scale"),
        ("setattr(options, 'scale', 3.0)", "options.scale"),
        ("np.random.shuffle(table)", "table"),
        ("table.fill(3.0)", "table"),
        ("np.add(table, 1, out=table)", "table"),
        ("view = table\nview[:] = 3.0", "table"),
        ("view = table[::-1]\nview += 3.0", "table"),
        ("def ruin(a):\n    a[0] = 3.0\nruin(table)", "table"),
        ("tf.add(1, 2)", None),
        ("pass", None),
        ("print(options.scale, np.sort(table), table.mean())", None),
    ],
)
def test_what_is_changed_between_graph_and_session_keeps_the_session(change: str, what: str | None) -> None:
    (reason,) = {finding.reason for finding in conversion(CHANGED.format(change)).findings}
    assert reason == (f"line 16: {what} may be changed before the session runs" if what else None)
