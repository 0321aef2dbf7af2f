"""Programs that save with numbers and look for the latest checkpoint: stopped and run again, they go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from installed import needs
from session_texts import converted, left
from trained_programs import numbers, written

needs("tensorflow", reason="needs TensorFlow to run programs before and after")

MODEL = """
x = tf.placeholder(tf.float32)
y = tf.placeholder(tf.float32)
w = tf.Variable(tf.ones([3, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
count = tf.Variable(0, trainable=False)
train = tf.train.AdamOptimizer(0.1).minimize(loss, global_step=count)
saver = tf.train.Saver(max_to_keep=2)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
"""
PROGRAM = (
    "import os\nimport sys\n"
    + MODEL
    + """
latest = tf.train.latest_checkpoint("kept")
if latest:
    saver.restore(sess, latest)
xs = np.arange(12.0).reshape(4, 3) / 9
ys = xs[:, :1] * 2
start = sess.run(count)
for i in range(start, start + int(sys.argv[1])):
    _, l = sess.run([train, loss], {x: xs, y: ys})
    print(i, l)
    saver.save(sess, os.path.join("kept", "model"), global_step=i)
print(sess.run(w))
"""
)


def test_a_program_that_is_run_again_goes_on_from_its_latest_checkpoint(tmp_path: Path) -> None:
    ((report, text),) = written({"p": PROGRAM}, tmp_path).values()
    (found,) = [one for one in report["findings"] if one["rule"] == "TFL502"]
    assert "those of an earlier run are counted too" in found["verdict"]["sentence"]
    printed = []
    for name, rounds in (("twice", ["3", "3"]), ("once", ["6"])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "program.py").write_text(text)
        out = [subprocess.run([sys.executable, "program.py", one], cwd=tmp_path / name, capture_output=True, check=True,
                              text=True).stdout for one in rounds]  # fmt: skip
        printed.append([numbers(each) for each in out])
    twice, once = printed
    assert twice[0][:6] + twice[1] == pytest.approx(once[0], rel=1e-5)
    assert sorted(path.name for path in (tmp_path / "twice" / "kept").glob("*.index")) == [
        "model-4.index",
        "model-5.index",
    ]


SAVED = MODEL + "sess.run(train, {x: a, y: c})\n"


@pytest.mark.parametrize(
    ("save", "folder", "name"),
    [
        ("'./kept/m.ckpt', global_step=i", "'./kept'", "m.ckpt"),
        ("DIR + '/m', i", "DIR", "m"),
        ("os.path.join(DIR, 'm'), global_step=count", "DIR", "m"),
    ],
)
def test_the_folder_and_the_name_are_those_of_the_path(save: str, folder: str, name: str) -> None:
    new = converted(f"import tensorflow as tf\nDIR = 'kept'\n{SAVED}saver.save(sess, {save})\n", "TFL502")
    assert f'    {folder},\n    max_to_keep=2,\n    checkpoint_name="{name}",\n)' in new


@pytest.mark.parametrize(
    "save", ["PATH, i", "'kept/m'", "DIR + name, i", "DIR + '/m', i)\nsaver.save(sess, 'other/m', i"]
)
def test_what_is_kept_elsewhere_is_left(save: str) -> None:
    assert "tf.train.Saver saves or restores" in left(f"{SAVED}saver.save(sess, {save})\n", "TFL502")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sess.run(count.assign(i + 1))", "count.assign(i + 1)"),
        ("print(sess.run(tf.assign_add(count, 2)))", "print(count.assign_add(2).numpy())"),
        ("count.assign(0).eval(session=sess)", "count.assign(0)"),
    ],
)
def test_what_is_assigned_where_it_is_run_is_assigned_there(old: str, new: str) -> None:
    text = SAVED.replace("saver = tf.train.Saver(max_to_keep=2)\n", "")
    assert converted(f"{text}i = 1\n{old}\n", "TFL502").endswith(f"\ni = 1\n{new}\n")


def test_what_is_assigned_is_no_part_of_the_graph() -> None:
    text = SAVED.replace("saver = tf.train.Saver(max_to_keep=2)\n", "")
    reason = left(f"{text}sess.run(w.assign(w * loss), {{x: a, y: c}})\n", "TFL502")
    assert reason.endswith("w.assign(w * loss) assigns what is computed from what is fed, or is trained")


CHOSEN = SAVED.replace("tf.train.Saver(max_to_keep=2)", "tf.train.Saver(CHOSEN)")


@pytest.mark.parametrize(
    ("chosen", "handed"), [('{"slopes": w}', "slopes=w"), ("[w]", "w=w"), ("var_list={'a': w}", "a=w")]
)
def test_chosen_variables_are_saved_by_the_names_that_they_had(chosen: str, handed: str) -> None:
    new = converted(CHOSEN.replace("CHOSEN", chosen) + 'saver.save(sess, "m")\n', "TFL502")
    assert f"saver = tf.train.Checkpoint({handed})\n" in new
    assert 'saver.write("m")\n' in new


@pytest.mark.parametrize(
    ("chosen", "more"), [('{"a/b": w}', ""), ("[w]", 'saver.restore(sess, "m")\n'), ("[f(w)]", "")]
)
def test_chosen_variables_that_are_restored_or_have_no_names_are_left(chosen: str, more: str) -> None:
    text = CHOSEN.replace("CHOSEN", chosen) + f'saver.save(sess, "m")\n{more}'
    assert "tf.train.Saver saves or restores" in left(text, "TFL502")
