"""Claims about flags of the command line: in a program without sessions they are absl's, and read as before."""

from __future__ import annotations

import ast

import pytest
from session_texts import conversion, made_plain
from trained_programs import START, assert_another_is_different, assert_it_trains_the_same, question

from tfloss_migrate.sessions.plain.passes import plain
from tfloss_migrate.syntax.names import Names

HEAD = """\
import tensorflow as tf

flags = tf.app.flags
FLAGS = flags.FLAGS
flags.DEFINE_float("rate", 0.1, "the learning rate")
tf.app.flags.DEFINE_integer("steps", default_value=3, docstring="how many steps")
"""
BODY = """
x = tf.placeholder(tf.float32, [None])
w = tf.Variable(2.0)
loss = tf.reduce_mean(w * x) * FLAGS.rate
train = tf.train.GradientDescentOptimizer(FLAGS.rate).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(FLAGS.steps):
    sess.run(train, {x: [1.0]})
"""


def in_main(run: str = "tf.app.run()") -> str:
    body = BODY.replace("\n", "\n    ").rstrip()
    return f'{HEAD}\n\ndef main(argv):{body}\n\n\nif __name__ == "__main__":\n    {run}\n'


def test_flags_of_a_main_that_is_run_are_read_by_absl() -> None:
    new = made_plain(in_main()).new_text
    assert new is not None
    assert new.startswith(
        "from absl import app, flags\nimport tensorflow as tf\n\nFLAGS = flags.FLAGS\n"
        'flags.DEFINE_float("rate", 0.1, "the learning rate")\n'
        'flags.DEFINE_integer("steps", default=3, help="how many steps")\n'
    )
    assert new.endswith('if __name__ == "__main__":\n    app.run(main)\n')
    assert "sys" not in new


@pytest.mark.parametrize(
    ("run", "written"),
    [("tf.app.run(main=main)", "app.run(main)"), ("tf.app.run(main, [''])", "app.run(main, argv=[''])")],
)
def test_what_is_run_is_named(run: str, written: str) -> None:
    new = made_plain(in_main(run)).new_text
    assert new is not None
    assert new.endswith(f"    {written}\n")


def test_flags_that_are_looked_at_before_are_read_where_the_last_is_defined() -> None:
    new = made_plain(HEAD + BODY).new_text
    assert new is not None
    assert new.startswith("import sys\nfrom absl import flags\nimport tensorflow as tf\n\nFLAGS = flags.FLAGS\n")
    assert 'help="how many steps")\nflags.FLAGS(sys.argv)\n' in new


@pytest.mark.parametrize(
    "more",
    [
        "print(FLAGS.__flags)\n",
        "if FLAGS.steps:\n    tf.app.flags.DEFINE_string('more', '', '')\n",
        "other = tf.flags\n",
        "code = tf.app.run(print)\n",
    ],
)
def test_flags_that_are_used_otherwise_stay_and_keep_the_session(more: str) -> None:
    text = HEAD + BODY + more
    tree = ast.parse(text)
    assert plain(text, Names(tree), tree) is None
    (reason,) = {finding.reason for finding in conversion(text).findings}
    assert "tf.app.flags.DEFINE_float" in (reason or "")


def test_a_step_is_played_with_the_defaults_of_flags() -> None:
    asked = question(START + HEAD + BODY)
    assert "SGD(0.1)" in asked.target
    assert_it_trains_the_same(asked, None)
    assert_another_is_different(asked, "SGD(0.1)", "SGD(0.2)")
