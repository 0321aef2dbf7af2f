"""The page holds all that is known, shows what is equal once, and takes nothing from elsewhere."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from at_the_console import run
from made_outcomes import DIFFERENT, FOUND, INSIDE, LEFT, REPAIRED, REWRITTEN, SAME, SHIFTED, outcome

from tfloss_migrate.curves import Curve
from tfloss_migrate.domains import Real
from tfloss_migrate.model import FileOutcome, Form, Input, NearMiss, Rule, Settled, Span, Verdict
from tfloss_migrate.report.page import Page
from tfloss_migrate.report.plot import drawings
from tfloss_migrate.report.sides import side_by_side
from tfloss_migrate.report.tally import Tally

CURVE = Curve(
    "logits[0, 0]",
    "labels 1, 0",
    "linear",
    (-2.0, 0.0, 2.0),
    (math.inf, 1.0, 0.1),
    (2.1, 0.7, 0.1),
    (0.0,) * 3,
    (1.0,) * 3,
)
RULE = Rule(
    "TFL310",
    "cross-entropy-by-hand",
    (Input("x", Real()),),
    (Form("tf.log(x)", "tf.math.log(x)"),),
    "this underflows",
    (NearMiss("np.log(x)", because="numpy is not TensorFlow"),),
    doc="Short.\n\nWhy: `log` is <gone>.",
)
OLD = "import tensorflow as tf\n\ndef f(x):\n    return tf.log(x)\n"
PLACE = Span(45, 54, 4, 11, 4, 20)
IN_A_LINE = replace(FOUND, span=PLACE, old="tf.log(x)")


class Elements(HTMLParser):
    """The elements of a page, those that close not left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(*outcomes: FileOutcome, writing: bool = False) -> str:
    made, tally = Page("1.2.3", lambda: [RULE]), Tally()
    for one in made.noted(outcomes):
        tally.add(one)
    return "".join(made.pieces(tally, writing))


def test_every_kind_of_finding_makes_a_sound_page_whose_links_lead_somewhere() -> None:
    repaired = replace(REPAIRED, curve=CURVE)
    text = page(
        outcome(REWRITTEN, LEFT, INSIDE),
        outcome(Settled(FOUND, "f(x)", None, repaired, "error"), Settled(FOUND, "", None, repaired, "error")),
        outcome(status="failed", error="is not UTF-8"),
    )
    seen = Elements(text).seen
    names = {attributes["id"] for _, attributes in seen if "id" in attributes}
    assert {"TFL310", "why-TFL310", "plot-1"} <= names
    links = {attributes["href"] or "" for tag, attributes in seen if tag == "a"}
    assert {link.removeprefix("#") for link in links} <= names
    assert "src/loss.py: is not UTF-8" in text


def test_nothing_is_taken_from_elsewhere_and_nothing_can_run() -> None:
    text = page(outcome(Settled(FOUND, "f(x)", None, replace(REPAIRED, curve=CURVE), "error")))
    seen = Elements(text).seen
    assert {tag for tag, _ in seen} & {"script", "img", "iframe", "object", "embed", "base", "form"} == set()
    outside = [value for _, attributes in seen for name, value in attributes.items() if name in ("src", "href")]
    assert all(value is not None and value.startswith(("#", "data:,")) for value in outside)
    assert not re.search(r"url\(|@import|https?:", text)
    assert "default-src 'none'" in text


def test_what_stands_in_the_code_is_only_text_on_the_page() -> None:
    evil = "</pre></script><script>alert(1)</script>\x1b[31m"
    verdict = replace(DIFFERENT, sentence=evil, oracle=evil, domain=evil, curve=Curve(reason=evil))
    example = replace(verdict.counterexample, case=evil, what=evil, test=evil)  # type: ignore[type-var]
    finding = replace(FOUND, message=evil, old=evil)
    text = page(
        replace(outcome(Settled(finding, evil, evil, replace(verdict, counterexample=example), "error")), path=evil),
        replace(outcome(status="failed", error=evil), path="\udcff.py"),
    )
    assert not [tag for tag, _ in Elements(text).seen if tag == "script"]
    assert "\x1b" not in text
    text.encode("utf-8")


def test_equal_changes_are_shown_once_with_all_their_places_and_a_curve_is_drawn_once() -> None:
    steadier = Settled(
        IN_A_LINE, "tf.math.log(x)", None, Verdict("steadier", "no difference", 3, curve=CURVE), "warning"
    )
    shifted = replace(steadier, verdict=Verdict("shifted", "an epsilon", 3, curve=replace(CURVE)))
    outcomes = [replace(outcome(steadier, shifted, old_text=OLD), path=f"{at}.py") for at in range(20_000)]
    text = page(*outcomes)
    assert text.count("<svg") == 2
    assert text.count('<figure id="plot-1">') == 1
    assert text.count('<a href="#plot-1">plot 1</a>') == 1
    assert text.count('class="change"') == 2
    assert all(f"{at}.py:4:12" in text for at in (0, 9, 19_999))
    assert "and 19992 more places" in text
    assert len(text) < 3_000_000


