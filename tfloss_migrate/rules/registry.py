"""Finds the rules by walking this package, when asked."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from dataclasses import replace

import tfloss_migrate.rules
from tfloss_migrate.model import Rule


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id; a rule's `doc` is the docstring of its file."""
    rules = []
    for module in pkgutil.iter_modules(tfloss_migrate.rules.__path__):
        if module.name.startswith("tfl"):
            loaded = importlib.import_module(f"tfloss_migrate.rules.{module.name}")
            rules.append(replace(loaded.RULE, doc=(loaded.__doc__ or "").strip()))
    return tuple(sorted(rules, key=lambda rule: rule.id))
