"""Text to syntax tree and names, or the reason why not."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tfloss_migrate.record import dataclass
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.syntax.names import Names

#: Deep enough for all that Python's own parser accepts in ordinary files; frames of Python code live on the heap.
_RECURSION = 6000
_PYTHON_2 = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal",
)
_TOO_DEEP = "nested too deeply to be looked into"


@dataclass(frozen=True)
class Parsed:
    """A text with its tree and names."""

    path: str
    text: str
    tree: ast.Module
    names: Names


@contextmanager
def deep() -> Iterator[None]:
    """Allows the deep recursion that long chains of operators and `elif`s need."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def parse(path: str, text: str) -> Parsed | ReadFailure:
    """Parses a text with Python's own parser, which refuses cleanly where others crash."""
    tree = tree_of(path, text)
    if isinstance(tree, ReadFailure):
        return tree
    try:
        with deep():
            return Parsed(path, text, tree, Names(tree))
    except (RecursionError, MemoryError):
        return ReadFailure(path, "TFL904", _TOO_DEEP)


def tree_of(path: str, text: str) -> ast.Module | ReadFailure:
    """The syntax tree of a text, or the reason why there is none."""
    try:
        with warnings.catch_warnings(), deep():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        if "too many nested" in str(error.msg):
            return ReadFailure(path, "TFL904", f"not parsed: {error.msg}", line, column)
        hint = ""
        if any(sign in str(error.msg) for sign in _PYTHON_2):
            hint = "; this looks like Python 2, which --python2 brings to Python 3 first"
        return ReadFailure(path, "TFL901", f"Python {_version()} cannot parse it: {error.msg}{hint}", line, column)
    except (RecursionError, MemoryError):
        return ReadFailure(path, "TFL904", _TOO_DEEP)
    except ValueError as error:
        return ReadFailure(path, "TFL902", f"not parsed: {error}")


def _version() -> str:
    return ".".join(map(str, sys.version_info[:2]))
