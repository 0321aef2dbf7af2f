"""Several processes find and write what one does, and none runs far ahead of the report."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tfloss_migrate import pipeline
from tfloss_migrate.model import FileOutcome
from tfloss_migrate.settings import Settings

LOSS = "import tensorflow as tf\n\n\ndef f(y, z):\n    return tf.reduce_mean(tf.square(y - tf.log(z)))  # {}\n"


pytestmark = pytest.mark.usefixtures("tree")


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[_Pool]:
    """The pools of processes that are started, which are not: their work is done here, when it is handed out."""
    started: list[_Pool] = []
    monkeypatch.setattr(
        concurrent.futures,
        "ProcessPoolExecutor",
        lambda workers, **given: started.append(_Pool(**given)) or started[-1],
    )
    return started


class _Pool:
    def __init__(self, initializer: Callable[..., None], initargs: tuple[object, ...]) -> None:
        initializer(*initargs)
        self.handed, self.over = 0, False

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *error: object) -> None:
        self.over = True

    def submit(self, work: Callable[..., list[FileOutcome]], *given: object) -> concurrent.futures.Future:
        self.handed += 1
        future: concurrent.futures.Future = concurrent.futures.Future()
        future.set_result(work(*given))
        return future

    def shutdown(self, **how: object) -> None:
        self.over = True


def outcomes(**settings: object) -> Iterator[FileOutcome]:
    return pipeline.run(Settings(**{"no_cache": True, **settings}))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["check", "plain", "diff"])
def test_several_processes_find_what_one_does(tree: Path, mode: str) -> None:
    for number in range(70):
        (tree / f"a{number:02}.py").write_text(LOSS.format(number) if number % 2 else "x = 1\n")
    alone, together = (list(outcomes(mode=mode, no_verify=True, jobs=jobs)) for jobs in (1, 2))
    assert [one.path for one in together] == [f"./a{number:02}.py" for number in range(70)]
    assert [one.findings for one in together] == [one.findings for one in alone]
    assert [one.new_text for one in together] == [one.new_text for one in alone]
    assert (together[1].new_text is None) == (mode == "check")


def test_what_is_found_does_not_pile_up_before_it_is_reported(tree: Path, pools: list[_Pool]) -> None:
    for number in range(400):
        (tree / f"a{number:03}.py").write_text("x = 1\n")
    report = outcomes(mode="check", jobs=2)
    next(report)
    (pool,) = pools
    assert pool.handed == 2 * pipeline._AHEAD + 1 < 400 // pipeline._HANDFUL
    assert len(list(report)) == 399
    assert pool.handed == 400 // pipeline._HANDFUL
    assert pool.over


@pytest.mark.parametrize("settings", [{"mode": "write", "no_verify": True}, {"mode": "plain"}])
def test_files_that_know_of_each_other_are_looked_at_by_one_process(
    tree: Path, pools: list[_Pool], settings: dict[str, object]
) -> None:
    for number in range(70):
        (tree / f"a{number:02}.py").write_text("x = 1\n")
    assert len(list(outcomes(jobs=2, **settings))) == 70
    assert pools == []
