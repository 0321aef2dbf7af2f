"""What silences nothing is taken out of its comment by --write; what silences something, or says more, stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from at_the_console import run

HEAD = "import tensorflow as tf\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: str) -> str:
    """A text below the import after --write; a second one changes nothing."""
    file = Path("loss.py")
    file.write_bytes((HEAD + text).encode())
    run("--write", "--no-verify", "loss.py")
    done = file.read_bytes()
    run("--write", "--no-verify", "loss.py")
    assert file.read_bytes() == done
    return done.decode().removeprefix(HEAD)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # tfloss: ignore[TFL310]\n", "x = 1\n"),
        ("x = 1  # tfloss: ignore\n", "x = 1\n"),
        ("x = 1  # tfloss: ignore[TFL310]\r\ny = 2\r\n", "x = 1\r\ny = 2\r\n"),
        ("x = 1  # tfloss: ignore[TFL310] so be it\n", "x = 1  # so be it\n"),
        ("x = 1  # noqa: E501  # tfloss: ignore[TFL310]\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # tfloss: ignore[TFL310]  # noqa: E501\n", "x = 1  # noqa: E501\n"),
        ("x = tf.log(y)  # tfloss: ignore[TFL101]\n", "x = tf.log(y)  # tfloss: ignore[TFL101]\n"),
        ("x = tf.log(y)  # tfloss: ignore[TFL310, TFL101] why\n", "x = tf.log(y)  # tfloss: ignore[TFL101] why\n"),
        ("x = tf.log(y)\nz = 1  # tfloss: ignore[TFL310]\n", "x = tf.math.log(y)\nz = 1\n"),
        ("x = '# tfloss: ignore[TFL310]'\n", "x = '# tfloss: ignore[TFL310]'\n"),
        ("x = 1  # tfloss: ignore[TFL999]\n", "x = 1  # tfloss: ignore[TFL999]\n"),
    ],
)
def test_only_the_entries_that_silence_nothing_go(before: str, after: str) -> None:
    assert written(before) == after


def test_it_is_shown_as_any_rewrite_is_and_a_lint_only_tells_it() -> None:
    Path("loss.py").write_text(f"{HEAD}x = 1  # tfloss: ignore[TFL210]\n")
    assert "-x = 1  # tfloss: ignore[TFL210]\n+x = 1\n" in run("--diff", "--no-verify", "loss.py").out
    assert "loss.py:2:8: TFL910 unused-suppression" in run("--check", "loss.py").out
    assert Path("loss.py").read_text() == f"{HEAD}x = 1  # tfloss: ignore[TFL210]\n"
