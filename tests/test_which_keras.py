"""For which Keras new code is: what is told as wrong, on what it is run, and how that is read from requirements."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from at_the_console import run
from installed import needs

from tfloss_migrate.configuration import settings_for
from tfloss_migrate.domains import Real
from tfloss_migrate.model import Input, Question, Verdict
from tfloss_migrate.referee.bench import Bench
from tfloss_migrate.referee.known import KnownRuns
from tfloss_migrate.referee.referee import Referee
from tfloss_migrate.source.requirements import keras_required

#: What only Keras 3 refuses, and what neither understands.
CODE = """import tensorflow as tf
a = tf.keras.losses.MeanSquaredError(reduction=tf.keras.losses.Reduction.AUTO)
b = tf.keras.losses.mean_squared_error
c = tf.keras.losses.LogCosh(tf.keras.losses.Reduction.NONE)
d = tf.keras.losses.CategoricalCrossentropy(True, 0.1, tf.keras.losses.Reduction.SUM)
e = tf.keras.losses.get("huber_loss")
f = tf.keras.losses.get("cosine_proximity")


class Mine(tf.keras.losses.Loss):
    def __init__(self, reduction, name):
        super().__init__(reduction, name)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(CODE)
    return tmp_path


def lines(*arguments: str) -> list[int]:
    """The lines in which something of `TFL60` is found."""
    found = run("--check", "-q", "--select", "TFL601,TFL602,TFL603,TFL604", *arguments, "a.py").out
    return sorted({int(line.split(":")[1]) for line in found.splitlines() if line.startswith("a.py:")})


def test_what_only_keras_3_refuses_is_wrong_unless_keras_2_is_asked_for(here: Path) -> None:
    assert lines() == lines("--keras", "auto") == lines("--keras", "3") == [2, 3, 4, 5, 6, 7, 12]
    assert lines("--keras", "2") == [5, 7]


def test_the_project_says_which_and_the_command_line_goes_first(here: Path) -> None:
    (here / "requirements.txt").write_text("numpy\ntensorflow>=2.10,<2.16\n")
    assert lines() == [5, 7]
    assert lines("--keras", "3") == [2, 3, 4, 5, 6, 7, 12]
    (here / "pyproject.toml").write_text("[tool.tfloss-migrate]\nkeras = 3\n")
    assert lines() == [2, 3, 4, 5, 6, 7, 12]
    assert lines("--keras", "auto") == [5, 7]


@pytest.mark.parametrize("value", ["4", "true", "2.0", '"both"', "[2]"])
def test_another_keras_in_the_configuration_is_an_error(value: str, here: Path) -> None:
    (here / "pyproject.toml").write_text(f"[tool.tfloss-migrate]\nkeras = {value}\n")
    ran = run("--check", "a.py")
    assert (ran.code, "'keras' must be 2, 3 or \"auto\"" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("file", "text", "keras"),
    [
        ("requirements.txt", "tensorflow==2.15.0", "2"),
        ("requirements.txt", "tensorflow>=2.16", "3"),
        ("requirements-gpu.txt", "tensorflow[and-cuda]==2.17.*", "3"),
        ("requirements.txt", "tensorflow-cpu~=2.15.0  # not 2.17", "2"),
        ("requirements.txt", "tensorflow", None),
        ("requirements.txt", "tensorflow>=2.4", None),
        ("requirements.txt", "tensorflow-gpu==1.4.0\nkeras==2.0.8", None),
        ("requirements.txt", "tensorflow>=1.4,<2", None),
        ("requirements.txt", "tf_keras", "2"),
        ("requirements.txt", "tf-keras~=2.17\ntensorflow>=2.16", None),
        ("requirements.txt", "keras>=3.0\ntensorflow", "3"),
        ("requirements.txt", "# tensorflow==2.15", None),
        ("requirements.txt", "tensorflow-probability==0.2", None),
        ("requirements.txt", "git+https://github.com/tensorflow/tensorflow==2.3", None),
        ("pyproject.toml", '[project]\ndependencies = ["tensorflow>=2.16", "numpy"]', "3"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorflow = "~2.15"', "2"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorflow = ">=2.10,<2.16"', "2"),
        ("pyproject.toml", '[project]\nkeywords = ["tensorflow", "keras"]', None),
        ("setup.cfg", "[options]\ninstall_requires =\n    tensorflow>=2.16; python_version > '3.8'", "3"),
        ("setup.py", "setup(install_requires=['tensorflow<2.16'])", "2"),
        ("environment.yml", "dependencies:\n  - tensorflow=2.15\n", "2"),
        ("Pipfile", '[packages]\ntensorflow = "==2.17.0"', "3"),
    ],
)
def test_requirements_of_every_kind_are_read(file: str, text: str, keras: str | None, tmp_path: Path) -> None:
    (tmp_path / file).write_text(text)
    assert keras_required((str(tmp_path),)) == keras


def test_the_nearest_folder_with_requirements_counts_up_to_the_repository(here: Path) -> None:
    (here / "requirements.txt").write_text("tensorflow==2.15")
    inner = here / "repository" / "package"
    inner.mkdir(parents=True)
    assert keras_required((str(inner),)) == "2"
    (here / "repository" / "requirements.txt").write_text("tensorflow>=2.16")
    assert keras_required((str(inner), str(here / "repository" / "a.py"))) == "3"
    os.remove(here / "repository" / "requirements.txt")
    (here / "repository" / ".git").mkdir()
    assert keras_required((str(inner),)) is None
    assert settings_for({"paths": (str(inner),)}).keras == "auto"


LAYERS = "import tensorflow as tf\n\n\ndef f(x):\n    return tf.layers.dense(x, 1)\n"


def test_where_keras_2_is_there_it_need_not_be_asked_for(here: Path) -> None:
    (here / "a.py").write_text(LAYERS)
    assert "TF_USE_LEGACY_KERAS" in run("--diff", "--no-verify", "a.py").out
    diff = run("--diff", "--no-verify", "--keras", "2", "a.py").out
    assert "tf.compat.v1.layers.dense" in diff
    assert "TF_USE_LEGACY_KERAS" not in diff


#: A loss of Keras 2 alone.
ONLY_2 = Question(
    "tf.reduce_mean(tf.square(y - z))",
    "tf.reduce_mean(tf.keras.losses.mean_squared_error(y, z))",
    (Input("y", Real()), Input("z", Real())),
    promises=("y and z of equal shape",),
)


def verdict(keras: str) -> Verdict:
    with Referee(keras=keras, use_cache=False, verify_all=True) as referee:
        return referee.ask([ONLY_2])[ONLY_2]


def test_the_new_side_runs_on_the_keras_that_is_asked_for_and_on_both_by_default() -> None:
    needs("tensorflow", reason="both sides are run")
    needs("tf_keras", reason="both sides are run")
    only_2, only_3, both = verdict("2"), verdict("3"), verdict("auto")
    assert (only_2.status, only_2.oracle) == ("same", "tf.compat.v1 2.21 against tf_keras 2.21")
    assert (only_3.status, "tf_keras" in only_3.oracle) == ("unknown", False)
    assert (both.status, both.oracle.count("eras")) == ("different", 2)


def test_a_keras_that_is_not_there_is_named_and_nothing_is_said_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    needs("tensorflow", reason="both sides are run")
    bench = Bench(None, "2", None, 60.0, KnownRuns())
    monkeypatch.setattr(bench, "_there", lambda: ["3"])
    try:
        assert bench.answer(ONLY_2)[0].sentence.endswith("is not there to run it: pip install tf_keras")
    finally:
        bench.close()
