"""The JSON report keeps to its contract, to the order of its keys."""

import json
import math

from made_outcomes import LEFT, REWRITTEN, TOLD, outcome

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.report.json_report import document
from tfloss_migrate.report.tally import Tally


def report(*outcomes: FileOutcome) -> dict:
    tally = Tally()
    for one in outcomes:
        tally.add(one)
    text = "".join(document(outcomes, tally.summary, "1.2.3"))

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_the_keys_are_those_of_the_contract_in_their_order() -> None:
    whole = report(outcome(REWRITTEN, LEFT))
    assert list(whole) == ["version", "summary", "files"]
    assert list(whole["summary"]) == ["files", "changed", "findings", "rewrites", "errors", "verdicts"]
    assert list(whole["summary"]["verdicts"]) == ["same", "steadier", "shifted", "repaired", "different", "unknown"]
    (file,) = whole["files"]
    assert list(file) == ["path", "status", "error", "findings"]
    keys = ["rule", "name", "severity", "message", "line", "column", "end_line", "end_column", "cell", "old", "new"]
    keys += ["reason", "verdict"]
    assert [list(finding) for finding in file["findings"]] == [keys, [*keys, "offered"]]
    verdict = ["status", "sentence", "cases", "oracle", "max_abs", "max_rel", "grad_max_abs", "domain"]
    assert list(file["findings"][0]["verdict"]) == [*verdict, "counterexample"]
    assert list(file["findings"][1]["offered"]) == ["new", "verdict"]
    assert list(file["findings"][1]["offered"]["verdict"]) == [*verdict, "counterexample"]


def test_a_report_on_nothing_and_one_on_many_files_are_whole() -> None:
    assert report()["files"] == []
    many = [outcome(REWRITTEN, LEFT) for _ in range(500)]
    assert [file["findings"] for file in report(*many)["files"]] == [report(many[0])["files"][0]["findings"]] * 500


def test_the_summary_counts_what_the_files_hold() -> None:
    summary = report(
        outcome(REWRITTEN, LEFT, TOLD, status="changed"),
        outcome(REWRITTEN),
        outcome(status="failed", error="x"),
        outcome(status="unchanged"),
    )["summary"]
    verdicts = summary.pop("verdicts")
    assert summary == {"files": 4, "changed": 1, "findings": 4, "rewrites": 2, "errors": 2}
    assert verdicts == {"same": 2, "steadier": 0, "shifted": 0, "repaired": 0, "different": 1, "unknown": 0}


def test_errors_are_findings_of_that_severity_and_files_that_failed_without_one() -> None:
    def errors(*outcomes: FileOutcome) -> int:
        return report(*outcomes)["summary"]["errors"]

    assert errors(outcome(REWRITTEN, TOLD)) == 0
    assert errors(outcome(LEFT, LEFT), outcome(LEFT, REWRITTEN, status="changed")) == 3
    assert errors(outcome(LEFT, status="failed", error="x")) == 1
    assert errors(outcome(status="failed", error="x")) == 1


def test_lines_and_columns_count_from_one() -> None:
    (finding,) = report(outcome(TOLD))["files"][0]["findings"]
    assert [finding[key] for key in ("line", "column", "end_line", "end_column")] == [2, 5, 3, 10]
    assert (finding["cell"], finding["new"], finding["reason"], finding["verdict"]) == (None, None, None, None)


def test_numbers_that_json_lacks_are_strings() -> None:
    finding = report(outcome(LEFT))["files"][0]["findings"][0]
    assert finding["verdict"]["max_abs"] == "inf"
    example = finding["verdict"]["counterexample"]
    assert list(example) == ["case", "what", "inputs", "old", "new", "test"]
    assert example["inputs"]["logits"] == [["nan", "-inf"]]
    assert math.isnan(float(example["inputs"]["logits"][0][0]))


def test_a_path_that_is_no_text_and_letters_of_any_script_survive_an_ascii_stream() -> None:
    one = FileOutcome("verlust_ü\udcff.py", "unchanged")
    text = "".join(document([one], Tally().summary, "1"))
    assert text.isascii()
    assert json.loads(text)["files"][0]["path"] == one.path
