"""From the text of a file to the program that is looked into, and back: a script, a notebook, one of Python 2."""

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
_BROUGHT = "brought to Python 3 by the fixers of fissix, which is not verified"


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

    `python2`: what Python 3 cannot parse is brought to Python 3 first; `unsafe`: even if numbers may change.
    """
    path, text, newline = source.path, source.text, source.newline
    notebook = None
    if path.endswith(".ipynb"):
        from tfloss_migrate.notebook import read_notebook

        found = read_notebook(path, text, python2=python2)
        if isinstance(found, ReadFailure):
            return (found,)
        notebook, text, newline = found, found.text, found.newline
    parsed = parse(path, text)
    if isinstance(parsed, Parsed):
        return Reading(parsed, newline, notebook.told if notebook is not None else (), notebook)
    if python2 and parsed.rule_id == "TFL901":
        return _of_python_2(path, text, newline, parsed, notebook, unsafe)
    return (_located(parsed, notebook),)


def _of_python_2(
    path: str, text: str, newline: str, fault: ReadFailure, notebook: Notebook | None, unsafe: bool
) -> Reading | tuple[ReadFailure, ...]:
    """A program of Python 2, brought to Python 3."""
    from tfloss_migrate.python2 import convert

    fault = _located(fault, notebook)
    converted = convert(path, text, newline)
    if isinstance(converted, ReadFailure):
        return (replace(fault, message=f"{fault.message}; {converted.message}"),)
    doubts = tuple(_located(doubt, notebook) for doubt in converted.doubts)
    if doubts and not unsafe:
        return (replace(fault, message=f"{fault.message}; {_ARITHMETIC}"), *doubts)
    again = parse(path, converted.text)
    if isinstance(again, ReadFailure):
        return (replace(fault, message=f"{fault.message}; {again.message}, once brought to Python 3"),)
    brought = ReadFailure(path, "TFL912", _BROUGHT)
    if notebook is None:
        return Reading(again, newline, (brought, *doubts))
    now = notebook.brought_to_python_3(converted.text)
    if now is None:
        return (replace(fault, message=f"{fault.message}; not brought to Python 3: the cells would not be kept"),)
    return Reading(again, newline, (now.located(brought), *doubts, *notebook.told), now)


def _located(failure: ReadFailure, notebook: Notebook | None) -> ReadFailure:
    return failure if notebook is None else notebook.located(failure)
