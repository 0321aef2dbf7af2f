"""Programs of many shapes: classes that hold the session, assignments, networks that train against each other."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from installed import needs
from trained_programs import START, answer, assert_they_print_alike, numbers, written

from tfloss_migrate.evaluation import look
from tfloss_migrate.model import Question
from tfloss_migrate.parse import Parsed, parse

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

DATA = "xs = np.random.rand(12, 3)\nys = xs.dot([[1.0], [-2.0], [0.5]])\n\n"
NET = '''
class Net(object):
    """Two layers."""

    def __init__(self, sess, name, units=4):
        self.sess = sess
        self.name = name
        self.units = units
        self.seen = 0
        self._build(0.05)

    def _build(self, rate):
        with tf.variable_scope(self.name):
            # what is fed
            self.X = tf.placeholder(tf.float32, [None, 3])
            self.Y = tf.placeholder(tf.float32, [None, 1])
            self.out = self._layers()
        # how far we are
        self.cost = tf.reduce_mean(tf.square(self.out - self.Y))
        self.optimizer = tf.train.MomentumOptimizer(rate, 0.9).minimize(self.cost)

    def _layers(self):
        w1 = tf.Variable(tf.ones([3, self.units]) * 0.1)
        w2 = tf.Variable(tf.ones([self.units, 1]))
        h = self._squash(tf.matmul(self.X, w1))
        return tf.matmul(h, w2)

    def _squash(self, x):
        return tf.tanh(x)

    def predict(self, x):
        return self.sess.run(self.out, feed_dict={self.X: x})

    def train(self, x, y):
        self.seen += len(x)
        return self.sess.run([self.cost, self.optimizer], feed_dict={self.X: x, self.Y: y})

'''
TWO = """
nets = [Net(sess, "net%d" % i, units=3 + i) for i in range(2)]
sess.run(tf.global_variables_initializer())
for i in range(5):
    for net in nets:
        c, _ = net.train(xs, ys)
        print(i, c, net.seen)
print(nets[0].predict(xs[:2]), nets[1].predict(xs[:2]))
"""
PROGRAMS = {
    "a class that is handed the session": DATA + NET + "sess = tf.Session()\n" + TWO,
    "a class in main": DATA
    + NET
    + """
def main():
    with tf.Session() as session:
        net = Net(session, "net")
        tf.global_variables_initializer().run()
        for i in range(4):
            print(net.train(xs[i::4], ys[i::4])[0])
        print(net.predict(xs))

if __name__ == "__main__":
    main()
""",
    "a class with a session of its own": DATA
    + """
class Line:
    def __init__(self, features, rate=0.5):
        self.features = features
        self.build()
        self.train_op = tf.train.GradientDescentOptimizer(rate).minimize(self.loss)
        self.session = tf.Session()
        self.session.run(tf.global_variables_initializer())

    def build(self):
        self.x = tf.placeholder(tf.float32, (None, self.features))
        self.y = tf.placeholder(tf.float32, (None, 1))
        self.logits = self.add_logits()
        self.loss = self.add_loss(self.logits)

    def add_logits(self):
        self.w = tf.Variable(tf.zeros([self.features, 1]), name="w")
        self.b = tf.Variable(tf.zeros([1]), name="b")
        return tf.matmul(self.x, self.w) + self.b

    def add_loss(self, logits):
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=self.y, logits=logits))

    def fit(self, x, y, epochs):
        for epoch in range(epochs):
            feed = {self.x: x, self.y: y}
            _, loss = self.session.run([self.train_op, self.loss], feed_dict=feed)
            print(epoch, loss)

    def weights(self):
        return self.session.run([self.w, self.b])


line = Line(3)
line.fit(xs, (ys > 0).astype(float), 4)
print(line.weights())
""",
    "functions that are handed the session": DATA
    + """
x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.zeros([3, 1]))
y = tf.matmul(x, w)
t = tf.placeholder(tf.float32, [None, 1])
loss = tf.reduce_mean(tf.abs(y - t))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

def fit(session, rounds):
    for i in range(rounds):
        session.run(train, {x: xs, t: ys})

def show(sess, title):
    print(title, sess.run(loss, {x: xs, t: ys}))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    fit(sess, rounds=4)
    ops = [train, loss]
    _, l = sess.run(ops, {x: xs, t: ys})
    train.run({x: xs, t: ys}, sess)
    print(l, loss.eval({x: xs, t: ys}, sess))
    show(sess, 1)
    show(sess=sess, title=2)
""",
    "what chooses and loops in the graph": DATA
    + """
