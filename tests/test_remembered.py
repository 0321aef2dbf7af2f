"""Outcomes are kept between runs, and served only where they would come out again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_console import run as at_the_console
from rule_cases import findings_in

from tfloss_migrate import migrate, pipeline, remembered, storage
from tfloss_migrate.model import FileOutcome, Verdict
from tfloss_migrate.referee import bench, cache, referee, versions
from tfloss_migrate.settings import Settings

LOSS = "import tensorflow as tf\n\n\ndef f(y, z):\n    return tf.reduce_mean(tf.square(y - tf.log(z)))\n"
#: Of a spelling for which no verdict is shipped.
NEW = "import tensorflow as tf\n\n\ndef f(y, z):\n    return tf.losses.huber_loss(y, z, delta=0.7123)\n"


@pytest.fixture(autouse=True)
def looked_anew(tree: Path) -> None:
    remembered._own_files.cache_clear()


def outcomes(**settings: object) -> list[FileOutcome]:
    return list(pipeline.run(Settings(**{"no_verify": True, "jobs": 1, **settings})))  # type: ignore[arg-type]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of files that were looked into, and not remembered."""
    paths: list[str] = []
    run = migrate.Migration.run

    def noted(self: migrate.Migration, jobs: list[migrate.Job]) -> list[migrate.Migrated]:
        paths.extend(job.parsed.path for job in jobs)
        return run(self, jobs)

    monkeypatch.setattr(migrate.Migration, "run", noted)
    return paths


CASES = {
    "a loss": LOSS,
    "what Python cannot parse": "import tensorflow as tf\nprint 1\n",
    "no loss": "import tensorflow as tf\n",
    "a word": "x = 'tensorflow'\n",
    "latin": "# coding: latin-1\nimport tensorflow as tf\nx = tf.log('\xe4')\n",
}


@pytest.mark.parametrize("mode", ["check", "plain", "diff"])
@pytest.mark.parametrize("case", CASES)
def test_what_is_remembered_is_what_was_found(mode: str, case: str, tree: Path, looked: list[str]) -> None:
    (tree / "a.py").write_bytes(CASES[case].encode("latin-1"))
    first = outcomes(mode=mode)
    looked.clear()
    (again,) = outcomes(mode=mode)
    assert looked == []
    shown = again.findings or again.new_text is not None
    assert [again] == [one if shown else _without_text(one) for one in first]
    assert again == outcomes(mode=mode, no_cache=True)[0] if shown else True


def _without_text(outcome: FileOutcome) -> FileOutcome:
    from tfloss_migrate.record import replace

    return replace(outcome, old_text=None)


def test_what_was_shown_is_what_is_written_later(tree: Path, looked: list[str]) -> None:
    (tree / "a.py").write_text(LOSS)
    (shown,) = outcomes()
    looked.clear()
    (written,) = outcomes(mode="write")
    assert (shown.status, written.status, looked) == ("would-change", "changed", [])
    assert (tree / "a.py").read_text() == shown.new_text


@pytest.mark.parametrize(
    "change", [{"mode": "plain"}, {"select": ("TFL101",)}, {"strict": True}, {"python2": True}, {"no_cache": True}]
)
def test_other_settings_have_outcomes_of_their_own(change: dict[str, object], tree: Path, looked: list[str]) -> None:
    (tree / "a.py").write_text(LOSS)
    outcomes(mode="check")
    looked.clear()
    outcomes(**{"mode": "check", **change})
    assert looked == ["./a.py"]


def test_another_file_another_tool_and_another_tensorflow_are_looked_into(
    tree: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "a.py").write_text(LOSS)
    outcomes()
    (tree / "a.py").write_text(LOSS.replace("square", "abs"))
    looked.clear()
    outcomes()
    assert looked == ["./a.py"]
    monkeypatch.setattr(versions, "installed_versions", lambda: {"tensorflow": "2.99"})
    outcomes()
    assert looked == ["./a.py"] * 2
    monkeypatch.setattr(remembered, "_own_files", lambda: [("rules/new.py", 1, 2, 3)])
    outcomes()
    assert looked == ["./a.py"] * 3
    outcomes()
    assert looked == ["./a.py"] * 3


def test_every_file_of_the_tool_counts() -> None:
    package = Path(remembered.__file__).parent
    files = {Path(path).relative_to(package).as_posix() for path, *_ in remembered._own_files()}
    assert {"rules/index.txt", "referee/shipped.json", "migrate.py", "rules/tfl310_cross_entropy_by_hand.py"} <= files


