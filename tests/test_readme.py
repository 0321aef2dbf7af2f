"""README.md says what is so."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from textwrap import indent

import pytest
from at_the_console import run
from installed import needs

from tfloss_migrate.cli import command
from tfloss_migrate.model import STATUSES
from tfloss_migrate.settings import from_project

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = [page.relative_to(ROOT) for page in (ROOT / "docs").glob("*.md")]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
OPTIONS = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
OF_OTHERS = {"--maxprocesses"}


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def test_the_quick_start_is_two_commands_of_one_line_each_and_the_only_ones() -> None:
    assert README.count("```") == 2 * len(BLOCKS)
    quick = re.findall(r"^```sh\n(.*?)^```$", section("Quick start"), re.MULTILINE | re.DOTALL)
    assert [text.count("\n") for text in quick] == [1, 1]
    assert blocks("sh") == quick
    assert all("venv" in text and "pip install" in text for text in quick)


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", *sorted(str(one) for one in DOCS)])
def test_every_option_that_is_named_exists(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace("ruff format --check", "")
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", text))
    assert named - OF_OTHERS <= OPTIONS


def test_the_rules_are_those_of_the_registry() -> None:
    spec = importlib.util.spec_from_file_location("rules_table", ROOT / "docs" / "rules_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.SECTION.search(README)
    assert found is not None
    assert found[0] == module.table(), "run: python docs/rules_table.py"


def test_every_verdict_is_explained() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", section("Verdicts"), re.MULTILINE)
    assert sorted(explained) == sorted(STATUSES)


def test_the_configuration_that_is_shown_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(blocks("toml")[0])
    _, settings = from_project([str(tmp_path)])
    assert settings["select"] == ("TFL2", "TFL3")
    assert settings["force_exclude"] is True


def test_the_example_shows_what_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loss.py").write_text(blocks("python")[0])
    ran = run("--diff", "--no-verify", "--unsafe", "loss.py")
    assert ran.out == blocks("diff")[0]


def test_every_file_that_is_linked_exists() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert linked
    assert all((ROOT / name).is_file() for name in linked)


def test_the_verdicts_that_are_shown_are_those_that_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("tensorflow", reason="needs TensorFlow to give verdicts")
    needs("tf_keras", reason="the verdicts shown are of both Keras")
    monkeypatch.chdir(tmp_path)
    told = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    programs = re.findall(r"^```python\n(.*?)^```$", told, re.MULTILINE | re.DOTALL)
    assert programs[0] == blocks("python")[0]
    for number, program in enumerate(programs):
        Path(f"loss{number}.py").write_text(program)
    whole = ["--verify-all", "--no-cache", "-v"]
    given = "".join(run(*whole, f"loss{number}.py").out for number in range(len(programs)))
    for shown in re.findall(r"^```console\n(.*?)^```$", told, re.MULTILINE | re.DOTALL):
        assert indent(shown, "  ") in given
    (short,) = blocks("console")
    assert indent(short, "  ") in run(*whole[:2], "loss0.py").out
