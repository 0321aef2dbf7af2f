"""The rooms of the package know of each other what the design lets them know, and no more."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rule_cases import findings_in

import tfloss_migrate
from tfloss_migrate.model import Verdict
from tfloss_migrate.referee import cache
from tfloss_migrate.referee.referee import Referee

PACKAGE = Path(tfloss_migrate.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

#: Which of our rooms a room may import from, itself, `record` and the package's version apart. A name with a dot is one
#: module.
MAY_KNOW = {
    "__init__": "api",
    "__main__": "cli console",
    "cli": "configuration console headings settings editor.server report.rules",
    "editor": "model configuration settings pipeline report.fixes report.places source.add_ignore source.cells"
    " source.discover source.globs source.text referee.referee",
    "programs": "model runs",
    "console": "model settings asking configuration faults programs pipeline progress terminal report source.baseline"
    " source.discover source.write",
    "configuration": "model settings rules.registry source.failures source.requirements",
    "asking": "model terminal progress report.diff report.excerpt report.plain report.text",
    "progress": "",
    "headings": "",
    "terminal": "progress report.plain",
    "record": "",
    "settings": "",
    "domains": "",
    "curves": "",
    "runs": "",
    "model": "domains curves runs",
    "api": "model pipeline settings rules.registry source.failures source.text referee.pair",
    "pipeline": "model settings stages source.discover source.failures source.narrow",
    "stages": "model settings parse reading elsewhere faults migrate remembered source",
    "faults": "model settings source.failures source.text",
    "elsewhere": "source storage",
    "remembered": "model settings elsewhere source.failures source.text storage referee.versions",
    "storage": "",
    "reading": "model parse notebook python2 source.failures source.text",
    "migrate": "model settings parse answers settle rounds evaluation syntax.edits recognise.find"
    " remarks source.failures source.magics source.suppress",
    "remarks": "model rules.registry source.failures source.suppress source.unused",
    "answers": "model settings referee.referee",
    "notebook": "model parse source",
    "python2": "source.failures",
    "evaluation": "model domains parse settle recognise.fetches sessions.plain sessions.convert sessions.glance"
    " sessions.graph_mode sessions.reading.program sessions.playing source.failures"
    " source.magics syntax.edits",
    "settle": "model",
    "rounds": "model settle wording",
    "parse": "source.failures syntax.names",
    "source": "model",
    "syntax": "model",
    "rules": "model domains syntax",
    "recognise": "model domains parse syntax rules",
    "cells": "",
    "sessions": "model syntax rules cells",
    "wording": "",
    "referee": "model domains curves storage wording cells",
    "shipping": "model parse recognise rules.registry referee.ship",
    "report": "model curves wording",
}

#: The rooms of `sessions`, in the order in which a text goes through them: each knows those before it.
SESSIONS = ("text", "counterparts", "reading", "plain", "obstacles", "writing")

#: Which files may import what is heavy, or belongs to one room.
MAY_IMPORT = {
    "tensorflow": {"referee/inside/runner.py"},
    "tf_keras": {"referee/inside/runner.py"},
    "keras": {"referee/inside/runner.py"},
    "libcst": {"syntax/bridge.py"},
    "click": {"cli.py", "headings.py", "terminal.py", "progress.py"},
    "fissix": {"python2.py"},
    "pygls": {"editor/server.py"},
    "lsprotocol": {"editor/server.py", "editor/shown.py", "editor/places.py"},
    "numpy": {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("referee/**/*.py")}
    | {"programs/alike/sitecustomize.py"},
}

#: What only the build of the package runs, to earn the verdicts that it ships.
_BUILD = "shipping.py"


@dataclass(frozen=True)
class Import:
    """A module that a file names, anywhere in it: under TYPE_CHECKING and inside functions too."""

    file: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"

    @property
    def room(self) -> str:
        return self.file.split("/")[0].removesuffix(".py")

    @property
    def inner(self) -> str:
        """The module within our package, "" for the package itself."""
        return self.module.partition(".")[2]


def _imports(path: Path) -> Iterator[Import]:
    file = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import hides which room it is from"
            package = PACKAGE.parent.joinpath(*(node.module or "").split(".")).is_dir()
            modules = [f"{node.module}.{alias.name}" if package else node.module or "" for alias in node.names]
        else:
            continue
        yield from (Import(file, node.lineno, module) for module in modules)


IMPORTS = [found for path in FILES for found in _imports(path)]
OURS = [found for found in IMPORTS if found.module.split(".")[0] == "tfloss_migrate"]


def _within(module: str, allowed: str) -> bool:
    return any(module == entry or module.startswith(f"{entry}.") for entry in allowed.split())


def test_every_room_knows_only_the_rooms_that_it_may_know() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES}
    assert rooms == set(MAY_KNOW)
    broken = [
        str(found)
        for found in OURS
        if found.inner not in ("", "__version__", "record")
        and found.inner.split(".")[0] != found.room
        and not _within(found.inner, MAY_KNOW[found.room])
    ]
    assert broken == []


def test_each_room_of_the_sessions_knows_only_those_before_it() -> None:
    doors = {path.stem for path in (PACKAGE / "sessions").glob("*.py")} - {"__init__"}
    assert {path.parent.name for path in FILES if path.parent.parent.name == "sessions"} == set(SESSIONS)
    ranked = {name: rank for rank, name in enumerate((*SESSIONS, *sorted(doors)))}
    broken = [
        str(found)
        for found in OURS
        if found.inner.startswith("sessions.") and found.room == "sessions" and "/" in found.file.partition("/")[2]
        if ranked[found.inner.split(".")[1]] > ranked[found.file.split("/")[1]]
    ]
    assert broken == []


def test_every_leave_to_know_is_made_use_of() -> None:
    unused = [
        f"{room} -> {entry}"
        for room, entries in MAY_KNOW.items()
        for entry in entries.split()
        if not any(found.room == room and _within(found.inner, entry) for found in OURS)
    ]
    assert unused == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_only_the_files_that_may_import_a_package_do(package: str) -> None:
    found = {found.file for found in IMPORTS if found.module.split(".")[0] == package}
    assert found <= MAY_IMPORT[package]


def test_only_the_build_of_the_package_earns_the_shipped_verdicts() -> None:
    build = ("referee.ship", "recognise.respellings", "recognise.specimens", "shipping")
    assert {found.file for found in OURS if found.inner in build} == {_BUILD}


def test_only_the_source_room_and_the_referee_touch_the_disk() -> None:
    disk = {"pathlib", "shutil", "tempfile", "glob"}
    pure = ("syntax", "rules", "recognise", "sessions", "report", "settle", "migrate", "evaluation", "parse", "model")
    assert [str(found) for found in IMPORTS if found.room in pure and found.module in disk] == []
    opened = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
    ]
    assert {place.split("/")[0].split(".")[0] for place in opened} <= {"source", "settings", "storage", "referee"}


def test_no_stage_prints_and_only_the_front_door_exits() -> None:
    loud = {
        f"{path.relative_to(PACKAGE).as_posix()}: {name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in ("print", "exit", "sys.exit", "quit")
    }
    assert loud == {"__main__.py: sys.exit"}


def test_every_file_fits_in_the_head_and_says_in_its_name_what_it_is_for() -> None:
    long = {path.name: lines for path in FILES if (lines := len(path.read_text().splitlines())) > 300}
    assert long == {}
    vague = {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
    assert [path.name for path in FILES if vague & set(path.stem.split("_"))] == []


def _modules_after(folder: Path, *arguments: str) -> set[str]:
    """The modules that are imported when a run of the command line is over."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: open('modules', 'w').write(' '.join(sys.modules)))\n"
        f"sys.argv = ['tfloss-migrate', *{arguments!r}]\n"
        "from tfloss_migrate.__main__ import main\n"
        "main()\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "XDG_CACHE_HOME": str(folder / "cache")}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode in (0, 1), ran
    return set((folder / "modules").read_text().split())


