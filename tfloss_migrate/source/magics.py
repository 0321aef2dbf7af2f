"""Magics, shell lines and the seams between cells of a notebook, hidden behind marks that Python can read.

A mark is a number as nobody writes it, `0X_2f`; it keeps lines, and the columns in front of it. A line magic or shell
line is `id(0X_2f)`, or `from run import *#0X_2f#` where it runs a file. The lines that it goes on in, and a cell magic
above its cell, are the comment `#0X_2f#`; the seam between two cells is `#%%0X_2f`; `%time` before a statement is
`0X_2f;`, so that the statement can be read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from tfloss_migrate.model import Edit, Finding
from tfloss_migrate.record import replace

SIGN = "0X_"
_SEAM = "#%%"
TOUCHES = "it would change a line with a magic, or reach over the end of a cell"

#: Cell magics whose cell is Python that runs here, and some whose cell is not; of others it is seen.
_PYTHON = frozenset({"time", "timeit", "capture", "prun", "debug"})
_FOREIGN = frozenset(
    [
        *(
            "!",
            "sx",
            "system",
            "bash",
            "sh",
            "cmd",
            "script",
            "writefile",
            "file",
            "perl",
            "ruby",
            "R",
            "sql",
            "bigquery",
        ),
        *("html", "HTML", "javascript", "js", "latex", "markdown", "svg", "SVG", "cython", "python2", "pypy", "julia"),
    ]
)
_CELL_MAGIC = re.compile(r"(?:[ \t]*\r?\n)*(?P<line>%%(?P<name>!|\w*)[^\r\n]*)")
_REST = r"(?:[^\r\n]*\\\r?\n)*[^\r\n]*"
_MAGIC = re.compile(
    r"(?P<before>[ \t]*(?:[A-Za-z_*][\w., \t\[\]'\":*]*=[ \t]*(?=[%!]))?)"
    rf"(?P<magic>[%!?]{_REST}|(?:pip|conda)[ \t]+install\b{_REST}|[A-Za-z_*][^\r\n#'\"]*\?[ \t]*(?=[\r\n]|\Z))"
)
_TIMED = re.compile(r"%(?:time|timeit|prun|memit)[ \t]+(?:-[a-z][ \t]*\d*[ \t]+)*(?=[^-\s])")
_TOKEN = re.compile(
    r"""(?:\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"|\#[^\r\n]*|(?P<open>[(\[{])|(?P<close>[)\]}])|\\\r?\n|(?P<newline>\n)|.",
    re.DOTALL,
)


class Marks:
    """The marks of one notebook, and what each of them hides."""

    def __init__(self) -> None:
        self._hidden: list[tuple[str, str]] = []

    def seam(self) -> str:
        """The comment that stands between two cells."""
        return self._mark(f"{_SEAM}{{}}", "")

    def masked(self, cell: str) -> str | None:
        """A cell as Python; None where it is none, by the magic that it begins with."""
        found = _CELL_MAGIC.match(cell)
        if found is None:
            return self._lines(cell)
        if found["name"] in _FOREIGN:
            return None
        hidden = self._mark("#{}#", found["line"])
        masked = cell[: found.start("line")] + hidden + self._lines(cell[found.end() :])
        return masked if found["name"] in _PYTHON or _is_python(masked) else None

    def restored(self, text: str) -> str:
        """A text with all that its marks hide."""
        if SIGN in text:
            for mark, hidden in self._hidden:
                text = text.replace(mark, hidden)
        return text

    def _lines(self, cell: str) -> str:
        """Hides what begins as a line of Python would, and is none."""
        pieces, position, depth, begins = [], 0, 0, True
        while position < len(cell):
            magic = _MAGIC.match(cell, position) if begins else None
            if magic is not None:
                assigned = magic["before"].strip() != ""
                pieces += [magic["before"], *self._magic(magic["magic"], assigned)]
                position, begins = magic.end(), False
                continue
            token = _TOKEN.match(cell, position)
            assert token is not None, "the last alternative is any character"
            depth = max(0, depth + (token["open"] is not None) - (token["close"] is not None))
            begins = token["newline"] is not None and depth == 0
            pieces.append(token[0])
            position = token.end()
        return "".join(pieces)

    def _magic(self, text: str, assigned: bool) -> list[str]:
        timed = None if assigned else _TIMED.match(text)
        if timed is not None and _is_python(text[timed.end() :]):
            mark = f"{self._next()};".ljust(len(timed[0]))
            self._hidden.append((mark, timed[0]))
            return [mark, text[timed.end() :]]
        first = "from run import *#{}#" if text.startswith("%run") and not assigned else "id({})"
        marks = []
        for number, line in enumerate(re.split(r"(?<=\n)", text)):
            bare = line.rstrip("\r\n")
            marks.append(self._mark("#{}#" if number else first, bare) + line[len(bare) :])
        return marks

    def _mark(self, form: str, hidden: str) -> str:
        mark = form.format(self._next())
        self._hidden.append((mark, hidden))
        return mark

    def _next(self) -> str:
        return f"{SIGN}{len(self._hidden):x}"


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def keeps(old: str, new: str) -> bool:
    """Whether all that is hidden stands as it stood in a new text, between the same seams, each cell whole."""
    marked, cells = _marked(new), re.split(rf"^{_SEAM}{SIGN}.*$", new, flags=re.MULTILINE)
    return marked == _marked(old) and all(map(_is_python, cells))


def within_cells(text: str, finding: Finding) -> Finding:
    """A finding without the rewrites that would touch a marked line."""
    kept = tuple(one for one in finding.rewrites if not any(_touches(text, edit) for edit in one.edits))
    if len(kept) == len(finding.rewrites):
        return finding
    return replace(finding, rewrites=kept, reason=finding.reason or (None if kept else TOUCHES))


def _marked(text: str) -> Sequence[str]:
    return [line for line in text.split("\n") if SIGN in line]


def _touches(text: str, edit: Edit) -> bool:
    start, end = text.rfind("\n", 0, edit.start) + 1, text.find("\n", edit.end)
    if edit.start == edit.end == start and edit.text.endswith("\n"):
        return False  # whole lines above it
    if edit.end == text.rfind("\n", 0, edit.end) + 1 and edit.end > edit.start:
        end = edit.end  # whole lines that end before it
    return SIGN in text[start : end if end >= 0 else len(text)]
