"""Which files are looked at, in which order, and which are never written."""

import os
import subprocess
from pathlib import Path

import pytest
from another_user import as_nobody, public_folder

from tfloss_migrate.source.discover import LEFT_OUT, Found, MissingPathError, discover
from tfloss_migrate.source.failures import ReadFailure


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def below(root: Path, **options: object) -> list[str]:
    found = discover([str(root)], **options)
    return [os.path.relpath(one.path, root).replace(os.sep, "/") for one in found]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paths(*arguments: str, **options: object) -> list[str]:
    return [found.path for found in discover(arguments, **options)]


def test_python_files_and_notebooks_of_a_folder_come_in_the_order_of_their_paths(here: Path) -> None:
    make(here, "b.py", "a/x.py", "a.py", "a-b.py", "a/c/z.pyi", "n.ipynb", "w.pyw", "README.md", "data.csv", "script")
    found = paths(".")
    assert found == sorted(found)
    assert found == ["./a-b.py", "./a.py", "./a/c/z.pyi", "./a/x.py", "./b.py", "./n.ipynb", "./w.pyw"]


def test_a_path_is_reported_as_it_was_given_with_what_is_below_it(here: Path) -> None:
    make(here, "src/a.py")
    assert paths("src") == ["src/a.py"]
    assert paths("src/") == ["src/a.py"]
    assert paths("./src/../src") == ["./src/../src/a.py"]
    assert paths("src/a.py") == ["src/a.py"]
    assert paths(str(here)) == [str(here / "src/a.py")]


@pytest.mark.parametrize("folder", [*sorted(LEFT_OUT), "tfloss.egg-info"])
def test_the_usual_folders_are_left_out_unless_they_are_named(here: Path, folder: str) -> None:
    make(here, "a.py", f"lib/{folder}/b.py")
    assert paths(".") == ["./a.py"]
    assert paths(f"lib/{folder}") == [f"lib/{folder}/b.py"]


def test_a_folder_called_env_is_left_out_only_if_it_is_an_environment(here: Path) -> None:
    make(here, "env/a.py")
    assert paths(".") == ["./env/a.py"]
    make(here, "env/pyvenv.cfg")
    assert paths(".") == []
    assert paths("env") == ["env/a.py"]


def test_each_file_comes_once_even_if_it_is_named_in_several_ways(here: Path) -> None:
    make(here, "src/a.py", "src/b.py")
    os.symlink("a.py", here / "src/c.py")
    assert paths("src/b.py", "src", "./src/a.py", str(here)) == ["src/b.py", "src/a.py"]


def test_two_names_of_one_file_on_disk_are_two_files(here: Path) -> None:
    make(here, "a.py")
    os.link("a.py", "b.py")
    assert paths(".") == ["./a.py", "./b.py"]


def test_a_file_that_is_named_is_taken_by_its_ending_or_by_the_line_that_calls_python(here: Path) -> None:
    make(here, "a.pyw", "n.ipynb")
    (here / "train").write_text("#!/usr/bin/env python3\n")
    assert paths("a.pyw", "n.ipynb", "train") == ["a.pyw", "n.ipynb", "train"]


@pytest.mark.parametrize("first", ["#!/bin/sh", "python is a snake", "", "x" * 300 + " python"])
def test_a_file_that_is_named_and_is_no_python_is_told_and_no_error(here: Path, first: str) -> None:
    (here / "notes").write_text(f"{first}\n#!python\n")
    (refused,) = discover(["notes"])
    assert isinstance(refused, ReadFailure)
    assert (refused.rule_id, refused.kind.severity) == ("TFL906", "info")


def test_what_is_named_and_cannot_be_looked_into_is_left_to_the_reading(here: Path) -> None:
    os.mkfifo("pipe")
    os.symlink("nowhere", "link")
    assert paths("pipe", "link") == ["pipe", "link"]
    with public_folder() as folder:
        make(folder, "secret")
        (folder / "secret").chmod(0)
        assert as_nobody(lambda: paths(str(folder / "secret"))) == str([str(folder / "secret")])


def test_a_missing_path_is_told_before_anything_is_looked_at(here: Path) -> None:
    make(here, "a.py")
    with pytest.raises(MissingPathError, match=r"gone\.py: no such file or folder"):
        discover(["a.py", "gone.py"])
    with pytest.raises(MissingPathError, match="''"):
        discover([""])


def test_links_to_folders_are_not_followed_but_one_that_is_named_is(here: Path) -> None:
    make(here, "real/a.py", "tree/b.py")
    os.symlink("../real", here / "tree/link")
    os.symlink("../real", here / "tree/link.py")
    os.symlink("..", here / "tree/up")
    assert paths("tree") == ["tree/b.py"]
    assert paths("tree/link") == ["tree/link/a.py"]


