"""What would run, and what a verdict hangs on besides its question."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Iterable
from pathlib import Path


def installed_versions() -> dict[str, str]:
    """The versions of what would run."""
    return versions_of(("tensorflow", "keras", "tf_keras"))


def versions_of(names: Iterable[str]) -> dict[str, str]:
    """The versions of those packages that are installed, without importing any of them."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def surroundings(versions: dict[str, str], legacy_python: str | None, fixtures: str | None, keras: str = "auto") -> str:
    """The versions, the other interpreter, the fixtures and the Keras asked for: a text that changes when they do."""
    parts = [f"{name} {version}" for name, version in sorted(versions.items())]
    if legacy_python:
        parts.append(os.path.abspath(legacy_python))
        home = Path(os.path.abspath(legacy_python)).parent.parent
        parts += sorted(each.name for each in home.glob("lib/python*/site-packages/tensorflow*-info"))
    if keras != "auto":
        parts.append(f"only Keras {keras}")
    if fixtures:
        files = sorted(Path(fixtures).glob("*.npz"))
        parts += [f"{each} {each.stat().st_size} {each.stat().st_mtime_ns}" for each in files]
    return "\n".join(parts)
