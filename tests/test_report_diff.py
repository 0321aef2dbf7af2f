"""The diff is one that git and patch apply, and what they make of it is the new file, byte for byte."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.report.diff import unified


def change(path: str, old: str, new: str, encoding: str = "utf-8") -> FileOutcome:
    return FileOutcome(path, "would-change", (), None, old, new, encoding)


def applied(folder: Path, one: FileOutcome, *command: str) -> bytes:
    file = Path(one.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(one.old_text.encode(one.encoding))
    subprocess.run(command, input=unified(one), check=True, capture_output=True, cwd=folder)
    return file.read_bytes()


TOOLS = [("git", "apply", "--whitespace=nowarn"), ("patch", "-p1", "--binary", "--no-backup-if-mismatch")]
LINES = "".join(f"line {number}\n" for number in range(40))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


@pytest.mark.parametrize("tool", TOOLS, ids=["git", "patch"])
@pytest.mark.parametrize(
    ("old", "new", "encoding"),
    [
        (LINES, LINES.replace("line 3\n", "x\ny\n").replace("line 30\n", ""), "utf-8"),
        ("a\nb", "a\nc", "utf-8"),
        ("a\nb", "a\nb\n", "utf-8"),
        ("a\nb\n", "a\nb", "utf-8"),
        ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n", "utf-8"),
        ("a\r\nb\nc\r", "a\r\nB\nc\r", "utf-8"),
        ("a\x0c\x0b\u2028b\nc\n", "a\x0c\x0b\u2028B\nc\n", "utf-8"),
        ("é = 1\nb\n", "é = 2\nb\n", "latin-1"),
        ("é = 1\nb\n", "é = 1\nc\n", "utf-8-sig"),
        ("a\n", "import b\na\n", "utf-8"),
    ],
)
def test_what_is_applied_is_the_new_file_byte_for_byte(
    here: Path, tool: tuple[str, ...], old: str, new: str, encoding: str
) -> None:
    assert applied(here, change("src/loss.py", old, new, encoding), *tool) == new.encode(encoding)


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "\r", "é\n", "-- x\n", "+++ b\n"])).map("".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS.filter(bool), TEXTS.filter(bool), st.booleans())
def test_any_change_is_applied_by_git(old: str, new: str, ended: bool) -> None:
    old, new = (old, new) if ended else (old.rstrip("\n") + "x", new.rstrip("\n") + "y")
    one = change("loss.py", old, new)
    if old == new:
        assert unified(one) == b""
    else:
        assert applied(Path.cwd(), one, *TOOLS[0]) == new.encode()


@pytest.mark.parametrize(
    "name", ["a b.py", 'quo"te.py', "back\\slash.py", "new\nline.py", "verlust_ü.py", "\udcff x.py"]
)
def test_names_that_need_quoting_are_quoted_as_git_does(here: Path, name: str) -> None:
    assert applied(here, change(f"src/{name}", "a\n", "b\n"), *TOOLS[0]) == b"b\n"


def test_paths_are_relative_to_the_current_folder(here: Path) -> None:
    for path in ("src/loss.py", "./src/loss.py", str(here / "src" / "loss.py")):
        assert unified(change(path, "a\n", "b\n")).startswith(b"--- a/src/loss.py\n+++ b/src/loss.py\n@@")
    elsewhere = unified(change("/elsewhere/loss.py", "a\n", "b\n"))
    assert elsewhere.startswith(b"--- a/elsewhere/loss.py\n")


def test_the_diff_of_a_file_outside_of_the_folder_is_applied_from_the_root(here: Path) -> None:
    (here / "work").mkdir()
    (here / "loss.py").write_text("a\n")
    os.chdir(here / "work")
    made = unified(change("../loss.py", "a\n", "b\n"))
    assert made.startswith(f"--- a{here}/loss.py\n".encode())
    applied = subprocess.run(["git", "apply", "--directory", "x", "--summary"], input=made, cwd=here / "work")
    assert applied.returncode == 0
    assert b".." not in made


def test_several_files_make_one_diff(here: Path) -> None:
    changes = [change("a.py", "1\n", "2\n"), change("b/c.py", "x", "y"), change("d.py", "3\n", "4\n")]
    for one in changes:
        os.makedirs(os.path.dirname(one.path) or ".", exist_ok=True)
        Path(one.path).write_text(one.old_text)
    subprocess.run(["git", "apply"], input=b"".join(map(unified, changes)), check=True, cwd=here)
    assert [Path(one.path).read_text() for one in changes] == ["2\n", "y", "4\n"]


def test_what_was_not_decoded_or_does_not_change_has_no_diff() -> None:
    assert unified(FileOutcome("a.py", "failed", (), "x")) == b""
    assert unified(change("a.py", "a\n", "a\n")) == b""