def test_the_overview_counts_what_was_found_and_says_why_the_rest_is_left() -> None:
    text = page(outcome(REWRITTEN, LEFT, INSIDE), outcome())
    tiles = dict(reversed(pair) for pair in re.findall(r"<li><b>([\d,]+)</b>([^<]+)</li>", text))
    assert tiles == {
        "files": "2",
        "findings": "3",
        "would be rewritten": "1",
        "verdicts from running both sides": "2",
        "left as they are": "1",
    }
    assert '<td class="number">1</td><td>a counterexample was found</td>' in text
    assert "<b>1</b>rewritten" in page(outcome(REWRITTEN, status="changed"), writing=True)
    assert "<b>1</b>file</li><li><b>1</b>finding</li>" in page(outcome(REWRITTEN))


def test_a_counterexample_stands_with_its_inputs_and_as_a_test() -> None:
    text = page(outcome(LEFT))
    assert "labels = [[0.0, 1.0]]" in text
    assert "new gives inf" in text
    assert "def test_old_and_new():\n    assert old == new" in text


def test_the_rule_explains_itself_on_the_page() -> None:
    text = page(outcome(REWRITTEN))
    assert "<p>Why: <code>log</code> is &lt;gone&gt;.</p>" in text
    assert "because numpy is not TensorFlow" in text
    assert "values and gradients must agree" in text


def test_the_words_that_differ_are_marked_and_the_whole_line_is_shown() -> None:
    text = page(outcome(Settled(IN_A_LINE, "tf.math.log(x)", None, SAME, "warning"), old_text=OLD))
    assert "<code>return <del>tf.log</del>(x)</code>" in text
    assert "<code>return <ins>tf.math.log</ins>(x)</code>" in text


def test_long_stretches_that_stay_are_left_out() -> None:
    lines = [f"line {at}" for at in range(40)]
    shown = side_by_side("\n".join(lines), "\n".join([*lines[:20], "new", *lines[21:]]))
    assert "line 17" in shown
    assert "line 23" in shown
    assert "line 5<" not in shown
    assert shown.count('class="cut"') == 2


def test_an_offer_stands_beside_its_verdict_and_the_option_that_takes_it() -> None:
    text = page(outcome(replace(LEFT, verdict=None, reason=f"shifted: {SHIFTED.sentence}; --unsafe writes it")))
    assert "Offered with --unsafe" in text
    assert text.partition("What was found")[2].count(SHIFTED.sentence) == 1


def test_a_curve_is_two_drawings_with_the_place_where_a_side_is_no_number() -> None:
    (loss, drawn), (gradient, slopes) = drawings(CURVE)
    assert (loss, gradient) == ("loss", "gradient by logits[0, 0]")
    assert "old: inf" in drawn
    assert "old: inf" not in slopes
    assert drawn.count('class="line old"') == drawn.count('class="line new"') == 1
    assert [name for name, _ in drawings(replace(CURVE, old_gradient=(), new_gradient=()))] == ["loss"]


@pytest.mark.parametrize(
    ("scale", "at"), [("linear", (-1e-9, 0.0, 1000.0)), ("log", (1e-8, 1.0, 1e3)), ("logit", (1e-8, 0.5, 1 - 6e-8))]
)
@pytest.mark.parametrize("values", [(0.0, 0.0, 0.0), (1e30, -1e30, 0.0), (math.nan,) * 3, (1e-30, 1e8, -2.0)])
def test_any_numbers_are_drawn_within_the_drawing(scale: str, at: tuple[float, ...], values: tuple[float, ...]) -> None:
    for _, drawn in drawings(Curve("x", "", scale, at, values, values[::-1], values, values)):  # type: ignore[arg-type]
        places = [float(place) for path in re.findall(r'd="([^"]+)"', drawn) for place in re.findall(r"-?[\d.]+", path)]
        assert all(0 <= place <= 460 for place in places)
        assert "nan" not in re.sub(r"(old|new): nan", "", drawn)


def test_it_is_written_beside_the_usual_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loss.py").write_text("import tensorflow as tf\nx = tf.log(y)\n")
    plain = run("--no-verify", "loss.py").out
    ran = run("--no-verify", "--report", "out.html", "loss.py")
    assert ran.out == plain
    assert "tf.math.log" in Path("out.html").read_text(encoding="utf-8")
    linted = run("--check", "--report", "lint.html", "loss.py")
    assert linted.code == 1
    assert "only looked for" in Path("lint.html").read_text(encoding="utf-8")


def test_where_it_cannot_be_written_is_said_before_anything_is_run(tmp_path: Path) -> None:
    ran = run("--report", str(tmp_path / "no" / "out.html"), str(tmp_path))
    assert ran.code == 2
    assert f"--report {tmp_path}/no/out.html: there is no such folder" in ran.err
