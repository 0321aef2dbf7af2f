"""Claims about prints of tensors: they go along into the function that computes what they show."""

from __future__ import annotations

import pytest
from session_texts import conversion, left, same
from trained_programs import START, answer, assert_it_trains_the_same, question

from tfloss_migrate.record import replace


def test_a_print_stands_where_what_it_shows_is_computed() -> None:
    same(
        """
        k = tf.constant(2.0)
        x = tf.placeholder(tf.float32, [None, 2])
        print(x)  # what comes in
        h = k * tf.reduce_sum(x, axis=1)
        print("before", h.shape)
        h = tf.sqrt(h)
        sess = tf.Session()
        print(sess.run(h, {x: [[1.0, 2.0]]}))
        """,
        """
        k = tf.constant(2.0)


        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
        def compute_h(x):
            print(x)  # what comes in
            h = k * tf.reduce_sum(x, axis=1)
            print("before", h.shape)
            h = tf.sqrt(h)
            return h


        print(compute_h([[1.0, 2.0]]).numpy())
        """,
    )


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ("print(a, b)", "line 5: `print(a, b)` shows what no run computes together"),
        ("name = 'a'; print(name, a); name = 'b'", "line 5: the line holds more than one statement"),
        (
            "name = 'a'\nprint(name, a)\nname = 'b'",
            "line 6: `print(name, a)` shows what is another when the session runs",
        ),
        ("if x is not None:\n    print(a)", "line 6: what hangs on a placeholder stands in a block of its own"),
        ("print(a, file=log)", "line 5: a hangs on a placeholder, and is used outside of what is run"),
        (
            "sizes = [3]\nprint(a, sizes)\nsizes.append(1)",
            "line 6: `print(a, sizes)` shows what is another when the session runs",
        ),
        ("show(a)", "line 5: a hangs on a placeholder, and is used outside of what is run"),
    ],
)
def test_what_cannot_be_shown_in_a_function_keeps_the_session(shown: str, reason: str) -> None:
    body = f"""x = tf.placeholder(tf.float32, [None])
y = tf.placeholder(tf.float32, [None])
a = tf.sqrt(x)
b = tf.exp(y)
{shown}
sess = tf.Session()
print(sess.run(a, {{x: [1.0]}}), sess.run(b, {{y: [1.0]}}))
"""
    assert left(body) == reason


SHOWN = (
    START
    + """
x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.ones([3, 1]))
h = tf.matmul(x, w)
print("h:", h, h.get_shape())
loss = tf.reduce_mean(tf.square(h))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
print(sess.run(loss, {x: np.ones([4, 3])}))
sess.run(train, {x: np.ones([4, 3])})
"""
)


def test_what_a_print_shows_is_computed_when_the_step_is_played() -> None:
    asked = question(SHOWN)
    assert_it_trains_the_same(asked, None)
    moved = asked.target.replace("    ('h:', h, h.get_shape())\n", "").replace(
        "h = tf.matmul", "('h:', h)\n    h = tf.matmul"
    )
    verdict = answer(replace(asked, target=moved))
    assert verdict.status == "unknown"
    assert verdict.sentence == "not run: the program holds the name 'h'"


def test_the_verdict_says_which_lines_print_tensors() -> None:
    said = (
        "the tensors that line 9 prints are shown when the functions that compute them are traced: "
        "at their first call, and once more where that makes layers' variables"
    )
    assert SHOWN.splitlines()[8].startswith("print")
    assert conversion(SHOWN).said == (said,)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("print(k)", ("line 4 prints tensors themselves, of which TF2 shows the values, too",)),
        ("print('k', k * 2)\nprint(k)", ("lines 4, 5 print tensors themselves, of which TF2 shows the values, too",)),
        ("print(k.shape)", ()),
        ("print(sess.run(k))", ()),
    ],
)
def test_that_a_tensor_is_shown_with_its_value_is_said(shown: str, said: tuple[str, ...]) -> None:
    text = f"import tensorflow as tf\nk = tf.constant(2.0)\nsess = tf.Session()\n{shown}\nprint(sess.run(k))\n"
    assert conversion(text).said == said
