"""Finds the rules in this package, and loads those that are asked for."""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Iterable, Mapping, Sequence

import tfloss_migrate.rules
from tfloss_migrate.model import Rule
from tfloss_migrate.record import replace

#: What is known of each rule without loading it: a line with its module and the size of the file that the knowledge is
#: of, and indented lines for whoever wrote them. A rule that is new or has changed since is not in it.
INDEX = "index.txt"

_FOLDER = tfloss_migrate.rules.__path__[0]


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id; a rule's `doc` is the docstring of its file."""
    return tuple(load(module) for module in modules())


@functools.cache
def load(module: str) -> Rule:
    """The rule of a module of this package."""
    loaded = importlib.import_module(f"tfloss_migrate.rules.{module}")
    rule: Rule = loaded.RULE
    return replace(rule, doc=(loaded.__doc__ or "").strip())


def rule_of(rule_id: str) -> Rule:
    """The rule with this id."""
    return load(next(module for module in modules() if id_of(module) == rule_id))


def id_of(module: str) -> str:
    """The id of the rule in a module, which the module is called by."""
    return module.partition("_")[0].upper()


@functools.cache
def modules() -> tuple[str, ...]:
    """The modules that hold a rule, in the order of the ids."""
    return tuple(sorted(name for name in _sizes() or _indexed() if name.startswith("tfl")))


def known() -> dict[str, list[str]]:
    """What the index says of the rules, as far as it still holds: nothing, if what rules share has changed."""
    indexed = _indexed()
    sizes = _sizes() or {module: size for module, (size, _) in indexed.items()}
    same = {module for module, size in sizes.items() if module in indexed and indexed[module][0] == size}
    shared = {module for module in (*sizes, *indexed) if not module.startswith("tfl")}
    return {module: indexed[module][1] for module in same - shared} if shared <= same else {}


def index_text(lines: Mapping[str, Sequence[str]]) -> str:
    """The text of the index: the lines that are to be known of each rule, and the sizes of the files."""
    written: list[str] = []
    for module, size in sorted(_sizes().items()):
        written += [f"{module} {size}", *(f" {line}" for line in lines.get(module, ()))]
    return "".join(f"{line}\n" for line in written)


def index_path() -> str:
    """Where the index is."""
    return os.path.join(_FOLDER, INDEX)


@functools.cache
def _sizes() -> dict[str, int]:
    """The modules from which rules are made, with the sizes of their files; none in a zip file, which nobody edits."""
    try:
        with os.scandir(_FOLDER) as entries:
            sizes = {entry.name[:-3]: entry.stat().st_size for entry in entries if entry.name.endswith(".py")}
    except OSError:
        return {}
    return {module: size for module, size in sizes.items() if module not in ("__init__", "registry")}


@functools.cache
def _indexed() -> dict[str, tuple[int, list[str]]]:
    spec = tfloss_migrate.rules.__spec__
    try:
        text = spec.loader.get_data(index_path()).decode("ascii")  # type: ignore[union-attr]
    except OSError:
        return {}
    return _parsed(text.splitlines())


def _parsed(lines: Iterable[str]) -> dict[str, tuple[int, list[str]]]:
    found: dict[str, tuple[int, list[str]]] = {}
    of_rule: list[str] = []
    for line in lines:
        if line.startswith(" "):
            of_rule.append(line[1:])
        else:
            module, _, size = line.partition(" ")
            of_rule = []
            found[module] = (int(size), of_rule)
    return found
