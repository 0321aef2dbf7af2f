"""What a comment silences stays as it is, and a comment that silences nothing is told."""

import json
from pathlib import Path

import pytest
from at_the_console import run

UNTRIED = ("--no-verify", "--no-cache", "--unsafe")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "loss.py"


def test_a_silenced_loss_stays_as_it_is_and_only_its_names_are_those_of_today(file: Path) -> None:
    loss = "-tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1)"
    for entry in ("TFL310", "TFL3", "cross-entropy-by-hand"):
        file.write_text(f"import tensorflow as tf\n\n\ndef f(y, z):\n    return {loss}  # tfloss: ignore[{entry}]\n")
        before = file.read_text()
        ran = run("--write", *UNTRIED, "--format", "json", "loss.py")
        assert file.read_text() == before.replace("tf.log", "tf.math.log")
        assert [finding["rule"] for finding in json.loads(ran.out)["files"][0]["findings"]] == ["TFL101"]
        assert ran.code == 0


def test_a_comment_that_silences_no_rule_is_told_and_counts_for_nothing(file: Path) -> None:
    file.write_text("import tensorflow as tf\n\nx = tf.exp(1.0)  # tfloss: ignore[TFL31O]\n")
    for mode in (["--check"], UNTRIED):
        ran = run(*mode, "loss.py")
        assert ran.code == 0
        assert "loss.py:3:1: TFL909 unknown-suppression [info] no rule is called 'TFL31O'" in ran.out
