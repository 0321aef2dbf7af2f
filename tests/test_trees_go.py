"""A claim about memory: what was read of a file goes without the garbage collector, which costs more than finding."""

from __future__ import annotations

import ast
import gc
from pathlib import Path

from tfloss_migrate.pipeline import run
from tfloss_migrate.settings import Settings

LEGACY = Path(__file__).parent.parent / "fixtures" / "legacy"


def test_a_lint_leaves_no_tree_to_the_garbage_collector() -> None:
    settings = Settings(paths=(str(LEGACY),), mode="check", jobs=1)
    list(run(settings))
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(thing, ast.Module) for thing in gc.get_objects())
        outcomes = list(run(settings))
        after = sum(isinstance(thing, ast.Module) for thing in gc.get_objects())
    finally:
        gc.enable()
    assert any(outcome.findings for outcome in outcomes)
    assert after == before
