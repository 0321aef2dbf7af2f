"""Pieces of the page: verdicts with their plots and counterexamples, and the explanations of rules."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tfloss_migrate.curves import Curve
from tfloss_migrate.model import Counterexample, Rule, Verdict
from tfloss_migrate.report.plain import clean, count
from tfloss_migrate.report.plot import drawings
from tfloss_migrate.report.rules import Part, explanation
from tfloss_migrate.report.sides import alone, side_by_side
from tfloss_migrate.report.verdicts import short


def text(said: str) -> str:
    """Text that is nothing but text on a page."""
    return escape(clean(said), quote=True)


def element(tag: str, said: str) -> str:
    """Text in an element."""
    return f"<{tag}>{text(said)}</{tag}>"


class Plots:
    """The plots of a page: each curve is drawn once, and pointed to when it comes again."""

    def __init__(self) -> None:
        self._drawn: dict[Curve, int] = {}

    def figure(self, curve: Curve) -> str:
        """The drawings of a curve with their caption, or why there are none."""
        if not curve.tells:
            return f'<p class="faint">Not plotted: {text(curve.reason)}.</p>'
        number = self._drawn.get(curve)
        if number is not None:
            return f'<p class="faint">Plotted above: <a href="#plot-{number}">plot {number}</a>.</p>'
        self._drawn[curve] = number = len(self._drawn) + 1
        return figure(curve, f"plot-{number}", f"Plot {number}. ")


def figure(curve: Curve, name: str, title: str = "") -> str:
    """The drawings of a curve, which is not empty, and what is seen on them."""
    shown = "".join(drawing for _, drawing in drawings(curve))
    held = f", with {text(curve.held)}" if curve.held else ""
    key = '<span class="key old"></span> old, <span class="key new"></span> new, both run in float32'
    said = f"{title}{key}: {text(curve.moved)} moves{held}."
    return f'<figure id="{name}"><div class="plots">{shown}</div><figcaption>{said}</figcaption></figure>'


def verdict_block(verdict: Verdict, plots: Plots) -> str:
    """A verdict: its sentence, in short and whole, its figures, its counterexample, and its plot."""
    parts = [f'<div class="verdict"><p><span class="badge {verdict.status}">{verdict.status}</span> ']
    in_short = short(verdict.sentence)
    parts.append(f"{text(in_short)}</p>")
    figures = list(_figures(verdict))
    if in_short != verdict.sentence or figures:
        whole = element("p", verdict.sentence) if in_short != verdict.sentence else ""
        listed = "".join(element("li", each) for each in figures)
        parts.append(f'<details><summary>In full</summary>{whole}<ul class="notes">{listed}</ul></details>')
    if verdict.counterexample is not None:
        parts.append(_counterexample(verdict.counterexample))
    if verdict.curve is not None:
        parts.append(plots.figure(verdict.curve))
    return "".join([*parts, "</div>"])


def _figures(verdict: Verdict) -> Iterator[str]:
    if verdict.cases:
        yield f"{count(verdict.cases, 'case')} compared"
        yield f"largest difference of the value {verdict.max_abs:.2g}, relative {verdict.max_rel:.2g}"
        yield f"largest difference of a gradient {verdict.grad_max_abs:.2g}"
    if verdict.oracle:
        yield f"old side run by {verdict.oracle}"
    if verdict.domain and verdict.domain not in verdict.sentence:
        yield f"for {verdict.domain}"


def _counterexample(example: Counterexample) -> str:
    values = [f"{name} = {value}" for name, value in example.inputs.items()]
    shown = "\n".join([*values, f"old gives {example.old}", f"new gives {example.new}"])
    head = element("p", f"Counterexample, {example.case}: {example.what}")
    test = f"<details><summary>As a test, to paste into a file</summary>{alone(example.test)}</details>"
    return f'<div class="example">{head}{alone(shown)}{test}</div>'


def explained(rule: Rule) -> str:
    """All about a rule, folded."""
    parts = "".join(_part(part) for part in explanation(rule))
    head = f"{text(rule.id)} {text(rule.name)}"
    back = f'<p><a href="#{text(rule.id)}">What was found</a></p>'
    return f'<details class="why" id="why-{text(rule.id)}" open><summary>{head}</summary>{parts}{back}</details>\n'


def _part(part: Part) -> str:
    if part.kind == "heading":
        return element("h4", part.text)
    if part.kind == "prose":
        return "".join(_paragraph(each) for each in part.text.split("\n\n"))
    shown = alone(part.text) if part.new is None else side_by_side(part.text, part.new)
    notes = "".join(element("li", note) for note in part.notes)
    return shown + (f'<ul class="notes">{notes}</ul>' if notes else "")


def _paragraph(said: str) -> str:
    if said.startswith("    "):
        return alone(said)
    pieces = text(said).split("`")
    return "<p>" + "".join(f"<code>{one}</code>" if at % 2 else one for at, one in enumerate(pieces)) + "</p>"
