"""Claims about what conversion keeps: comments, indentation, strings, newlines, blocks that must not be empty."""

from __future__ import annotations

import ast

import pytest
from session_texts import converted, same

from tfloss_migrate.sessions.text.layout import layout_of


def test_comments_of_removed_lines_stay_on_lines_of_their_own() -> None:
    same(
        """
        x = tf.constant(1.0)
        # first of all
        sess = tf.Session()  # the session
        with sess.as_default():  # make it the default
            # now
            print(x.eval())  # one
            # done
        sess.close()  # bye
        """,
        """
        x = tf.constant(1.0)
        # first of all
        # the session
        # make it the default
        # now
        print(x.numpy())  # one
        # done
        # bye
        """,
    )


def test_comments_inside_a_run_stay() -> None:
    same(
        """
        a = tf.constant(1.0)
        with tf.Session() as sess:
            values = sess.run([
                a,  # the first
                a + 1,
            ])
            other = sess.run(  # alone
                a)
        """,
        """
        a = tf.constant(1.0)
        values = [
            a.numpy(),  # the first
            (a + 1).numpy(),
        ]
        # alone
        other = a.numpy()
        """,
    )


def test_lines_of_strings_keep_their_white_space() -> None:
    before = (
        "x = tf.ones([1])\nwith tf.Session() as sess:\n    text = '''one\n    two\n'''\n"
        '    more = f"""{sess.run(x)}\n      three"""\n    print(text, more,\n          sess.run(x))\n'
    )
    after = (
        "x = tf.ones([1])\ntext = '''one\n    two\n'''\n"
        'more = f"""{x.numpy()}\n      three"""\nprint(text, more,\n      x.numpy())\n'
    )
    assert converted(before) == after


def test_tabs_and_continuation_lines_move_by_one_level() -> None:
    before = (
        "def f():\n\twith tf.Session() as s:\n\t\tv = 1 + \\\n\t\t\t2\n\t\tif v:\n\t\t\tprint(s.run(tf.ones([v])))\n"
    )
    assert converted(before) == "def f():\n\tv = 1 + \\\n\t\t2\n\tif v:\n\t\tprint(tf.ones([v]).numpy())\n"


def test_a_body_on_the_line_of_its_header_stays_there() -> None:
    before = "x = tf.ones([1])\nif True:\n    with tf.Session() as s: v = s.run(x); print(v)\n"
    assert converted(before) == "x = tf.ones([1])\nif True:\n    v = x.numpy(); print(v)\n"


def test_statements_that_share_a_line_are_taken_apart() -> None:
    before = "x = tf.ones([1]); sess = tf.Session(); v = sess.run(x)\nprint(v); sess.close()\n"
    assert converted(before) == "x = tf.ones([1]); v = x.numpy()\nprint(v)\n"


def test_carriage_returns_stay() -> None:
    before = "x = tf.ones([1])\r\nwith tf.Session() as s:  # here\r\n    print(s.run(x))\r\n\r\nprint('end')\r\n"
    text = converted("import tensorflow as tf\r\n" + before)
    assert text == "import tensorflow as tf\r\nx = tf.ones([1])\r\n# here\r\nprint(x.numpy())\r\n\r\nprint('end')\r\n"


def test_a_block_that_would_be_empty_passes() -> None:
    same(
        """
        x = tf.ones([1])
        sess = tf.Session()
        try:
            print(sess.run(x))
        finally:
            sess.close()
        """,
        """
        x = tf.ones([1])
        try:
            print(x.numpy())
        finally:
            pass
        """,
    )


def test_other_parts_of_a_header_stay() -> None:
    same(
        """
        with tf.device("/cpu:0"), tf.Session() as sess:
            print(sess.run(tf.ones([1])))
        """,
        """
        with tf.device("/cpu:0"):
            print(tf.ones([1]).numpy())
        """,
    )


def test_characters_beyond_ascii_do_not_shift_the_edits() -> None:
    before = "x = tf.ones([1])\nwith tf.Session() as s:\n    print('größe — ∑', s.run(x), 'ü')  # größe\n"
    assert converted(before) == "x = tf.ones([1])\nprint('größe — ∑', x.numpy(), 'ü')  # größe\n"