x = tf.placeholder(tf.float32, [None, 3])
t = tf.placeholder(tf.float32, [None, 1])
w = tf.Variable(tf.zeros([3, 1]))
y = tf.matmul(x, w)
far = tf.reduce_mean(tf.abs(y - t))
near = tf.reduce_mean(tf.square(y - t))
loss = tf.cond(far > 0.6, lambda: far, lambda: near)
n, total = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + loss), [tf.constant(0), tf.constant(0.0)])
train = tf.train.GradientDescentOptimizer(0.3).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(8):
        _, l, s = sess.run([train, loss, total], {x: xs, t: ys})
        print(i, l, s)
""",
    "gradients and steps by hand": DATA
    + """
X = tf.placeholder(tf.float32, [None, 3])
Y = tf.placeholder(tf.float32, [None, 1])
w = tf.Variable(tf.ones([3, 1]))
b = tf.Variable([[0.5]])
count = tf.Variable(0.0)
hypothesis = tf.matmul(X, w) + b
assert hypothesis.shape.as_list() == Y.shape.as_list()
diff = hypothesis - Y
d_b = diff
d_w = tf.matmul(tf.transpose(X), diff)
unused = d_w * 2
step = [tf.assign(w, w - 0.05 * d_w), b.assign(b - 0.05 * tf.reduce_mean(d_b, 0, keepdims=True))]
counted = tf.assign_add(count, 1.0)
parameters = [w, b]
bounded = [p.assign(tf.clip_by_value(p, -0.8, 0.8)) for p in parameters]
cost = tf.reduce_mean(tf.square(diff))
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(5):
    sess.run([step, cost], feed_dict={X: xs, Y: ys})
    sess.run(bounded)
    _, c = sess.run([counted, cost], feed_dict={X: xs, Y: ys})
    print(i, c)
print(sess.run([w, b, count]))
""",
    "networks that train against each other": DATA
    + """
X = tf.placeholder(tf.float32, [None, 3])
Z = tf.placeholder(tf.float32, [None, 2])
D_w = tf.Variable(tf.ones([3, 1]) * 0.3)
D_b = tf.Variable(tf.zeros([1]))
theta_D = [D_w, D_b]
G_w = tf.Variable(tf.ones([2, 3]) * 0.2)
Q_w = tf.Variable(tf.ones([3, 1]) * 0.2)
theta_G = [G_w]
theta_Q = [Q_w]

def discriminator(x):
    logit = tf.matmul(x, D_w) + D_b
    return tf.nn.sigmoid(logit), logit

sample = tf.nn.sigmoid(tf.matmul(Z, G_w))
real, logit_real = discriminator(X)
fake, logit_fake = discriminator(sample)
D_loss = tf.reduce_mean(tf.nn.softplus(-logit_real)) + tf.reduce_mean(tf.nn.softplus(logit_fake))
G_loss = tf.reduce_mean(tf.nn.softplus(-logit_fake))
Q_loss = tf.reduce_mean(tf.square(tf.matmul(sample, Q_w) - 1.0))
D_solver = tf.train.AdagradOptimizer(0.1).minimize(D_loss, var_list=theta_D)
G_solver = tf.train.AdagradOptimizer(0.1).minimize(G_loss, var_list=theta_G)
Q_solver = tf.train.AdagradOptimizer(0.1).minimize(Q_loss, var_list=theta_G + theta_Q)

sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(5):
    _, d = sess.run([D_solver, D_loss], feed_dict={X: xs, Z: xs[:, :2]})
    _, g = sess.run([G_solver, G_loss], feed_dict={Z: xs[:, :2]})
    sess.run(Q_solver, feed_dict={Z: xs[:, 1:]})
    print(i, d, g)
print(sess.run(sample, feed_dict={Z: xs[:, :2]}))
""",
    "two sessions, of which the second goes on with what the first has saved": DATA
    + """
import os, tempfile
x = tf.placeholder(tf.float32, [None, 3])
t = tf.placeholder(tf.float32, [None, 1])
weights = {"w": tf.Variable(tf.zeros([3, 1])), "b": tf.Variable(tf.zeros([1]))}
loss = tf.reduce_mean(tf.square(tf.matmul(x, weights["w"]) + weights["b"] - t))
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
init = tf.global_variables_initializer()
saver = tf.train.Saver()
path = os.path.join(tempfile.mkdtemp(), "model")
with tf.Session() as sess:
    sess.run(init)
    for i in range(4):
        sess.run(train, {x: xs, t: ys})
    saved = saver.save(sess, path)
    print(saved == path, sess.run(loss, {x: xs, t: ys}))
    print(2 if os.path.exists(path + ".index") else 3)
with tf.Session() as sess:
    sess.run(init)
    saver.restore(sess, path)
    for i in range(3):
        _, l = sess.run([train, loss], {x: xs, t: ys})
        print(l)
""",
    "a second graph, and results by the names of variables": DATA
    + """
