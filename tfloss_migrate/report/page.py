"""The report as one page (HTML) that needs nothing else: an overview, each rewrite side by side, plots, explanations.

What is equal is shown once, with all its places; the page grows with what is different, not with how often it is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from tfloss_migrate.model import LINT_ONLY, ONLY_V1, STATUSES, FileOutcome, Rule, Settled, Verdict
from tfloss_migrate.record import dataclass, field
from tfloss_migrate.report.excerpt import Excerpts
from tfloss_migrate.report.overview import overview
from tfloss_migrate.report.page_parts import Plots, element, explained, text, verdict_block
from tfloss_migrate.report.places import unfound
from tfloss_migrate.report.plain import clean
from tfloss_migrate.report.sides import alone, side_by_side
from tfloss_migrate.report.statistics import Statistics
from tfloss_migrate.report.style import PLOT_STYLE, STYLE
from tfloss_migrate.report.tally import Tally
from tfloss_migrate.report.text import flag, without_sentence
from tfloss_migrate.report.verdicts import short

#: Nothing is loaded, from nowhere: what is written in code is shown, and never run.
_HEAD = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,"><title>tfloss-migrate</title>
<style>{STYLE}{PLOT_STYLE}</style></head><body>
"""
#: So many places of one change are shown at once.
_PLACES_SHOWN = 8
#: Programs of which the whole text is shown, before and after.
_WHOLE = ("TFL501", "TFL502")


@dataclass(frozen=True)
class _Change:
    """An old text, what is written for it, and what would be with another flag."""

    old: str
    new: str | None
    offered: str | None = None


@dataclass
class _Group:
    """What one rule found with one verdict: the changes, each with its places."""

    settled: Settled
    changes: dict[_Change, list[str]] = field(default_factory=dict)


@dataclass
class _OfRule:
    """What one rule found, by verdict and reason."""

    name: str
    groups: dict[tuple[object, ...], _Group] = field(default_factory=dict)


class Page:
    """The page on all outcomes that were added to it."""

    def __init__(self, version: str, rules: Callable[[], Sequence[Rule]]) -> None:
        self._version, self._rules = version, rules
        self._found: dict[str, _OfRule] = {}
        self._statistics = Statistics()
        self._failed: list[tuple[str, str]] = []
        self._run = 0

    def noted(self, outcomes: Iterable[FileOutcome]) -> Iterator[FileOutcome]:
        """The same outcomes, each put down on the way; nothing of a file is kept but what is shown."""
        for outcome in outcomes:
            self._add(outcome)
            yield outcome

    def _add(self, outcome: FileOutcome) -> None:
        self._statistics.add(outcome)
        failure = unfound(outcome)
        if failure is not None:
            self._failed.append((outcome.path, failure))
        excerpts = Excerpts(outcome.old_text)
        for settled in outcome.findings:
            if settled.inside_another:
                continue
            self._run += settled.verdict is not None and settled.verdict.cases > 0
            finding = settled.finding
            of_rule = self._found.setdefault(finding.rule, _OfRule(finding.name))
            group = of_rule.groups.setdefault(_kind(settled), _Group(settled))
            group.changes.setdefault(_change(outcome, settled, excerpts), []).append(_place(outcome.path, settled))

    def pieces(self, tally: Tally, writing: bool) -> Iterator[str]:
        """The page; `writing`: what it tells of has been written."""
        plots = Plots()
        described = [rule for rule in self._rules() if rule.id in self._found]
        yield _HEAD
        yield from overview(tally, self._statistics, self._run, self._failed, writing, self._version)
        if self._found:
            yield element("h2", "What was found")
        for rule_id, of_rule in sorted(self._found.items()):
            yield from _rule(rule_id, of_rule, plots, writing)
        if described:
            yield element("h2", "The rules")
        for rule in sorted(described, key=lambda one: one.id):
            yield explained(rule)
        yield "</body></html>\n"


def _kind(settled: Settled) -> tuple[object, ...]:
    """What findings have in common that are shown together."""
    offered = settled.offered.verdict if settled.offered is not None else None
    return (
        settled.finding.message,
        settled.new is None,
        settled.severity,
        settled.reason,
        *_known(settled.verdict),
        *_known(offered),
    )


def _known(verdict: Verdict | None) -> tuple[object, ...]:
    if verdict is None:
        return (None,)
    return verdict.status, verdict.sentence, verdict.oracle, verdict.max_abs, verdict.grad_max_abs, verdict.curve


def _change(outcome: FileOutcome, settled: Settled, excerpts: Excerpts) -> _Change:
    finding = settled.finding
    if finding.rule in _WHOLE and settled.new is not None and outcome.new_text is not None:
        return _Change(outcome.old_text or "", outcome.new_text)
    old, new = excerpts.whole(finding, settled.new)
    offered = excerpts.whole(finding, settled.offered.new)[1] if settled.offered is not None else None
    return _Change(old, new, offered)


def _place(path: str, settled: Settled) -> str:
    finding = settled.finding
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{path}:{cell}{finding.span.line}:{finding.span.column + 1}"


def _rule(rule: str, of_rule: _OfRule, plots: Plots, writing: bool) -> Iterator[str]:
    yield f'<section class="rule" id="{text(rule)}"><h3>{text(rule)} {text(of_rule.name)}</h3>'
    yield f'<p class="faint"><a href="#why-{text(rule)}">Why, and what becomes what</a></p>'
    for group in sorted(of_rule.groups.values(), key=_order):
        yield from _group(group, plots, writing)
    yield "</section>\n"


def _order(group: _Group) -> tuple[bool, int]:
    verdict = group.settled.verdict or (group.settled.offered.verdict if group.settled.offered else None)
    return group.settled.new is None, STATUSES.index(verdict.status) if verdict is not None else len(STATUSES)


def _group(group: _Group, plots: Plots, writing: bool) -> Iterator[str]:
    settled = group.settled
    yield f'<div class="group"><p><span class="badge {settled.severity}">{settled.severity}</span> '
    yield f"{text(settled.finding.message)}</p>"
    if settled.new is not None:
        by_v1 = ", by way of tf.compat.v1" if settled.finding.rule == ONLY_V1 else ""
        yield element("h4", f"{'Rewritten' if writing else 'Would be rewritten'}{by_v1}")
    elif settled.reason is not None:
        reason = settled.reason if settled.reason == LINT_ONLY else short(without_sentence(settled.reason, settled))
        yield element("p", f"Not rewritten: {reason}")
    if settled.verdict is not None:
        yield verdict_block(settled.verdict, plots)
    if settled.offered is not None:
        yield element("h4", f"Offered{flag(settled.offered.verdict)}")
        yield verdict_block(settled.offered.verdict, plots)
    for change, places in group.changes.items():
        yield f'<div class="change">{_places(places)}{_shown(change)}</div>'
    yield "</div>\n"


def _shown(change: _Change) -> str:
    if change.new is None and change.offered is None:
        return alone(change.old) if change.old else ""
    shown = [side_by_side(change.old, new or "(removed)") for new in (change.new, change.offered) if new is not None]
    return "".join(shown)


def _places(places: Sequence[str]) -> str:
    first = ", ".join(f"<code>{text(clean(place))}</code>" for place in places[:_PLACES_SHOWN])
    if len(places) <= _PLACES_SHOWN:
        return f'<p class="places">{first}</p>'
    rest = "<br>".join(f"<code>{text(clean(place))}</code>" for place in places[_PLACES_SHOWN:])
    more = f"and {len(places) - _PLACES_SHOWN} more places"
    return f'<div class="places">{first}<details><summary>{more}</summary>{rest}</details></div>'
