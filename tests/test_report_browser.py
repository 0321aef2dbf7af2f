"""The page as a browser shows it: readable by day and by night, in wide and narrow windows, without a network."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from browser import DARK, console_of, look, needs_browser
from made_outcomes import FOUND, INSIDE, LEFT, REPAIRED, REWRITTEN, outcome

from tfloss_migrate.curves import Curve
from tfloss_migrate.model import Settled
from tfloss_migrate.report.page import Page
from tfloss_migrate.report.tally import Tally
from tfloss_migrate.rules.registry import all_rules

pytestmark = needs_browser

AT = tuple(float(at) for at in range(-30, 31))
CURVE = Curve(
    "logits[0, 0]",
    "labels 1, 0",
    "linear",
    AT,
    tuple(min(23.0, -at) if at < 25 else math.nan for at in AT),
    tuple(-at for at in AT),
    tuple(-1.0 if at > -23 else 0.0 for at in AT),
    (-1.0,) * len(AT),
)
#: Colours as the browser computes them, of a text and of what is behind it.
CONTRAST = """
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = (colour) => { const [r, g, b] = parts(colour).map((v) => v / 255)
  .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = (node) => { for (; node; node = node.parentElement) {
  const colour = getComputedStyle(node).backgroundColor; if (parts(colour)[3] !== 0) return colour; }
  return "rgb(255, 255, 255)"; };
const contrast = (node, property) => { const both = [light(getComputedStyle(node)[property]), light(behind(node))];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05); };
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said = f"computes what was meant, {'softmax_cross_entropy' * 5}(labels=labels, logits=logits)"
    repaired = Settled(FOUND, "f(x)", None, replace(REPAIRED, curve=CURVE, sentence=said), "error")
    made, tally = Page("1.2.3", all_rules), Tally()
    for one in made.noted([outcome(REWRITTEN, LEFT, INSIDE, repaired)]):
        tally.add(one)
    file = tmp_path_factory.mktemp("page") / "out.html"
    file.write_text("".join(made.pieces(tally, writing=False)), encoding="utf-8")
    return file


def test_it_asks_for_nothing_and_nothing_goes_wrong(page: Path, tmp_path: Path) -> None:
    assert console_of(page, tmp_path) == []
    seen = look(page, "return { loaded: performance.getEntriesByType('resource').map((one) => one.name) }", tmp_path)
    assert seen.told["loaded"] == []
    assert seen.console == []


@pytest.mark.parametrize("asking", ['<img src="https://example.org/a.png">', "<script>missing()</script>"])
def test_a_page_that_asks_for_something_or_goes_wrong_is_told_by_its_console(
    page: Path, tmp_path: Path, asking: str
) -> None:
    other = tmp_path / "other.html"
    other.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{asking}</body>"), encoding="utf-8")
    assert console_of(other, tmp_path) != []


@pytest.mark.parametrize("options", [(), (DARK,)], ids=["by day", "by night"])
def test_every_text_stands_out_from_what_is_behind_it(page: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    script = f"""{CONTRAST}
    const texts = [...document.querySelectorAll("body *")].filter((node) => !node.closest("svg") && node.offsetParent
      && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
    const drawn = [...document.querySelectorAll("svg text")];
    const lines = [...document.querySelectorAll("svg .line")];
    return {{ dark: matchMedia("(prefers-color-scheme: dark)").matches, count: texts.length,
      least: Math.min(...texts.map((node) => contrast(node, "color"))),
      drawn: Math.min(...drawn.map((node) => contrast(node, "fill"))),
      lines: Math.min(...lines.map((node) => contrast(node, "stroke"))) }};"""
    told = look(page, script, tmp_path, options=options).told
    assert told["dark"] == (options != ())
    assert told["count"] > 50
    assert told["least"] >= 4.5
    assert told["drawn"] >= 4.5
    assert told["lines"] >= 3


@pytest.mark.parametrize("width", [500, 1280, 2200])
def test_plots_have_a_size_and_nothing_is_wider_than_the_window(page: Path, tmp_path: Path, width: int) -> None:
    script = """
    const sizes = [...document.querySelectorAll("svg.plot")].map((node) => node.getBoundingClientRect());
    const lines = [...document.querySelectorAll("svg .line")].map((node) => node.getBBox());
    return { plots: sizes.map((box) => [box.width, box.height]), wide: document.documentElement.scrollWidth,
      window: innerWidth, within: document.documentElement.clientWidth, heights: lines.map((box) => box.height),
      right: Math.max(...sizes.map((box) => box.right)) };"""
    told = look(page, script, tmp_path, width=width).told
    assert told["window"] == width
    assert told["wide"] <= told["within"] <= width
    assert told["right"] <= width
    assert len(told["plots"]) == 2
    assert all(across > 300 and down > 150 for across, down in told["plots"])
    assert len([height for height in told["heights"] if height > 20]) >= 3  # the new gradient is level


def test_old_and_new_stand_side_by_side_and_below_one_another_where_there_is_no_room(
    page: Path, tmp_path: Path
) -> None:
    script = """
    const row = [...document.querySelectorAll(".change .sides tr")].find((one) => one.querySelector("ins"));
    const [old, fresh] = [...row.children].map((cell) => cell.getBoundingClientRect());
    return { beside: fresh.left >= old.right, below: fresh.top >= old.bottom };"""
    told = [look(page, script, tmp_path, width=width).told for width in (1280, 500)]
    assert told == [{"beside": True, "below": False}, {"beside": False, "below": True}]


def test_a_link_leads_to_the_explanation_of_the_rule(page: Path, tmp_path: Path) -> None:
    script = """
    const link = document.querySelector('a[href="#why-TFL310"]');
    link.click();
    return { goes: location.hash, shown: document.querySelector(location.hash).innerText };"""
    told = look(page, script, tmp_path).told
    assert told["goes"] == "#why-TFL310"
    assert "underflows" in told["shown"]
