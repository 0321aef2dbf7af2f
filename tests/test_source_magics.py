"""Magics are hidden so that Python reads the cell, and come back as they were."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfloss_migrate.source.magics import SIGN, Marks, keeps

PIECES = st.sampled_from(
    [
        *(
            "x = 1\n",
            "%matplotlib inline\n",
            "!pip install a \\\n   b\n",
            "?tf.nn\n",
            "tf.nn??\n",
            "y = !ls\n",
            "'''\n",
            "\n",
        ),
        *(
            "f(1,\n  2 %\n  3)\n",
            "if x:\n    !ls\n",
            "# !no\n",
            "s = '''\n%no\n'''\n",
            "%time y = f(x)\n",
            "%%time\n",
            "a \\\n% b\n",
        ),
        *("!ls\r\n", "a, b = %sql x\n", "(", "'", '"', "pip install a\n", "%%bash\n", "  %cd ..\n", "é?"),
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_what_is_hidden_comes_back_and_no_line_moves(cell: str) -> None:
    marks = Marks()
    masked = marks.masked(cell)
    if masked is not None:
        assert marks.restored(masked) == cell
        assert masked.count("\n") == cell.count("\n")
        for old, new in zip(cell.split("\n"), masked.split("\n"), strict=True):
            at = new.find(SIGN)
            assert old == new if at < 0 else old.startswith(new[: max(0, at - 3)])


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "if x:\n    !wget y\nelse:\n    %cd z",
        "files = !ls\nx = %sql select 1\n*a, b = !ls\nc: list = !ls",
        "!pip install \\\n    tensorflow \\\n  keras\nx = 1",
        "?tf.nn\ntf.nn?\ntf.nn.*relu*??\nx = tf.nn?",
        "%%time\nx = 1",
        "\n%%capture out --no-stderr\nx = 1",
        "%time x = f(x)",
        "%timeit -n 10 -r 3 f(x)",
        "%time",
        "pip install tensorflow==1.15",
        "for i in x:\n  %time f(i)  \n",
    ],
)
def test_a_cell_with_magics_is_read_as_python(cell: str) -> None:
    masked = Marks().masked(cell)
    assert masked is not None
    ast.parse(masked)
    assert masked != cell


@pytest.mark.parametrize(
    "cell", ["x = (a\n  % b)", "s = '''\n%cd\n!ls\n'''", "x = a \\\n  % b", "# what?\nx = y  # z?", "x != 1"]
)
def test_python_that_looks_like_a_magic_is_left(cell: str) -> None:
    assert Marks().masked(cell) == cell


def test_a_timed_statement_is_read_where_it_stands() -> None:
    masked = Marks().masked("%time loss = tf.log(x)")
    assert masked is not None
    assert masked.index("loss") == len("%time ")
    assert isinstance(ast.parse(masked).body[1], ast.Assign)


def test_what_a_timed_statement_is_assigned_to_is_not_known() -> None:
    masked = Marks().masked("x = %time f(y)")
    assert masked is not None
    (assigned,) = ast.parse(masked).body
    assert isinstance(assigned, ast.Assign)
    assert isinstance(assigned.value, ast.Call)


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile a.py", "%%html", "%%! ls"])
def test_a_cell_that_is_given_to_something_else_is_no_python(magic: str) -> None:
    assert Marks().masked(f"{magic}\nimport tensorflow as tf") is None
    assert Marks().masked(r"%%tikz" "\n\\draw (0, 0) -- (1, 1);") is None
    assert Marks().masked("%%heat\nx = 1") is not None


def test_a_seam_that_goes_moves_or_stands_inside_a_block_is_missed() -> None:
    marks = Marks()
    first, second = marks.seam(), marks.seam()
    old = f"a = 1\n{first}\nb = 2\n{second}\nc = 3"
    assert keeps(old, old.replace("b = 2", "b = 3\nd = 4"))
    assert not keeps(old, old.replace(f"{first}\n", ""))
    assert not keeps(old, f"a = 1\n{second}\nb = 2\n{first}\nc = 3")
    assert not keeps(old, f"a = 1\n{first}\ndef f():\n    {second}\n    return 1")
    assert not keeps(old, f"a = 1\n{first}\nb = (2\n{second}\n)\nc = 3")
