"""What the tests of the rules share: looking for findings in a program, and comparing expressions."""

from __future__ import annotations

import ast
import re

from tfloss_migrate.model import Finding
from tfloss_migrate.parse import Parsed, parse
from tfloss_migrate.recognise.find import FileFacts, Finder


def findings_in(text: str, *, compose: bool = True) -> list[Finding]:
    """What is found in a program."""
    parsed = parse("program.py", text)
    assert isinstance(parsed, Parsed), parsed
    return list(Finder(text, parsed.names, FileFacts(), compose=compose).findings())


def normal(text: str) -> str:
    """An expression without the accidents of its layout and of TensorFlow's name."""
    text = re.sub(r"\b(tensorflow\.compat\.v1|tensorflow|T|compat\.v1)\.", "tf.", text)
    return ast.unparse(ast.parse(f"({text}\n)", mode="eval")).replace("tf.compat.v1.", "tf.")
