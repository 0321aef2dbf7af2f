"""What the guides show is so: each command runs, each file is what it is said to be."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from at_the_console import run
from installed import needs

from tfloss_migrate import rules

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def blocks(file: str, language: str) -> list[str]:
    text = (DOCS / file).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(file: str) -> list[list[str]]:
    lines = [line for block in blocks(file, "console") for line in block.splitlines()]
    return [[word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)][1:] for line in lines if line[:2] == "$ "]


def test_a_repository_is_migrated_by_the_commands_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("tensorflow", reason="needs TensorFlow to run both sides")
    if shutil.which("git") is None:
        pytest.skip("git is not installed: the guide works in a repository")
    monkeypatch.chdir(tmp_path)
    for name, value in {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.replace("AUTHOR", "COMMITTER"), value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path.parent / "cache"))
    Path("pyproject.toml").write_text(blocks("migrate.md", "toml")[0])
    for file in ("cross_entropy_by_hand.py", "mse_and_softmax.py"):
        shutil.copy(ROOT / "fixtures" / "legacy" / file, ".")
    for git in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "before"]):
        subprocess.run(["git", *git], check=True)
    codes = []
    for program, *arguments in commands("migrate.md"):
        if program == "git":
            subprocess.run(["git", *arguments], check=True, capture_output=True)
        else:
            assert program == "tfloss-migrate"
            codes.append(run(*arguments).code)
    assert 2 not in codes
    assert codes[0] == 1  # there were legacy losses,
    assert codes[-1] == 0  # and none is new at the end
    assert "<svg" in Path("losses.html").read_text(encoding="utf-8")
    log = subprocess.run(["git", "log", "--oneline"], check=True, capture_output=True, text=True).stdout
    assert "Losses of TF2" in log
    assert "compat.v1.Session" not in Path("cross_entropy_by_hand.py").read_text()


def test_the_rule_that_is_shown_is_the_one_that_there_is() -> None:
    shown = blocks("writing-a-rule.md", "python")
    (file,) = Path(rules.__file__).parent.glob("tfl302_*.py")
    assert shown == [file.read_text(encoding="utf-8")]
    assert f"`{file.name}`" in (DOCS / "writing-a-rule.md").read_text(encoding="utf-8")


def test_the_commands_for_a_rule_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    explain, select, tests, index, shipping = commands("writing-a-rule.md")
    assert run(*explain[1:]).out.startswith("TFL302 root-mean-squared-error-by-hand")
    monkeypatch.chdir(tmp_path)
    Path("loss.py").write_text("import tensorflow as tf\n")
    assert run(*select[1:], "--no-verify").code == 0
    command = [sys.executable, "-m", *tests, "--collect-only", "-p", "no:xdist"]
    command = [word for word in command if word not in ("-n", "1")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "TFL302" in ran.stdout
    assert (ROOT / index[1]).is_file()
    assert importlib.util.find_spec(shipping[2]) is not None


def test_the_fields_of_the_json_report_are_those_that_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loss.py").write_text("import tensorflow as tf\n\n\ndef f(x):\n    return tf.log(x)\n")
    document = json.loads(run("--format", "json", "--no-verify", "loss.py").out)
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    table = {
        row[0].strip("` "): set(re.findall(r"`(\w+)`", row[1]))
        for row in re.findall(r"^\| (.*?) \| (.*) \|$", text, re.M)
    }
    (file,) = document["files"]
    (finding,) = file["findings"]
    assert table["the document"] == set(document)
    assert table["summary"] == set(document["summary"])
    assert table["a file"] - {"unchanged", "would", "change", "changed", "failed"} == set(file)
    assert table["a finding"] - {"offered"} == set(finding)
    assert table["a verdict"] == set(finding["verdict"])


def test_the_picture_is_of_what_is_printed_today() -> None:
    needs("tensorflow", reason="needs TensorFlow to give verdicts")
    needs("tf_keras", reason="the verdicts shown are of both Keras")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        drawn = importlib.import_module("terminal_picture")
    assert drawn.picture(drawn.printed()) == drawn.PICTURE.read_text(encoding="utf-8"), (
        "run: python docs/terminal_picture.py"
    )
    assert os.path.getsize(drawn.PICTURE) < 50_000
