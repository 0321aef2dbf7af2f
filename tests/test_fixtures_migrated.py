"""The legacy programs, migrated with `--write`, run on today's TensorFlow and print what the real old one printed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from installed import needs

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
import record

needs("tensorflow", reason="needs TensorFlow to verify the rewrites and to run what they made")

TRAINING = "train_linear_regression"
EVALUATING = [program for program in record.programs() if program.stem != TRAINING]
OF_TF1 = re.compile(r"compat\.v1|\bSession\b|\bplaceholder\b|tf\.session")

each_evaluating_program = pytest.mark.parametrize("program", EVALUATING, ids=lambda program: program.stem)

#: Runs every program given in one process, for importing TensorFlow takes longer than all of them.
RUN_ALL = """
import contextlib, io, json, runpy, sys
results = {}
for path in sys.argv[1:]:
    printed, error = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(path, run_name="__main__")
    except BaseException as failure:
        error = f"{type(failure).__name__}: {failure}"
    results[path] = [printed.getvalue(), error]
print(json.dumps(results))
"""


@dataclass(frozen=True)
class Migrated:
    """A folder of programs after `--write`: the tool's report on each by name, and what each then printed."""

    folder: Path
    report: dict[str, dict[str, Any]]
    printed: dict[str, tuple[str, str | None]]


def migrate(folder: Path, *options: str) -> dict[str, Any]:
    """The tool's JSON report after a run over a folder. Verdicts are remembered beside it, not in the user's cache."""
    command = [sys.executable, "-m", "tfloss_migrate", *options, "--exit-zero", "--format", "json", str(folder)]
    variables = {**os.environ, "XDG_CACHE_HOME": str(folder.parent / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def run_all(paths: list[Path]) -> dict[str, tuple[str, str | None]]:
    """What each program prints on the TensorFlow of these tests, and the error that it ended with; by name."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-c", RUN_ALL, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **quiet})
    return {Path(path).stem: (out, error) for path, (out, error) in json.loads(done.stdout.splitlines()[-1]).items()}


def migrated_into(folder: Path, programs: Sequence[Path], *options: str) -> Migrated:
    """Some legacy programs copied into a new folder, rewritten there and, but for the one that trains, run."""
    folder.mkdir()
    for program in programs:
        shutil.copy(program, folder)
    files = migrate(folder, "--write", *options)["files"]
    report = {Path(entry["path"]).stem: entry for entry in files}
    return Migrated(folder, report, run_all([folder / program.name for program in programs if program in EVALUATING]))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    return migrated_into(tmp_path_factory.mktemp("plain") / "programs", record.programs())


@pytest.fixture(scope="module")
def repaired(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    example = record.LEGACY / "mse_and_softmax.py"
    return migrated_into(tmp_path_factory.mktemp("repaired") / "programs", [example], "--repair")


@each_evaluating_program
def test_a_migrated_program_runs_on_todays_tensorflow(program: Path, migrated: Migrated) -> None:
    assert migrated.printed[program.stem][1] is None


@each_evaluating_program
def test_a_migrated_program_holds_nothing_of_tensorflow_1(program: Path, migrated: Migrated) -> None:
    code = re.sub(r"#.*", "", (migrated.folder / program.name).read_text(encoding="utf-8"))
    assert OF_TF1.findall(code) == []


@each_evaluating_program
def test_a_migrated_program_prints_the_recorded_numbers(program: Path, migrated: Migrated) -> None:
    printed, error = migrated.printed[program.stem]
    assert error is None
    assert record.difference(record.load(program).printed, tuple(printed.splitlines())) is None


def test_a_second_write_makes_no_edit(migrated: Migrated) -> None:
    before = {path: path.read_bytes() for path in migrated.folder.glob("*.py")}
    report = migrate(migrated.folder, "--write")
    assert {path: path.read_bytes() for path in migrated.folder.glob("*.py")} == before
    assert report["summary"]["changed"] == 0


def test_the_training_program_trains_by_a_step_and_prints_the_recorded_numbers(migrated: Migrated) -> None:
    text = (migrated.folder / f"{TRAINING}.py").read_text(encoding="utf-8")
    assert "Session" not in text
    assert "def train_step(" in text
    (finding,) = [one for one in migrated.report[TRAINING]["findings"] if one["rule"] == "TFL502"]
    assert finding["verdict"]["status"] == "same"
    printed, error = run_all([migrated.folder / f"{TRAINING}.py"])[TRAINING]
    assert error is None
    program = record.LEGACY / f"{TRAINING}.py"
    assert record.difference(record.load(program).printed, tuple(printed.splitlines())) is None


def test_the_double_softmax_is_reported_and_kept(migrated: Migrated) -> None:
    findings = migrated.report["mse_and_softmax"]["findings"]
    assert any(finding["rule"].startswith("TFL4") for finding in findings)
    assert "rel2= [0.56551" in migrated.printed["mse_and_softmax"][0]


def test_with_repair_the_double_softmax_becomes_the_right_loss(repaired: Migrated) -> None:
    printed, error = repaired.printed["mse_and_softmax"]
    assert error is None
    lines = {line.split("=")[0]: line.split("=")[1] for line in printed.splitlines() if line.startswith("rel")}
    assert record.difference((lines["rel1"],), (lines["rel2"],)) is None