def _rooms(modules: set[str]) -> set[str]:
    return {module.split(".")[1] for module in modules if module.startswith("tfloss_migrate.")}


TF1 = """import tensorflow as tf

session = tf.Session()


def loss(labels, logits):
    return tf.reduce_mean(-tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), axis=-1))
"""


def test_checking_a_file_without_tensorflow_costs_a_read(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("x = 1\n")
    modules = _modules_after(tmp_path, "--check", "plain.py")
    assert modules & {"libcst", "numpy", "tensorflow", "click", "json", "hashlib"} == set()
    assert _rooms(modules) & {"syntax", "rules", "recognise", "sessions", "referee", "migrate", "parse"} == set()


def test_checking_a_tensorflow_file_imports_nothing_that_writes_or_runs_and_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "loss.py").write_text(TF1)
    modules = _modules_after(tmp_path, "--check", "loss.py")
    assert modules & {"libcst", "numpy", "tensorflow", "keras", "click"} == set()
    assert modules & {"dataclasses", "inspect", "json", "concurrent.futures"} == set()
    assert "recognise" in _rooms(modules)
    assert not {module for module in modules if module.startswith("tfloss_migrate.referee.")} - {
        "tfloss_migrate.referee.referee",
        "tfloss_migrate.referee.cache",
        "tfloss_migrate.referee.shipped",
    }


def test_checking_a_file_loads_only_the_rules_whose_forms_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "loss.py").write_text(TF1)
    modules = _modules_after(tmp_path, "--check", "loss.py")
    loaded = {module.rpartition(".")[2][:6] for module in modules if module.startswith("tfloss_migrate.rules.tfl")}
    assert "tfl310" in loaded
    assert not {rule for rule in loaded if rule.startswith(("tfl2", "tfl6"))}
    assert not loaded & {"tfl404", "tfl407", "tfl410", "tfl412", "tfl413", "tfl418"}  # of names that are not in it


@pytest.mark.parametrize("arguments", [(), ("--write",), ("--diff",)])
def test_a_run_that_the_cache_answers_imports_no_tensorflow_and_no_numpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "loss.py").write_text(TF1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    surroundings = Referee()._surroundings()
    for finding in findings_in(TF1):
        for rewrite in finding.rewrites:
            if rewrite.question is not None:
                cache.save(cache.key(rewrite.question, surroundings), Verdict("same", "as remembered"))
    modules = _modules_after(tmp_path, *arguments, "loss.py")
    assert modules & {"numpy", "tensorflow", "keras", "tf_keras"} == set()
    assert "tfloss_migrate.referee.bench" not in modules
    assert "libcst" in modules
    assert ("categorical_crossentropy" in (tmp_path / "loss.py").read_text()) == (arguments == ("--write",))
