"""Statistics count by rule what was found, what becomes of it, and why the rest is left."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from at_the_console import run
from made_outcomes import FOUND, INSIDE, LEFT, REWRITTEN, TOLD, outcome

from tfloss_migrate.model import LINT_ONLY, Settled
from tfloss_migrate.report.plain import Style
from tfloss_migrate.report.statistics import Statistics


def plain(text: str, style: Style) -> str:
    return text


def test_each_rule_has_a_line_and_the_reasons_of_what_is_left_below_it() -> None:
    lint = Settled(replace(FOUND, rule="TFL311"), None, LINT_ONLY, None, "warning")
    made = Statistics([outcome(TOLD, REWRITTEN, REWRITTEN, INSIDE), outcome(LEFT, LEFT), outcome(lint)])
    assert list(made.lines(plain)) == [
        "found  rewritten  inside  rule                          verdicts",
        "    5          2       1  TFL310 cross-entropy-by-hand  2 same, 2 different",
        "                          2x left: a counterexample was found",
        "    2          0       0  TFL311 cross-entropy-by-hand",
    ]
    first, second = json.loads(made.document())
    assert (first["found"], first["rewritten"], first["inside"]) == (5, 2, 1)
    assert first["left"] == {"a counterexample was found": 2}
    assert {status: number for status, number in first["verdicts"].items() if number} == {"same": 2, "different": 2}
    assert second["left"] == {LINT_ONLY: 1}


def test_reasons_that_differ_in_numbers_only_are_one() -> None:
    reasons = ("line 9: 0 of 8 values were run; --unsafe writes it", "line 12: 0 of 5 values were run; why not")
    made = Statistics([outcome(*(Settled(FOUND, None, reason, None, "warning") for reason in reasons))])
    assert list(made.lines(plain))[-1].strip() == "2x left: line N: N of N values were run"


def test_they_stand_in_the_place_of_the_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loss.py").write_text("import tensorflow as tf\nx = tf.neg(tf.sub(1.0, 2.0))\n")
    ran = run("--check", "--statistics", ".")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[:3] == [
        "found  rewritten  inside  rule                   verdicts",
        "    2          0       0  TFL101 renamed-symbol",
        "1 file, 2 findings",
    ]
    assert json.loads(run("--check", "--statistics", "--format", "json", ".").out)[0]["found"] == 2
    assert run("--check", "--statistics", "--format", "sarif", ".").code == 2
    assert run("--check", "--statistics", "--select", "TFL4", ".").out == "1 file, 0 findings\n"
