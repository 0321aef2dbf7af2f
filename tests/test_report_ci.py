"""What GitHub, GitLab and readers of JUnit get: the place, the words, escaped as each format wants."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from at_the_console import run
from made_outcomes import FOUND, INSIDE, LEFT, REWRITTEN, TOLD, outcome

from tfloss_migrate.model import LINT_ONLY, FileOutcome, Settled
from tfloss_migrate.report.github import commands
from tfloss_migrate.report.gitlab import entries
from tfloss_migrate.report.junit import document

ONE_LINE = Settled(replace(FOUND, span=replace(FOUND.span, end_line=2)), None, LINT_ONLY, None, "warning")
IN_A_CELL = Settled(replace(FOUND, cell=3), None, LINT_ONLY, None, "error")


def test_github_gets_a_command_for_each_finding() -> None:
    assert list(commands(outcome(ONE_LINE, LEFT, TOLD, INSIDE))) == [
        "::warning title=TFL310 cross-entropy-by-hand,file=src/loss.py,line=2,col=5,endLine=2,endColumn=10"
        "::this underflows\n",
        "::error title=TFL310 cross-entropy-by-hand,file=src/loss.py,line=2,endLine=3::this underflows"
        "%0Anot rewritten: a counterexample was found%0Adifferent: value is 2 on the old side and inf on the new one\n",
        "::notice title=TFL311 cross-entropy-by-hand,file=src/loss.py,line=2,endLine=3::this underflows\n",
    ]
    assert list(commands(outcome(IN_A_CELL))) == [
        "::error title=TFL310 cross-entropy-by-hand,file=src/loss.py::cell 3, line 2: this underflows\n"
    ]


def test_nothing_that_is_found_can_end_a_command_or_begin_one() -> None:
    evil = replace(ONE_LINE, finding=replace(FOUND, message="100%\r\n::error::x, y"))
    (line,) = commands(replace(outcome(evil), path="a,b:c%.py"))
    assert "file=a%2Cb%3Ac%25.py,line" in line
    assert line.endswith("::100%25%0D%0A::error::x, y\n")
    assert line.count("\n") == 1


def test_a_failure_that_no_finding_tells_is_told() -> None:
    failed = outcome(status="failed", error="disk full")
    assert list(commands(failed)) == ["::error title=tfloss-migrate,file=src/loss.py::disk full\n"]
    assert [entry["description"] for entry in entries(failed)] == ["disk full"]
    assert junit(failed).find("testsuite/testcase/error").get("message") == "disk full"


def test_gitlab_gets_what_its_format_asks_for() -> None:
    first, second = entries(outcome(replace(ONE_LINE, fingerprint="a"), replace(LEFT, fingerprint="b")))
    assert first == {
        "description": "TFL310 cross-entropy-by-hand: this underflows",
        "check_name": "TFL310",
        "fingerprint": first["fingerprint"],
        "severity": "minor",
        "location": {
            "path": "src/loss.py",
            "positions": {"begin": {"line": 2, "column": 5}, "end": {"line": 2, "column": 10}},
        },
    }
    assert second["severity"] == "major"
    (elsewhere,) = entries(replace(outcome(replace(ONE_LINE, fingerprint="a")), path="other.py"))
    assert len({entry["fingerprint"] for entry in (first, second, elsewhere)}) == 3


def junit(*outcomes: FileOutcome) -> ET.Element:
    return ET.fromstring("".join(document(outcomes)))


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_finding() -> None:
    suites = junit(outcome(REWRITTEN, TOLD, INSIDE), replace(outcome(status="unchanged"), path="b.py"))
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("3", "1", "0")
    first, second = suites
    assert [case.get("name") for case in first] == [
        "TFL310 cross-entropy-by-hand 2:5",
        "TFL311 cross-entropy-by-hand 2:5",
    ]
    assert first[0].find("failure").text.startswith("src/loss.py:2:5: this underflows\nbecomes: tf.math.log(x)\nsame: ")
    assert first[1].find("system-out").text == "this underflows"
    assert [(case.get("name"), len(case)) for case in second] == [("tfloss-migrate", 0)]


def test_junit_holds_what_xml_cannot() -> None:
    evil = replace(ONE_LINE, finding=replace(FOUND, message="\x1b\x00<&\"'>\ud800]]>"))
    (failure,) = junit(outcome(evil)).iter("failure")
    assert failure.get("message") == "\\x1b\\x00<&\"'>\\ud800]]>"


@pytest.mark.parametrize("kind", ["sarif", "github", "gitlab", "junit"])
def test_every_format_goes_to_the_file_that_is_named_from_every_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loss.py").write_text("import tensorflow as tf\n\nx = tf.log(1.0)\n")
    for mode in (["--check"], ["--no-verify", "--no-cache"], ["--write", "--no-verify", "--no-cache"]):
        ran = run(*mode, "--format", kind, "--output-file", "report", "./loss.py")
        assert (ran.code, ran.out, ran.err) == (int("--write" not in mode), "", "")
        text = (tmp_path / "report").read_text()
        assert ("TFL101" in text) == ("--write" not in mode)
        assert "./loss.py" not in text


def test_gitlab_and_sarif_are_json_without_findings_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert json.loads(run("--check", "--format", "gitlab").out) == []
    assert json.loads(run("--check", "--format", "sarif").out)["runs"][0]["results"] == []
