"""Claims about `--run-programs`: whole programs are run before and after, and what they print is compared."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from at_the_console import run

from tfloss_migrate.programs import running
from tfloss_migrate.programs.printed import compared
from tfloss_migrate.programs.running import ran

REAL = os.environ.get("TFLOSS_TF115_PYTHON")

SAME = [
    ("cost 0.5\n", "cost 0.5004\n"),
    ("[[1. 2.]\n [3. 4.]]", "[[1. 2.] [3. 4.]]"),
    ("[(0.5, 2)]", "[(np.float32(0.5), np.int64(2))]"),
    ("nan inf 1e-9", "nan inf 0"),
    ("step1 done", "step1 done"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_numbers_within_a_tolerance_and_the_same_words_are_the_same(old: str, new: str) -> None:
    assert compared(old, new).same


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("cost 0.5", "cost 0.6", "0.5 before and 0.6 now"),
        ("1 2", "1 2 3", "2 numbers before and 3 now"),
        ("cost 0.5", "loss 0.5", "'cost' before and 'loss' now"),
        ("done", "done at last", "'' before and 'at' now"),
        ("nan", "1.0", "nan before and 1.0 now"),
        ("inf", "-inf", "inf before and -inf now"),
    ],
)
def test_what_differs_first_is_told(old: str, new: str, first: str) -> None:
    assert compared(old, new).first == first


def test_a_program_runs_in_a_copy_of_its_folder_with_other_contents_of_some_files(tmp_path: Path) -> None:
    script, beside = tmp_path / "main.py", tmp_path / "beside.py"
    script.write_text("raise SystemExit('not this one')\n")
    beside.write_text("value = 1\n")
    (tmp_path / "data.txt").write_text("3")
    text = b"import beside, pathlib\nprint(beside.value, open('data.txt').read())\npathlib.Path('new').write_text('')\n"
    found = ran(sys.executable, script, {script: text, beside: b"value = 2\n"})
    assert (found.printed, found.fault) == ("2 3\n", None)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["beside.py", "data.txt", "main.py"]


def test_a_program_that_fails_or_does_not_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "main.py"
    script.write_text("")
    found = ran(sys.executable, script, {script: b"print(1)\nraise ValueError('no')\n"})
    assert (found.printed, found.fault) == ("1\n", "it ended with 1: ValueError: no")
    monkeypatch.setattr(running, "TIME_LIMIT", 0.5)
    found = ran(sys.executable, script, {script: b"import time\ntime.sleep(60)\n"})
    assert found.fault == "it did not end within 0.5 seconds"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--run-programs",), "give --legacy-python PY"),
        (("--run-programs", "--check", "--legacy-python", sys.executable), "--check runs nothing"),
        (("--run-programs", "--legacy-python", sys.executable, "-"), "needs files"),
    ],
)
def test_what_cannot_be_run_is_refused(arguments: tuple[str, ...], said: str) -> None:
    ended = run(*arguments)
    assert (ended.code, said in ended.err) == (2, True)


def test_a_configuration_file_cannot_ask_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.tfloss-migrate]\nrun-programs = true\n")
    monkeypatch.chdir(tmp_path)
    ended = run(".")
    assert (ended.code, "on the command line only" in ended.err) == (2, True)


PROGRAM = """import numpy as np
import tensorflow as tf
from beside import scale

x = tf.placeholder(tf.float32, [None, 4])
t = tf.placeholder(tf.float32, [None, 1])
h = tf.nn.dropout(tf.layers.dense(x, 8, activation=tf.nn.relu), keep_prob=0.8)
w = tf.Variable(tf.random_normal([8, 1], stddev=0.1))
loss = tf.reduce_mean(tf.square(tf.matmul(h, w) - t))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
xs, ys = np.random.rand(20, 4), np.random.rand(20, 1) * scale
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        _, cost = sess.run([train, loss], {x: xs, t: ys})
    print("cost", cost, [cost])
"""


@pytest.mark.skipif(REAL is None, reason="TFLOSS_TF115_PYTHON names no real TensorFlow 1.15")
def test_programs_are_run_on_a_real_tf1_and_after_their_rewrite(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("scale = 3.0\n")
    (tmp_path / "program.py").write_text(PROGRAM)
    version = "sess = tf.Session()\nprint(sess.run(tf.constant(2.0) * 3), tf.__version__[:1])\n"
    (tmp_path / "version.py").write_text("import tensorflow as tf\n" + version)
    options = ("--write", "--run-programs", "--legacy-python", str(REAL))
    ended = run(*options, "--format", "json", str(tmp_path))
    files = {Path(one["path"]).name: one.get("run") for one in json.loads(ended.out)["files"]}
    assert files == {
        "beside.py": None,
        "program.py": {"status": "same", "sentence": "2 numbers printed, and the words between them"},
        "version.py": {"status": "other", "sentence": "1 of 2 numbers differ, the first is 1 before and 2 now"},
    }
    assert ended.code == 1
    assert "Session" not in (tmp_path / "program.py").read_text()
