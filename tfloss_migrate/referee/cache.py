"""Verdicts kept in the user's cache folder, one JSON file each, never in the tree that is looked at."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from tfloss_migrate import __version__, cells
from tfloss_migrate.curves import Curve
from tfloss_migrate.domains import Data, Domain
from tfloss_migrate.model import Counterexample, Question, Verdict
from tfloss_migrate.storage import VERDICTS


def described(question: Question) -> dict[str, Any]:
    """All that a verdict hangs on within the question, as plain data."""
    inputs = [[each.name, type(each.domain).__name__, _said(each.domain)] for each in question.inputs]
    plain = {**dataclasses.asdict(question), "inputs": inputs}
    if question.source is None:
        del plain["source"]
    if not question.plays:
        del plain["plays"]
    return plain


def _said(domain: Domain) -> dict[str, Any]:
    """What a domain says, its dtype only where that is not what such domains have."""
    plain = dataclasses.asdict(domain)
    if domain.dtype == type(domain)().dtype:
        del plain["dtype"]
    if isinstance(domain, Data) and domain.like is not None:
        plain["like"] = _said(domain.like)
    return plain


def question_key(question: Question) -> str:
    """The question alone, for verdicts that are shipped with the tool's own version."""
    return digest(described(question))


def key(question: Question, surroundings: str) -> str:
    """Question, tool and what would run it (`surroundings`: oracle and versions)."""
    return digest([__version__, own_sources(), surroundings, described(question)])


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@cache
def own_sources() -> str:
    """The referee, and the classes that programs bring along: what judges differently must not find old verdicts."""
    files = [*sorted(Path(__file__).parent.rglob("*.py")), Path(cells.__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def load(name: str) -> Verdict | None:
    """The kept verdict, or None: a file that is absent, damaged or of another shape is no verdict."""
    data = VERDICTS.load(name)
    try:
        return None if data is None else from_plain(json.loads(data))
    except (ValueError, TypeError, KeyError):
        return None


def save(name: str, verdict: Verdict) -> None:
    """Keeps a verdict; a cache that cannot be written is no error."""
    VERDICTS.save(name, json.dumps(dataclasses.asdict(verdict)).encode())


def path_of(name: str) -> Path:
    return Path(VERDICTS.path_of(name))


def from_plain(data: Any) -> Verdict:
    """The verdict that `dataclasses.asdict` made `data` of. Raises TypeError or KeyError for anything else."""
    example, curve = (data.get(name) if isinstance(data, dict) else None for name in ("counterexample", "curve"))
    made = {
        "counterexample": None if example is None else Counterexample(**example),
        "curve": None if curve is None else Curve(**{name: _fixed(value) for name, value in curve.items()}),
    }
    verdict = Verdict(**{**data, **made})
    if not isinstance(verdict.status, str) or not isinstance(verdict.sentence, str):
        raise TypeError("not a verdict")
    return verdict


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