def test_a_missing_verdict_is_missing_until_somebody_earns_it(tree: Path, looked: list[str]) -> None:
    (tree / "a.py").write_text(NEW)
    (before,) = outcomes()
    assert "not run" in str([one.reason for one in before.findings])
    looked.clear()
    assert outcomes() == outcomes(mode="diff") == [before]
    assert looked == []
    asked = [rewrite.question for one in findings_in(NEW) for rewrite in one.rewrites if rewrite.question is not None]
    around = referee.Referee()._surroundings()
    for question in asked:
        cache.save(cache.key(question, around), Verdict("same", "seen"))
    (now,) = outcomes()
    assert looked == ["./a.py"]
    assert now.new_text != before.new_text
    assert {one.verdict.sentence for one in now.findings if one.verdict is not None} >= {"seen"}


def test_what_came_out_by_accident_is_not_remembered(
    tree: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "a.py").write_text(NEW)
    monkeypatch.setattr(versions, "installed_versions", lambda: {"tensorflow": "2.21.0"})
    monkeypatch.setattr(referee, "installed_versions", lambda: {"tensorflow": "2.21.0"})
    monkeypatch.setattr(bench.Bench, "answer", lambda self, question: (Verdict("unknown", "it hung"), False))
    for _ in range(2):
        assert "it hung" in str(outcomes(no_verify=False))
    assert looked == ["./a.py"] * 2


def test_without_tensorflow_nothing_is_served_once_it_is_there(
    tree: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "a.py").write_text(NEW)
    there = versions.installed_versions()
    for module in (versions, referee):
        monkeypatch.setattr(module, "installed_versions", dict)
    (without,) = outcomes(no_verify=False)
    assert referee.NOT_INSTALLED in str(without)
    looked.clear()
    outcomes(no_verify=False)
    assert looked == []
    for module in (versions, referee):
        monkeypatch.setattr(module, "installed_versions", lambda: there)
    outcomes()
    assert looked == ["./a.py"]


COLLECTED = "import tensorflow as tf\n\n\ndef f(y, z):\n    return tf.losses.mean_squared_error(y, z)\n"


def test_what_a_rule_was_told_of_another_file_must_still_be_so(tree: Path, looked: list[str]) -> None:
    (tree / "model.py").write_text(COLLECTED)
    (tree / "other.py").write_text("x = 1\n")
    before = outcomes()
    (tree / "other.py").write_text("x = 2  # another\n")
    looked.clear()
    assert outcomes() == before
    assert looked == []
    (tree / "other.py").write_text("import model\nimport tensorflow as tf\nx = tf.losses.get_total_loss()\n")
    after = outcomes()
    assert "./model.py" in looked
    assert after[0] != before[0]


@pytest.mark.parametrize("damage", [b"", b"x", bytes(200)])
def test_a_damaged_file_is_not_served(damage: bytes, tree: Path, looked: list[str]) -> None:
    (tree / "a.py").write_text(LOSS)
    before = outcomes(mode="check")
    for file in _kept():
        file.write_bytes(file.read_bytes()[:60] + damage)
    looked.clear()
    assert outcomes(mode="check") == before
    assert looked == ["./a.py"]


def test_nothing_is_kept_in_the_tree_and_nothing_where_it_is_not_wanted(tree: Path) -> None:
    (tree / "a.py").write_text(LOSS)
    assert at_the_console("--check", "--no-cache", ".").code == 1
    assert _kept() == []
    assert at_the_console("--check", ".").code == 1
    assert len(_kept()) == 1
    assert os.listdir(tree) == ["a.py"]


def _kept() -> list[Path]:
    shelves = Path(storage.folder("outcomes"))
    return [file for file in shelves.glob("*/*") if file.is_file()]


def test_a_folder_stays_as_small_as_it_may_be_and_loses_what_was_not_used_for_longest() -> None:
    store = storage.Store("trial", limit=10_000)
    for number in range(10):
        store.save(f"{number}0", bytes(1000))
        os.utime(store.path_of(f"{number}0"), (number, number))
    assert store.load("00") == bytes(1000)  # used, and so the youngest
    os.utime(os.path.join(store.folder, "looked"), (0, 0))
    storage.Store("trial", limit=10_000).save("aa", bytes(1000))
    assert [store.load(key) is not None for key in ("00", "10", "20", "30", "90", "aa")] == [
        True,
        *(False, False, False),
        *(True, True),
    ]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    store = storage.Store("trial", limit=10)
    store.save("ab", b"x")
    assert store.load("ab") is None


def test_a_cache_folder_that_is_no_absolute_path_is_none(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert storage.folder("verdicts").startswith(str(tree.parent / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", "inside")
    assert Path(storage.folder("verdicts")).is_absolute()
