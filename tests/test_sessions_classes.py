"""Claims about classes that hold a session: the class that they become, and what keeps them as they are."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from session_texts import IMPORT, made_plain

from tfloss_migrate.evaluation import look
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.sessions.plain.flattening import flattened
from tfloss_migrate.sessions.writing.methods import classes_again
from tfloss_migrate.syntax.names import Names

MODEL = """
class Model:
    \"\"\"A line.\"\"\"

    def __init__(self, sess, features, rate=0.1):
        self.sess = sess
        self.features = features
        # the graph
        self._build(rate)

    def _build(self, rate):
        # what is fed
        self.x = tf.placeholder(tf.float32, [None, self.features])
        w = tf.Variable(tf.zeros([self.features, 1]))  # slopes
        self.y = tf.matmul(self.x, w)

        # what is trained
        self.loss = tf.reduce_mean(tf.square(self.y - 1.0))
        self._train = tf.train.GradientDescentOptimizer(rate).minimize(self.loss)

    def fit(self, data):
        # one step
        _, loss = self.sess.run([self._train, self.loss], feed_dict={self.x: data})
        return loss

    def predict(self, data):
        return self.sess.run(self.y, {self.x: data})
"""
USE = """
sess = tf.Session()
model = Model(sess, 3)
sess.run(tf.global_variables_initializer())
print(model.fit(data), model.predict(data))
"""


def test_a_class_stays_one_with_its_names_its_methods_and_its_comments() -> None:
    new = made_plain(MODEL + USE).new_text
    assert new == IMPORT + dedent('''
    class Model:
        """A line."""

        def __init__(self, features, rate=0.1):
            self.features = features
            # the graph
            self._build(rate)

        def _build(self, rate):
            self.w = tf.Variable(tf.zeros([self.features, 1]))  # slopes

            self.optimizer = tf.keras.optimizers.SGD(rate)

        @tf.function(
            input_signature=[
                # what is fed
                tf.TensorSpec([None, None], tf.float32),
            ]
        )
        def compute_y(self, x):
            y = tf.matmul(x, self.w)
            return y

        @tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32)])
        def train_step(self, x):
            with tf.GradientTape() as tape:
                y = self.compute_y(x)

                # what is trained
                loss = tf.reduce_mean(tf.square(y - 1.0))
            gradients = tape.gradient(loss, [self.w])
            self.optimizer.apply_gradients(zip(gradients, [self.w]))
            return loss

        def fit(self, data):
            # one step
            loss = self.train_step(data).numpy()
            return loss

        def predict(self, data):
            return self.compute_y(data).numpy()

    model = Model(3)
    print(model.fit(data), model.predict(data))
    ''').lstrip("\n")


def test_a_class_that_is_converted_has_nothing_more_to_find() -> None:
    new = made_plain(MODEL + USE).new_text
    assert new is not None
    tree = ast.parse(new)
    flat = flattened(new, Names(tree), tree)
    assert flat is not None
    assert ast.dump(ast.parse(classes_again(flat.text, flat.classes))) == ast.dump(tree)


#: How a class differs from the one above, and why it stays; lines count in the text.
LEFT = {
    "an attribute that others read": (
        (USE, USE + "print(model.loss)\n"),
        "line 33: model.loss is read from outside of its class, and would be gone",
    ),
    "variables that are set once more": (
        (USE, USE + "sess.run(tf.global_variables_initializer())\n"),
        "line 33: sess.run(tf.global_variables_initializer()) sets the variables back to their initial values",
    ),
    "a session that is not always handed on": (
        (USE, USE + "Model(None, 2)\n"),
        "line 33: Model is not handed the session here as it is elsewhere",
    ),
    "a tensor that a method looks at": (
        ("        # one step\n", "        print(self.y)\n"),
        "line 21: `def self.fit(data):` hangs on a placeholder, and no run needs it; "
        "line 22: self.y hangs on a placeholder, and is used outside of what is run",
    ),
    "a result that hangs on what is not known": (
        ("self.sess.run(self.y,", "self.sess.run(self.y[data],"),
        "line 27: data is another one at each run",
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_a_class_that_would_be_another_one_stays_and_the_line_is_told(name: str) -> None:
    (old, new), reason = LEFT[name]
    text = (MODEL + USE).replace(old, new)
    assert text != MODEL + USE
    found = made_plain(text)
    assert found.new_text is None
    assert {finding.reason for finding in found.findings} == {reason}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class Model:", "class Model(Base):"),
        ('    """A line."""', "    rate = 0.1"),
        ("    def fit(self, data):", "    @property\n    def fit(self, data):"),
        ("        return loss", "        return self"),
        ("        return loss", "        setattr(self, 'x', 1)"),
        ("    def predict(self, data):", "    def __call__(self, data):"),
        ("model = Model(sess, 3)", "model = make(Model)"),
    ],
)
def test_a_class_that_is_more_than_its_methods_is_not_read_as_a_function(old: str, new: str) -> None:
    text = IMPORT + (MODEL + USE).replace(old, new)
    tree = ast.parse(text)
    assert flattened(text, Names(tree), tree) is None


def test_lines_of_a_class_that_is_read_as_a_function_are_those_that_they_were() -> None:
    text = IMPORT + MODEL
    tree = ast.parse(text)
    flat = flattened(text, Names(tree), tree)
    assert flat is not None
    lines = text.splitlines()
    for line, at in zip(flat.text.split("\n"), flat.lines, strict=True):
        word = line.strip().split(" ")[0].replace("self·", "self.")
        assert not word or word.strip('"') in ("begin", "end") or word in lines[at - 1] or word == "def", line


def test_a_step_whose_attribute_is_set_in_two_methods_is_left() -> None:
    text = """import tensorflow as tf


