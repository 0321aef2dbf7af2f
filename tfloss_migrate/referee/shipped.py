"""Verdicts that come with the package, earned when it was built."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from importlib import resources
from typing import Any

from tfloss_migrate import __version__
from tfloss_migrate.model import Question, Verdict
from tfloss_migrate.referee.cache import from_plain, question_key
from tfloss_migrate.wording import BETWEEN

FILE = "shipped.json"
#: What of a verdict is kept as the numbers of pieces of text, and what stood between them.
TEXTS = frozenset({"sentence", "domain", "oracle"})
MEASURES = frozenset({"max_abs", "max_rel", "grad_max_abs"})


@cache
def content() -> dict[str, Any]:
    """The file as it is; empty when it is missing or of another version of the tool."""
    try:
        text = (resources.files("tfloss_migrate.referee") / FILE).read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("tool") == __version__ else {}


def lookup(question: Question, installed: dict[str, str]) -> Verdict | None:
    """The shipped verdict, unless a version is installed that it was not earned on; it says when it was run."""
    verdict = earned(question, installed)
    if verdict is None:
        return None
    return dataclasses.replace(verdict, oracle=f"{verdict.oracle}, run when this version was built")


def earned(question: Question, installed: dict[str, str]) -> Verdict | None:
    """The verdict as it was earned."""
    shipped = content()
    versions = shipped.get("versions", {})
    if any(
        installed[name] != versions.get(name)
        for name in ("tensorflow", "keras")
        if name in installed and "tensorflow" in installed
    ):
        return None
    place = shipped.get("verdicts", {}).get(short_key(question_key(question)))
    if place is None:
        return None
    return unpacked(shipped, place)


def unpacked(shipped: dict[str, Any], place: int) -> Verdict:
    """One verdict of the file."""
    data = dict(shipped["distinct"][place])
    for name in TEXTS & set(data):
        data[name] = BETWEEN.join(shipped["pieces"][piece] for piece in data[name])
    return from_plain(data)


def short_key(key: str) -> str:
    """So much of a key that no two questions share it."""
    return key[:20]