x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.ones([3, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 2.0))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
init = tf.global_variables_initializer()
sess.run(init)
for i in range(4):
    sess.run(train, {x: xs})
w = sess.run(w)
print(w)

tf.reset_default_graph()
sess = tf.Session()
x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.zeros([3, 1]))
b = tf.Variable([1.0])
loss = tf.reduce_mean(tf.abs(tf.matmul(x, w) + b - 2.0))
train = tf.train.MomentumOptimizer(0.05, 0.9).minimize(loss)
init = tf.global_variables_initializer()
sess.run(init)
for i in range(4):
    _, l = sess.run([train, loss], {x: xs})
    print(i, l)
[v], [b] = sess.run([w[0], b])
print(v, b, sess.run(loss, {x: xs}))
""",
    "an accuracy that counts, of what is fed in the place of a division": """
xs = np.random.rand(12, 3)
ids = (xs[:, 0] > 0.5).astype(int)

def evaluate(some, their):
    global accuracy
    return sess.run(accuracy, feed_dict={x: some, y: their})

x = tf.placeholder(tf.float32, [None, 3]) / 2.
y = tf.placeholder(tf.int64, [None])
w = tf.Variable([[0.1, -0.2], [0.3, 0.1], [0.2, 0.2]])
logits = tf.matmul(x, w)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
accuracy = tf.metrics.accuracy(labels=y, predictions=tf.argmax(logits, axis=1))[1]
train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
sess = tf.Session()
sess.run(tf.group(tf.global_variables_initializer(), tf.local_variables_initializer()))
for i in range(5):
    _, l, a = sess.run([train, loss, accuracy], {x: xs, y: ids})
    print(i, l, a, evaluate(xs[: i + 1], ids[: i + 1]))
""",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict, str]]:
    return written(PROGRAMS, tmp_path_factory.mktemp("programs"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_of_any_shape_is_written_when_both_sides_trained_alike(
    name: str, files: dict[str, tuple[dict, str]]
) -> None:
    report, text = files[name]
    findings = [one for one in report["findings"] if one["rule"] == "TFL502"]
    assert [(one["new"], one["reason"]) for one in findings] == [("", None)] * len(findings)
    assert findings
    assert {one["verdict"]["status"] for one in findings} <= {"same", "steadier"}
    assert "compat" not in text
    assert "Session" not in text
    assert "·" not in text


def test_it_prints_what_the_old_one_prints(files: dict[str, tuple[dict, str]]) -> None:
    assert_they_print_alike(PROGRAMS, files)


@pytest.mark.skipif("TFLOSS_TF115_PYTHON" not in os.environ, reason="TFLOSS_TF115_PYTHON names no interpreter")
@pytest.mark.parametrize("name", PROGRAMS)
def test_it_prints_what_the_real_one_printed(name: str, files: dict[str, tuple[dict, str]], tmp_path: Path) -> None:
    printed = []
    for python, text in ((os.environ["TFLOSS_TF115_PYTHON"], START + PROGRAMS[name]), (sys.executable, files[name][1])):
        (tmp_path / "program.py").write_text(text)
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        command = [python, str(tmp_path / "program.py")]
        printed.append(subprocess.run(command, capture_output=True, text=True, env=quiet, check=True).stdout)
    assert numbers(printed[1]) == pytest.approx(numbers(printed[0]), rel=1e-4, abs=1e-5)


def question(name: str) -> Question:
    """What is asked of a program."""
    parsed = parse("program.py", START + PROGRAMS[name])
    assert isinstance(parsed, Parsed)
    rewritten = parsed.text.replace("tf.train.M", "tf.compat.v1.train.M").replace("tf.assign", "tf.compat.v1.assign")
    (asked,) = look(parsed, rewritten, old_order=False).questions
    assert asked is not None
    return asked


BROKEN = {
    "a class in main": {
        "another initial value": ("* 0.1", "* 0.11"),
        "a variable that is not trained": ("[self_w1, self_w2]", "[self_w1]"),
        "another rate": ("SGD(rate", "SGD(2 * rate"),
        "another activation": ("tf.tanh", "tf.sigmoid"),
    },
    "gradients and steps by hand": {
        "another step": ("w.assign(w - 0.05", "w.assign(w - 0.06"),
        "another method": ("count.assign_add", "count.assign"),
        "a step in another order": ("diff = hypothesis - Y", "w.assign(w * 2)\n    diff = hypothesis - Y"),
        "another bound": ("clip_by_value(p, -0.8", "clip_by_value(p, -0.1"),
    },
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_conversion_of_it_is_different(name: str) -> None:
    asked = question(name)
    assert answer(asked).status == "same"
    for what, (old, new) in BROKEN[name].items():
        broken = replace(asked, target=asked.target.replace(old, new))
        assert broken != asked, (what, asked.target)
        assert answer(broken).status == "different", what
