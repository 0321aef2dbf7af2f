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


def idle(file: Path, text: str, *options: str) -> list[str]:
    file.write_text(text)
    ran = run(*(options or UNTRIED), "--format", "json", "loss.py")
    return [
        f"{one['line']}: {one['message'].removeprefix('nothing is silenced here')}"
        for one in json.loads(ran.out)["files"][0]["findings"]
        if one["rule"] == "TFL910"
    ]


HEAD = "import tensorflow as tf\n"


def test_a_comment_that_silences_nothing_is_told_as_a_warning(file: Path) -> None:
    text = f"{HEAD}x = tf.exp(1.0)  # tfloss: ignore[TFL101]\ny = tf.log(x)  # tfloss: ignore[renamed-symbol] so\n"
    assert idle(file, text) == ["2:  by 'TFL101'"]
    assert idle(file, text, "--check") == ["2:  by 'TFL101'"]
    assert run("--check", "loss.py").code == 1
    assert run("--check", "--ignore", "TFL910", "loss.py").code == 0


def test_each_entry_of_a_comment_is_judged_alone(file: Path) -> None:
    loss = "x = tf.log(1.0)  # tfloss: ignore[TFL101, TFL310, tfl1]\ny = 2  # tfloss: ignore why\n"
    assert idle(file, HEAD + loss) == ["2:  by 'TFL310'", "3: "]
    assert idle(file, HEAD + loss, "--check") == []


def test_a_lint_says_nothing_of_what_it_cannot_find(file: Path) -> None:
    by_meaning = "def f(x, y):\n    return tf.reduce_mean((x - y) * (x - y))  # tfloss: ignore[TFL301, TFL502]\n"
    assert idle(file, HEAD + by_meaning, "--check") == []
    assert idle(file, HEAD + by_meaning) == ["3:  by 'TFL502'"]


def test_nothing_is_said_of_rules_that_are_not_asked_for(file: Path) -> None:
    text = f"{HEAD}x = tf.exp(1.0)  # tfloss: ignore[TFL101]\ny = 2  # tfloss: ignore\n"
    assert idle(file, text, "--check", "--select", "TFL4") == []
    assert idle(file, text, "--check", "--ignore", "TFL101") == []
    assert idle(file, text, "--check", "--select", "TFL1") == ["2:  by 'TFL101'"]
    assert idle(file, f"{text}# tfloss: ignore-file\n", "--check") == []


def test_what_is_silenced_only_when_the_code_around_it_is_rewritten_is_in_use(file: Path) -> None:
    loss = "def f(y, z):\n    return tf.losses.softmax_cross_entropy(y, z), tf.log(z)  # tfloss: ignore[TFL1, TFL9]\n"
    assert idle(file, HEAD + loss) == ["3:  by 'TFL9'"]
