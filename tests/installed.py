"""Skips what needs an absent package, without importing it: TensorFlow changes what child processes inherit."""

from __future__ import annotations

import importlib.util

import pytest


def needs(package: str, *, reason: str) -> None:
    """Skip the test, or the whole file, unless `package` is installed."""
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: {reason}", allow_module_level=True)
