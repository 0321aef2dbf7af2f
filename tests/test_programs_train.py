"""Programs that train: played before and after, and run whole; and conversions that are broken on purpose."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from installed import needs
from trained_programs import START, answer, assert_they_print_alike, numbers, printed, written

from tfloss_migrate.evaluation import look
from tfloss_migrate.model import Question
from tfloss_migrate.parse import Parsed, parse

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

DATA = "xs = np.random.rand(12, 3)\nys = xs.dot([[1.0], [-2.0], [0.5]])\nids = np.arange(12) % 2\n"
FED = "x = tf.placeholder(tf.float32, [None, 3])\nt = tf.placeholder(tf.float32, [None, 1])\n"
SESSION = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"
LOOP = "for i in range(6):\n    _, l = sess.run([train, loss], {x: xs, t: ys})\n    print(i, l)\n"

#: Programs whose variables start from plain numbers, so that old and new print the same.
PROGRAMS = {
    "a line": DATA
    + FED
    + "w = tf.Variable(tf.zeros([3, 1]))\nloss = tf.reduce_mean(tf.square(tf.matmul(x, w) - t))\n"
    + "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
    + SESSION
    + LOOP
    + "print(sess.run(w))\n",
    "losses that are collected": DATA
    + FED
    + "w = tf.Variable(tf.zeros([3, 1]))\ntf.losses.mean_squared_error(t, tf.matmul(x, w))\n"
    + "loss = tf.losses.get_total_loss()\n"
    + "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
    + SESSION
    + LOOP,
    "two layers, Adam, and what else is fetched": DATA
    + FED
    + """
w1 = tf.Variable(tf.ones([3, 4]) * 0.1)
b1 = tf.Variable(tf.zeros([4]))
w2 = tf.Variable(tf.ones([4, 1]))
h = tf.tanh(tf.matmul(x, w1) + b1)
y = tf.matmul(h, w2)
loss = tf.reduce_mean(tf.square(y - t))
worst = tf.reduce_max(tf.abs(y - t))
optimizer = tf.train.AdamOptimizer(0.01, beta1=0.8)
train = optimizer.minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(6):
        sess.run(train, feed_dict={x: xs, t: ys})
        print(sess.run([loss, worst], feed_dict={x: xs, t: ys}), worst.eval({x: xs[:3], t: ys[:3]}))
    print(sess.run(tf.reduce_sum(y), {x: xs}), b1.eval())
""",
    "classes, in a function": DATA
    + """
def weights(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))

def main():
    x = tf.placeholder(tf.float32, [None, 3])
    k = tf.placeholder(tf.int64, [None])
    params = {"w": weights([3, 2]), "b": weights([2])}
    logits = tf.matmul(x, params["w"]) + params["b"]
    loss = tf.losses.sparse_softmax_cross_entropy(labels=k, logits=logits)
    step = tf.train.MomentumOptimizer(0.5, 0.9).minimize(loss)
    hits = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), k), tf.float32))
    sess = tf.InteractiveSession()
    tf.global_variables_initializer().run()
    for i in range(0, 12, 4):
        feed = {x: xs[i:i + 4], k: ids[i:i + 4]}
        step.run(feed_dict=feed)
        print(loss.eval(feed))
    print(hits.eval({x: xs, k: ids}))

main()
""",
    "data in the graph": """
p = np.linspace(0, 1, 10).astype(np.float32)
w = tf.Variable([0.3], tf.float32)
b = tf.Variable([-0.3], tf.float32)
y = w * p + b
loss = tf.reduce_sum(tf.square(y - (3 * p + 2)))
train = tf.train.AdagradOptimizer(0.5).minimize(loss)
init = tf.global_variables_initializer()
sess = tf.Session()
sess.run(init)
for i in range(20):
    sess.run(train)
    if i % 5 == 0:
        print(i, sess.run(w), sess.run(b), sess.run(loss))
""",
    "a variable that is not trained, and one read before its step": DATA
    + FED
    + """
scale = tf.Variable(2.0, trainable=False)
w = tf.Variable(tf.zeros([3, 1]))
y = tf.matmul(x, w) * scale
loss = tf.nn.l2_loss(y - t)
train = tf.train.AdadeltaOptimizer(1.0, 0.9).minimize(loss)
"""
    + SESSION
    + "for i in range(6):\n    now, out, _ = sess.run((w, y, train), {t: ys, x: xs})\n    print(now, out)\n",
    "momentum whose rate falls": DATA
    + FED
    + """
