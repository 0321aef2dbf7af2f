"""The hooks of .pre-commit-hooks.yaml, installed and run by pre-commit itself; action.yml calls what exists."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import libcst
import numpy
import pytest
import yaml
from installed import needs

from tfloss_migrate.cli import command

needs("pre_commit", reason="it is what runs the hooks")

ROOT = Path(__file__).parent.parent
OPTIONS = {option for each in command.params for option in each.opts}
OLD, NEW = (f"import tensorflow as tf\n\n\ndef f(x):\n    return {log}(x)\n" for log in ("tf.log", "tf.math.log"))
CONFIG = "repos: [{{repo: {hooks}, rev: {rev}, hooks: [{{id: {hook}}}]}}]\n"


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    ran = subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True)
    return ran.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that has what is committed of this one that an installation needs."""
    folder = tmp_path_factory.mktemp("hooks")
    shutil.copytree(ROOT / "tfloss_migrate", folder / "tfloss_migrate", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


def pre_commit(project: Path, hooks: Path, hook: str) -> subprocess.CompletedProcess[str]:
    """Commits what is there, as far as the hook lets; what it needs beside itself comes from this environment."""
    (project / ".pre-commit-config.yaml").write_text(
        CONFIG.format(hooks=hooks, rev=git(hooks, "rev-parse", "HEAD"), hook=hook)
    )
    git(project, "add", "-A")
    packages = {str(Path(module.__file__).parents[1]) for module in (click, libcst, numpy)}
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PRE_COMMIT_HOME": str(hooks.parent / "home"),
        "PIP_NO_DEPS": "1",
        "PYTHONPATH": os.pathsep.join(packages),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run"],
        cwd=project,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if "No matching distribution found for setuptools" in ran.stdout:
        pytest.skip("no package index is in reach, from which pre-commit could install what builds the hook")
    return ran


@pytest.fixture
def project(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "loss.py").write_text(OLD)
    (tmp_path / "notes.txt").write_text(OLD)
    (tmp_path / "pyproject.toml").write_text("[tool.tfloss-migrate]\nexclude = ['vendored']\n")
    (tmp_path / "vendored").mkdir()
    (tmp_path / "vendored" / "loss.py").write_text(OLD)
    return tmp_path


def test_the_first_hook_refuses_a_commit_with_a_finding_and_the_second_mends_it(hooks: Path, project: Path) -> None:
    ran = pre_commit(project, hooks, "tfloss-migrate")
    assert (ran.returncode, "loss.py:5:12: TFL101" in ran.stdout, "1 file, " in ran.stdout) == (1, True, True), ran
    ran = pre_commit(project, hooks, "tfloss-migrate-fix")
    assert (ran.returncode, "files were modified by this hook" in ran.stdout) == (1, True), ran
    assert (project / "loss.py").read_text() == NEW
    assert (project / "vendored" / "loss.py").read_text() == OLD
    for hook in ("tfloss-migrate-fix", "tfloss-migrate"):
        assert pre_commit(project, hooks, hook).returncode == 0


def commands_of(text: str) -> list[str]:
    return re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)


def test_the_hooks_and_the_action_name_options_that_exist() -> None:
    listed = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in listed] == ["tfloss-migrate", "tfloss-migrate-fix"]
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    (step,) = (step["run"] for step in action["runs"]["steps"] if step["name"] == "tfloss-migrate")
    defaults = [str(given.get("default", "")) for given in action["inputs"].values()]
    named = commands_of("\n".join([step, *defaults, *(hook["entry"] for hook in listed)]))
    assert {"--check", "--write", "--format", "--force-exclude"} <= set(named) <= OPTIONS
    assert set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text())) == set(action["inputs"])


def run_step(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step of the action that runs the tool, as a runner does it: bash, with its inputs in the environment."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    defaults = {name: str(given.get("default", "")) for name, given in action["inputs"].items()}
    (step,) = (step for step in action["runs"]["steps"] if step["name"] == "tfloss-migrate")
    values = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: {**defaults, **inputs}[found[1]], value)
        for name, value in step["env"].items()
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, **values, "PATH": path},
        capture_output=True,
        text=True,
    )


def test_the_action_tells_findings_beside_the_lines_and_fails(tmp_path: Path) -> None:
    (tmp_path / "a b.py").write_text(OLD)
    ran = run_step(tmp_path)
    assert ran.returncode == 1
    assert ran.stdout.startswith("::error title=TFL101 renamed-symbol,file=a b.py,line=5,")
    assert run_step(tmp_path, args="--check --ignore TFL1").returncode == 0
    ran = run_step(tmp_path, args="--check --exit-zero --format sarif --output-file out.sarif", format="")
    assert (ran.returncode, (tmp_path / "out.sarif").is_file()) == (0, True)


def test_what_is_to_be_pasted_is_yaml_and_names_hooks_and_inputs_that_exist() -> None:
    text = (ROOT / "docs" / "ci.md").read_text()
    made, local, action, scanning, gitlab = map(yaml.safe_load, re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S))
    assert made["repos"][0]["hooks"] == [{"id": "tfloss-migrate"}]
    assert local["repos"][0]["hooks"][0]["entry"] == "tfloss-migrate --check --force-exclude"
    inputs = set(yaml.safe_load((ROOT / "action.yml").read_text())["inputs"])
    assert set(action["steps"][1]["with"]) | set(scanning[0]["with"]) <= inputs
    assert gitlab["tfloss-migrate"]["artifacts"]["reports"] == {"codequality": "gl-code-quality.json"}