def test_a_link_out_of_the_given_folder_is_looked_at_and_never_written(here: Path) -> None:
    make(here, "elsewhere/a.py", "tree-2/d.py", "tree/b.py")
    os.symlink("../elsewhere/a.py", here / "tree/out.py")
    os.symlink("../tree-2/d.py", here / "tree/sibling.py")
    os.symlink("b.py", here / "tree/z.py")
    writable = {found.path: found.writable for found in discover(["tree"]) if isinstance(found, Found)}
    assert writable == {"tree/b.py": True, "tree/out.py": False, "tree/sibling.py": False}
    (named,) = discover(["tree/out.py"])
    assert named == Found("tree/out.py", str(here / "elsewhere/a.py"), writable=True)


def test_links_inside_a_folder_that_is_itself_reached_by_a_link_may_be_written(here: Path) -> None:
    make(here, "real/sub/a.py")
    os.symlink("sub/a.py", here / "real/Z.py")
    os.symlink("real", here / "link")
    assert list(discover(["link"])) == [Found("link/Z.py", str(here / "real/sub/a.py"), writable=True)]


@pytest.mark.parametrize(
    ("glob", "left"),
    [
        ("tests", ["a.py", "src/a.py", "src/gen_a.py"]),
        ("tests/", ["a.py", "src/a.py", "src/gen_a.py"]),
        ("*_a.py", ["a.py", "src/a.py", "src/tests/t.py", "tests/t.py"]),
        ("src/*", ["a.py", "tests/t.py"]),
        ("./src/a.py", ["a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
        ("src/**", ["a.py", "tests/t.py"]),
        ("**/tests/**", ["a.py", "src/a.py", "src/gen_a.py"]),
        ("**/t.py", ["a.py", "src/a.py", "src/gen_a.py"]),
        ("src/**/t.py", ["a.py", "src/a.py", "src/gen_a.py", "tests/t.py"]),
        ("src/?.py", ["a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
        ("src/[!a].py", ["a.py", "src/a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
        ("[a-b].py", ["src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
        ("src", ["a.py", "tests/t.py"]),
        ("sr", ["a.py", "src/a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
        ("a.p", ["a.py", "src/a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
        ("tests/t.py", ["a.py", "src/a.py", "src/gen_a.py", "src/tests/t.py"]),
        ("[^a]*.py", ["a.py", "src/a.py"]),
        (".", ["a.py", "src/a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
        ("[", ["a.py", "src/a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py"]),
    ],
)
def test_excludes_leave_out_files_and_whole_folders(tmp_path: Path, glob: str, left: list[str]) -> None:
    make(tmp_path, "a.py", "src/a.py", "src/gen_a.py", "src/tests/t.py", "tests/t.py")
    assert below(tmp_path, exclude=[glob]) == left


def test_excludes_match_the_path_as_reported_too_and_absolute_ones_the_absolute_path(here: Path) -> None:
    make(here, "src/gen/a.py", "src/b.py")
    assert paths("src", exclude=["src/gen/**"]) == ["src/b.py"]
    assert paths("src", exclude=[f"{here}/src/gen"]) == ["src/b.py"]


def test_a_name_above_the_argument_excludes_nothing(here: Path) -> None:
    make(here, "work/src/a.py")
    assert below(here / "work/src", exclude=["work"]) == ["a.py"]


def test_named_files_are_excluded_only_if_forced(here: Path) -> None:
    make(here, "gen/a.py", "b.py")
    assert paths("gen/a.py", "b.py", exclude=["gen"]) == ["gen/a.py", "b.py"]
    assert paths("gen/a.py", "b.py", exclude=["gen"], force_exclude=True) == ["b.py"]


def test_a_folder_that_may_not_be_listed_is_a_failure_and_the_others_are_walked() -> None:
    with public_folder() as folder:
        make(folder, "a.py", "private/b.py", "z.py")
        (folder / "private").chmod(0)
        found = as_nobody(lambda: [(one.path, getattr(one, "rule_id", None)) for one in discover([str(folder)])])
        expected = [("a.py", None), ("private", "TFL903"), ("z.py", None)]
        assert found == str([(str(folder / name), failure) for name, failure in expected])
        (folder / "private").chmod(0o755)


def test_a_tree_that_is_deeper_than_python_calls_is_walked(here: Path) -> None:
    depth = 1500
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    Path("a.py").touch()
    os.chdir(here)
    try:
        assert len(list(discover(["."]))) == 1
    finally:  # pytest would call itself 1500 times to remove it
        subprocess.run(["rm", "-r", "d"], check=True)


def test_a_file_whose_name_is_no_text_is_found(here: Path) -> None:
    name = os.fsdecode(b"loss_\xff.py")
    Path(name).touch()
    assert paths(".") == [f"./{name}"]
