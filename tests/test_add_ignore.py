"""--add-ignore writes comments after which nothing is found, where comments can stand, and changes nothing else."""

import ast
import json
import stat
from pathlib import Path

import pytest
from at_the_console import Ran, run
from notebook_files import code, notebook, of_sources, prose

HEAD = "import tensorflow as tf\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def silenced(text: str, *options: str, reason: str = "so be it") -> tuple[str, Ran]:
    """A text below the import, as it is after a run; a second run finds nothing to do."""
    file = Path("loss.py")
    file.write_bytes((HEAD + text).encode())
    ran = run(*(options or ("--check",)), "--add-ignore", reason, "loss.py")
    after = file.read_bytes().decode()
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(HEAD + text))
    again = run(*(options or ("--check",)), "--add-ignore", reason, "loss.py")
    assert (again.code, file.read_bytes().decode()) == (ran.code, after)
    return after.removeprefix(HEAD), ran


def test_a_comment_with_the_reason_ends_the_line() -> None:
    after, ran = silenced("x = tf.log(1.0)\n")
    assert after == "x = tf.log(1.0)  # tfloss: ignore[TFL101] so be it\n"
    assert (ran.code, ran.out) == (0, "1 file, 0 findings\n  1 more silenced now\n")
    assert run("--check", "loss.py").out == "1 file, 0 findings\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = tf.log(1.0)  # natural", "x = tf.log(1.0)  # natural  # tfloss: ignore[TFL101] so be it"),
        ("x = tf.log(1.0) ", "x = tf.log(1.0)  # tfloss: ignore[TFL101] so be it"),
        ("x = tf.log(1.0)  # tfloss: ignore[TFL310] old", "x = tf.log(1.0)  # tfloss: ignore[TFL310, TFL101] old"),
        ("x = tf.log(1.0)  # tfloss: ignore[]", "x = tf.log(1.0)  # tfloss: ignore[TFL101]"),
        ("x = tf.log('#')", "x = tf.log('#')  # tfloss: ignore[TFL101] so be it"),
        ("x = tf.log('ü')", "x = tf.log('ü')  # tfloss: ignore[TFL101] so be it"),
    ],
)
def test_what_stands_in_the_line_stays(line: str, after: str, newline: str) -> None:
    assert silenced(f"{line}{newline}y = 1{newline}")[0] == f"{after}{newline}y = 1{newline}"
    assert silenced(line)[0] == after


def test_several_rules_share_one_comment() -> None:
    loss = "    return -tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), axis=-1)"
    after, ran = silenced(f"def f(y, z):\n{loss}\n")
    assert after.splitlines()[1] == f"{loss}  # tfloss: ignore[TFL310, TFL330] so be it"
    assert ran.code == 0


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "    x = tf.losses.mean_squared_error(\n    y,\n    p)\n",
            "    x = tf.losses.mean_squared_error(  # tfloss: ignore[TFL201] so be it\n    y,\n    p)\n",
        ),
        (
            "    x = tf.losses.mean_squared_error\\\n    (y, p)\n",
            "    x = tf.losses.mean_squared_error\\\n    (y, p)  # tfloss: ignore[TFL201] so be it\n",
        ),
        (
            "    x = tf.losses.mean_squared_error(g('''\n'''), p,\n  1)\n",
            "    x = tf.losses.mean_squared_error(g('''\n'''), p,\n  1)  # tfloss: ignore[TFL201] so be it\n",
        ),
        (
            "    x = tf.losses.mean_squared_error(\n    y, p)  # tfloss: ignore[TFL310] old\n",
            "    x = tf.losses.mean_squared_error(\n    y, p)  # tfloss: ignore[TFL310, TFL201] old\n",
        ),
    ],
)
def test_over_several_lines_it_stands_where_it_can(text: str, after: str) -> None:
    head = "def f(y, p):\n"
    assert silenced(head + text, "--check", "--select", "TFL2")[0] == head + after


@pytest.mark.parametrize(
    "text", ["x = tf.log('''\n''')\n", "x = tf.log(f'''\n{1}\n''')\n", "x = tf.log(\\\n    1.0)\n"]
)
def test_where_no_comment_can_stand_it_is_told_and_stays(text: str) -> None:
    after, ran = silenced(text)
    assert (after, ran.code) == (text, 1)
    assert "not rewritten: no comment can stand here" in ran.out


def test_what_comes_to_light_then_is_silenced_too() -> None:
    text = "def f(y, z):\n    return tf.losses.softmax_cross_entropy(y, tf.log(z))\n\n\nsess = tf.Session()\n"
    for mode in (["--check"], ["--no-verify", "--no-cache"]):
        _, ran = silenced(text, *mode)
        assert ran.code == 0
        assert run(*mode, "loss.py").out.startswith("1 file, 0 findings")


