"""Rules as documentation: the list of all, and everything about one, for a terminal or in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import dedent, indent

from tfloss_migrate.model import Catch, Form, Rule
from tfloss_migrate.record import dataclass
from tfloss_migrate.report.plain import Words

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["prose", "heading", "code"]
else:
    Kind = str

_EXACT = "Both sides are run. Where nothing else is said, values and gradients must agree."
_BY_NAME = "Found by the name alone; these are examples."


@dataclass(frozen=True)
class Part:
    """A piece of an explanation: paragraphs, a heading, or code with what it becomes, if anything, and remarks."""

    kind: Kind
    text: str
    new: str | None = None
    notes: tuple[str, ...] = ()


def list_lines(rules: Iterable[Rule]) -> Iterator[str]:
    """One line a rule, in the order of the ids: id, severity, name, and the first line of its documentation."""
    ordered = sorted(rules, key=lambda rule: rule.id)
    width = max((len(rule.name) for rule in ordered), default=0)
    for rule in ordered:
        yield f"{rule.id}  {rule.severity:<7}  {rule.name:<{width}}  {first_line(rule)}".rstrip()


def rules_json(rules: Iterable[Rule]) -> str:
    """The rules in the order of the ids as a JSON list, with their explanations in Markdown."""
    import json

    told = [
        {
            "id": rule.id,
            "name": rule.name,
            "severity": rule.severity,
            "about": first_line(rule),
            "explanation": "\n\n".join(markdown_parts(explanation(rule))),
        }
        for rule in sorted(rules, key=lambda rule: rule.id)
    ]
    return json.dumps(told, indent=2)


def first_line(rule: Rule) -> str:
    """What the rule is about, in one sentence."""
    return _documentation(rule).partition("\n")[0]


def explanation(rule: Rule) -> Iterator[Part]:
    """Why the rule is there, what it rewrites into what and how exactly, where it is found, what it leaves alone."""
    yield Part("prose", _documentation(rule))
    if rule.forms:
        yield Part("heading", "What becomes what")
        yield Part("prose", _BY_NAME if rule.by_name else _EXACT)
        for form in rule.forms:
            new = None if form.target is None else _code(form.target)
            yield Part("code", _code(form.legacy), new, tuple(_notes(form, rule.otherwise)))
    if rule.speaks_for:
        symbols = ", ".join(f"`tf.{symbol}`" for symbol in rule.speaks_for)
        yield Part("prose", f"Other calls of {symbols} are told and left: {rule.otherwise}.")
    if rule.catches:
        yield Part("heading", "Found in programs")
        yield from (_caught(catch) for catch in rule.catches)
    if rule.leave_alone:
        yield Part("heading", "Left alone")
        for miss in rule.leave_alone:
            yield Part("code", _code(miss.code), None, (f"because {miss.because}",))


def explain_lines(rule: Rule) -> Iterator[str]:
    """The explanation for a terminal."""
    yield f"{rule.id} {rule.name} [{rule.severity}]"
    for part in explanation(rule):
        yield ""
        if part.kind == "heading":
            yield f"{part.text}:"
        elif part.kind == "prose":
            yield from map(Words, part.text.split("\n"))
        else:
            yield indent(part.text, "    ")
            if part.new is not None:
                yield indent(part.new, " => ", lambda line: True)
            yield from (Words(f"  {note}") for note in part.notes)


def explain_markdown(rule: Rule) -> str:
    """The explanation in Markdown, below a heading of its own, what is rewritten as changes."""
    parts = [f"**{rule.id} {rule.name}**", *markdown_parts(explanation(rule))]
    return "\n\n".join(parts)


def markdown_parts(parts: Iterable[Part], heading: str = "**{}**") -> Iterator[str]:
    """Each part in Markdown; `heading` is how a heading is marked."""
    for part in parts:
        if part.kind == "heading":
            yield heading.format(part.text)
        elif part.kind == "prose":
            yield part.text
        elif part.new is None:
            yield _fenced("python", part.text)
        else:
            yield _fenced("diff", f"{indent(part.text, '- ', lambda line: True)}\n{_added(part.new)}")
        yield from ("\n".join(f"- {note}" for note in part.notes),) if part.notes else ()


def _added(new: str) -> str:
    return indent(new, "+ ", lambda line: True)


def _fenced(language: str, code: str) -> str:
    return f"```{language}\n{code}\n```"


def _notes(form: Form, otherwise: str) -> Iterator[str]:
    """How exact a change is, and for what it holds; why there is none."""
    if form.target is None:
        yield f"told and left: {otherwise}"
    if form.intended is not None:
        yield f"a repair: what was meant is {form.intended}"
    if form.shift is not None:
        yield f"differs: {form.shift.because} (by at most {form.shift.bound:g} * max(1, |old|))"
    if form.promises:
        yield f"for {'; '.join(form.promises)}"


def _caught(catch: Catch) -> Part:
    notes = [f"found: {catch.old}"]
    if catch.new is not None:
        notes.append(f"becomes: {catch.new}" if catch.new else "is removed")
    return Part("code", _code(catch.code), None, tuple(notes))


def _code(text: str) -> str:
    return dedent(text).strip("\n")


def _documentation(rule: Rule) -> str:
    return dedent(rule.doc).strip() or rule.message
