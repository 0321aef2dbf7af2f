"""A baseline forbids new findings, and knows the old ones wherever they go."""

import json
from pathlib import Path

import pytest
from at_the_console import Ran, run

LOSS = """import tensorflow as tf


def f(x, y):
    return tf.sub(tf.log(x), 1., 'y')
"""
CHECK = ("--check", "--baseline", "known.json")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def file(here: Path) -> Path:
    (here / "loss.py").write_text(LOSS)
    assert run(*CHECK, "--update-baseline", ".").code == 0
    return here / "loss.py"


def entries(path: str = "known.json") -> dict[str, list[str]]:
    return {file: list(known.values()) for file, known in json.loads(Path(path).read_text())["files"].items()}


def found(ran: Ran) -> list[str]:
    return [line for line in ran.out.splitlines() if "TFL" in line and not line.startswith(" ")]


def test_what_is_known_is_told_no_more_and_what_is_new_is(file: Path) -> None:
    assert entries() == {"loss.py": ["TFL101 renamed-symbol", "TFL101 renamed-symbol"]}
    ran = run(*CHECK, ".")
    assert (ran.code, ran.out, ran.err) == (0, "1 file, 0 findings\n  2 more in the baseline\n", "")
    file.write_text(LOSS + "\n\nz = tf.neg(1.0)\n")
    ran = run(*CHECK, ".")
    assert (ran.code, len(found(ran))) == (1, 1)
    assert "loss.py:8:5: TFL101" in ran.out
    assert run("--check", ".").out.count("TFL101") == 3


@pytest.mark.parametrize(
    "moved",
    [
        "'''Text.'''\n\n# and a comment\n" + LOSS,
        LOSS.replace("def f", "def before():\n    return 1\n\n\ndef f"),
        LOSS.replace("def f(x, y):\n", "class C:\n    def g(self, x, y):\n    "),
        LOSS.replace(
            "tf.sub(tf.log(x), 1., 'y')", 'tf.sub(\n        tf.log(x),  # why\n        1.0,\n        "y",\n    )'
        ),
        LOSS.replace("return ", "return (\n        ").replace("'y')", "'y')\n    )"),
        LOSS.replace("\n", "\r\n"),
        LOSS.replace("'y')\n", "'y')  # natural\n"),
        LOSS + "\n\ndef g():\n    return 3\n",
    ],
)
def test_a_block_that_moved_or_was_laid_out_anew_stays_known(file: Path, moved: str) -> None:
    file.write_bytes(moved.encode())
    ran = run(*CHECK, ".")
    assert (ran.code, found(ran), ran.err) == (0, [], "")


@pytest.mark.parametrize(
    "changed",
    [
        LOSS + "\n\ndef again(x, y):\n    return tf.sub(tf.log(x), 1., 'y')\n",
        LOSS.replace("tf.log(x), 1.", "tf.log(x), 2."),
        LOSS.replace("return", "z ="),
    ],
)
def test_a_copy_and_another_statement_are_new(file: Path, changed: str) -> None:
    file.write_text(changed)
    ran = run(*CHECK, ".")
    assert (ran.code, len(found(ran))) == (1, 2)


def test_the_same_text_in_another_file_is_new(file: Path, here: Path) -> None:
    (here / "copy.py").write_text(LOSS)
    ran = run(*CHECK, ".")
    assert (ran.code, [line.split(":")[0] for line in found(ran)]) == (1, ["./copy.py", "./copy.py"])


def test_what_is_found_no_longer_is_told_and_goes_with_the_next_update(file: Path, here: Path) -> None:
    file.write_text(LOSS.replace("tf.log(x)", "x"))
    ran = run(*CHECK, ".")
    assert ran.err == "tfloss-migrate: 2 findings of known.json found no longer (loss.py): --update-baseline\n"
    assert len(found(ran)) == 1
    assert run(*CHECK, "-q", ".").err == ""
    assert run(*CHECK, "--update-baseline", ".").code == 0
    assert entries() == {"loss.py": ["TFL101 renamed-symbol"]}
    file.unlink()
    assert "(loss.py)" in run(*CHECK, ".").err
    run(*CHECK, "--update-baseline", ".")
    assert entries() == {}


def test_what_was_not_looked_at_is_neither_gone_nor_lost(file: Path, here: Path) -> None:
    (here / "inner").mkdir()
    (here / "inner" / "other.py").write_text(LOSS + "x = tf.losses.mean_squared_error(1, 2)\n")
    run(*CHECK, "--update-baseline", ".")
    before = entries()
    assert set(before) == {"loss.py", "inner/other.py"}
    for narrower in (["inner"], ["inner/other.py"], ["--select", "TFL2", "."], ["--ignore", "renamed-symbol", "."]):
        ran = run(*CHECK, *narrower)
        assert (ran.code, ran.err) == (0, ""), narrower
        assert run(*CHECK, "--update-baseline", *narrower).code == 0
        assert entries() == before


