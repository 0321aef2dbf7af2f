"""The programs of docs/programs.md become what is shown there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_renames import migrated

PAGE = (Path(__file__).parent.parent / "docs" / "programs.md").read_text(encoding="utf-8")
PARTS = PAGE.split("\n## ")[1:]


def test_five_programs_are_shown() -> None:
    assert len(PARTS) == 5


@pytest.mark.parametrize("part", PARTS, ids=[part.splitlines()[0] for part in PARTS])
def test_a_program_becomes_what_is_shown(part: str) -> None:
    before, after = re.findall(r"```python\n(.*?)```", part, re.DOTALL)
    assert migrated(before).new_text == after
    assert migrated(after).new_text is None
