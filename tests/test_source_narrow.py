"""A run may look at what has changed only, or at one part of several."""

import os
import subprocess
from pathlib import Path

import pytest
from at_the_console import run

LOSS = "import tensorflow as tf\nx = tf.log(1.0)\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = tmp_path / "top"
    top.mkdir()
    monkeypatch.chdir(top)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    return top


def git(*arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(here: Path) -> Path:
    git("init", "-q", "-b", "main")
    for name in ("old.py", "changed.py", "staged.py", "committed.py", "gone.py", "moved.py", ".gitignore"):
        (here / name).write_text("ignored.py\n" if name == ".gitignore" else LOSS)
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "branch")
    (here / "committed.py").write_text(LOSS + "y = 1\n")
    git("commit", "-qam", "two")
    (here / "changed.py").write_text(LOSS + "y = 1\n")
    (here / "staged.py").write_text(LOSS + "y = 1\n")
    git("add", "staged.py")
    git("rm", "-q", "gone.py")
    git("mv", "moved.py", "to.py")
    (here / "inner").mkdir()
    for name in ("ignored.py", "new.py", "inner/new ü.py"):
        (here / name).write_text(LOSS)
    return here


def looked_at(*arguments: str) -> list[str]:
    ran = run("--check", "-q", *arguments)
    assert ran.err == ""
    return sorted({os.path.normpath(line.split(":")[0]) for line in ran.out.splitlines()})


def test_only_what_is_not_as_it_was_is_looked_at(repository: Path) -> None:
    worked_on = ["changed.py", "inner/new ü.py", "new.py", "staged.py", "to.py"]
    assert looked_at("--since", "HEAD", ".") == worked_on
    assert looked_at("--since", "main", ".") == sorted([*worked_on, "committed.py"])
    assert looked_at("--since", "HEAD", "inner", "old.py", "new.py") == ["inner/new ü.py", "new.py"]
    assert looked_at("--since", "HEAD~1", str(repository / "committed.py")) == [str(repository / "committed.py")]


def test_what_others_did_since_the_branch_left_does_not_count(repository: Path) -> None:
    git("stash", "-q")
    git("checkout", "-q", "main")
    (repository / "old.py").write_text(LOSS + "z = 1\n")
    git("commit", "-qam", "three")
    git("checkout", "-q", "branch")
    assert looked_at("--since", "main", "old.py", "committed.py") == ["committed.py"]


def test_it_works_from_a_folder_below_through_a_link_and_in_a_hook(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository.parent / "link").symlink_to(repository)
    assert len(looked_at("--since", "HEAD", str(repository.parent / "link"))) == 5
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.chdir(repository / "inner")
    assert looked_at("--since", "HEAD", ".") == ["new ü.py"]


def test_a_repository_within_counts_as_changed_when_its_commit_does(repository: Path) -> None:
    (repository / "within").mkdir()
    (repository / "within" / "a.py").write_text(LOSS)
    git("-C", "within", "init", "-q")
    assert "within/a.py" in looked_at("--since", "HEAD", ".")


def test_what_a_rule_knows_of_other_files_it_knows_of_those_that_did_not_change(repository: Path) -> None:
    loss = "import tensorflow as tf\n\n\ndef f(y, p):\n    return tf.losses.mean_squared_error(y, p)\n"
    reader = "import tensorflow as tf\nimport new\n\ntotal = tf.losses.get_total_loss()\n"
    (repository / "new.py").write_text(loss)
    (repository / "old.py").write_text(reader)
    git("commit", "-qm", "reader", "old.py")
    ran = run("--no-verify", "--no-cache", "--since", "HEAD", ".")
    assert "old.py:4 reads" in ran.out
    assert "old.py:4:" not in ran.out.replace("old.py:4 reads", "")


def test_without_git_a_repository_or_the_revision_the_run_ends(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for revision in ("nowhere", "-x", "HEAD:old.py"):
        ran = run("--check", f"--since={revision}", ".")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == f"tfloss-migrate: --since {revision}: the repository {repository} has no such revision\n"
    (tmp_path / "outside.py").write_text(LOSS)
    ran = run("--check", "--since", "HEAD", "../outside.py")
    assert (ran.code, "--since needs a git repository at ../outside.py: " in ran.err) == (2, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run("--check", "--since", "HEAD", ".")
    assert (ran.code, ran.err) == (2, "tfloss-migrate: --since needs git, and there is none on PATH\n")


def test_the_shards_are_all_files_each_once_whatever_else_there_is(here: Path) -> None:
    for number in range(40):
        (here / f"f{number}.py").write_text(LOSS)
    shards = [looked_at("--shard", f"{which}/3", ".") for which in (1, 2, 3)]
    assert sorted(name for shard in shards for name in shard) == sorted(f"f{number}.py" for number in range(40))
    assert all(len(shard) > 5 for shard in shards)
    (here / "f3.py").unlink()
    assert looked_at("--shard", "1/3", ".") == [name for name in shards[0] if name != "f3.py"]
    named = [name for shard in shards for name in shard if name != "f3.py"]
    assert looked_at("--shard", "1/3", *named) == looked_at("--shard", "1/3", ".")


@pytest.mark.parametrize("value", ["0/3", "4/3", "3", "1/", "/2", "a/b", "1/0", "-1/3"])
def test_a_shard_that_is_none_is_refused(value: str) -> None:
    ran = run("--check", f"--shard={value}", ".")
    assert (ran.code, f"{value!r} is no shard" in ran.err) == (2, True)


def test_standard_input_has_no_shard_and_no_history() -> None:
    for option in ("--since=HEAD", "--shard=1/2"):
        assert run("--check", option, "-").code == 2


@pytest.fixture
def with_ignored(here: Path) -> Path:
    git("init", "-q", ".")
    (here / ".gitignore").write_text("generated/\n*_pb2.py\n!kept_pb2.py\n")
    (here / "a" / "inner").mkdir(parents=True)
    (here / "a" / ".gitignore").write_text("/inner\n")
    (here / "generated" / "deep").mkdir(parents=True)
    for name in ("a/a.py", "a/b_pb2.py", "a/kept_pb2.py", "a/inner/x.py", "generated/deep/x.py", "forced_pb2.py"):
        (here / name).write_text(LOSS)
    git("add", "-f", "forced_pb2.py")
    return here


def test_what_git_ignores_is_left_out_of_folders_and_what_it_tracks_is_not(with_ignored: Path) -> None:
    assert looked_at(".") == ["a/a.py", "a/kept_pb2.py", "forced_pb2.py"]
    assert looked_at("a", str(with_ignored / "a")) == ["a/a.py", "a/kept_pb2.py"]


def test_what_git_ignores_is_looked_at_where_it_is_named_or_asked_for(with_ignored: Path) -> None:
    every = ["a/a.py", "a/b_pb2.py", "a/inner/x.py", "a/kept_pb2.py", "forced_pb2.py", "generated/deep/x.py"]
    assert looked_at("--no-respect-gitignore", ".") == every
    (with_ignored / "pyproject.toml").write_text("[tool.tfloss-migrate]\nrespect-gitignore = false\n")
    assert looked_at(".") == every
    (with_ignored / "pyproject.toml").unlink()
    assert looked_at("a/b_pb2.py") == ["a/b_pb2.py"]
    assert looked_at("generated", "generated/deep") == ["generated/deep/x.py"]


def test_without_git_nothing_is_ignored(with_ignored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "a/b_pb2.py" in looked_at(".")
