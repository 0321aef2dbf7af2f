"""A notebook as an editor holds it: its cells as a file, and what is found in that file, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import replace
from tfloss_migrate.source.cells import Cells


def as_file(sources: Sequence[str | None]) -> str:
    """The file of a notebook with these cells; None for one that holds no Python, which nobody looks into."""
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "metadata": {}, "source": ""}
        if source is None
        else {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for source in sources
    ]
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})


def by_cell(outcome: FileOutcome, sources: Sequence[str | None]) -> Iterator[tuple[int, FileOutcome]]:
    """The outcome of each cell with Python, as that of a file; what is said of no cell is said of the first one."""
    made = {} if outcome.new_text is None else {cell.index: cell.source for cell in Cells.of(outcome.new_text).code}
    code = [index for index, source in enumerate(sources) if source is not None]
    for index in code:
        old, new = sources[index], made.get(index)
        here = (index, None) if index == code[0] else (index,)
        findings = tuple(
            replace(one, finding=replace(one.finding, cell=None))
            for one in outcome.findings
            if one.finding.cell in here
        )
        yield index, replace(outcome, findings=findings, old_text=old, new_text=new if new != old else None)