def test_the_folder_from_which_it_is_run_does_not_matter(
    file: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "inner").mkdir()
    monkeypatch.chdir(here / "inner")
    assert run("--check", "--baseline", "../known.json", "../loss.py").code == 0


def test_the_table_of_the_project_may_name_it(file: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "pyproject.toml").write_text("[tool.tfloss-migrate]\nbaseline = 'known.json'\n")
    assert run("--check", ".").code == 0
    assert run("--check", "loss.py").code == 0
    (here / "inner").mkdir()
    monkeypatch.chdir(here / "inner")
    assert run("--check", "..").code == 0


def test_an_info_needs_no_baseline(here: Path) -> None:
    (here / "loss.py").write_text("import tensorflow as tf\nx = tf.exp(1.0)  # tfloss: ignore[TFL31O]\n")
    run(*CHECK, "--update-baseline", ".")
    assert entries() == {}
    assert "TFL909" in run(*CHECK, ".").out


def test_a_file_that_cannot_be_parsed_is_known_too(here: Path) -> None:
    (here / "old.py").write_text("import tensorflow as tf\nprint tf.log(1)\n")
    assert run(*CHECK, "--update-baseline", ".").code == 0
    (here / "old.py").write_text("import tensorflow as tf\n\n\nprint tf.log(1)\n")
    ran = run(*CHECK, ".")
    assert (ran.code, ran.out) == (0, "1 file, 0 findings\n  1 more in the baseline\n")


def test_it_does_not_keep_a_known_finding_from_being_rewritten(here: Path) -> None:
    (here / "loss.py").write_text(LOSS)
    plain = ("--no-verify", "--no-cache", "--unsafe", "--baseline", "known.json")
    assert run(*plain, "--update-baseline", ".").code == 0
    ran = run(*plain, "--write", ".")
    assert (here / "loss.py").read_text() == LOSS.replace("tf.sub", "tf.subtract").replace("tf.log", "tf.math.log")
    assert (ran.code, "2 rewritten in 1 file" in ran.out, "found no longer" in ran.err) == (0, True, True)


def test_a_lint_does_not_call_gone_what_it_cannot_find(file: Path, here: Path) -> None:
    plain = ("--no-verify", "--no-cache", "--baseline", "full.json")
    run(*plain, "--update-baseline", ".")
    file.write_text("import tensorflow as tf\n")
    assert run("--check", "--baseline", "full.json", ".").err == ""
    ran = run("--check", "--baseline", "full.json", "--update-baseline", ".")
    assert (ran.code, "was made without --check" in ran.err) == (2, True)
    assert "full.json found no longer" in run(*plain, ".").err


def test_formats_leave_out_what_is_known_and_sarif_calls_it_suppressed(file: Path) -> None:
    for kind, nothing in (("github", ""), ("gitlab", "[]\n")):
        assert run(*CHECK, "--format", kind, ".").out == nothing
    assert json.loads(run(*CHECK, "--format", "json", ".").out)["summary"]["findings"] == 0
    results = json.loads(run(*CHECK, "--format", "sarif", ".").out)["runs"][0]["results"]
    assert [result["suppressions"][0]["kind"] for result in results] == ["external", "external"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "there is no such file; --update-baseline makes it"),
        (b"{", "is not valid JSON"),
        (b"\xff", "is not valid JSON"),
        (b"[]", "is no baseline"),
        (b'{"version": 2}', "its version is 2, not 1"),
        (b'{"version": 1, "files": {"a": 3}}', "is no baseline"),
    ],
)
def test_a_baseline_that_cannot_be_used_ends_the_run(here: Path, data: bytes | None, told: str) -> None:
    if data is not None:
        (here / "known.json").write_bytes(data)
    ran = run(*CHECK, ".")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert told in ran.err


def test_updating_what_is_not_named_or_while_writing_is_refused(here: Path) -> None:
    for arguments, told in (
        (["--check", "--update-baseline", "."], "needs --baseline FILE"),
        (["--write", "--baseline", "b", "--update-baseline", "."], "not with --write"),
        (["--diff", "--baseline", "b", "--update-baseline", "."], "not with --diff"),
        (["--check", "--baseline", "b", "--update-baseline", "-"], "needs files"),
        (["--check", "--baseline", "gone/b", "--update-baseline", "."], "was not written"),
    ):
        ran = run(*arguments)
        assert (ran.code, told in ran.err) == (2, True), ran


def test_it_is_written_the_same_from_the_same_code(file: Path, here: Path) -> None:
    (here / "a.py").write_text(LOSS)
    texts = []
    for paths in (["loss.py", "a.py"], ["."]):
        run(*CHECK, "--update-baseline", *paths)
        texts.append((here / "known.json").read_text())
    assert texts[0] == texts[1]
