"""New sources are put into a notebook's text, and every other byte stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebook_files import WAYS, code, notebook, prose, written

from tfloss_migrate.source.cells import Cells, NotebookError

LINE = st.sampled_from(
    ["x = 1\n", "\n", "é = 'ü'\n", "a\\b\n", 'say("x")\n', "\U0001f600\n", "a\r\n", "f\x0c\n", "/\t\n", "\x00\n"]
)
SOURCES = st.lists(st.lists(LINE, max_size=6).map("".join).flatmap(lambda s: st.sampled_from([s, s[:-1]])), max_size=4)


def outside(cells: Cells) -> list[str]:
    """The pieces of text around the sources of code cells."""
    ends = [0, *(end for cell in cells.code for end in cell.inner), len(cells.text)]
    return [cells.text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True)]


@given(st.data())
def test_a_source_that_changes_leaves_all_around_it_byte_for_byte(data: st.DataObject) -> None:
    old = data.draw(SOURCES)
    new = [data.draw(st.one_of(st.just(source), SOURCES.map("".join))) for source in old]
    text = data.draw(written(old))
    cells = Cells.of(text)
    assert [cell.source for cell in cells.code] == old
    again = Cells.of(cells.rewritten({cell.index: source for cell, source in zip(cells.code, new, strict=True)}))
    assert [cell.source for cell in again.code] == new
    assert outside(again) == outside(cells)
    before, after = json.loads(text), json.loads(again.text)
    for cell in (*before["cells"], *after["cells"]):
        cell["source"] = type(cell["source"]).__name__
    assert before == after


@given(SOURCES.flatmap(written))
def test_sources_that_do_not_change_leave_the_text_as_it_is(text: str) -> None:
    cells = Cells.of(text)
    assert cells.rewritten({cell.index: cell.source for cell in cells.code}) == text


@given(WAYS, st.sampled_from([1, 2, "\t"]))
def test_a_line_that_changes_is_the_only_line_of_the_file_that_does(way: dict[str, object], indent: int | str) -> None:
    lines = ["a = 'é'\n", "b = 2\n", "c = 'ü'"]
    text = json.dumps(notebook(prose("x"), code(lines), code(lines)), **{**way, "indent": indent})
    new = Cells.of(text).rewritten({2: "a = 'é'\nb = 'ö'\nc = 'ü'"})
    changed = [(old, now) for old, now in zip(text.split("\n"), new.split("\n"), strict=True) if old != now]
    assert len(changed) == 1
    assert ("\\u00f6" in changed[0][1]) == way["ensure_ascii"]


def test_one_string_keeps_the_escapes_of_the_lines_that_stay() -> None:
    text = r'{"cells":[{"cell_type":"code","source":"a = \"\u00E9\/\"\u000ab = 1\nc"}],"nbformat":4}'
    assert Cells.of(text).rewritten({0: 'a = "é/"\nb = 2\nc'}) == text.replace("b = 1", "b = 2")


@pytest.mark.parametrize(
    ("listed", "new", "made"),
    [
        ('["a\\n", "b"]', "a", '["a"]'),
        ('["a"]', "a\nb", '["a\\n", "b"]'),
        ("[]", "a\nb", '["a\\n", "b"]'),
        ('["a\\n",\n "b\\n",\n "c"]', "a\nc", '["a\\n",\n "c"]'),
        ('["a\\n",\n "b"]', "x\na\nb", '["x\\n",\n "a\\n",\n "b"]'),
        ('[\n "a"\n]', "", "[]"),
        ('["a", "b\\nc", "d"]', "ab\nxd", '["a", "b\\n", "xd"]'),
        ('["", "a\\n", ""]', "a\nb\n", '["", "a\\n", "", "b\\n"]'),
        ('""', "a", '"a"'),
        ('"a"', "", '""'),
    ],
)
def test_lists_and_strings_are_written_as_they_were(listed: str, new: str, made: str) -> None:
    text = '{"nbformat": 4, "cells": [{"cell_type": "code", "source": %s}]}'
    again = Cells.of(text % listed).rewritten({0: new})
    assert Cells.of(again).code[0].source == new
    assert again == text % made


@pytest.mark.parametrize(
    ("space", "made"), [(" ", '["a\\n", "b"]'), ("", '["a\\n","b"]'), ("\n  ", '[\n  "a\\n",\n  "b"]')]
)
def test_a_second_line_is_written_as_the_notebook_writes_its_lists(space: str, made: str) -> None:
    inside = space if "\n" in space else ""
    text = f'{{"nbformat":{space}4,"cells":{space}[{{"cell_type":{space}"code","source":{space}[{inside}"a"]}}]}}'
    assert Cells.of(text).rewritten({0: "a\nb"}) == text.replace(f'[{inside}"a"]', made)


def test_of_a_key_that_comes_twice_the_last_one_counts() -> None:
    cell = '{"source": "first", "cell_type": "raw", "source": "last", "cell_type": "code"}'
    text = f'{{"cells": [], "nbformat": 4, "cells": [{cell}], "s\\u006furce": 1}}'
    assert Cells.of(text).rewritten({0: "new"}) == text.replace('"last"', '"new"')


@pytest.mark.parametrize(
    "text", ["[]", "1", "{}", '{"nbformat": 3, "worksheets": []}', '{"nbformat": 4}', '{"nbformat": 5, "cells": []}']
)
def test_what_is_no_notebook_of_format_4_is_refused(text: str) -> None:
    with pytest.raises(NotebookError):
        Cells.of(text)


@pytest.mark.parametrize("source", ["", '"source": null', '"source": [1]', '"source": {}'])
def test_a_code_cell_without_a_source_is_refused(source: str) -> None:
    with pytest.raises(NotebookError, match="cell 0"):
        Cells.of(f'{{"nbformat": 4, "cells": [{{"cell_type": "code"{"," if source else ""} {source}}}]}}')
