"""The site is built from the docs and the rules, without a warning, and shows every rule."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
from browser import look, needs_browser
from installed import needs

from tfloss_migrate.configuration import all_rules, rule_called
from tfloss_migrate.report.rules import first_line

needs("mkdocs", reason="it makes the site (the extra docs)")

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def rule_pages() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        return importlib.import_module("rule_pages")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built once, without plots."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--no-directory-urls", "--site-dir", str(folder)]
    without = {**os.environ, "TFLOSS_DOCS_PLOTS": "false"}
    ran = subprocess.run(command, cwd=DOCS.parent, env=without, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert "WARNING" not in ran.stderr
    return folder


def shown(page: Path) -> str:
    """The text of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))).split())


def words(text: str) -> str:
    """The words of a text alone, each with a space around it."""
    return " ".join(["", *re.findall(r"\w+", text), ""])


def test_every_rule_has_a_page_that_explains_it_and_stands_in_the_index(site: Path) -> None:
    index = (site / "rules" / "index.html").read_text(encoding="utf-8")
    for rule in all_rules():
        assert f'<a href="{rule.id}.html">{rule.id}</a> {rule.name}' in index
        assert words(first_line(rule)) in words(shown(site / "rules" / f"{rule.id}.html"))


def test_a_page_tells_the_changes_their_verdicts_and_what_is_left_alone(site: Path) -> None:
    page = shown(site / "rules" / "TFL310.html")
    assert "categorical_crossentropy" in page
    assert "steadier : no difference found wherever the old side is right" in page
    assert "differs: the epsilon or clip inside the logarithm is left out" in page
    assert "because an entropy: no labels" in page


def test_nothing_is_loaded_from_elsewhere_and_every_link_leads_somewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="https?:', text), page
        for link in re.findall(r'(?:src|href)="([^"#?]+)[^"]*"', text):
            if not link.startswith(("http:", "https:", "data:", "/", "mailto:")):
                assert (page.parent / unescape(link)).exists(), f"{page}: {link}"


def test_a_plot_is_drawn_from_a_run_of_both_sides(rule_pages: ModuleType, tmp_path: Path) -> None:
    needs("tensorflow", reason="it runs both sides")
    pages = dict(rule_pages.RulePages(plots=True, rules=[rule_called("TFL401")]).pages())
    page = pages["rules/TFL401.md"]
    assert page.count('<figure id="plot">') == 1
    assert page.count('class="line old"') == page.count('class="line new"') == 2
    assert "**repaired**: computes what was meant" in page


@needs_browser
def test_a_browser_shows_it_without_a_complaint_and_colours_the_changes(site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    page = copy / "rules" / "TFL310.html"
    script = """
    const colour = (name) => getComputedStyle(document.querySelector(`.codehilite .${name}`)).color;
    return { height: document.querySelector("h1").offsetHeight, old: colour("gd"), new: colour("gi") };"""
    seen = look(page, script, page.parent)
    assert seen.told["height"] > 20
    assert seen.told["old"] != seen.told["new"]
    assert [line for line in seen.console if "search" not in line] == []  # a file has no origin that a worker may have
