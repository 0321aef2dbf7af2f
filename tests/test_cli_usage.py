"""Options that contradict each other, words that do not exist, documentation."""

import json
import re
import sys
from pathlib import Path

import pytest
from at_the_console import run

from tfloss_migrate import __version__
from tfloss_migrate.cli import command
from tfloss_migrate.configuration import all_rules


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--check", "--write"], "--check and --write contradict each other"),
        (["--write", "--diff"], "--write and --diff contradict each other"),
        (["--no-verify", "--verify-all"], "--no-verify and --verify-all contradict each other"),
        (["-q", "-v"], "--quiet and --verbose contradict each other"),
        (["-", "a.py"], "goes with no other PATH"),
        (["--stdin-filename", "a.py"], "--stdin-filename goes with -"),
        (["--format", "sarf"], "'sarf' is not one of 'text', 'json'"),
        (["--jobs", "-1"], "-1 is not in the range"),
        (["--jobs", "many"], "'many' is not a valid integer"),
        (["--no-such-option"], "No such option"),
        (["--legacy-python", "no-such-python"], "'no-such-python' is no program that can be run"),
        (["--legacy-python", "true"], "'true' is no Python; give the path of a Python with TensorFlow 1"),
        (["--fixtures", "no-such-folder"], "'no-such-folder' does not exist"),
        (["--select", "TFL999x"], "--select: no rule is called 'TFL999x'; did you mean 'TFL9"),
        (["--ignore", "TFL2,cross"], "--ignore: no rule is called 'cross'; did you mean 'cross-entropy-by-hand'?"),
        (["--explain", "TFL20"], "no rule is called 'TFL20'; did you mean 'TFL20"),
        (["--list-rules", "--format", "sarif"], "The documentation of rules has no format sarif: it is text or json."),
        (["--explain", "double-softmx"], "did you mean 'double-softmax'"),
    ],
)
def test_a_wrong_command_line_is_told_with_what_to_write_and_exit_code_2(arguments: list[str], told: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_an_old_python_without_tensorflow_is_named_before_anything_is_read(tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', encoding="utf-8")
    bare.chmod(0o755)
    ran = run("--legacy-python", str(bare))
    assert (ran.code, ran.out) == (2, "")
    assert f"'{bare}' is a Python without TensorFlow" in ran.err


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").out == f"tfloss-migrate {__version__}\n"


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_names_the_exit_codes(option: str) -> None:
    ran = run(option)
    assert ran.code == 0
    assert "0 no error or warning remains; 1 some remain; 2 it could not run." in ran.out


def test_the_help_shows_every_option_under_a_heading_that_says_what_it_is_for() -> None:
    told = run("--help").out
    headings = dict(re.findall(r"^(\S[^\n]*):\n((?:  [^\n]*\n)+)", told, re.MULTILINE))
    shown = {title: re.findall(r"^  (?:-\w, )?--([a-z0-9-]+)", rows, re.MULTILINE) for title, rows in headings.items()}
    assert shown["What is done"][:4] == ["check", "write", "diff", "interactive"]
    assert shown["Rules and files"][:3] == ["select", "ignore", "exclude"]
    assert shown["Instead of a run"][-2:] == ["version", "help"]
    assert sum(map(len, shown.values())) == len([each for each in command.params if each.name != "paths"]) + 1


def test_the_help_says_where_settings_of_a_project_and_colours_come_from() -> None:
    told = " ".join(run("--help").out.split())
    assert "pyproject.toml, under [tool.tfloss-migrate]" in told
    assert "NO_COLOR and FORCE_COLOR" in told


def test_every_rule_is_listed_with_a_line_that_says_what_it_is_about() -> None:
    lines = run("--list-rules").out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(rule.id for rule in all_rules())
    assert all(re.match(r"TFL\d{3}  (error|warning|info) +[a-z0-9-]+ +\S", line) for line in lines)


@pytest.mark.parametrize("wanted", ["TFL401", "tfl401", "double-softmax"])
def test_a_rule_is_explained_by_id_and_by_name(wanted: str) -> None:
    ran = run("--explain", wanted)
    assert ran.code == 0
    assert ran.out.startswith("TFL401 double-softmax [")
    for part in ("\n => ", "Left alone:", "because"):
        assert part in ran.out


def test_the_rules_are_told_as_json_all_of_them_or_one() -> None:
    every = json.loads(run("--list-rules", "--format", "json").out)
    assert [rule["id"] for rule in every] == sorted(rule.id for rule in all_rules())
    (one,) = json.loads(run("--explain", "double-softmax", "--format", "json").out)
    assert one in every
    assert (one["id"], one["name"], one["severity"]) == ("TFL401", "double-softmax", "error")
    assert one["explanation"].startswith(one["about"])
    assert "**Left alone**" in one["explanation"]


def test_what_is_wrong_with_files_is_explained_too() -> None:
    assert run("--explain", "TFL902").out.startswith("TFL902 not-decodable [error]\n\nThe bytes of this file")


def test_every_rule_can_be_explained() -> None:
    for rule in all_rules():
        ran = run("--explain", rule.id)
        assert (ran.code, ran.out.splitlines()[0]) == (0, f"{rule.id} {rule.name} [{rule.severity}]")


def test_a_page_on_standard_output_is_refused_and_no_file_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("--check", "--report", "-", ".")
    assert ran.code == 2
    assert "name a file for it" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_report_into_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    ran = run(str(tmp_path), "--output-file", str(tmp_path / "gone" / "report.txt"))
    assert ran.code == 2
    assert "there is no such folder" in ran.err
