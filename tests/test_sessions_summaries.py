"""Claims about summaries, checkpoints and assignments: what they become in TF2, and what keeps them."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from session_texts import IMPORT, conversion, converted, program

from tfloss_migrate.sessions.plain.summaries import NOT_WRITTEN, SCALED, without_summaries
from tfloss_migrate.syntax.edits import apply, lines_after
from tfloss_migrate.syntax.names import Names

TEXT = """
with tf.name_scope("layer"):
    w = tf.Variable(1.0)
    tf.summary.histogram("w", w)
with tf.name_scope("cost"):
    tf.summary.scalar("all of it", loss)
# how often it is right
tf.summary.scalar("accuracy", accuracy)
merged = tf.summary.merge_all()
writer = tf.summary.FileWriter("logs", sess.graph)
for i in range(9):
    _, l, summary = sess.run([train, loss, merged], feed_dict=feed)
    writer.add_summary(summary, i)  # told
writer.close()
"""
FED = "x = tf.placeholder(tf.float32)\nw = tf.Variable(1.0)\nb = tf.Variable(0.0)\ny = x * w + b\n"
START = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"


def written(text: str) -> str:
    tree = ast.parse(text)
    return apply(text, without_summaries(text, Names(tree), tree)[0])


def test_summaries_are_written_where_their_string_was_added_with_the_tags_that_they_had() -> None:
    new = """
    with tf.name_scope("layer"):
        w = tf.Variable(1.0)
    writer = tf.summary.create_file_writer("logs")

    @tf.function
    def write_summaries(step, loss, accuracy):
        with writer.as_default(step=step):
            tf.summary.histogram("layer/w", w)
            tf.summary.scalar("cost/all_of_it", loss)
            # how often it is right
            tf.summary.scalar("accuracy", accuracy)

    for i in range(9):
        _, l, accuracy_value = sess.run([train, loss, accuracy], feed_dict=feed)
        write_summaries(tf.constant(i, tf.int64), l, accuracy_value)  # told
    writer.close()
    """
    assert written(IMPORT + TEXT.lstrip("\n")) == IMPORT + dedent(new).lstrip("\n")


def test_that_the_graph_is_no_longer_written_is_said() -> None:
    tree = ast.parse(IMPORT + TEXT)
    assert without_summaries(IMPORT + TEXT, Names(tree), tree)[1] == (NOT_WRITTEN,)


def test_scalars_alone_are_written_where_they_are() -> None:
    text = TEXT.replace('    tf.summary.histogram("w", w)\n', "")
    new = written(IMPORT + text.lstrip("\n"))
    assert '    with writer.as_default(step=i):\n        tf.summary.scalar("cost/all_of_it", l)\n' in new
    assert "write_summaries" not in new


def test_images_are_written_as_ever_and_that_their_brightness_is_another_is_said() -> None:
    text = IMPORT + TEXT.replace("# how often", "tf.summary.image('seen', x, 2)\n# how often").lstrip("\n")
    assert "        tf.summary.image('seen', x, max_outputs=2)\n" in written(text)
    tree = ast.parse(text)
    assert without_summaries(text, Names(tree), tree)[1] == (SCALED, NOT_WRITTEN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"accuracy", accuracy', "name, accuracy"),
        ('"accuracy", accuracy', '"accuracy", accuracy, family="a"'),
        ('tf.summary.scalar("accuracy"', 'tf.summary.audio("accuracy"'),
        ("# how often it is right\n", "if True:\n    tf.summary.scalar('b', loss)\n"),
        ("writer.add_summary(summary, i)", "writer.add_summary(summary)"),
        ("writer.add_summary(summary, i)", "writer.add_summary(summary, i); print(summary)"),
        ("writer.close()", "keep(writer)"),
        ("merged = tf.summary.merge_all()", "merged = tf.summary.merge_all('train')"),
    ],
)
def test_summaries_that_are_more_than_that_stay(old: str, new: str) -> None:
    text = IMPORT + TEXT.replace(old, new)
    assert text != IMPORT + TEXT
    assert written(text) == text


def test_each_line_after_edits_is_told_the_line_that_it_was() -> None:
    text = IMPORT + TEXT
    tree = ast.parse(text)
    edits = without_summaries(text, Names(tree), tree)[0]
    new, lines = apply(text, edits).splitlines(), lines_after(text, edits)
    old = text.splitlines()
    told = {line: old[at - 1] for line, at in zip(new, lines, strict=False) if line.strip()}
    assert told["for i in range(9):"] == "for i in range(9):"
    assert told["writer.close()"] == "writer.close()"
    call = "    write_summaries(tf.constant(i, tf.int64), l, accuracy_value)  # told"
    assert told[call] == "    writer.add_summary(summary, i)  # told"


def test_a_saver_is_a_checkpoint_of_all_variables_and_optimizers_that_are_there() -> None:
    new = converted(
        FED
        + "train = tf.train.AdamOptimizer(0.1).minimize(tf.square(y))\nsaver = tf.train.Saver()\n"
        + START
        + "sess.run(train, {x: 1.0})\nprint(saver.save(sess, 'm'))\nsaver.restore(sess, 'm')\n",
        "TFL502",
    )
    assert "saver = tf.train.Checkpoint(w=w, b=b, optimizer=optimizer)\n" in new
    assert new.endswith("train_step(1.0)\nprint(saver.write('m'))\nsaver.read('m')\n")


@pytest.mark.parametrize(
    "saver",
    ["tf.train.Saver([w])", "tf.train.Saver(max_to_keep=2)", "[tf.train.Saver()][0]"],
)
def test_a_saver_of_some_variables_or_of_so_many_files_stays(saver: str) -> None:
    text = FED + f"saver = {saver}\n" + START + "print(sess.run(w))\nsaver.save(sess, 'm')\n"
    assert conversion(program(text)).new_text is None


def test_assignments_are_a_function_that_assigns() -> None:
    new = converted(
        FED
        + "d = tf.reduce_mean(y)\nstep = [tf.assign(w, w - 0.1 * d), b.assign_sub(d)]\n"
        + START
        + "for i in range(3):\n    sess.run(step, {x: a})\n",
        "TFL502",
    )
    assert new.endswith(
        dedent("""
        @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
        def step(x):
            y = x * w + b
            d = tf.reduce_mean(y)
            w.assign(w - 0.1 * d)
            b.assign_sub(d)


        for i in range(3):
            step(a)
        """)
    )


def test_assignments_of_what_the_same_step_has_assigned_stay() -> None:
    text = FED + "step = [tf.assign(w, w + 1), tf.assign(b, w)]\n" + START + "sess.run(step)\n"
    reasons = [finding.reason for finding in conversion(program(text)).findings]
    assert reasons == ["line 6: w reads what the same step assigns, in an order that is not known"]


def test_what_no_run_needs_goes_along_with_what_it_reads_from() -> None:
    new = converted(
        "x = tf.placeholder(tf.float32)\na = x + 1\nassert a.dtype == tf.float32\nb = a + 2\nsess = tf.Session()\n"
        "print(sess.run(a, {x: 1.0}))\n"
    )
    assert new == dedent("""
    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def compute_a(x):
        a = x + 1
        assert a.dtype == tf.float32
        b = a + 2
        return a


    print(compute_a(1.0).numpy())
    """).replace("\n@tf", "\n\n@tf")


def test_what_another_file_collects_is_not_written_here() -> None:
    text = (
        "import tensorflow as tf\nfrom net import loss\nmerged = tf.summary.merge_all()\n"
        "writer = tf.summary.FileWriter('logs')\nsess = tf.Session()\n"
        "for step in range(9):\n    value, summary = sess.run([loss, merged])\n    writer.add_summary(summary, step)\n"
    )
    assert written(text) == text


def test_a_tensor_without_a_name_is_given_that_of_its_tag() -> None:
    new = written(IMPORT + TEXT.replace("accuracy)", "tf.reduce_mean(right))").lstrip("\n"))
    assert "# how often it is right\naccuracy = tf.reduce_mean(right)\n" in new
    assert "accuracy_value = sess.run([train, loss, accuracy]" in new
    taken = written(IMPORT + TEXT.replace("accuracy)", "-loss)").replace('"accuracy"', '"cost/loss"'))
    assert "loss_summary = -loss\n" in taken


def test_a_program_inside_of_a_function_is_like_one_of_a_module() -> None:
    inside = "def main():\n" + "".join(f"    {line}\n" for line in TEXT.strip("\n").splitlines())
    assert "        write_summaries(tf.constant(i, tf.int64), l, accuracy_value)  # told\n" in written(IMPORT + inside)


def test_a_writer_without_a_name_goes_and_a_name_may_be_given_to_several() -> None:
    text = IMPORT + "tf.summary.FileWriter('logs', sess.graph)\n"
    assert written(text) == IMPORT
    text = IMPORT + "w = tf.summary.FileWriter('a')\nw.close()\nw = tf.summary.FileWriter('b')\nw.close()\n"
    assert written(text) == text.replace("FileWriter", "create_file_writer")
    chosen = IMPORT + "if drawn:\n    tf.summary.FileWriter('logs', sess.graph)\nx = 1\n"
    assert written(chosen) == IMPORT + "x = 1\n"
    computed = chosen.replace("drawn:", "wanted():")
    assert written(computed) == computed


def test_merged_summaries_of_which_there_are_none_go_where_nothing_reads_them() -> None:
    text = IMPORT + "merged = tf.summary.merge_all(key='summaries')\nw = tf.summary.FileWriter('logs')\n"
    assert written(text) == IMPORT + "w = tf.summary.create_file_writer('logs')\n"


def test_a_fetch_that_is_left_alone_beside_summaries_needs_no_brackets() -> None:
    text = IMPORT + "tf.summary.scalar('l', loss)\nmerged = tf.summary.merge_all()\n"
    text += "w = tf.summary.FileWriter('logs')\ns, l = sess.run([merged, loss], feed)\nw.add_summary(s, 0)\n"
    assert "\nl = sess.run(loss, feed)\n" in written(text)