def test_headers_over_several_lines_go_whole() -> None:
    same(
        """
        with tf.Session(
            config=tf.ConfigProto(log_device_placement=True)  # tell
        ) as sess:

            x = sess.run(tf.ones([1]))

        print(x)
        """,
        """
        # tell

        x = tf.ones([1]).numpy()

        print(x)
        """,
    )


def test_text_without_a_newline_at_its_end_stays_without() -> None:
    assert converted("with tf.Session() as s:\n    print(s.run(tf.ones([1])))") == "print(tf.ones([1]).numpy())"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a = tf.constant(1.0)\nwith tf.Session() as sess: print(sess.run(a))\n",
            "a = tf.constant(1.0)\nprint(a.numpy())\n",
        ),
        (
            "a = tf.constant(1.0)\nif a is not None:\n    with tf.Session() as sess: print(sess.run(a)); print(2)\n",
            "a = tf.constant(1.0)\nif a is not None:\n    print(a.numpy()); print(2)\n",
        ),
        (
            "a = tf.ones(1); sess = tf.Session(); sess.run(tf.tables_initializer()); print(a.eval()); sess.close()\n",
            "a = tf.ones(1); print(a.numpy())\n",
        ),
    ],
)
def test_several_statements_of_a_line_may_go(before: str, after: str) -> None:
    same(before, after)


def test_placeholders_of_one_line_go_together() -> None:
    fed = "with tf.Session() as sess: print(sess.run(x + y, {x: [1, 2], y: [3, 4]}))\n"
    new = converted(f"x = tf.placeholder(tf.float32, [2]); y = tf.placeholder(tf.float32, [2])\n{fed}")
    assert new.endswith(
        "def compute_value(x, y):\n    return x + y\n\n\nprint(compute_value([1, 2], [3, 4]).numpy())\n"
    )


FED = """
# what is fed
x = tf.placeholder(tf.float32, [None, 3])  # a row each
n = tf.placeholder(
    tf.float32,  # how much of it
)

y = x * n
print(sess.run(y, {x: a, n: 2}))
print(sess.run(y, {x: b, n: 2}))
"""


def test_what_is_told_of_placeholders_stands_with_their_shapes() -> None:
    new = converted("sess = tf.Session()\n" + FED)
    assert "# what is fed" not in new.partition("@tf.function")[0]
    signature = new.partition("input_signature=[\n")[2].partition("    ]\n")[0]
    assert signature == (
        "        # what is fed\n"
        "        tf.TensorSpec([None, 3], tf.float32),  # a row each\n"
        "        tf.TensorSpec(None, tf.float32),  # how much of it\n"
    )


def test_what_is_told_of_more_than_placeholders_stays() -> None:
    new = converted("sess = tf.Session()\n" + FED.replace(")\n\ny", ")\nz = tf.constant(1.0)\n\ny"))
    assert "# what is fed\nz = tf.constant(1.0)\n" in new


def test_an_expression_on_one_line_has_no_comments_and_the_same_strings() -> None:
    text = 'params = {\n    "decay": 0.9,  # slow\n    "name": "two  spaces",\n}\nplain = [1,\n         "b"]\n'
    first, second = (one.value for one in ast.parse(text).body if isinstance(one, ast.Assign))
    assert layout_of(text).in_line(first) == "{'decay': 0.9, 'name': 'two  spaces'}"
    assert layout_of(text).in_line(second) == '[1, "b"]'


def test_a_comment_that_tells_of_a_session_goes_with_it_and_others_stay() -> None:
    new = converted(
        """
        v = tf.Variable(1.0)

        # Initialize the variables
        init = tf.global_variables_initializer()

        ########
        # The numbers
        ########
        sess = tf.Session()

        # Run the initializer
        sess.run(init)

        # The session, and what it gives
        sess.run(init)
        print(sess.run(v))
        """
    )
    kept = ["v = tf.Variable(1.0)", "", "########", "# The numbers", "########", "", "# The session, and what it gives"]
    assert new.splitlines() == [*kept, "print(v.numpy())"]
