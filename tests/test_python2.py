"""Scripts of Python 2 are brought to Python 3 on request, where no number can become another one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from at_the_console import run
from installed import needs
from notebook_files import code, notebook, sources_of

from tfloss_migrate.python2 import Converted, convert
from tfloss_migrate.source.failures import ReadFailure

needs("fissix", reason="it has the fixers of Python 2")

OLD = '# coding: latin-1\nimport tensorflow as tf\nprint "é", 7 / 2, len("abc") / 2, 1.0 / 2\ny = tf.log(x)\n'.encode(
    "latin-1"
)
NEW = '# coding: latin-1\nimport tensorflow as tf\nprint("é", 7 // 2, len("abc") // 2, 1.0 / 2)\ny = tf.math.log(x)\n'
DOUBTFUL = OLD + b"z = y /  x\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "a.py"


def converted(text: str) -> Converted:
    made = convert("a.py", text, "\n")
    assert isinstance(made, Converted), made
    return made


def test_without_being_asked_a_script_is_left_and_what_to_do_is_said(file: Path) -> None:
    file.write_bytes(OLD)
    ran = run("--write", "--no-verify", "a.py")
    assert (ran.code, file.read_bytes()) == (1, OLD)
    assert "a.py:3:1: TFL901" in ran.out
    assert "this looks like Python 2, which --python2 brings to Python 3 first" in ran.out


def test_both_steps_are_written_together_only_with_write(file: Path) -> None:
    file.write_bytes(OLD)
    for arguments in ([], ["--diff"], ["--check"]):
        run("--python2", "--no-verify", *arguments, "a.py")
        assert file.read_bytes() == OLD
    ran = run("--python2", "--write", "--no-verify", "a.py")
    assert (ran.code, file.read_bytes()) == (0, NEW.encode("latin-1"))
    assert "TFL912 brought-from-python-2 [info]" in ran.out
    assert "not verified" in ran.out
    again = run("--python2", "--write", "--no-verify", "a.py")
    assert (again.code, "TFL9" in again.out, file.read_bytes()) == (0, False, NEW.encode("latin-1"))


def test_a_division_that_may_round_down_is_told_in_its_place_and_keeps_the_file(file: Path) -> None:
    file.write_bytes(DOUBTFUL)
    ran = run("--python2", "--write", "--no-verify", "a.py")
    assert (ran.code, file.read_bytes()) == (1, DOUBTFUL)
    assert "a.py:5:7: TFL911 python-2-arithmetic [warning]" in ran.out
    assert "--unsafe does it all the same" in ran.out
    run("--python2", "--write", "--unsafe", "--no-verify", "a.py")
    assert file.read_bytes() == (NEW + "z = y /  x\n").encode("latin-1")


def test_what_python_3_reads_is_not_touched_by_the_fixers(file: Path) -> None:
    text = "import tensorflow as tf\nd.has_key(1)\nmap(f, x)\nz = x / y\ny = tf.log(x)\n"
    file.write_text(text)
    run("--python2", "--write", "--no-verify", "a.py")
    assert file.read_text() == text.replace("tf.log", "tf.math.log")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a = 1 / 2", "a = 1 // 2"),
        ("a = (1 + 2) / len(x)", "a = (1 + 2) // len(x)"),
        ("a = 3 * int(x) / -2", "a = 3 * int(x) // -2"),
        ("a = 7 / 2 / 2", "a = 7 // 2 // 2"),
        ("a = x / 2.0", "a = x / 2.0"),
        ("a = 1.0 * x / y", "a = 1.0 * x / y"),
        ("a = float(x) / y", "a = float(x) / y"),
        ("a = 2 * math.pi / n", "a = 2 * math.pi / n"),
        ("a /= 2.0", "a /= 2.0"),
        ("a = np.round(x)", "a = np.round(x)"),
        ("a = '/'", "a = '/'"),
        ("from __future__ import division\na = x / y", "\na = x / y"),
    ],
)
def test_arithmetic_that_is_sure_keeps_its_numbers(old: str, new: str) -> None:
    made = converted(f"{old}\nprint 1\n")
    assert (made.text.removeprefix("\n"), made.doubts) == (f"{new}\nprint(1)\n".removeprefix("\n"), ())


@pytest.mark.parametrize(
    ("text", "column"),
    [
        *(("a = x / y", 7), ("a = x / 2", 7), ("a /= 2", 3), ("a = 2 * x / (1 + n)", 11), ("a = x[1] / 2", 10)),
        *(("a = 1 % 2.0 / 2", 13), ("a = 2 ** -1 / 2", 13), ("a = tf.reduce_mean(x) / 2", 23), ("round(x)", 1)),
    ],
)
def test_arithmetic_that_is_not_sure_is_told_with_its_place(text: str, column: int) -> None:
    (doubt,) = converted(f"print 1\n{text}\n").doubts
    assert (doubt.rule_id, doubt.line, doubt.column) == ("TFL911", 2, column)


def test_a_notebook_is_brought_to_python_3_cell_by_cell(file: Path) -> None:
    sources = ("import tensorflow as tf", "!ls\n%matplotlib inline\nprint 1 / 2", "\nprint reduce(f, a)\ny = tf.log(x)")
    data = json.dumps(notebook(*map(code, sources), metadata={})).encode()
    notebook_file = file.with_suffix(".ipynb")
    notebook_file.write_bytes(data)
    ran = run("--python2", "--write", "--no-verify", "a.ipynb")
    assert sources_of(notebook_file.read_bytes()) == [
        "import tensorflow as tf\nfrom functools import reduce",
        "!ls\n%matplotlib inline\nprint(1 // 2)",
        "\nprint(reduce(f, a))\ny = tf.math.log(x)",
    ]
    assert ran.code == 0
    assert "a.ipynb:cell 2:3:5: TFL101" in ran.out


def test_doubts_in_a_notebook_are_placed_by_cell(file: Path) -> None:
    sources = ("import tensorflow as tf", "print 1\nz = x / y", "from __future__ import absolute_import")
    data = json.dumps(notebook(*map(code, sources), metadata={})).encode()
    file.with_suffix(".ipynb").write_bytes(data)
    ran = run("--python2", "--write", "--no-verify", "a.ipynb")
    assert "a.ipynb:cell 1:1:1: TFL901" in ran.out
    assert "a.ipynb:cell 1:2:7: TFL911" in ran.out
    assert file.with_suffix(".ipynb").read_bytes() == data


def test_newlines_and_the_end_of_the_file_stay() -> None:
    made = convert("a.py", "print 1\r\nprint 2", "\r\n")
    assert isinstance(made, Converted)
    assert made.text == "print(1)\r\nprint(2)"
    assert isinstance(convert("a.py", "print 1\r\nprint 2\n", "\r\n"), ReadFailure)


def test_what_the_fixers_cannot_read_is_left(file: Path) -> None:
    data = b"import tensorflow as tf\nprint 1 2\n"
    file.write_bytes(data)
    ran = run("--python2", "--write", "a.py")
    assert "cannot read it either" in ran.out
    assert file.read_bytes() == data


def test_without_the_fixers_it_is_said_how_to_get_them(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(OLD)
    monkeypatch.setitem(sys.modules, "fissix.refactor", None)
    assert 'pip install "tfloss-migrate[python2]"' in run("--python2", "a.py").out


def test_python_2_and_3_print_the_same_numbers(tmp_path: Path) -> None:
    python2 = os.environ.get("TFLOSS_TF012_PYTHON")
    if not python2:
        pytest.skip("TFLOSS_TF012_PYTHON names no Python 2")
    text = """import math
d = {3: 4}
n = len("abcde") / 2
print n, 7 / -2, 7.0 / 2, int(9.5) / 4, "%.9f" % (2 * math.pi / 3), (1 + 2) / 2 * 1.5
print map(lambda x: x + 1, [1, 2]), d.has_key(3), 0777, 10L / 4, -7 / 2 / 2
for i in xrange(5 / 2):
    print i,
"""
    (tmp_path / "old.py").write_text(text)
    (tmp_path / "new.py").write_text(converted(text).text)
    ran = [
        subprocess.run([python, name], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()
        for python, name in ((python2, "old.py"), (sys.executable, "new.py"))
    ]
    assert ran[0] == ran[1]
