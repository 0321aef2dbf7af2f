"""Writes the table of rules into README.md, and the index by which a lint loads them: python docs/rules_table.py"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from tfloss_migrate.configuration import all_rules
from tfloss_migrate.recognise.shapes import index_text
from tfloss_migrate.rules.registry import index_path

README = Path(__file__).parent.parent / "README.md"
SECTION = re.compile(r"(?<=<!-- rules: python docs/rules_table.py -->\n).*?(?=<!-- end of rules -->)", re.DOTALL)
FAMILIES = {
    "TFL1": "symbols and arguments",
    "TFL2": "loss APIs",
    "TFL3": "losses by hand",
    "TFL4": "bugs",
    "TFL5": "sessions and programs",
    "TFL6": "Keras losses that break on today's Keras",
    "TFL9": "files",
}


def table() -> str:
    """One row a family, with the ids and names of its rules."""
    rows = ["| family | rules |", "|---|---|"]
    ordered = sorted(all_rules(), key=lambda rule: rule.id)
    for family, rules in groupby(ordered, key=lambda rule: rule.id[:4]):
        named = ", ".join(f"{rule.id[3:]} {rule.name}" for rule in rules)
        rows.append(f"| {family}xx {FAMILIES[family]} | {named} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(SECTION.sub(lambda found: table(), text), encoding="utf-8")
    Path(index_path()).write_text(index_text(), encoding="ascii", newline="\n")
