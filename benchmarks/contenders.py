"""The processes that `speed.py` compares, and how what each put out is counted."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: A small script that does one thing to every file of a folder, and prints how many files let it.
SCRIPT = """
import pathlib, sys
{imports}
count = 0
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    try:
        count += bool({value})
    except Exception:
        pass
print(count)
"""
READ = SCRIPT.format(imports="", value="path.read_bytes()")
AST = SCRIPT.format(imports="import ast", value="ast.parse(path.read_bytes()).body")
LIBCST = SCRIPT.format(imports="import libcst", value="libcst.parse_module(path.read_bytes()).body")


@dataclass(frozen=True)
class Bench:
    """Where a run reads and writes: the corpus, a copy of it that is new for every run, and a new folder."""

    corpus: Path
    copy: Path
    scratch: Path


@dataclass(frozen=True)
class Count:
    """What a run put out, in words, and how many files it dealt with."""

    files: int
    words: str


@dataclass(frozen=True)
class Contender:
    """A process to time: its command line, how to count what it put out, and the exit codes of a whole run."""

    name: str
    command: Callable[[Bench], list[str]]
    count: Callable[[Bench, str], Count]
    whole: tuple[int, ...] = (0,)


def contenders() -> list[Contender]:
    """The processes to compare; those that are not installed come out as FAILED."""
    python, ours = sys.executable, [sys.executable, "-m", "tfloss_migrate"]
    beside = str(Path(sys.executable).parent)
    upgrade = shutil.which("tf_upgrade_v2", path=beside) or "tf_upgrade_v2"
    ruff = shutil.which("ruff", path=beside) or "ruff"
    return [
        Contender("bare read", lambda b: [python, "-c", READ, str(b.corpus)], count_files),
        Contender("ast.parse", lambda b: [python, "-c", AST, str(b.corpus)], count_files),
        Contender("libcst parse", lambda b: [python, "-c", LIBCST, str(b.corpus)], count_files),
        Contender(
            "--check", lambda b: [*ours, "--check", "--no-cache", str(b.corpus)], count_findings, whole=(0, 1)
        ),
        Contender(
            "--check, remembered", lambda b: [*ours, "--check", str(b.corpus)], count_findings, whole=(0, 1)
        ),
        Contender(
            "--write --no-verify",
            lambda b: [*ours, "--write", "--no-verify", "--no-cache", "--exit-zero", "--format", "json", str(b.copy)],
            count_changes,
        ),
        Contender(
            "tf_upgrade_v2",
            lambda b: [upgrade, "--intree", str(b.corpus), "--outtree", str(b.scratch / "out"),
                       "--reportfile", str(b.scratch / "report.txt")],
            count_upgraded,
        ),
        Contender(
            "ruff check",
            lambda b: [ruff, "check", "--isolated", "--no-cache", "--exit-zero", "--output-format=json", str(b.corpus)],
            count_ruff,
        ),
    ]  # fmt: skip


def count_files(_: Bench, out: str) -> Count:
    """The number of files that one of the small scripts printed."""
    return Count(int(out), f"{int(out)} files")


def count_findings(_: Bench, out: str) -> Count:
    """Files and findings, from the tool's closing lines. Raises ValueError where there are none."""
    summary = re.search(r"^(\d+) files?, \d+ findings?", out, re.MULTILINE)
    if summary is None:
        raise ValueError("no line that sums up")
    return Count(int(summary[1]), summary[0])


def count_changes(bench: Bench, out: str) -> Count:
    """Files changed, and the bytes of those on disk. Raises ValueError where much was found and nothing rewritten."""
    summary = json.loads(out)["summary"]
    if summary["findings"] and not summary["rewrites"]:
        raise ValueError(f"{summary['findings']} findings and no rewrite")
    pairs = [(path, bench.corpus / path.relative_to(bench.copy)) for path in bench.copy.rglob("*.py")]
    changed = [new for new, old in pairs if new.read_bytes() != old.read_bytes()]
    written = sum(path.stat().st_size for path in changed)
    return Count(summary["files"], f"{summary['rewrites']} rewrites, {len(changed)} files of {written} bytes")


def count_upgraded(bench: Bench, _: str) -> Count:
    """Files in the new tree that are not empty, and their bytes."""
    sizes = [path.stat().st_size for path in (bench.scratch / "out").rglob("*.py")]
    return Count(sum(size > 0 for size in sizes), f"{sum(size > 0 for size in sizes)} files of {sum(sizes)} bytes")


def count_ruff(bench: Bench, out: str) -> Count:
    """Findings of ruff, whose output does not say how many files it saw: all of them, unless it failed."""
    return Count(sum(1 for _ in bench.corpus.rglob("*.py")), f"{len(json.loads(out))} findings")
