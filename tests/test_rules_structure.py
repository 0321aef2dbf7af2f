"""Claims about every rule, derived from the rules: what is found, what is left alone."""

from __future__ import annotations

import pytest
from rule_cases import findings_in, normal

from tfloss_migrate.model import Catch, NearMiss, Rule, Verdict
from tfloss_migrate.recognise.specimens import IMPORTS, Specimen, near_misses, specimens
from tfloss_migrate.rules.registry import all_rules
from tfloss_migrate.settle import Allowed, settle
from tfloss_migrate.syntax.edits import apply

_BY_STRUCTURE = specimens(by_name=False)
_BY_NAME = specimens(by_name=True)

#: What stands around the expression in a specimen's program.
_AROUND = ("tf.Session", "tf.placeholder")


def _offered(case: Specimen, text: str) -> list[str]:
    return [
        normal(rewrite.new)
        for finding in findings_in(text)
        if finding.rule == case.rule.id
        for rewrite in finding.rewrites
    ]


@pytest.mark.parametrize("imports", IMPORTS)
@pytest.mark.parametrize("case", _BY_STRUCTURE, ids=str)
def test_every_form_is_rewritten_to_its_target_under_every_import(case: Specimen, imports: str) -> None:
    if case.form.target is None:
        found = [finding for finding in findings_in(case.program(imports)) if finding.rule == case.rule.id]
        assert [(f.rewrites, f.reason) for f in found] == [((), case.rule.otherwise)]
        return
    target = normal(case.with_numbers(case.form.target))
    if normal(case.with_numbers(case.form.legacy)) == target:
        pytest.skip("the target is the legacy expression, kept as it is")
    assert target in _offered(case, case.program(imports))


@pytest.mark.parametrize("case", _BY_NAME, ids=str)
def test_every_renaming_is_found_and_gives_its_target(case: Specimen) -> None:
    text = case.program()
    if case.form.legacy.startswith("tf.div("):
        text = case.program(expression="tf.div(x, 2.0)")
    findings = [finding for finding in findings_in(text) if finding.rule == case.rule.id]
    questions = [r.question for f in findings for r in f.rewrites if r.question is not None]
    _, edits = settle(findings, dict.fromkeys(questions, Verdict("same", "")), Allowed())
    assert edits
    new = apply(text, edits)
    assert not [finding for finding in findings_in(new) if finding.rule == case.rule.id]


@pytest.mark.parametrize("case", [*_BY_STRUCTURE, *_BY_NAME], ids=str)
def test_every_target_is_left_alone(case: Specimen) -> None:
    if case.form.target is None:
        return
    text = case.program(expression=case.with_numbers(case.form.target))
    rewrites = [rewrite for finding in findings_in(text) if finding.old not in _AROUND for rewrite in finding.rewrites]
    exact = [r.new for r in rewrites if r.question is None or r.question.shift is None]
    assert exact == []


@pytest.mark.parametrize(
    ("rule", "miss"), list(near_misses()), ids=lambda value: getattr(value, "code", getattr(value, "id", ""))
)
def test_every_near_miss_is_left_alone(rule: Rule, miss: NearMiss) -> None:
    body = miss.code if "\n" in miss.code else f"value = {miss.code}"
    text = f"import math\nimport numpy as np\nimport tensorflow as tf\n\nsession = tf.Session()\n{body}\n"
    found = [f.old for f in findings_in(text) if f.rule == rule.id and f.rewrites]
    assert [old for old in found if old not in _AROUND] == []
    assert miss.because


@pytest.mark.parametrize(
    ("rule", "catch"),
    [(rule, catch) for rule in all_rules() for catch in rule.catches],
    ids=lambda value: getattr(value, "old", getattr(value, "id", "")),
)
def test_every_catch_is_found_and_offered_its_text(rule: Rule, catch: Catch) -> None:
    found = [finding for finding in findings_in(catch.code) if finding.rule == rule.id]
    assert [finding.old for finding in found] == [catch.old]
    assert [rewrite.new for rewrite in found[0].rewrites[:1]] == ([] if catch.new is None else [catch.new])


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if rule.look is not None], ids=lambda rule: rule.id)
def test_every_rule_that_looks_at_programs_shows_one_that_it_catches(rule: Rule) -> None:
    assert rule.catches


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_says_why_and_leaves_more_alone_than_one(rule: Rule) -> None:
    assert rule.doc.partition("\n")[0].endswith(".")
    assert "Why:" in rule.doc
    assert len(rule.leave_alone) >= 3
    assert rule.id.startswith("TFL")
    assert len(rule.id) == 6
