"""Verdicts that come with the package, earned when it was built."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from importlib import resources
from typing import Any

from tfloss_migrate import __version__
from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.verify.cache import from_plain, question_key

FILE = "shipped.json"


@cache
def content() -> dict[str, Any]:
    """The file as it is; empty when it is missing or of another version of the tool."""
    try:
        text = (resources.files("tfloss_migrate.verify") / FILE).read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("tool") == __version__ else {}


def lookup(question: Question, installed: dict[str, str]) -> Verdict | None:
    """The shipped verdict, unless a version is installed that it was not earned on."""
    shipped = content()
    versions = shipped.get("versions", {})
    if any(
        installed[name] != versions.get(name)
        for name in ("tensorflow", "keras")
        if name in installed and "tensorflow" in installed
    ):
        return None
    data = shipped.get("verdicts", {}).get(question_key(question))
    if data is None:
        return None
    verdict = from_plain(data)
    return dataclasses.replace(verdict, oracle=f"{verdict.oracle}, run when this version was built")
