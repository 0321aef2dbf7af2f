"""Outcomes as a SARIF 2.1.0 log, which code scanning and editors read.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote
from urllib.request import pathname2url

from tfloss_migrate.model import FileOutcome, Finding, Rule, Settled
from tfloss_migrate.report.fixes import Fixes, Replacement
from tfloss_migrate.report.json_report import verdict_entry
from tfloss_migrate.report.places import relative, sentences, told, unfound
from tfloss_migrate.report.rules import explain_markdown

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "SRCROOT"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}

#: What a result is told from others by; the number goes up when what goes into it changes.
_FINGERPRINT = "tflossMigrate/v1"

_KNOWN: dict[str, object] = {"suppressions": [{"kind": "external"}]}


def document(outcomes: Iterable[FileOutcome], rules: Callable[[], Sequence[Rule]], version: str) -> Iterator[str]:
    """The whole log, in pieces: a result in each line as it comes, and below them what can be told only then.

    `rules` gives all that there are; those that found something are described, in the order in which they did.
    """
    index: dict[str, int] = {}
    failures: list[dict[str, object]] = []
    yield f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{"results": ['
    between = "\n"
    for outcome in outcomes:
        for result in _results(outcome):
            result["ruleIndex"] = index.setdefault(str(result["ruleId"]), len(index))
            yield between + _line(result)
            between = ",\n"
        failure = unfound(outcome)
        if failure is not None:
            place = {"physicalLocation": {"artifactLocation": _artifact(outcome.path)}}
            failures.append({"level": "error", "message": {"text": failure}, "locations": [place]})
    described = [_rule(rule) for rule in sorted(rules(), key=lambda rule: index.get(rule.id, 0)) if rule.id in index]
    invocation: dict[str, object] = {"executionSuccessful": True}
    if failures:
        invocation["toolExecutionNotifications"] = failures
    run = {
        "tool": {"driver": {"name": "tfloss-migrate", "version": version, "rules": described}},
        "invocations": [invocation],
        "originalUriBaseIds": {_BASE: {"uri": f"file://{pathname2url(os.path.join(os.getcwd(), ''))}"}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
    }
    yield "\n]" + "".join(f',\n"{name}": {_line(value)}' for name, value in run.items()) + "}]}\n"


def _results(outcome: FileOutcome) -> Iterator[dict[str, object]]:
    fixes = Fixes(outcome)
    for settled in told(outcome):
        yield _result(outcome, settled, fixes.of(settled))
    for settled in outcome.known:
        if not settled.inside_another:
            yield _result(outcome, settled, ()) | _KNOWN


def _line(value: object) -> str:
    return json.dumps(value, allow_nan=False)


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.message},
        "fullDescription": {"text": rule.doc.strip() or rule.message},
        "help": {"text": rule.doc.strip() or rule.message, "markdown": explain_markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["tensorflow", "migration"], "problem.severity": _PROBLEMS[rule.severity]},
    }


def _result(outcome: FileOutcome, settled: Settled, fix: Sequence[Replacement]) -> dict[str, object]:
    finding = settled.finding
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": _LEVELS[settled.severity],
        "message": {"text": "\n".join(sentences(settled))},
        "locations": [_location(outcome.path, finding)],
        "partialFingerprints": {_FINGERPRINT: settled.fingerprint},
        "suppressions": [],
        "properties": _properties(settled),
    }
    if fix:
        change = {"artifactLocation": _artifact(outcome.path), "replacements": [_replacement(one) for one in fix]}
        status = f" ({settled.verdict.status})" if settled.verdict is not None else ""
        result["fixes"] = [{"description": {"text": f"rewrite{status}"}, "artifactChanges": [change]}]
    return result


def _location(path: str, finding: Finding) -> dict[str, object]:
    """Lines count in the file, so that a place in a notebook has none, and names its cell instead."""
    span = finding.span
    physical: dict[str, object] = {"artifactLocation": _artifact(path)}
    if finding.cell is not None:
        return {"physicalLocation": physical, "logicalLocations": [{"name": f"cell {finding.cell}", "kind": "member"}]}
    physical["region"] = {
        "startLine": span.line,
        "startColumn": span.column + 1,
        "endLine": span.end_line,
        "endColumn": span.end_column + 1,
    }
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, object]:
    if os.path.relpath(path).startswith(os.pardir):
        return {"uri": f"file://{pathname2url(os.path.abspath(path))}"}
    return {"uri": quote(os.fsencode(relative(path))), "uriBaseId": _BASE}


def _replacement(one: Replacement) -> dict[str, object]:
    region = {"startLine": one.line, "startColumn": one.column, "endLine": one.end_line, "endColumn": one.end_column}
    return {"deletedRegion": region, "insertedContent": {"text": one.text}}


def _properties(settled: Settled) -> dict[str, object]:
    """What the JSON report says beside: both texts, the reason, the verdict with its counterexample, the offer."""
    properties: dict[str, object] = {"old": settled.finding.old, "new": settled.new, "reason": settled.reason}
    properties["verdict"] = None if settled.verdict is None else verdict_entry(settled.verdict)
    if settled.offered is not None:
        properties["offered"] = {"new": settled.offered.new, "verdict": verdict_entry(settled.offered.verdict)}
    return properties
