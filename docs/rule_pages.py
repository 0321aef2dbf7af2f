"""The pages about the rules, from the rules' own text: Markdown, with the verdict on each change and a plot of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rules_table import FAMILIES

from tfloss_migrate.configuration import all_rules
from tfloss_migrate.curves import Curve
from tfloss_migrate.model import STATUSES, Form, Question, Rule, Verdict
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.recognise.find import FileFacts, Finder
from tfloss_migrate.recognise.specimens import Specimen
from tfloss_migrate.referee.referee import DIFFER, Referee
from tfloss_migrate.report.page_parts import figure
from tfloss_migrate.report.rules import Part, explanation, first_line, markdown_parts
from tfloss_migrate.report.verdicts import short
from tfloss_migrate.rules.registry import all_rules as rules_about_code

_ABOUT_VERDICTS = "[How to read a verdict](../verdicts.md)"


class RulePages:
    """A page for each rule. `plots`: both sides are run where they differ, which takes TensorFlow, and minutes once."""

    def __init__(self, *, plots: bool, rules: Sequence[Rule] = ()) -> None:
        self._rules = sorted(rules or all_rules(), key=lambda rule: rule.id)
        about_code = {rule.id for rule in rules_about_code()}
        self._asked = {rule.id: _asked(rule) if rule.id in about_code else [] for rule in self._rules}
        every = [question for asked in self._asked.values() for question in asked if question is not None]
        with Referee(run=plots) as referee:
            self._verdicts = referee.ask(every)
        if plots:
            with Referee(curves=STATUSES) as referee:
                self._verdicts |= referee.ask([question for rule in self._rules for question in self._drawn(rule)])

    def pages(self) -> Iterator[tuple[str, str]]:
        """The name of each page within the site, and its text; the index is the first."""
        yield "rules/index.md", "".join(f"{line}\n" for line in self._index())
        for rule in self._rules:
            yield f"rules/{rule.id}.md", "\n\n".join(self._page(rule)) + "\n"

    def _index(self) -> Iterator[str]:
        yield "# The rules\n"
        yield "The same is printed by `tfloss-migrate --list-rules`, and each page by `tfloss-migrate --explain ID`."
        for family, rules in groupby(self._rules, key=lambda rule: rule.id[:4]):
            yield f"\n## {family}xx {FAMILIES[family]}\n"
            yield "| rule | severity | |"
            yield "|---|---|---|"
            for rule in rules:
                said = first_line(rule).replace("|", "\\|")
                yield f"| [{rule.id}]({rule.id}.md) {rule.name} | {rule.severity} | {said} |"

    def _page(self, rule: Rule) -> Iterator[str]:
        yield f"# {rule.id} {rule.name}"
        yield f"Severity: {rule.severity}. Message: *{rule.message}*"
        asked = iter(self._asked[rule.id])
        drawn = False
        for part in explanation(rule):
            question = next(asked, None) if part.kind == "code" else None
            verdict = self._verdicts.get(question) if question is not None else None
            notes = (*part.notes, *_told(verdict))
            yield from markdown_parts([Part(part.kind, _escaped(part), part.new, notes)], "## {}")
            if verdict is not None and verdict.curve is not None and not drawn:
                drawn = True
                yield from _plot(verdict.curve)
        if rule.forms:
            yield f"{_ABOUT_VERDICTS} tells what the sentences above mean."

    def _drawn(self, rule: Rule) -> Sequence[Question]:
        """What is drawn of a rule: the first change that changes a number somewhere, else the first."""
        own = [question for question in self._asked[rule.id] if question is not None]
        return [*(one for one in own if self._verdicts[one].status in DIFFER), *own][:1]


def _asked(rule: Rule) -> list[Question | None]:
    """What is asked for each form, and for each program that the rule shows, in this order: both sides of it."""
    forms = [_question(rule, Specimen(rule, form, at).program(), form) for at, form in enumerate(rule.forms)]
    return [*forms, *(_question(rule, catch.code, None) for catch in rule.catches)]


def _question(rule: Rule, program: str, form: Form | None) -> Question | None:
    """What the first finding of the rule in a program asks; that of a form is of its kind."""
    parsed = parse("program.py", program)
    assert isinstance(parsed, Parsed), parsed
    findings = Finder(program, parsed.names, FileFacts(), compose=True).findings()
    asked = [rewrite.question for one in findings if one.rule == rule.id for rewrite in one.rewrites]
    if form is not None:
        kind = (form.shift is None, form.intended is None)
        alike = (one for one in asked if one is not None and (one.shift is None, one.intended is None) == kind)
        return next(alike, None) if form.target is not None else None
    return next((one for one in asked if one is not None), None)


def _plot(curve: Curve) -> Iterator[str]:
    """The drawings, and what is to be said of them."""
    if curve.at:
        yield figure(curve, "plot")
    if curve.reason:
        yield f"{'On the plot' if curve.at else 'Not plotted'}: {curve.reason}."


def _told(verdict: Verdict | None) -> Iterator[str]:
    if verdict is not None and verdict.cases:
        yield f"**{verdict.status}**: {short(verdict.sentence)}"


def _escaped(part: Part) -> str:
    """Prose in which nothing that is meant as text is taken for Markdown or HTML."""
    if part.kind != "prose":
        return part.text
    pieces = part.text.split("`")
    plain = [one.replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;") for one in pieces[::2]]
    pieces[::2] = plain
    return "`".join(pieces)
