"""Arrays of `--fixtures` are tried under the names that the code has for them, and what is not tried is said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from at_the_console import run
from installed import needs

needs("tensorflow", reason="needs TensorFlow to try arrays")

PROGRAM = """\
import tensorflow as tf


def f(y, z):
    return -tf.reduce_sum(y * tf.math.log(tf.nn.softmax(z)), 1)


def g(a, b):
    return tf.losses.mean_squared_error(a, b)
"""
FULL = {"y": np.eye(3)[[0, 1]], "z": np.ones((2, 3))}
#: A row without a label has a gradient in Keras, and none by hand.
PADDED = {"y": np.eye(3)[[0, 1]] * [[1], [0]], "z": np.ones((2, 3))}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "arrays").mkdir()
    (tmp_path / "loss.py").write_text(PROGRAM)
    return tmp_path


def reported(**files: dict[str, np.ndarray]) -> tuple[dict, dict[str, str]]:
    """The finding in f, and what is said of the files."""
    for name, arrays in files.items():
        np.savez(f"arrays/{name}.npz", **arrays)
    report = json.loads(run("--select", "TFL310", "--fixtures", "arrays", "--format", "json", "loss.py").out)
    said = {file["path"]: file["findings"][0] for file in report["files"][1:]}
    assert {finding["rule"] for finding in said.values()} <= {"TFL908"}
    return report["files"][0]["findings"][0], {path: finding["message"] for path, finding in said.items()}


def named(function: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{function}.{name}": array for name, array in arrays.items()}


@pytest.mark.parametrize("function", ["", "f."])
def test_arrays_that_break_a_promise_decide_under_the_names_of_the_code(function: str) -> None:
    found, said = reported(own={function + name: array for name, array in PADDED.items()})
    assert said == {}
    assert found["verdict"]["status"] == "different"
    assert found["verdict"]["counterexample"]["case"].startswith("fixture own.npz")


def test_the_verdict_counts_the_arrays_that_were_tried() -> None:
    found, said = reported(own=named("f", FULL), by_rule={"labels": FULL["y"], "logits": FULL["z"]})
    assert said == {}
    assert found["verdict"]["status"] == "steadier"
    assert " cases, 4 of them on your own arrays (values" in found["verdict"]["sentence"]


def test_what_matches_no_loss_is_said() -> None:
    found, said = reported(other=named("g", PADDED), half={"y": PADDED["y"]}, own={**FULL, "w": np.ones(2)})
    assert found["verdict"]["status"] == "steadier"
    assert said == {
        "arrays/half.npz": "matches no loss: y",
        "arrays/other.npz": "matches no loss: g.y, g.z",
        "arrays/own.npz": "matches no loss: w",
    }


def test_a_file_that_cannot_be_read_and_an_empty_folder_are_said() -> None:
    assert reported()[1] == {"arrays": "holds no .npz file"}
    Path("arrays/junk.npz").write_bytes(b"junk")
    assert reported()[1] == {"arrays/junk.npz": "cannot be read as arrays without pickled objects"}
