"""Runs of the command line: what is written where, and the exit code."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from another_user import as_nobody, public_folder
from at_the_console import Ran, Terminal, run

from tfloss_migrate import __version__
from tfloss_migrate.model import FileOutcome

OLD = "import tensorflow as tf\n\n\ndef f(x):\n    return tf.log(x)  # natural\n"
NEW = OLD.replace("tf.log", "tf.math.log")
UNTRIED = ("--no-verify", "--no-cache", "--unsafe")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def file(here: Path) -> Path:
    (here / "loss.py").write_text(OLD)
    return here / "loss.py"


def report(ran: Ran) -> dict:
    return json.loads(ran.out)


def test_without_findings_the_exit_code_is_0(here: Path) -> None:
    (here / "plain.py").write_text("x = 1\n")
    for arguments in (["--check"], ["--check", "plain.py"], ["plain.py", "."]):
        ran = run(*arguments)
        assert (ran.code, ran.out, ran.err) == (0, "1 file, 0 findings\n", "")


def test_a_finding_makes_it_1_and_exit_zero_0(file: Path) -> None:
    ran = run("--check", "loss.py")
    assert ran.code == 1
    assert "loss.py:5:12: TFL101 renamed-symbol [error]" in ran.out
    assert run("--check", "--exit-zero", "loss.py").code == 0
    assert file.read_text() == OLD


def test_the_short_way_and_the_long_way_through_the_options_say_the_same(file: Path) -> None:
    short, long = run("--check", "loss.py"), run("--check", "--jobs", "1", "loss.py")
    assert (short.code, short.out) == (long.code, long.out)
    assert run("--check").out == run("--check", ".").out


def test_a_path_that_does_not_exist_makes_it_2(file: Path) -> None:
    for arguments in (["--check"], ["--write", *UNTRIED]):
        ran = run(*arguments, "loss.py", "gone.py")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "tfloss-migrate: gone.py: no such file or folder\n"
    assert file.read_text() == OLD


def test_write_changes_the_file_once_and_leaves_nothing_to_report(file: Path) -> None:
    ran = run("--write", *UNTRIED, "loss.py")
    assert (ran.code, file.read_text()) == (0, NEW)
    assert "1 rewritten in 1 file" in ran.out
    again = run("--write", *UNTRIED, "--format", "json", "loss.py")
    assert (again.code, file.read_text()) == (0, NEW)
    assert report(again)["summary"]["changed"] == 0


def test_what_is_left_after_writing_makes_it_1(file: Path) -> None:
    file.write_text(OLD + "print tf.log(1.0)\n")
    before = file.read_bytes()
    ran = run("--write", *UNTRIED, "loss.py")
    assert (ran.code, file.read_bytes()) == (1, before)
    assert "TFL901" in ran.out


def test_diff_goes_to_standard_output_alone_and_applies(file: Path, here: Path) -> None:
    ran = run("--diff", *UNTRIED, "loss.py")
    assert (ran.code, file.read_text()) == (1, OLD)
    assert ran.out.startswith("--- a/loss.py\n+++ b/loss.py\n")
    assert "TFL101" in ran.err
    subprocess.run(["git", "apply"], input=ran.out_bytes, check=True, env={**os.environ, "GIT_DIR": str(here)})
    assert file.read_text() == NEW


def test_the_json_report_tells_what_would_change(file: Path) -> None:
    ran = run(*UNTRIED, "--format", "json", ".")
    whole = report(ran)
    assert (ran.code, ran.err, whole["version"]) == (1, "", __version__)
    (entry,) = whole["files"]
    assert (entry["path"], entry["status"], entry["error"]) == ("./loss.py", "would-change", None)
    (finding,) = entry["findings"]
    assert (finding["line"], finding["column"], finding["old"], finding["new"]) == (5, 12, "tf.log", "tf.math.log")
    assert (whole["summary"]["files"], whole["summary"]["rewrites"]) == (1, 1)


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_report_into_a_file_is_the_one_that_would_be_printed(file: Path, here: Path, kind: str) -> None:
    printed = run(*UNTRIED, "--format", kind, "loss.py")
    filed = run(*UNTRIED, "--format", kind, "--output-file", "report", "loss.py")
    assert (filed.code, filed.out, filed.err) == (1, "", "")
    assert (here / "report").read_text() == printed.out
    dashed = run(*UNTRIED, "--format", kind, "--output-file", "-", "loss.py")
    assert (dashed.code, dashed.out, dashed.err) == (1, printed.out, "")
    assert not (here / "-").exists()


def test_quiet_shows_findings_and_no_summary_and_verbose_shows_every_file(file: Path, here: Path) -> None:
    (here / "plain.py").write_text("x = 1\n")
    quiet = run("--check", "-q", ".")
    assert "TFL101" in quiet.out
    assert "files" not in quiet.out
    assert "./plain.py: nothing found" in run("--check", "-v", ".").out
    assert run("--check", "-q", "plain.py").out == ""


def test_select_ignore_and_comments_decide_what_is_found(file: Path) -> None:
    assert run("--check", "--select", "TFL2,TFL3", "loss.py").code == 0
    assert run("--check", "--select", "tfl101", "loss.py").code == 1
    assert run("--check", "--select", "renamed-symbol", "loss.py").code == 1
    assert run("--check", "--ignore", "TFL1", "loss.py").code == 0
    file.write_text(OLD.replace("# natural", "# tfloss: ignore[TFL101] natural"))
    assert run("--check", "loss.py").code == 0


def test_settings_in_pyproject_hold_and_the_command_line_is_stronger(file: Path, here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.tfloss-migrate]\nignore = ['TFL101']\nexclude = ['gen']\n")
    assert run("--check", "loss.py").code == 0
    assert run("--check", "--ignore", "TFL3", "loss.py").code == 1
    (here / "gen").mkdir()
    (here / "gen" / "a.py").write_text(OLD)
    assert run("--check", "--ignore", "TFL3", "gen/a.py").code == 1
    assert run("--check", "--ignore", "TFL3", "--force-exclude", "gen/a.py").out == "0 files, 0 findings\n"


def test_what_is_wrong_with_one_file_does_not_stop_the_others(file: Path, here: Path) -> None:
    (here / "a.py").write_bytes(b"import tensorflow\nx = '\xe9'\n")
    (here / "b.py").write_bytes("\ufeffimport tensorflow\n".encode("utf-16-le"))
    (here / "c.py").write_text("import tensorflow\nprint 'x'\n")
    (here / "d.py").symlink_to("nowhere.py")
    before = {path: path.read_bytes() for path in here.glob("[abc].py")}
    ran = run("--write", *UNTRIED, "--format", "json", ".")
    found = {entry["path"]: [finding["rule"] for finding in entry["findings"]] for entry in report(ran)["files"]}
    assert found["./a.py"] == found["./b.py"] == ["TFL902"]
    assert (found["./c.py"], found["./d.py"]) == (["TFL901"], ["TFL903"])
    assert (ran.code, report(ran)["summary"]["errors"], file.read_text()) == (1, 4 + 1, NEW)
    assert {path: path.read_bytes() for path in before} == before


def test_a_notebook_is_told_and_counts_as_no_error(here: Path) -> None:
    (here / "n.ipynb").write_text('{"cells": [], "x": "tensorflow"}')
    ran = run("--check", ".")
    assert ran.code == 0
    assert "./n.ipynb:1:1: TFL905 notebook [info]" in ran.out


def test_a_link_that_leads_out_of_the_folder_is_reported_and_not_written(here: Path) -> None:
    (here / "outside.py").write_text(OLD)
    (here / "tree").mkdir()
    (here / "tree" / "link.py").symlink_to("../outside.py")
    ran = run("--write", *UNTRIED, "tree")
    assert (ran.code, (here / "outside.py").read_text()) == (1, OLD)
    assert "TFL907" in ran.out


def test_a_file_that_may_not_be_written_stays_and_makes_it_1(file: Path) -> None:
    run("--write", *UNTRIED, "loss.py")  # imports what writing needs, as long as we may read it
    with public_folder() as folder:
        kept = folder / "loss.py"
        kept.write_text(OLD)
        kept.chmod(0o444)
        seen = as_nobody(lambda: run("--write", *UNTRIED, str(kept)))
        assert seen.startswith("Ran(code=1")
        assert "TFL907" in seen
        assert kept.read_text() == OLD


def test_standard_input_comes_out_rewritten_and_the_report_beside_it() -> None:
    source = ("# coding: latin-1\r\n" + OLD.replace("\n", "\r\n") + "name = 'é'\r\n").encode("latin-1")
    ran = run("-", "--write", *UNTRIED, stdin=source)
    assert (ran.code, ran.out_bytes) == (0, source.replace(b"tf.log", b"tf.math.log"))
    assert "1 rewritten in 1 file" in ran.err


@pytest.mark.parametrize("data", [b"x = 1\n", b"", b"import tensorflow\n\xff", b"import tensorflow\nprint 'x'\r\n"])
def test_standard_input_that_is_not_rewritten_comes_out_as_it_went_in(data: bytes) -> None:
    assert run("-", "--write", stdin=data).out_bytes == data


def test_standard_input_that_is_only_looked_at_does_not_come_out() -> None:
    ran = run("-", *UNTRIED, stdin=OLD.encode())
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("-:5:12: TFL101")


def test_standard_input_has_the_name_that_it_is_given() -> None:
    assert "src/x.py:5:12: TFL101" in run("-", "--check", "--stdin-filename", "src/x.py", stdin=OLD.encode()).out
    assert "-:5:12: TFL101" in run("-", "--check", stdin=OLD.encode()).out
    diff = run("-", "--diff", *UNTRIED, "--stdin-filename", "src/x.py", stdin=OLD.encode())
    assert diff.out.startswith("--- a/src/x.py\n")


def test_a_reader_who_leaves_early_sees_no_traceback(file: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "tfloss_migrate", "--check", "loss.py"]
    ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (141, "")


def test_a_terminal_that_knows_only_ascii_gets_the_rest_spelled_out(here: Path) -> None:
    (here / "verlust.py").write_text("import tensorflow as tf\nx = tf.log(\n    ä)\n", encoding="utf-8")
    command = [sys.executable, "-m", "tfloss_migrate", "--no-verify", "--no-cache", "--select", "TFL1", "verlust.py"]
    ran = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True)
    assert ran.returncode == 1
    assert ran.stdout.isascii()


def test_colours_are_for_terminals_that_want_them(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[" not in run("--check", "loss.py").out
    assert "\x1b[31m\x1b[1m[error]\x1b[0m" in run("--check", "loss.py", stream=Terminal).out
    with monkeypatch.context() as patch:
        patch.setenv("FORCE_COLOR", "1")
        assert "\x1b[31m" in run("--check", "loss.py").out
        patch.setenv("NO_COLOR", "1")
        assert "\x1b[" not in run("--check", "loss.py").out
    for variable, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(variable, value)
            assert "\x1b[" not in run("--check", "loss.py", stream=Terminal).out


@pytest.mark.parametrize("option", [[], ["--jobs", "1"]])
def test_ctrl_c_ends_with_130_and_one_line(file: Path, monkeypatch: pytest.MonkeyPatch, option: list[str]) -> None:
    def interrupted(*arguments: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("tfloss_migrate.pipeline.run", interrupted)
    ran = run("--check", *option, "loss.py")
    assert (ran.code, ran.out, ran.err) == (130, "", "tfloss-migrate: interrupted\n")


def test_an_error_of_ours_is_one_line_that_asks_to_report_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> object:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("tfloss_migrate.pipeline.run", broken)
    ran = run("--check", "loss.py")
    assert ran.code == 2
    assert ran.err.startswith("tfloss-migrate: internal error before the first file was done: ZeroDivisionError: by;")
    assert "please report it" in ran.err
    assert ran.err.count("\n") == 1
    monkeypatch.setattr(
        "tfloss_migrate.pipeline.run",
        lambda *_: (FileOutcome(path, "unchanged") if path else 1 / 0 for path in ["a", ""]),
    )
    assert "internal error after a: ZeroDivisionError" in run("--check", "loss.py").err
    monkeypatch.setenv("TFLOSS_MIGRATE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("--check", "loss.py")


@pytest.mark.parametrize("options", [["--check"], ["--no-cache", "--check"]])
@pytest.mark.parametrize("name", ["loss.py", "plain.py"])
def test_checking_imports_no_click_no_libcst_no_numpy_and_no_tensorflow(
    file: Path, here: Path, name: str, options: list[str]
) -> None:
    (here / "plain.py").write_text("x = 1\n")
    code = f"""
