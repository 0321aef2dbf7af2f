"""What holds for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfloss_migrate import storage


@pytest.fixture(autouse=True)
def outcomes_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No outcome is remembered from one test to another: many tests change parts of the tool."""
    shared, own = storage.folder, f"{tmp_path}-outcomes"
    monkeypatch.setattr(storage, "folder", lambda name: own if name == "outcomes" else shared(name))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, beside a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "tree").mkdir()
    monkeypatch.chdir(tmp_path / "tree")
    return tmp_path / "tree"
