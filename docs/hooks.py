"""What mkdocs adds to the pages that are written by hand: one for each rule, and the look of plots and code."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from pygments.formatters import HtmlFormatter
from rule_pages import RulePages

from tfloss_migrate.report.style import PLOT_STYLE

#: The colours of a plot, by day and by night, and how its two drawings stand beside one another.
_PLOTS = """
:root { --paper: #fff; --line: #d8dce2; --ink: #1b2430; --faint: #59636f; --old: #b23c00; --new: #0b57b5; }
[data-bs-theme="dark"] { --paper: #212529; --line: #39424d; --ink: #e4e8ed; --faint: #a3adb8; --old: #ffa36b;
  --new: #82b7ff; }
.plots { display: flex; flex-wrap: wrap; gap: 0.8rem; } .plots svg { flex: 1 1 18rem; max-width: 30rem; height: auto; }
.key { display: inline-block; width: 1.7rem; vertical-align: 0.22em; border-top: 5px solid var(--new); }
.key.new { opacity: 0.55; } .key.old { border-top: 2px solid var(--old); }
figcaption { color: var(--faint); } figure img, p img { max-width: 100%; }
"""

#: Pygments' styles for code, by day and by night; see theme/main.html.
_CODE = {"code-light.css": "default", "code-dark.css": "github-dark"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are made from the rules, and the style."""
    for name, text in RulePages(plots=bool(config.extra["plots"])).pages():
        files.append(File.generated(config, name, content=text))
    styles = {name: HtmlFormatter(style=style).get_style_defs(".codehilite") for name, style in _CODE.items()}
    for name, style in {"site.css": _PLOTS + PLOT_STYLE, **styles}.items():
        files.append(File.generated(config, name, content=style))
    return files