def test_an_info_is_not_silenced() -> None:
    text = "x = tf.exp(1.0)  # tfloss: ignore[TFL31O]\n"
    after, ran = silenced(text)
    assert (after, ran.code, "TFL909" in ran.out) == (text, 0, True)


def test_what_is_wrong_with_a_file_cannot_be_silenced_in_it(here: Path) -> None:
    data = b"import tensorflow as tf\nprint tf.log(1)\n"
    (here / "old.py").write_bytes(data)
    ran = run("--check", "--add-ignore", "x", "old.py")
    assert (ran.code, (here / "old.py").read_bytes(), "TFL901" in ran.out) == (1, data, True)


def test_only_what_is_asked_for_is_silenced() -> None:
    after, _ = silenced("x = tf.log(1.0)\ny = tf.sub(1, 2)\n", "--check", "--ignore", "TFL1")
    assert after.count("tfloss:") == 0


def test_a_file_that_cannot_be_written_or_hold_the_reason_stays_and_is_told(here: Path) -> None:
    data = "# coding: latin-1\nimport tensorflow as tf\nx = tf.log(1.0)  # ü\n".encode("latin-1")
    (here / "loss.py").write_bytes(data)
    ran = run("--check", "--add-ignore", "日本", "loss.py")
    assert (ran.code, (here / "loss.py").read_bytes(), "TFL907" in ran.out) == (1, data, True)
    assert run("--check", "--add-ignore", "süß", "loss.py").code == 0
    assert "ignore[TFL101] süß".encode("latin-1") in (here / "loss.py").read_bytes()


def test_a_written_file_keeps_its_mode_and_its_byte_order_mark(here: Path) -> None:
    (here / "loss.py").write_bytes(b"\xef\xbb\xbf" + HEAD.encode() + b"x = tf.log(1.0)\n")
    (here / "loss.py").chmod(0o754)
    assert run("--check", "--add-ignore", "x", ".").code == 0
    assert (here / "loss.py").read_bytes().startswith(b"\xef\xbb\xbfimport")
    assert stat.S_IMODE((here / "loss.py").stat().st_mode) == 0o754


@pytest.mark.parametrize("reason", ["", "  ", "a\nb", "a\x1b", "# tfloss: ignore-file"])
def test_a_reason_that_cannot_stand_in_a_comment_is_refused(reason: str) -> None:
    ran = run("--check", "--add-ignore", reason, ".")
    assert (ran.code, "cannot stand in a comment" in ran.err) == (2, True)


def test_it_goes_with_looking_only(here: Path) -> None:
    for arguments in (["--write", "."], ["--diff", "."], ["--check", "-"], ["--check", "--baseline", "b", "."]):
        assert run("--add-ignore", "x", *arguments).code == 2


def test_comments_go_into_the_code_of_a_notebook_and_nothing_else_of_it_is_touched() -> None:
    magic = "%matplotlib inline\nx = tf.log(1.0)"
    cells = [code(HEAD), prose("tf.log(1.0)"), code(f"{magic}\ny = tf.log('#') # é"), code(["z = 1\n", "tf.log(2.0)"])]
    text = json.dumps(notebook(*cells), indent=3, ensure_ascii=True)
    Path("n.ipynb").write_text(text)
    ran = run("--check", "--add-ignore", "so be it", "n.ipynb")
    assert (ran.code, ran.out) == (0, "1 file, 0 findings\n  3 more silenced now\n")
    comment = "  # tfloss: ignore[TFL101] so be it"
    after = text.replace("x = tf.log(1.0)", f"x = tf.log(1.0){comment}").replace(' # \\u00e9"', f' # \\u00e9{comment}"')
    assert Path("n.ipynb").read_text() == after.replace("tf.log(2.0)", f"tf.log(2.0){comment}")
    assert run("--check", "n.ipynb").out == "1 file, 0 findings\n"


def test_what_cannot_be_silenced_in_a_notebook_is_told_by_its_cell() -> None:
    Path("n.ipynb").write_bytes(of_sources(HEAD, "x = (\n", "y = '''\n''' + str(tf.log(1.0)) + '''\n'''"))
    ran = run("--check", "--add-ignore", "so be it", "n.ipynb")
    assert [line.partition(" [")[0] for line in ran.out.splitlines() if ": TFL" in line] == [
        "n.ipynb:cell 1:1:5: TFL901 not-python-3",
        "n.ipynb:cell 2:2:11: TFL101 renamed-symbol",
    ]
    assert ran.out.count("no comment can stand here") == 2
