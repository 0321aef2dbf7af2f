"""Outcomes as JUnit XML: a suite for each file, a case for each finding; what is only `info` passes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from tfloss_migrate.model import FileOutcome, Settled
from tfloss_migrate.report.held import Held
from tfloss_migrate.report.places import relative, sentences, told, unfound

#: What XML 1.0 cannot hold, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(outcomes: Iterable[FileOutcome]) -> Iterator[str]:
    """The whole report, in pieces; what is in it is counted first."""
    held, counted = Held(), {"tests": 0, "failures": 0, "errors": 0}
    for outcome in outcomes:
        counts, text = _suite(outcome)
        held.add(text)
        for name, number in counts.items():
            counted[name] += number
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f"<testsuites{_attributes(name='tfloss-migrate', **counted)}>\n"
    yield from held.pieces()
    yield "</testsuites>\n"


def _suite(outcome: FileOutcome) -> tuple[dict[str, int], str]:
    path = relative(outcome.path)
    findings, failure = list(told(outcome)), unfound(outcome)
    cases = [_case(path, settled) for settled in findings]
    if failure is not None:
        inside = f"<error{_attributes(message=failure)}/>"
        cases.append(f"    <testcase{_attributes(name='tfloss-migrate', classname=path)}>{inside}</testcase>\n")
    elif not cases:
        cases.append(f"    <testcase{_attributes(name='tfloss-migrate', classname=path)}/>\n")
    failures = sum(settled.severity != "info" for settled in findings)
    counts = {"tests": len(cases), "failures": failures, "errors": int(failure is not None)}
    return counts, f"  <testsuite{_attributes(name=path, **counts)}>\n{''.join(cases)}  </testsuite>\n"


def _case(path: str, settled: Settled) -> str:
    finding = settled.finding
    place = f"{finding.span.line}:{finding.span.column + 1}"
    if finding.cell is not None:
        place = f"cell {finding.cell}:{place}"
    attributes = _attributes(
        name=f"{finding.rule} {finding.name} {place}", classname=path, file=path, line=finding.span.line
    )
    said = "\n".join(sentences(settled))
    if settled.severity == "info":
        inside = f"<system-out>{escape(_xml(said))}</system-out>"
    else:
        head = _attributes(message=finding.message, type=settled.severity)
        inside = f"<failure{head}>{escape(_xml(f'{path}:{place}: {said}'))}</failure>"
    return f"    <testcase{attributes}>{inside}</testcase>\n"


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(_xml(str(value)))}" for name, value in values.items())


def _xml(text: str) -> str:
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
