"""The wheel holds all that the program needs: installed alone, it explains, reports and rewrites."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAM = (
    "import tensorflow as tf\n\n\ndef f(labels, logits):\n    return tf.losses.mean_squared_error(labels, logits)\n"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the sources, with what is installed."""
    if int(version("setuptools").partition(".")[0]) < 77:
        pytest.skip("setuptools is older than 77, which the build needs (the extra test brings it)")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "tfloss_migrate", source / "tfloss_migrate", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "-w", str(folder), str(source)], check=True, capture_output=True, timeout=300)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def program(wheel: Path) -> Path:
    """The command in an environment of its own, which sees what it depends on, and not this tree."""
    home = wheel.parent / "home"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, timeout=120)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True, timeout=120)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    found = subprocess.run(
        [python, "-c", "import tfloss_migrate as t; print(t.__file__)"], cwd=home, check=True, capture_output=True
    )
    assert Path(os.fsdecode(found.stdout.strip())).is_relative_to(packages)
    return home / "bin" / "tfloss-migrate"


def test_it_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("tfloss_migrate/")}
        rest = {name.partition("/")[0] for name in archive.namelist()} - {"tfloss_migrate"}
    files = [
        path for path in (ROOT / "tfloss_migrate").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert held == {path.relative_to(ROOT).as_posix() for path in files}
    assert all(name.endswith(".dist-info") for name in rest)


def test_what_is_installed_explains_reports_and_rewrites(program: Path, tmp_path: Path) -> None:
    (tmp_path / "loss.py").write_text(PROGRAM)
    surroundings = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [program, *arguments], cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=120
        )
        assert done.stderr == ""
        return done

    assert ran("--explain", "TFL201").stdout.startswith("TFL201 mean-squared-error-api")
    assert "TFL310" in ran("--list-rules").stdout
    assert ran("--check", "loss.py").returncode == 1
    assert ran("--no-verify", "--report", "out.html", "--write", "loss.py").returncode == 0
    assert "tf.keras.losses.MeanSquaredError()(labels, logits)" in (tmp_path / "loss.py").read_text()
    assert "MeanSquaredError" in (tmp_path / "out.html").read_text(encoding="utf-8")
