"""The head of the page: how much was found, what becomes of it, by verdict, by rule and by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import LINT_ONLY, STATUSES
from tfloss_migrate.report.page_parts import element, text
from tfloss_migrate.report.plain import clean, count
from tfloss_migrate.report.statistics import OfRule, Statistics
from tfloss_migrate.report.tally import Tally
from tfloss_migrate.report.verdicts import short

#: What each verdict means.
_MEANING = {
    "same": "values and gradients agree on ordinary and stress inputs",
    "steadier": "they agree wherever the old side is right; on stress inputs only the old side goes wrong",
    "repaired": "a bug is mended, and the change is measured",
    "shifted": "they differ by what the rule declares, within its bound",
    "unknown": "not run, with the reason",
    "different": "there is a counterexample; never written",
}


def overview(
    tally: Tally, statistics: Statistics, run: int, failed: Sequence[tuple[str, str]], writing: bool, version: str
) -> Iterator[str]:
    """The head of the page; so many verdicts come from a `run` of both sides."""
    summary = tally.summary()
    tiles = {
        "file" if summary.files == 1 else "files": summary.files,
        "finding" if summary.findings == 1 else "findings": summary.findings,
        "rewritten" if writing else "would be rewritten": summary.rewrites,
        "verdicts from running both sides": run,
        "left as they are": sum(tally.left.values()),
    }
    yield f'<h1>tfloss-migrate</h1><p class="faint">Version {text(version)}. Old and new expressions were run on the '
    yield "same drawn inputs; a verdict is what was seen, and no proof.</p>"
    shown = "".join(f"<li><b>{number:,}</b>{text(name)}</li>" for name, number in tiles.items())
    yield f'<ul class="tiles">{shown}</ul>\n'
    verdicts = [(status, number) for status in STATUSES if (number := summary.verdicts.get(status, 0))]
    if verdicts:
        yield element("h2", "By verdict")
        rows = ((_badge(status), f"{number:,}", text(_MEANING[status])) for status, number in verdicts)
        yield _table(("verdict", "times", "what running both sides showed"), rows)
    ordered = statistics.ordered()
    if ordered:
        yield element("h2", "By rule")
        yield _table(("rule", "found", "rewritten", "inside others", "verdicts"), map(_of_rule, ordered))
    yield from _left(tally, failed)


def _of_rule(entry: tuple[tuple[str, str], OfRule]) -> tuple[str, ...]:
    (rule, name), counts = entry
    verdicts = ", ".join(f"{counts.verdicts[status]} {status}" for status in STATUSES if counts.verdicts[status])
    link = f'<a href="#{text(rule)}">{text(rule)}</a> {text(name)}'
    return link, f"{counts.found:,}", f"{counts.rewritten:,}", f"{counts.inside:,}", verdicts


def _left(tally: Tally, failed: Sequence[tuple[str, str]]) -> Iterator[str]:
    reasons: Counter[str] = Counter()
    for reason, times in tally.left.items():
        reasons[reason if reason == LINT_ONLY else short(reason)] += times
    if reasons or failed or tally.by_v1 or tally.inside or tally.known:
        yield element("h2", "What is left, and why")
    if reasons:
        rows = ((f"{times:,}", text(reason)) for reason, times in reasons.most_common())
        yield _table(("times", "reason"), rows)
    besides = []
    if tally.by_v1:
        besides.append(f"{tally.by_v1} rewritten by way of tf.compat.v1, where TF2 has nothing native that is the same")
    if tally.inside:
        besides.append(f"{tally.inside} inside other rewrites")
    if tally.known:
        besides.append(f"{count(tally.known, 'finding')} known before, not told here")
    besides += [f"{clean(path)}: {failure}" for path, failure in failed]
    if besides:
        yield f"<ul>{''.join(element('li', each) for each in besides)}</ul>"


def _badge(status: str) -> str:
    return f'<span class="badge {status}">{status}</span>'


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]] | map[tuple[str, ...]]) -> str:
    """Rows of HTML below their names; numbers stand at the right."""
    body = []
    for row in rows:
        cells = (f'<td class="number">{cell}</td>' if _is_number(cell) else f"<td>{cell}</td>" for cell in row)
        body.append(f"<tr>{''.join(cells)}</tr>")
    names = "".join(element("th", name) for name in head)
    table = f"<thead><tr>{names}</tr></thead><tbody>{''.join(body)}</tbody>"
    return f'<div class="scroll"><table class="counts">{table}</table></div>\n'


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").isdigit()