w = tf.Variable(tf.zeros([3, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - t))
count = tf.Variable(0, trainable=False)
rate = tf.train.exponential_decay(0.1, count, 2, 0.5, staircase=True)
train = tf.train.MomentumOptimizer(rate, 0.9, use_nesterov=True).minimize(loss, global_step=count)
"""
    + SESSION
    + LOOP,
    "a rate that decays, clipped gradients, and two optimizers": DATA
    + FED
    + """
w = tf.Variable(tf.ones([3, 1]))
b = tf.Variable(tf.zeros([1]))
count = tf.Variable(0, trainable=False)
y = tf.matmul(x, w) + b
loss = tf.reduce_mean(tf.square(y - t))
rate = tf.train.exponential_decay(0.5, count, 2, 0.7, staircase=True)
first = tf.train.GradientDescentOptimizer(rate)
pairs = first.compute_gradients(loss, [w])
train = first.apply_gradients([(tf.clip_by_value(g, -0.5, 0.5), v) for g, v in pairs], global_step=count)
grads, _ = tf.clip_by_global_norm(tf.gradients(loss, [b]), 0.3)
shift = tf.train.AdamOptimizer(0.1).apply_gradients(zip(grads, [b]))
"""
    + SESSION
    + LOOP
    + "    sess.run(shift, {x: xs, t: ys})\nprint(sess.run([w, b, count]))\n",
    "mean squares that start from one": DATA
    + FED
    + """
w = tf.Variable(tf.ones([3, 1]))
y = tf.matmul(x, w)
loss = tf.reduce_mean(tf.square(y - t))
train = tf.train.RMSPropOptimizer(0.05, 0.8, momentum=0.5, centered=True).minimize(loss)
"""
    + SESSION
    + LOOP,
    "helpers that evaluate": DATA
    + FED
    + """
w = tf.Variable(tf.zeros([3, 1]))
b = tf.Variable(tf.zeros([1]))
y = tf.nn.sigmoid(tf.matmul(x, w) + b)
loss = tf.reduce_mean(tf.abs(y - t))
train = tf.train.GradientDescentOptimizer(learning_rate=1).minimize(loss)
"""
    + SESSION
    + """
def evaluate(part):
    return sess.run(loss, {x: xs[part], t: ys[part]})

for i in range(4):
    sess.run(train, {x: xs, t: ys})
    print(evaluate(slice(0, 5)), evaluate(slice(5, 12)))
""",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict, str]]:
    return written(PROGRAMS, tmp_path_factory.mktemp("programs"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_trains_is_written_when_both_sides_trained_alike(
    name: str, files: dict[str, tuple[dict, str]]
) -> None:
    report, text = files[name]
    (finding,) = [one for one in report["findings"] if one["rule"] == "TFL502"]
    assert finding["new"] == ""
    assert finding["verdict"]["status"] in ("same", "steadier")
    assert "compat" not in text
    assert "Session" not in text
    assert text.count("GradientTape") == (2 if "two optimizers" in name else 1)


def test_it_prints_what_the_old_one_prints_in_a_session(files: dict[str, tuple[dict, str]]) -> None:
    assert_they_print_alike(PROGRAMS, files)


def test_the_first_step_of_adam_is_as_long_as_it_was(tmp_path: Path) -> None:
    model = "w = tf.Variable(tf.zeros([3, 1]))\nloss = tf.reduce_mean(tf.square(tf.matmul(x, w) - t))\n"
    train = "train = tf.train.AdamOptimizer(0.01).minimize(loss)\n"
    run = "sess.run(train, {x: xs, t: ys})\nprint(sess.run(w).tolist())\n"
    body = DATA + FED + model + train + SESSION + run
    ((old, new),) = printed({"": body}, written({"": body}, tmp_path)).values()
    assert numbers(new) == pytest.approx(numbers(old), rel=1e-6)


def question() -> Question:
    """What is asked of the second program."""
    parsed = parse("program.py", START + PROGRAMS["two layers, Adam, and what else is fetched"])
    assert isinstance(parsed, Parsed)
    (asked,) = look(parsed, parsed.text.replace("tf.train", "tf.compat.v1.train"), old_order=False).questions
    assert asked is not None
    return asked


BROKEN = {
    "another epsilon": ("epsilon=1e-08", "epsilon=1e-07"),
    "another decay": ("tf.constant(0.999)", "tf.constant(0.998)"),
    "another rate": ("Adam(0.01", "Adam(0.0101"),
    "a variable left out": ("[w1, b1, w2]", "[w1, w2]"),
    "a loss with another factor": ("tf.square(y - t)", "2 * tf.square(y - t)"),
    "another optimizer": ("Adam(0.01, beta_1=0.8, beta_2=float(tf.constant(0.999)), epsilon=1e-08)", "SGD(0.01)"),
    "variables from elsewhere": ("* 0.1", "* 0.11"),
}


def test_a_conversion_that_is_broken_is_different() -> None:
    asked = question()
    assert ast.parse(asked.target)
    assert answer(asked).status == "same"
    for name, (old, new) in BROKEN.items():
        broken = replace(asked, target=asked.target.replace(old, new))
        assert broken != asked, name
        assert answer(broken).status == "different", name


def test_a_program_that_would_read_files_is_not_run() -> None:
    asked = replace(question(), legacy='tf.io.read_file("secret")\n' + question().legacy)
    verdict = answer(asked)
    assert (verdict.status, verdict.sentence) == ("unknown", "not run: the program holds tf.io.read_file")