import atexit, sys
heavy = {{"click", "libcst", "numpy", "tensorflow", "pathlib", "tempfile", "json", "difflib"}}
atexit.register(lambda: print("imported", sorted(heavy & set(sys.modules)) if {name == "plain.py"} else
    sorted({{"click", "libcst", "numpy", "tensorflow"}} & set(sys.modules))))
sys.argv = ["tfloss-migrate", *{options!r}, {name!r}]
from tfloss_migrate.__main__ import main
main()
"""
    ran = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, env=_with_our_path())
    assert ran.stdout.endswith("imported []\n"), ran


def _with_our_path() -> dict[str, str]:
    import tfloss_migrate

    return {**os.environ, "PYTHONPATH": str(Path(tfloss_migrate.__file__).parents[1])}


@pytest.mark.parametrize("option", ["--report", "--output-file"])
@pytest.mark.parametrize("target", ["a.py", "other.ipynb", "named.txt"])
def test_a_report_takes_the_place_of_no_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "named.txt"):
        Path(name).write_text("import tensorflow as tf\ny = tf.log(x)\n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ran = run("--check", option, target, "a.py", "named.txt")
    assert ran.code == 2
    assert f"{option} {target}: the report would take the place of a source; name another file" in ran.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    ("redirected", "code", "told"),
    [
        (">&-", 1, ""),
        (">&- 2>&-", 1, ""),
        ("> /dev/full", 2, "standard output cannot be written: No space left on device after a.py"),
    ],
)
def test_output_that_nobody_takes_is_no_mistake_of_the_tool(
    tmp_path: Path, redirected: str, code: int, told: str
) -> None:
    (tmp_path / "a.py").write_text("import tensorflow as tf\ny = tf.log(x)\n")
    command = f"{shlex.quote(sys.executable)} -m tfloss_migrate --check --no-cache a.py {redirected}"
    ran = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, env=_with_our_path())
    assert ran.returncode == code
    assert told in ran.stderr
    assert "Error" not in ran.stderr
    assert bool(ran.stderr) == bool(told)
