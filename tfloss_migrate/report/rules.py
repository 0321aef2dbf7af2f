"""Rules as documentation: the list of all, and everything about one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import dedent, indent

from tfloss_migrate.model import Form, Rule


def list_lines(rules: Iterable[Rule]) -> Iterator[str]:
    """One line a rule, in the order of the ids: id, severity, name, and the first line of its documentation."""
    ordered = sorted(rules, key=lambda rule: rule.id)
    width = max((len(rule.name) for rule in ordered), default=0)
    for rule in ordered:
        first = _documentation(rule).partition("\n")[0]
        yield f"{rule.id}  {rule.severity:<7}  {rule.name:<{width}}  {first}".rstrip()


def explain_lines(rule: Rule) -> Iterator[str]:
    """Why the rule is there, what it rewrites into what, and what it leaves alone."""
    yield f"{rule.id} {rule.name} [{rule.severity}]"
    yield ""
    yield from _documentation(rule).split("\n")
    for form in rule.forms:
        yield ""
        yield from _form(form)
    for catch in rule.catches:
        yield ""
        yield indent(dedent(catch.code).strip("\n"), "    ")
        yield f"  found: {catch.old}"
        if catch.new is not None:
            yield indent(dedent(catch.new).strip("\n"), " => ", lambda line: True)
    if rule.leave_alone:
        yield ""
        yield "Left alone:"
        for miss in rule.leave_alone:
            yield ""
            yield indent(dedent(miss.code).strip("\n"), "    ")
            yield f"  because {miss.because}"


def explain_markdown(rule: Rule) -> str:
    """The same in Markdown, the forms as changes."""
    parts = [f"**{rule.id} {rule.name}**", _documentation(rule)]
    for form in rule.forms:
        target = [indent(dedent(form.target).strip("\n"), "+ ")] if form.target is not None else []
        parts.append("\n".join(["```diff", indent(dedent(form.legacy).strip("\n"), "- "), *target, "```"]))
    if rule.leave_alone:
        parts.append("Left alone:")
    for miss in rule.leave_alone:
        parts.append(f"```python\n{dedent(miss.code).strip()}\n```\nbecause {miss.because}")
    return "\n\n".join(parts)


def _form(form: Form) -> Iterator[str]:
    yield indent(dedent(form.legacy).strip("\n"), "    ")
    if form.target is not None:
        yield indent(dedent(form.target).strip("\n"), " => ", lambda line: True)
    if form.intended is not None:
        yield f"  a repair: what was meant is {form.intended}"
    if form.shift is not None:
        yield f"  differs: {form.shift.because} (by at most {form.shift.bound:g} * max(1, |old|))"
    if form.promises:
        yield f"  for {'; '.join(form.promises)}"


def _documentation(rule: Rule) -> str:
    return dedent(rule.doc).strip() or rule.message
