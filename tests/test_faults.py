"""A mistake of the tool costs the file in which it is met, never the run."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from at_the_console import run

from tfloss_migrate import evaluation, notebook
from tfloss_migrate.rules.by_name import ByName

TOTAL = "import tensorflow as tf\n\ntf.losses.huber_loss([1.0], [2.0])\ntotal = tf.losses.get_total_loss()\n"
LOSS = "import tensorflow as tf\n\n\ndef f(y, z):\n    return tf.reduce_mean(tf.square(y - tf.log(z)))\n"
NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "metadata": {}, "source": ["import tensorflow as tf\\n", "x = tf.log(1.0)"]}],'
    ' "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A rule that makes a mistake wherever a total of losses is taken."""

    def sightings(self: ByName, *given: object) -> object:
        raise KeyError("total")
        yield

    monkeypatch.setattr(ByName, "sightings", sightings)
    return monkeypatch


@pytest.mark.parametrize("mode", [("--check",), ("--no-verify",), ("--write", "--no-verify")])
def test_the_file_stays_as_it_was_and_the_others_go_on(
    tree: Path, broken: pytest.MonkeyPatch, mode: tuple[str, ...]
) -> None:
    for name, text in {"a": LOSS, "b": TOTAL, "c": LOSS}.items():
        (tree / f"{name}.py").write_text(text)
    ran = run(*mode, ".")
    assert ran.code == 1
    assert ran.err == ""
    assert (tree / "b.py").read_text() == TOTAL
    (told,) = [line for line in ran.out.splitlines() if line.startswith("./b.py:")]
    assert told.startswith("./b.py:1:1: TFL913 internal-error [error] internal error in ")
    assert "KeyError: 'total'; please report it" in told
    assert {name for name in "ac" if f"./{name}.py:5:" in ran.out} == {"a", "c"}
    changed = [(tree / f"{name}.py").read_text() != LOSS for name in "ac"]
    assert changed == ["--write" in mode] * 2


def test_one_file_alone_says_where_in_the_tool_it_came_up(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "a.py").write_text(LOSS)
    monkeypatch.setattr(evaluation, "glance", lambda *given: 1 // 0)
    ran = run("--check", "a.py")
    assert "internal error in evaluation.py, line " in ran.out
    assert "ZeroDivisionError: integer division or modulo by zero; please report it" in ran.out
    assert "1 failed file" in ran.out


def test_what_raises_where_a_file_is_read_or_put_together_costs_that_file_too(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "a.ipynb").write_text(NOTEBOOK)
    (tree / "b.py").write_text(LOSS)
    for step in ("placed", "rewritten"):
        with monkeypatch.context() as patch:
            patch.setattr(notebook.Notebook, step, lambda *given: next(iter(())))
            ran = run("--no-verify", "--no-cache", ".")
        assert ran.code == 1
        assert "./a.ipynb:1:1: TFL913 internal-error [error]" in ran.out
        assert "StopIteration" in ran.out
        assert "./b.py:5:" in ran.out


def test_processes_that_share_the_work_go_on_too(tree: Path, broken: pytest.MonkeyPatch) -> None:
    if multiprocessing.get_start_method() != "fork":
        pytest.skip("the rule is broken in this process only")
    for number in range(130):
        (tree / f"a{number:03}.py").write_text(TOTAL if number == 7 else LOSS)
    ran = run("--check", "--jobs", "2", ".")
    assert ran.code == 1
    assert [line.split(":")[0] for line in ran.out.splitlines() if "TFL913" in line] == ["./a007.py"]
    assert "130 files" in ran.out
    assert "1 failed file" in ran.out


def test_it_is_met_again_only_while_it_is_there(tree: Path, broken: pytest.MonkeyPatch) -> None:
    (tree / "a.py").write_text(TOTAL)
    assert "TFL913" in run("--check", ".").out
    broken.undo()
    os.chdir(tree)
    assert "TFL913" not in run("--check", ".").out


def test_the_traceback_is_there_for_who_asks(tree: Path, broken: pytest.MonkeyPatch) -> None:
    (tree / "a.py").write_text(TOTAL)
    broken.setenv("TFLOSS_MIGRATE_DEBUG", "1")
    with pytest.raises(KeyError, match="total"):
        run("--check", ".")
