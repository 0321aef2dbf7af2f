"""How long the tool takes on a corpus, beside a bare read, ast.parse, libcst, ruff and tf_upgrade_v2.

    python benchmarks/speed.py [--corpus DIR] [--runs 3] [--files 1000] [--skip NAME]... [--json]

Every contender is a whole process, timed on the wall clock; the runs are interleaved, and medians are shown. What each
wrote or found is counted, so that one that gave up early is marked FAILED and not taken for a fast one.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from contenders import Bench, Contender, contenders
from make_corpus import FILES, write_corpus

PROJECT = Path(__file__).resolve().parent.parent
SECONDS = 1800
START_UPS = 15


@dataclass
class Row:
    """The times of one contender, and what it put out."""

    name: str
    seconds: list[float] = field(default_factory=list)
    words: str = ""
    failure: str | None = None

    @property
    def median(self) -> float | None:
        return None if self.failure or not self.seconds else statistics.median(self.seconds)


def main() -> int:
    """Measure and print; the exit code is 1 where a contender failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="measure on this folder's .py files, not on made-up ones")
    parser.add_argument("--files", type=int, default=FILES, help="how many files to make up (%(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each contender (%(default)s)")
    parser.add_argument("--skip", action="append", default=[], metavar="NAME", help="leave a contender out")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args()
    if options.files < 1 or options.runs < 1:
        parser.error("--files and --runs take a number above zero")
    if options.corpus and not options.corpus.is_dir():
        parser.error(f"{options.corpus} is not a folder")
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        work = Path(folder)
        corpus = work / "corpus"
        if options.corpus:
            copy_python_files(options.corpus, corpus)
        else:
            write_corpus(corpus, options.files)
        paths = sorted(corpus.rglob("*.py"))
        if not paths:
            parser.error("the corpus holds no .py file")
        todo = [contender for contender in contenders() if contender.name not in options.skip]
        rows = measure(todo, corpus, work, options.runs, parsing(paths))
        start_ups = measure_start_up(paths[0], work)
    report = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "files": len(paths),
        "runs": options.runs,
        "rows": [asdict(row) | {"median": row.median} for row in rows],
        "start_up": [asdict(row) | {"median": row.median} for row in start_ups],
    }
    print(json.dumps(report, indent=1) if options.json else table(rows, start_ups, len(paths), options.runs))
    return 1 if any(row.failure for row in [*rows, *start_ups]) else 0


def measure(todo: list[Contender], corpus: Path, work: Path, runs: int, files: int) -> list[Row]:
    """Time each contender `runs` times, in turns; one that failed is not run again."""
    rows = {contender.name: Row(contender.name) for contender in todo}
    for run in range(runs):
        for contender in todo:
            row = rows[contender.name]
            if row.failure:
                continue
            bench = Bench(corpus, work / f"copy-{run}", work / f"scratch-{run}")
            shutil.copytree(corpus, bench.copy)
            bench.scratch.mkdir()
            seconds, out, row.failure = timed(contender.command(bench), bench.scratch, contender.whole)
            if row.failure is None:
                row.seconds.append(seconds)
                row.words, row.failure = judged(contender, bench, out, files)
            shutil.rmtree(bench.copy)
            shutil.rmtree(bench.scratch)
            print(f"run {run + 1}: {contender.name} {row.failure or f'{seconds:.2f} s'}", file=sys.stderr)
    return list(rows.values())


def judged(contender: Contender, bench: Bench, out: str, files: int) -> tuple[str, str | None]:
    """What a run put out, and why that is too little."""
    try:
        count = contender.count(bench, out)
    except (ValueError, KeyError) as error:
        return "", f"its output does not count: {error!r}"
    return count.words, None if count.files >= files else f"dealt with {count.files} of {files} files"


def measure_start_up(path: Path, work: Path) -> list[Row]:
    """Time bare Python and `--check` on one file, in turns, after one run that is not counted."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "--check FILE": [sys.executable, "-m", "tfloss_migrate", "--check", "--no-cache", str(path)],
    }
    rows = [Row(name, words="1 file") for name in commands]
    for run in range(START_UPS + 1):
        for row in rows:
            if row.failure is None:
                seconds, _, row.failure = timed(commands[row.name], work, (0, 1))
                if run:
                    row.seconds.append(seconds)
    return rows


def timed(command: list[str], folder: Path, whole: tuple[int, ...]) -> tuple[float, str, str | None]:
    """Run a command in a folder: seconds, standard output, and what went wrong if the exit code is none of `whole`."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    variables |= {"PYTHONPATH": str(PROJECT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    started = time.perf_counter()
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 0.0, "", str(error)
    seconds = time.perf_counter() - started
    last = (done.stderr.strip().splitlines() or ["no message"])[-1]
    return seconds, done.stdout, None if done.returncode in whole else f"exit code {done.returncode}: {last}"


def copy_python_files(source: Path, target: Path) -> None:
    """Copy the .py files of a folder that are not empty, so that nothing measured can touch the original."""
    for path in source.rglob("*.py"):
        if path.is_file() and path.stat().st_size:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def parsing(paths: list[Path]) -> int:
    """How many of the files today's Python parses: what every contender must deal with. Reads each file once."""
    count = 0
    for path in paths:
        with contextlib.suppress(SyntaxError, ValueError):
            count += bool(ast.parse(path.read_bytes()).body)
    return count


def table(rows: list[Row], start_ups: list[Row], files: int, runs: int) -> str:
    """The figures for a person."""
    medians = {row.name: row.median for row in rows}
    lines = [f"{files} files, {runs} runs, medians", ""]
    lines += [f"{'':22}{'seconds':>9}{'/ libcst':>10}{'/ upgrade':>11}  output"]
    for row in rows:
        ratios = [ratio(row.median, medians.get(peer)) for peer in ("libcst parse", "tf_upgrade_v2")]
        lines.append(f"{row.name:22}{shown(row.median):>9}{ratios[0]:>10}{ratios[1]:>11}  {verdict(row)}")
    lines += ["", f"one file, {START_UPS} runs", ""]
    for row in start_ups:
        bare = ratio(row.median, start_ups[0].median)
        lines.append(f"{row.name:22}{shown(row.median):>9}{bare:>10} of bare Python  {verdict(row)}")
    return "\n".join(lines)


def shown(seconds: float | None) -> str:
    """Seconds, or a dash."""
    return "-" if seconds is None else f"{seconds:.3f}"


def ratio(seconds: float | None, peer: float | None) -> str:
    """One time over another, or a dash."""
    return "-" if seconds is None or not peer else f"{seconds / peer:.3f}"


def verdict(row: Row) -> str:
    """What a contender put out, or how it failed."""
    return f"FAILED: {row.failure}" if row.failure else row.words


if __name__ == "__main__":
    sys.exit(main())
