"""Notebooks: their code cells as one program, in the order in which they stand, and what becomes of it, by cell."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate, groupby

from tfloss_migrate.model import Settled, Span
from tfloss_migrate.parse import tree_of
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.source.cells import Cell, Cells, NotebookError
from tfloss_migrate.source.failures import ReadFailure, WriteFailure
from tfloss_migrate.source.magics import SIGN, Marks
from tfloss_migrate.source.text import newline_of

_NEWLINE = re.compile(r"\r\n|\r|\n")
#: What Jupyter takes out of a cell before Python sees it: indentation, prompts, signs of a call without brackets.
_TAKEN_OUT = re.compile(r"\s*^[ \t]|(?s:.)*^[ \t]*(?:>>>|In \[|[,;/]\w)", re.MULTILINE)
_WORTH_A_LOOK = re.compile(r"\b(?:tf|tensorflow|keras)\b")


@dataclass(frozen=True)
class Notebook:
    """A notebook that is handled. `text` is its program, `told` what is said of cells that are no part of that."""

    path: str
    text: str
    newline: str
    told: tuple[ReadFailure, ...]
    cells: Cells
    read: tuple[Cell, ...]
    seams: tuple[str, ...]
    marks: Marks

    def _split(self, program: str) -> list[str]:
        """The cells as a program has them; fewer than there are where a seam is missing."""
        pieces: list[str] = []
        for seam in self.seams:
            piece, found, program = program.partition(f"{seam}\n")
            if not found:
                return pieces
            pieces.append(piece)
        return [*pieces, program]

    @cached_property
    def _sources(self) -> list[str]:
        return self._split(self.text)

    @cached_property
    def _first_lines(self) -> list[int]:
        """The lines of the program in which the cells begin; each but the first below a seam."""
        lengths = (len(_NEWLINE.findall(piece)) + 1 for piece in self._sources[:-1])
        return list(accumulate(lengths, initial=1))

    def brought_to_python_3(self, program: str) -> Notebook | None:
        """The same notebook with another program, from which findings are placed; None where cells are missing."""
        return replace(self, text=program) if len(self._split(program)) == len(self.read) else None

    def located(self, failure: ReadFailure) -> ReadFailure:
        """What is wrong with the program, by cell."""
        at = bisect_right(self._first_lines, failure.line) - 1
        return replace(failure, line=failure.line - self._first_lines[at] + 1, cell=self.read[at].index)

    def placed(self, settled: Settled) -> Settled:
        """A finding of the program, with its cell, its place there, and the text of magics."""
        finding, first = settled.finding, self._first_lines
        at = bisect_right(first, finding.span.line) - 1
        cell, before = self.read[at], first[at] - 1
        source = self.marks.restored(self._sources[at])
        line, end_line = finding.span.line - before, finding.span.end_line - before
        starts = [0, *(newline.end() for newline in _NEWLINE.finditer(source))]
        start, end = starts[line - 1] + finding.span.column, starts[end_line - 1] + finding.span.end_column
        span = Span(start, end, line, finding.span.column, end_line, finding.span.end_column)
        there = replace(
            finding,
            span=span,
            cell=cell.index,
            old=self.marks.restored(finding.old),
            message=self._by_cell(finding.message),
        )
        new, reason = settled.new, settled.reason
        return replace(
            settled,
            finding=there,
            new=self.marks.restored(new) if new is not None else None,
            reason=self._by_cell(reason) if reason is not None else None,
        )

    def _by_cell(self, message: str) -> str:
        """A message that names lines of the program, with those of cells."""
        first = self._first_lines

        def named(found: re.Match[str]) -> str:
            told = []
            numbers = map(int, found[1].split(", "))
            for at, lines in groupby(numbers, lambda number: bisect_right(first, number) - 1):
                there = [str(number - first[at] + 1) for number in lines]
                told.append(f"cell {self.read[at].index}, line{'s' * (len(there) > 1)} {', '.join(there)}")
            return " and ".join(told)

        return re.sub(r"\blines? (\d+(?:, \d+)*)\b", named, message)

    def rewritten(self, program: str) -> str | WriteFailure:
        """The text of the file with the cells of a new program; a failure if they are not those of this notebook."""
        pieces = self._split(program)
        if len(pieces) < len(self.read):
            return WriteFailure(self.path, "was not written: a rewrite reaches over the end of a cell")
        sources = {}
        for cell, piece in zip(self.read, pieces, strict=True):
            text = piece if cell is self.read[-1] else piece.removesuffix("\n")
            new = _at_the_edges_of(cell.source, self.marks.restored(text))
            if new != cell.source:
                sources[cell.index] = new
                if SIGN in new or isinstance(tree_of(self.path, piece), ReadFailure):
                    return WriteFailure(self.path, f"was not written: cell {cell.index} would not be what it should")
        return self.cells.rewritten(sources)


def read_notebook(path: str, text: str, *, python2: bool = False) -> Notebook | ReadFailure:
    """The notebook that a JSON text is, or why it is left as it is; where no code names TensorFlow, none is read.

    With `python2`, the program may be one of Python 2.
    """
    try:
        cells = Cells.of(text)
    except NotebookError as error:
        advice = "`jupyter nbconvert --to notebook --inplace` brings it to format 4" if "format" in str(error) else ""
        return ReadFailure(path, "TFL905", "; ".join(filter(None, (str(error), advice))))
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        return ReadFailure(path, "TFL903", f"is no valid JSON: {getattr(error, 'msg', error)}", line, column)
    except RecursionError:
        return ReadFailure(path, "TFL904", "nested too deeply to be looked into")
    language = _said(cells.metadata, "language_info", "name") or _said(cells.metadata, "kernelspec", "language")
    if language and "python" not in language.lower():
        return ReadFailure(path, "TFL905", f"is a notebook in {language}, not in Python")
    if any(SIGN in cell.source for cell in cells.code):
        return ReadFailure(path, "TFL905", f"holds the characters {SIGN}, by which magics are marked")
    return _joined(path, cells if _mentions_tensorflow(cells) else replace(cells, code=()), python2)


def _joined(path: str, cells: Cells, python2: bool) -> Notebook | ReadFailure:
    marks, read, told = Marks(), [], []
    pieces: list[str] = []
    seams: list[str] = []
    for cell in cells.code:
        masked = marks.masked(cell.source)
        if masked is None:
            if _WORTH_A_LOOK.search(cell.source):
                message = f"{cell.source.split()[0]} gives this cell to something else"
                told.append(ReadFailure(path, "TFL905", message, cell=cell.index))
            continue
        fault = tree_of(path, masked)
        if isinstance(fault, ReadFailure):
            fault = replace(fault, cell=cell.index)
            if _TAKEN_OUT.match(cell.source):
                message = f"{fault.message}, though Jupyter may: write the cell as plain Python"
                return replace(fault, message=message, whole=True)
            if _is_of_this_python(cells.metadata):
                told.append(fault)  # Python runs nothing of a cell that it cannot parse
                continue
            if not python2:
                return replace(fault, message=f"{fault.message}; {_OF_WHICH_PYTHON}", whole=True)
        if pieces:
            seams.append(marks.seam())
            pieces.append(f"\n{seams[-1]}\n")
        pieces.append(masked)
        read.append(cell)
    text = "".join(pieces)
    return Notebook(path, text, newline_of(text), tuple(told), cells, tuple(read), tuple(seams), marks)


_OF_WHICH_PYTHON = (
    "the notebook does not say that it is of Python 3, so that the cell may run all the same: mend the cell, or run "
    "the notebook once and save it, which names its kernel"
)


def _mentions_tensorflow(cells: Cells) -> bool:
    return any(name in cell.source for cell in cells.code for name in ("tensorflow", "keras"))


def _is_of_this_python(metadata: Mapping[str, object]) -> bool:
    """Whether what this Python cannot parse could not be run in the notebook either."""
    version = _said(metadata, "language_info", "version") or _said(metadata, "kernelspec", "name").removeprefix(
        "python"
    )
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return numbers[:1] == [3] and numbers <= list(sys.version_info[:2])


def _said(metadata: Mapping[str, object], table: str, key: str) -> str:
    entries = metadata.get(table)
    value = entries.get(key) if isinstance(entries, dict) else None
    return value if isinstance(value, str) else ""


def _at_the_edges_of(old: str, new: str) -> str:
    """A new source with the blank lines that the old one begins and ends with: a cell needs no others."""
    core = new.strip("\r\n")
    if new == old or not core.strip():
        return new if new == old else ""
    before, after = len(old) - len(old.lstrip("\r\n")), len(old.rstrip("\r\n"))
    return f"{old[:before]}{core}{old[after:]}"
