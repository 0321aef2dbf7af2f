"""The SARIF log is valid, tells what the JSON report tells, and its fixes are the edits that --write makes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from at_the_console import run
from installed import needs
from made_outcomes import DIFFERENT, FOUND, LEFT, REWRITTEN, SAME, TOLD, outcome

from tfloss_migrate.model import FileOutcome, Rule, Settled, Span
from tfloss_migrate.report.sarif import document

needs("pydantic_sarif", reason="it is the schema of SARIF 2.1.0")

RULES = [
    Rule("TFL310", "cross-entropy-by-hand", (), (), "this underflows", doc="Long.\n\nWhy: so."),
    Rule("TFL311", "x", (), (), "x"),
]
OLD = "import tensorflow as tf\n\n\ndef f(x, y):\n    a = tf.log(x)\n    return a, tf.sub(\n        x, y)"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def valid(text: str) -> dict:
    from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log

    Log.model_validate_json(text)
    return json.loads(text)["runs"][0]


def log(*outcomes: FileOutcome) -> dict:
    return valid("".join(document(outcomes, lambda: RULES, "1.2.3")))


def test_the_log_is_valid_whatever_happened(here: Path) -> None:
    cell = Settled(replace(FOUND, cell=3), None, None, None, "warning")
    made = log(outcome(REWRITTEN, LEFT, TOLD, cell), outcome(status="failed", error="disk full"), outcome())
    assert [result["level"] for result in made["results"]] == ["warning", "error", "note", "warning"]
    (notification,) = made["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"] == {"text": "disk full"}
    assert made["originalUriBaseIds"]["SRCROOT"]["uri"] == f"{here.as_uri()}/"
    assert "region" not in made["results"][3]["locations"][0]["physicalLocation"]
    assert log()["results"] == []


def test_a_result_names_its_place_and_its_rule_with_help() -> None:
    made = log(outcome(TOLD, REWRITTEN))
    told, rewritten = made["results"]
    assert rewritten["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "src/loss.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 2, "startColumn": 5, "endLine": 3, "endColumn": 10},
    }
    rules = made["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in (told, rewritten)] == ["TFL311", "TFL310"]
    assert "Why: so." in rules[rewritten["ruleIndex"]]["help"]["markdown"]


def test_verdict_and_counterexample_are_properties() -> None:
    rewritten, left = log(outcome(REWRITTEN, LEFT))["results"]
    assert rewritten["properties"]["verdict"]["sentence"] == SAME.sentence
    assert left["properties"]["verdict"]["counterexample"]["test"] == DIFFERENT.counterexample.test
    assert left["properties"]["offered"]["verdict"]["status"] == "shifted"
    assert SAME.sentence in rewritten["message"]["text"]


def test_paths_are_uris_below_the_current_folder_or_whole() -> None:
    inside = replace(outcome(TOLD), path="a b/ü#.py")
    assert (
        log(inside)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%BC%23.py"
    )
    outside = replace(outcome(TOLD), path="../loss.py")
    (result,) = log(outside)["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"].startswith("file:///")
    assert "uriBaseId" not in location


def applied(text: str, fix: dict) -> str:
    """What a reader of the log makes of a text."""
    lines = text.splitlines(keepends=True)
    for one in reversed(fix["artifactChanges"][0]["replacements"]):
        place = one["deletedRegion"]
        before = lines[place["startLine"] - 1][: place["startColumn"] - 1]
        rest = lines[place["endLine"] - 1][place["endColumn"] - 1 :] if place["endLine"] <= len(lines) else ""
        lines[place["startLine"] - 1 : place["endLine"]] = [before + one["insertedContent"]["text"] + rest]
    return "".join(lines)


def fixes(made: dict) -> Iterator[dict]:
    for result in made["results"]:
        yield from result.get("fixes", ())


@pytest.mark.parametrize("ending", ["", "\n"])
def test_each_fix_mends_its_finding_and_nothing_else(here: Path, ending: str) -> None:
    (here / "loss.py").write_text(OLD + ending)
    ran = run("--no-verify", "--no-cache", "--format", "sarif", "loss.py")
    first, second = fixes(valid(ran.out))
    assert applied(OLD + ending, first) == OLD.replace("tf.log", "tf.math.log") + ending
    assert applied(OLD + ending, second) == OLD.replace("tf.sub", "tf.subtract") + ending
    assert ran.code == 1


def test_what_belongs_to_no_finding_is_part_of_every_fix() -> None:
    text, new = "import a\ny = 1\nx = old(1)\nx", "import a\nimport b\ny = 1\nx = new(1)\nx"
    finding = replace(FOUND, span=Span(19, 25, 3, 4, 3, 10))
    made = log(outcome(replace(REWRITTEN, finding=finding), old_text=text, new_text=new))
    (fix,) = fixes(made)
    assert applied(text, fix) == new


def test_a_result_keeps_its_fingerprint_when_it_moves(here: Path) -> None:
    def fingerprints(text: str) -> set[str]:
        (here / "loss.py").write_text(text)
        made = valid(run("--check", "--format", "sarif", "loss.py").out)
        return {result["partialFingerprints"]["tflossMigrate/v1"] for result in made["results"]}

    assert len(fingerprints(OLD)) == 2
    assert fingerprints(OLD) == fingerprints("'''Moved.'''\n" + OLD.replace("f(x, y)", "g(x, y)"))


def test_a_result_is_out_before_the_next_file_is_looked_at() -> None:
    looked: list[str] = []

    def outcomes() -> Iterator[FileOutcome]:
        for name in ("a.py", "b.py"):
            looked.append(name)
            yield replace(outcome(REWRITTEN), path=name)

    pieces = document(outcomes(), lambda: RULES, "1.2.3")
    next(piece for piece in pieces if "a.py" in piece)
    assert looked == ["a.py"]
    next(piece for piece in pieces if "b.py" in piece)
    assert all(len(piece) < 10_000 for piece in pieces)
