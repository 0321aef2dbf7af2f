"""What can be wrong with a file: one table of `TFL9xx`, and the failures as data."""

from __future__ import annotations

from tfloss_migrate.model import Rule, Severity
from tfloss_migrate.record import dataclass


@dataclass(frozen=True)
class ReadFailure:
    """Why a file, or a cell of a notebook, was not looked into, and where in it. Lines and columns count from 1.

    `whole`: for the sake of a cell the notebook is not looked into either.
    """

    path: str
    rule_id: str
    message: str
    line: int = 1
    column: int = 1
    cell: int | None = None
    whole: bool = False

    @property
    def consequence(self) -> str | None:
        """What becomes of it for that."""
        if self.rule_id in _OF_PYTHON_2:
            return None
        left = "file" if self.cell is None else "whole notebook" if self.whole else "cell"
        return f"the {left} is left as it is"

    @property
    def kind(self) -> Rule:
        """The entry of the table that this failure is of: its name and severity."""
        return KINDS[self.rule_id]


@dataclass(frozen=True)
class WriteFailure:
    """Why a file was not written. On disk it is what it was before."""

    path: str
    message: str
    rule_id: str = "TFL907"


#: What is told of Python 2, and does not by itself keep it from being handled.
_OF_PYTHON_2 = ("TFL911", "TFL912")


def _kind(rule_id: str, name: str, severity: Severity, doc: str) -> Rule:
    return Rule(rule_id, name, inputs=(), forms=(), message=doc.partition("\n")[0], severity=severity, doc=doc)


_TABLE = (
    _kind(
        "TFL901",
        "not-python-3",
        "error",
        """Python 3 cannot parse this file.

The message gives the parser's own words, line and column. `print` as a statement, `except E, e:` and backticks are
Python 2: `--python2` brings that to Python 3 first (`TFL912`). The file stays byte for byte as it was.""",
    ),
    _kind(
        "TFL902",
        "not-decodable",
        "error",
        """The bytes of this file are not text in the encoding that it declares.

Python reads source as UTF-8 unless one of the first two lines names another encoding
(`# -*- coding: latin-1 -*-`). Save the file as UTF-8, or add or mend that line. UTF-16, NUL bytes and encodings that
do not contain ASCII are no Python source. The file stays byte for byte as it was.""",
    ),
    _kind(
        "TFL903",
        "not-readable",
        "error",
        """This file or folder cannot be read.

It is not allowed to be read, went away while the run was on its way, or is no ordinary file (a pipe, a socket, a
device, a link to nothing), or is a notebook that is no valid JSON. Nothing in it was looked at.""",
    ),
    _kind(
        "TFL904",
        "nested-too-deeply",
        "error",
        """The expressions of this file are nested deeper than Python's parser goes.

Mostly a generated file: leave it out with `--exclude`, or break the expression over named parts. The file stays byte
for byte as it was.""",
    ),
    _kind(
        "TFL905",
        "notebook",
        "info",
        """This notebook, or a cell of it, is not looked into.

Notebooks of format 4 in Python are handled, their code cells as one program, in the order in which they stand. Older
ones are brought to format 4 by `jupyter nbconvert --to notebook --inplace`. Cells that a magic such as `%%writefile`
gives to something else are left as they are.""",
    ),
    _kind(
        "TFL906",
        "not-source",
        "info",
        """This file was named, but is no Python source.

Python files end in .py, .pyw or .pyi, notebooks in .ipynb, scripts begin with a `#!` line that calls python. Python
with another ending goes through standard input: `tfloss-migrate - --stdin-filename name.py < file`.""",
    ),
    _kind(
        "TFL907",
        "not-written",
        "error",
        """The new text of this file could not be written.

The disk is full, the file or its folder is read-only, the file changed since it was read, or its encoding cannot hold
a character of the new text. The file is byte for byte what it was; mend the cause and run again.""",
    ),
    _kind(
        "TFL908",
        "unused-fixture",
        "info",
        """Arrays of `--fixtures` were not tried.

The folder holds no `.npz` file, a file cannot be read, or an array has the name of no input of a loss. Keys are
`argument` or `function.argument`: the name that the code has for the input, and the function around the loss. A loss
is tried on arrays when there is one for each of its inputs.""",
    ),
    _kind(
        "TFL909",
        "unknown-suppression",
        "info",
        """A comment silences a rule that does not exist.

`# tfloss: ignore[...]` takes ids, prefixes of ids and names, with commas between, as `--select` does; `--list-rules`
shows them all. What is written here silences nothing.""",
    ),
    _kind(
        "TFL910",
        "unused-suppression",
        "warning",
        """A comment silences nothing.

No rule that `# tfloss: ignore[...]` names finds anything on its line: the code was mended, or moved. `--write` takes
the entry out, so that it hides nothing that comes later, and keeps what else the comment says. `--check` tells it only
where it is sure; rules that find losses by what they compute (`TFL3xx`) and sessions (`TFL5xx`) are judged by the full
run.""",
    ),
    _kind(
        "TFL911",
        "python-2-arithmetic",
        "warning",
        """This may compute another number in Python 3.

In Python 2, `/` of whole numbers rounds down, and `round` takes halves away from zero. `--python2` writes `//` where
both sides are surely whole numbers, and keeps `/` where one is surely a float. Elsewhere the author decides, in the
Python 2 source: `//`, a float (`float(x) / y`, `x / 2.0`), or `from __future__ import division`. Until then the file is
left; `--unsafe` brings it to Python 3 as it stands. The place is that in the Python 2 source.""",
    ),
    _kind(
        "TFL912",
        "brought-from-python-2",
        "info",
        """This was Python 2, and is brought to Python 3 before its losses are looked for.

`--python2` runs the fixers of fissix, which keeps on lib2to3 (`pip install "tfloss-migrate[python2]"`). They are tried
on what Python 3 cannot parse, and are not verified: strings and bytes, the order of dictionaries and random numbers may
need a look. Places are those in the text of Python 3.""",
    ),
    _kind(
        "TFL913",
        "internal-error",
        "error",
        """This file could not be looked into, for a mistake in tfloss-migrate.

The message gives the error and where in the tool it came up. The file stays byte for byte as it was, and other files
are looked at as ever. Please report it, with the lines of the file that it takes, if you can: it is a bug of the tool,
not of your code. Until it is mended, `--exclude` leaves the file out. `TFLOSS_MIGRATE_DEBUG=1` ends the run at such
an error, with the traceback.""",
    ),
)

#: Every `TFL9xx`, by id: rules that rewrite nothing.
KINDS: dict[str, Rule] = {kind.id: kind for kind in _TABLE}
