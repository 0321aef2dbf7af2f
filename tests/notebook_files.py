"""Notebooks as text, in the ways in which programs write them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

PYTHON_3 = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "version": "3.6.5"},
}


def code(source: str | list[str], **more: object) -> dict[str, object]:
    """A code cell that was run."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["tf.log(x) é\n"]}]
    return {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": outputs, "source": source, **more}


def prose(source: str) -> dict[str, object]:
    """A markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells: dict[str, object], metadata: object = None, **more: object) -> dict[str, object]:
    """A notebook of format 4."""
    whole = {"cells": list(cells), "metadata": PYTHON_3 if metadata is None else metadata}
    return {**whole, "nbformat": 4, "nbformat_minor": 2, **more}


def of_sources(*sources: str) -> bytes:
    """A notebook with these code cells, as Jupyter writes it."""
    cells = [code(source.splitlines(keepends=True)) for source in sources]
    return (json.dumps(notebook(*cells), indent=1, ensure_ascii=False) + "\n").encode()


def sources_of(data: bytes) -> list[str]:
    """The sources of the code cells."""
    cells = json.loads(data)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


#: How a notebook is written: indentation, separators, escapes, order of keys, what ends the file.
WAYS = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 1, 2, "\t"]),
        "separators": st.sampled_from([None, (",", ":"), (", ", ": "), (" ,  ", " : ")]),
        "ensure_ascii": st.booleans(),
        "sort_keys": st.booleans(),
    }
)


@st.composite
def written(draw: st.DrawFn, sources: Sequence[str]) -> str:
    """A notebook with these code cells among others, in some way; each source is one string, or a list of pieces."""
    cells = []
    for source in sources:
        if draw(st.booleans()):
            cells.append(prose(draw(st.sampled_from(["# Title", 'say "x": []', "é\\n"]))))
        kind = draw(st.sampled_from(["lines", "string", "pieces"]))
        listed: str | list[str] = source if kind == "string" else source.splitlines(keepends=True)
        if kind == "pieces":
            cuts = sorted(draw(st.lists(st.integers(0, len(source)), max_size=4)))
            listed = [source[a:b] for a, b in zip([0, *cuts], [*cuts, len(source)], strict=True)]
        cells.append(code(listed, id=draw(st.sampled_from(["é", "a-b", "{[", '"']))))
    whole = notebook(*cells, tensorflow={"source": ["not this"], "cells": [{"source": "nor this"}]})
    return json.dumps(whole, **draw(WAYS)) + draw(st.sampled_from(["", "\n", "\r\n", " \n\n"]))
