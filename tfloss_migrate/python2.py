"""Python 2 to Python 3, by the fixers of fissix (lib2to3, kept alive), where no number can become another one.

What the fixers leave alone is arithmetic: `/` of whole numbers is floor division in Python 2, and `round` takes halves
away from zero. `/` of what are surely whole numbers becomes `//`, of what is surely a float it stays; the rest is told.
"""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from typing import Any

from tfloss_migrate.record import dataclass
from tfloss_migrate.source.failures import ReadFailure

_NOT_INSTALLED = 'pip install "tfloss-migrate[python2]" brings the fixers that --python2 needs'
_DIVISION = "`/` may divide whole numbers, where Python 2 rounds down: make it `//`, or one of both sides a float"
_ROUND = "`round` takes halves away from zero in Python 2, and to even numbers in Python 3"
_TRUE_DIVISION = re.compile(r"^from\s+__future__\s+import\s[^\n]*\bdivision\b", re.MULTILINE)
#: Functions whose result is a float, whatever they are given.
_FLOATS = frozenset(
    [
        *("float", "math.sqrt", "math.exp", "math.log", "math.pow", "math.pi", "np.sqrt", "np.exp", "np.log", "np.pi"),
        *("np.mean", "np.std", "np.float32", "np.float64", "tf.sqrt", "tf.exp", "tf.log", "tf.to_float", "time.time"),
    ]
)
_WHOLE = frozenset({"len", "int"})


@dataclass(frozen=True)
class Converted:
    """A text as Python 3, and what in it may compute another number, with its place in the text as it was."""

    text: str
    doubts: tuple[ReadFailure, ...]


def convert(path: str, text: str, newline: str) -> Converted | ReadFailure:
    """A text of Python 2 as Python 3, or why not."""
    source = text.replace(newline, "\n")
    if source.replace("\n", newline) != text or "\r" in source:
        return ReadFailure(path, "TFL901", "not brought to Python 3: its lines do not all end in the same way")
    try:
        from fissix.refactor import RefactoringTool, get_fixers_from_package
    except ImportError:
        return ReadFailure(path, "TFL901", f"not brought to Python 3: {_NOT_INSTALLED}")
    except OSError as error:
        return ReadFailure(path, "TFL901", f"not brought to Python 3: the fixers could not be loaded ({error})")
    logging.getLogger("RefactoringTool").setLevel(logging.CRITICAL)
    try:
        tree = RefactoringTool(get_fixers_from_package("fissix.fixes")).refactor_string(f"{source}\n", path)
    except Exception as error:  # what they raise is not said anywhere
        tree, message = None, " ".join(str(error).split())
    if tree is None:
        return ReadFailure(path, "TFL901", f"the fixers of Python 2 cannot read it either{message and f': {message}'}")
    doubts = [*_divisions(path, tree)] if not _TRUE_DIVISION.search(source) else []
    doubts += _rounds(path, tree)
    new = str(tree).removesuffix("\n").replace("\n", newline)
    return Converted(new, tuple(sorted(doubts, key=lambda doubt: (doubt.line, doubt.column))))


def _divisions(path: str, tree: Any) -> Iterator[ReadFailure]:
    """The divisions that may be of whole numbers; those that surely are become floor divisions."""
    for leaf in tree.leaves():
        if leaf.value not in ("/", "/="):
            continue
        parts = leaf.parent.children
        at = next(index for index, part in enumerate(parts) if part is leaf)
        kinds = {_kind_of_text("".join(map(str, side))) for side in (parts[:at], parts[at + 1 : at + 2])}
        if kinds == {"int"}:
            leaf.value = f"/{leaf.value}"
        elif "float" not in kinds:
            yield ReadFailure(path, "TFL911", _DIVISION, leaf.lineno, leaf.column + 1)


def _rounds(path: str, tree: Any) -> Iterator[ReadFailure]:
    for leaf in tree.leaves():
        after = leaf.next_sibling
        if leaf.value == "round" and after is not None and str(after).startswith("(") and leaf.prev_sibling is None:
            yield ReadFailure(path, "TFL911", _ROUND, leaf.lineno, leaf.column + 1)


def _kind_of_text(text: str) -> str | None:
    try:
        return _kind(ast.parse(f"({text.strip()})", mode="eval").body)
    except (SyntaxError, ValueError):
        return None


def _kind(node: ast.expr) -> str | None:
    """ "float" or "int" for what surely is one of these in Python 2, else None."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return type(node.value).__name__
    if isinstance(node, ast.UnaryOp):
        return _kind(node.operand)
    if isinstance(node, ast.BinOp) and not isinstance(node.op, (ast.Mod, ast.Pow)):
        kinds = {_kind(node.left), _kind(node.right)}
        return "float" if "float" in kinds else kinds.pop() if len(kinds) == 1 else None
    name = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    return "float" if name in _FLOATS else "int" if isinstance(node, ast.Call) and name in _WHOLE else None
