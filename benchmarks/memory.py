"""How much memory runs take that differ in nothing but the number of files.

    python benchmarks/memory.py FOLDER [--files 2000 20000] [--option=--check]... [--format text json sarif]

The files are those of FOLDER, again and again, each with a literal of its own, so that nothing is known of it. Seconds
are of processors, of all processes together; memory is the most that one process held at a time: the run itself, the
largest of the processes that share its work, and the largest that holds TensorFlow. A second run over the same files
follows, for which all outcomes are remembered. Linux tells all of this in /proc, which others do not have.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
RUN, WORKER, REFEREE = "run", "worker", "referee"
#: Seconds between two looks; each look sees the most that was held until then.
BETWEEN = 0.02


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, nargs="+", default=[2000, 20000])
    parser.add_argument("--option", action="append", default=[], help="of the run, such as --option=--check")
    parser.add_argument("--format", nargs="+", default=["text", "json", "sarif"])
    options = parser.parse_args()
    sources = [path for path in sorted(options.folder.rglob("*.py")) if b"tensorflow" in path.read_bytes()]
    print(f"{len(sources)} files of {options.folder}, {' '.join(options.option) or 'plain'}; MB")
    print(f"{'files':>6} {'':12}{'seconds':>9}{RUN:>9}{WORKER:>9}{REFEREE:>9}{'report':>9}")
    for number in options.files:
        for form in options.format:
            with tempfile.TemporaryDirectory(prefix="memory-") as folder:
                write_tree(sources, Path(folder, "tree"), number)
                for state in ("cold", "warm"):
                    seconds, held, written = measured(Path(folder), form, options.option)
                    figures = "".join(
                        f"{held[role]:>9.0f}" if role in held else f"{'':9}" for role in (RUN, WORKER, REFEREE)
                    )
                    print(f"{number:>6} {form:6} {state:5}{seconds:>9.1f}{figures}{written:>9.1f}", flush=True)


def write_tree(sources: list[Path], folder: Path, number: int) -> None:
    """So many files that are all different."""
    for at in range(number):
        place = folder / f"part{at // 500}" / f"file{at}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(sources[at % len(sources)].read_bytes() + f"\n\n_COPY = {at}\n".encode())


def measured(folder: Path, form: str, options: list[str]) -> tuple[float, dict[str, float], float]:
    """Seconds of one run, megabytes by what held them, and megabytes of the report."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "tfloss_migrate", "--exit-zero", "--format", form, *options, "tree"]
    before = worked()
    with Path(folder, "report").open("wb") as report:
        ran = subprocess.Popen(command, cwd=folder, env=environment, stdout=report)
        held: dict[str, float] = {}
        while ran.poll() is None:
            for process, role in family(ran.pid):
                held[role] = max(held.get(role, 0.0), peak(process))
            time.sleep(BETWEEN)
    seconds = worked() - before
    if ran.returncode != 0:
        sys.exit(f"the run ended with {ran.returncode}")
    return seconds, held, Path(folder, "report").stat().st_size / 1e6


def worked() -> float:
    """The processor time of all runs so far, and of what they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def family(process: int) -> Iterator[tuple[int, str]]:
    """A process and what it started, each with what it is there for."""
    pending = [(process, RUN)]
    while pending:
        process, role = pending.pop()
        yield process, role
        for thread in _read(f"/proc/{process}/task", os.listdir):
            for child in _read(f"/proc/{process}/task/{thread}/children", _text).split():
                starts_anew = "runner.py" in _read(f"/proc/{child}/cmdline", _text)
                pending.append((int(child), REFEREE if starts_anew else WORKER))


def peak(process: int) -> float:
    """The most megabytes that a process held; nothing if it is gone."""
    lines = _read(f"/proc/{process}/status", _text).splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _text(path: str) -> str:
    return Path(path).read_text(errors="replace")


def _read(path, how):
    """What stands at a path, as far as it is still there."""
    try:
        return how(path)
    except OSError:
        return how("/dev/null") if how is _text else []


if __name__ == "__main__":
    main()
