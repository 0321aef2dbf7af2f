"""Converted programs print on today's TensorFlow what the old ones print in a graph and a session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installed import needs
from session_texts import conversion

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
import record

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

OLD = "import tensorflow.compat.v1 as tf\nimport numpy as np\n"

#: Programs in names that TensorFlow 1 and 2 share, apart from the sessions.
PROGRAMS = {
    "values": """
x = tf.constant([[1.0, -2.0], [0.5, 3.0]])
y = tf.nn.softmax(x)
parts = tf.split(x, 2)
w = tf.Variable(tf.ones([2]))
init = tf.global_variables_initializer()
with tf.Session() as sess:
    sess.run(init)
    a, b = sess.run([y, tf.argmax(x, 1)])
    print(a, b, type(b).__name__)
    print(sess.run({"mean": tf.reduce_mean(x), "w": w * 2}))
    print(sess.run(parts), (x > 0).eval(), sess.run(tf.reduce_sum(x)))
    print("%.6f" % tf.reduce_sum(y * x).eval(session=sess))
""",
    "feeds are cast as they were": """
x = tf.placeholder(tf.float32, [None, 3])
n = tf.placeholder(tf.int32)
s = tf.placeholder("float")
scaled = tf.reduce_sum(x, axis=1) * s
many = scaled * tf.cast(n, tf.float32)
with tf.Session() as sess:
    for fed in (np.ones((2, 3)), [[1, 2, 3]], ((1.5, 2.5, 3.5),), np.arange(6).reshape(2, 3), [np.ones(3)]):
        print(sess.run(many, {x: fed, n: np.int64(3), s: 0.5}), sess.run(scaled, feed_dict={s: 2, x: fed}))
    print(scaled.eval({x: np.zeros((1, 3), np.uint8), s: True}).dtype)
""",
    "shared parts": """
x = tf.placeholder(tf.float32, [None, 2])
t = tf.placeholder(tf.float32, [None, 2])
w = tf.constant([[0.5, -1.0], [2.0, 0.25]])
z = tf.matmul(x, w)
z = tf.nn.relu(z)
p = tf.nn.softmax(z)
loss = tf.reduce_mean(tf.reduce_sum(tf.square(p - t), axis=1))
hits = tf.reduce_sum(tf.cast(tf.equal(tf.argmax(p, 1), tf.argmax(t, 1)), tf.int32))
a, b = np.array([[1.0, 2.0], [3.0, -1.0]]), [[0, 1], [1, 0]]
sess = tf.Session()
print(sess.run(p, {x: a}))
print(sess.run(loss, {x: a, t: b}), sess.run(hits, {x: a, t: b}))
v, k = sess.run((loss, hits), {t: b, x: a})
print(v, k, sess.run(tf.reduce_max(z) - 1, {x: a}))
print(sess.run({"p": p, "z": z}, {x: a}), sess.run([z, p * 2], {x: a}))
sess.close()
""",
    "a graph in a function": """
def main():
    with tf.Graph().as_default():
        a = tf.placeholder(tf.float64)
        c = tf.constant(2.0, tf.float64)
        with tf.Session() as sess:
            root = tf.sqrt(a * c)
            return [sess.run(root, {a: v}) for v in (1, 2.0, [3, 4])]

print(main())
""",
}

RUN = """
import contextlib, io, json, sys
import numpy as np, tensorflow as tf
printed = {}
for name, (old, new) in json.load(sys.stdin).items():
    texts = []
    for text, graph in ((old, True), (new, False)):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), tf.Graph().as_default() if graph else contextlib.nullcontext():
            exec(compile(text, name, "exec"), {"__name__": "__main__"})
        texts.append(out.getvalue())
    printed[name] = texts
print(json.dumps(printed))
"""


@pytest.fixture(scope="module")
def printed() -> dict[str, tuple[str, str]]:
    """What each program prints, before and after; all in one process, for TensorFlow is slow to start."""
    pairs = {}
    for name, body in PROGRAMS.items():
        new = conversion(OLD + body, rewritten=True).new_text
        assert new is not None, conversion(OLD + body).findings
        assert "compat" not in new
        pairs[name] = (OLD + body, new)
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-c", RUN]
    done = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, env=quiet, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: (old, new) for name, (old, new) in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_converted_program_prints_what_the_session_printed(name: str, printed: dict[str, tuple[str, str]]) -> None:
    old, new = printed[name]
    assert old
    assert record.difference(tuple(old.splitlines()), tuple(new.splitlines())) is None


def test_every_native_symbol_is_in_todays_tensorflow() -> None:
    check = """
import sys
import tensorflow as tf
from tfloss_migrate.sessions.counterparts import symbols
def there(symbol):
    held = tf
    for part in symbol.split("."):
        held = getattr(held, part, None)
    return held is not None
known = [s for s in sorted(symbols.TENSORS | symbols.LISTS | symbols.RANDOM) if symbols.is_native(s)]
print(len(known), [s for s in known if not there(s)])
"""
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, env=quiet, cwd=root, check=True
    )
    count, _, missing = done.stdout.splitlines()[-1].partition(" ")
    assert int(count) > 200
    assert missing == "[]"
