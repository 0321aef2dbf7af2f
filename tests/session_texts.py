"""Short programs with sessions, as the tests of their conversion write them."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

from tfloss_migrate.sessions.convert import Conversion, convert
from tfloss_migrate.sessions.plain.passes import plain
from tfloss_migrate.syntax.names import Names

IMPORT = "import tensorflow as tf\n"


def conversion(text: str, *, rewritten: bool = False) -> Conversion:
    """What becomes of a text."""
    tree = ast.parse(text)
    return convert(text, Names(tree), tree, rewritten=rewritten)


def program(body: str) -> str:
    """A body below the import of TensorFlow; one that has an import of its own is left alone."""
    text = dedent(body).lstrip("\n")
    return text if "import" in text else IMPORT + text


def converted(body: str, rule: str = "TFL501") -> str:
    """The new text of a program; that of a body without imports is given without them.

    What comes out must be Python in which there is nothing more to find.
    """
    text = program(body)
    found = conversion(text)
    assert found.new_text is not None, [finding.reason for finding in found.findings]
    assert {finding.rule for finding in found.findings} == {rule}
    again = conversion(found.new_text)
    assert again == Conversion((), None)
    return found.new_text if "import" in dedent(body) else found.new_text.removeprefix(IMPORT)


def left(body: str, rule: str = "TFL503", *, rewritten: bool = False) -> str:
    """The first reason for which a program stays; lines are counted in the body."""
    found = conversion(program(body), rewritten=rewritten)
    assert found.new_text is None
    reasons = [finding.reason for finding in found.findings if finding.rule == rule]
    assert reasons, [(finding.rule, finding.reason) for finding in found.findings]
    reason = reasons[0]
    assert reason is not None
    reason = re.split(r"; (?:line|and \d+ more)", reason)[0]
    if "import" in body:
        return reason
    line, _, rest = reason.removeprefix("line ").removeprefix("lines ").partition(": ")
    line = line.split(", ")[0]
    return f"line {int(line) - 1}: {rest}"


def same(before: str, after: str, rule: str = "TFL501") -> None:
    """Claims that one program becomes the other."""
    assert converted(before, rule) == dedent(after).lstrip("\n")


def made_plain(body: str) -> Conversion:
    """What becomes of a text whose graph is hidden: by classes, scopes or summaries."""
    text = program(body)
    tree = ast.parse(text)
    flat = plain(text, Names(tree), tree)
    assert flat is not None
    tree = ast.parse(flat.text)
    return convert(flat.text, Names(tree), tree, flat=flat)