class Model:
    def __init__(self):
        self.train_step = None

    def fit(self, xs):
        self.build(3)
        with tf.Session() as self.session:
            self.session.run(self.train_step, feed_dict={self.x: xs})

    def build(self, count):
        self.x = tf.placeholder(tf.float32, [None, count])
        w = tf.Variable(tf.zeros([count, 1]))
        cost = tf.reduce_mean(tf.square(tf.matmul(self.x, w)))
        self.train_step = tf.train.GradientDescentOptimizer(0.1).minimize(cost)
"""
    program = parse("model.py", text)
    assert isinstance(program, Parsed)
    found = look(program, text, old_order=False)
    assert found.new_text is None
    assert "line 17: self.train_step is not only this step" in (found.findings[0].reason or "")


def _model(methods: int) -> str:
    """A class with a session and so many methods that set attributes."""
    setters = "".join(
        f"\n    def set{n}(self, value):\n        self.a{n} = self.b{n} = value\n" for n in range(methods)
    )
    return (
        "import tensorflow as tf\n\n\nclass Model:\n    def __init__(self):\n"
        "        self.x = tf.placeholder(tf.float32, [None])\n        self.y = 2.0 * self.x\n"
        "        self.sess = tf.Session()\n\n    def predict(self, x):\n"
        f"        return self.sess.run(self.y, {{self.x: x}})\n{setters}\n\nmodel = Model()\n"
    )


def test_a_class_of_many_methods_is_walked_once_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    def walks(methods: int) -> int:
        counted = 0

        def walk(node: ast.AST) -> object:
            nonlocal counted
            counted += 1
            return whole(node)

        text = _model(methods)
        tree = ast.parse(text)
        names = Names(tree)
        with monkeypatch.context() as patch:
            whole = ast.walk
            patch.setattr(ast, "walk", walk)
            assert flattened(text, names, tree) is not None
        return counted

    few, more, most = walks(10), walks(20), walks(40)
    assert most - more <= 2 * (more - few)


OPENED = """
class Model:
    def __init__(self):
        self.x = tf.placeholder(tf.float32, [None, 3])
        self.w = tf.Variable(tf.zeros([3, 1]))
        self.loss = tf.reduce_mean(tf.square(tf.matmul(self.x, self.w) - 1.0))
        self.train_op = tf.train.GradientDescentOptimizer(0.1).minimize(self.loss)
        self.saver = tf.train.Saver()

    def train(self, data):
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            _, loss = sess.run([self.train_op, self.loss], {self.x: data})
            self.saver.save(sess, "./model.ckpt")
            return loss

    def test(self, data):
        with tf.Session() as sess:
            self.saver.restore(sess, "./model.ckpt")
            return sess.run(self.loss, {self.x: data})
"""


def test_a_session_of_each_method_goes_and_what_a_second_call_would_do_is_said() -> None:
    found = made_plain(OPENED)
    assert found.new_text is not None
    assert "train() is taken to be called once" in found.said[0]
    once = made_plain(OPENED + "print(Model().train(data))\n")
    assert once.new_text is not None
    assert not any("taken to be" in one for one in once.said)
    twice = made_plain(OPENED + "model = Model()\nmodel.train(data)\nmodel.train(data)\n")
    assert twice.new_text is None
