"""From the text of a file to the program that is looked into, and back: a script, a notebook, a script of Python 2."""

from __future__ import annotations

from tfloss_migrate.model import Settled
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.record import dataclass, replace
from tfloss_migrate.source.failures import ReadFailure, WriteFailure
from tfloss_migrate.source.text import SourceText

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.notebook import Notebook

_ARITHMETIC = "not brought to Python 3, for what TFL911 tells; --unsafe does it all the same"


@dataclass(frozen=True)
class Reading:
    """A program, and the file that it is in. `told` is what is to be said of the file besides."""

    parsed: Parsed
    newline: str
    told: tuple[ReadFailure, ...] = ()
    notebook: Notebook | None = None

    def placed(self, settled: Settled) -> Settled:
        """A finding of the program, where it is in the file."""
        return settled if self.notebook is None else self.notebook.placed(settled)

    def written(self, program: str) -> str | WriteFailure:
        """The text of the file with a new program; a failure if it cannot hold that."""
        return program if self.notebook is None else self.notebook.rewritten(program)


def read_program(source: SourceText, *, python2: bool, unsafe: bool) -> Reading | tuple[ReadFailure, ...]:
    """The program of a file, or why there is none: first what keeps it from being looked into, then all else.

    `python2`: a script that Python 3 cannot parse is brought to Python 3 first; `unsafe`: even if numbers may change.
    """
    if source.path.endswith(".ipynb"):
        from tfloss_migrate.notebook import read_notebook

        notebook = read_notebook(source.path, source.text)
        if isinstance(notebook, ReadFailure):
            return (notebook,)
        parsed = parse(source.path, notebook.text)
        if isinstance(parsed, ReadFailure):
            return (parsed,)
        return Reading(parsed, notebook.newline, notebook.told, notebook)
    parsed = parse(source.path, source.text)
    if isinstance(parsed, Parsed):
        return Reading(parsed, source.newline)
    if not python2 or parsed.rule_id != "TFL901":
        return (parsed,)
    from tfloss_migrate.python2 import convert

    converted = convert(source.path, source.text, source.newline)
    if isinstance(converted, ReadFailure):
        return (replace(parsed, message=f"{parsed.message}; {converted.message}"),)
    if converted.doubts and not unsafe:
        return (replace(parsed, message=f"{parsed.message}; {_ARITHMETIC}"), *converted.doubts)
    again = parse(source.path, converted.text)
    if isinstance(again, ReadFailure):
        return (replace(again, message=f"{again.message}, once brought to Python 3"),)
    brought = ReadFailure(source.path, "TFL912", "brought to Python 3 by the fixers of fissix, which is not verified")
    return Reading(again, source.newline, (brought, *converted.doubts))
