"""Long work shows how far it has come, on a terminal, and leaves nothing behind."""

import io
from pathlib import Path

import pytest
from at_the_console import Terminal, run

from tfloss_migrate import progress

OLD = "import tensorflow as tf\n\n\ndef f(x):\n    return tf.log(x)\n"
GONE = "\r\x1b[2K\x1b[?25h"


@pytest.fixture(autouse=True)
def at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    for number in range(70):
        (tmp_path / f"f{number}.py").write_text(OLD)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_bar_tells_the_files_that_are_done_and_is_gone_in_the_end(jobs: str) -> None:
    ran = run("--check", "--jobs", jobs, ".", stream=Terminal)
    assert "files  [" in ran.err
    assert "64/70" in ran.err
    assert ran.err.endswith(GONE)
    assert run("--check", "--jobs", jobs, ".").out == run("--check", "--jobs", "1", ".").out


def test_there_is_none_where_nobody_looks_or_wants_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--check", ".").err == ""
    assert run("--check", "-q", ".", stream=Terminal).err == ""
    monkeypatch.setenv("TERM", "dumb")
    assert run("--check", ".", stream=Terminal).err == ""


def test_there_is_none_for_short_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
    assert run("--check", ".", stream=Terminal).err == ""


def test_it_is_out_of_the_way_when_findings_are_written() -> None:
    stream = Terminal(io.BytesIO(), encoding="utf-8")
    bar = progress.Progress(stream)
    bar(1, 4, "files")
    bar.clear()
    bar(3, 4, "files")
    bar(1, 2, "verdicts")
    bar.clear()
    shown = stream.buffer.getvalue().decode()
    assert [what in shown for what in ("1/4", "3/4", "1/2", "verdicts  [")] == [True, True, True, True]
    assert shown.count(GONE) == 3
    assert "\n" not in shown


def test_it_goes_too_when_the_run_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(outcome: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("tfloss_migrate.report.diff.unified", ended)
    ran = run("--diff", "--no-verify", "--no-cache", ".", stream=Terminal)
    assert (ran.code, ran.err.endswith("tfloss-migrate: interrupted\n"), GONE in ran.err) == (130, True, True)
