"""How much memory runs take that differ in nothing but the number of files.

    python benchmarks/memory.py FOLDER [--files 2000 20000] [--option --check]... [--format text json]

The files are those of FOLDER, again and again, each with a literal of its own, so that nothing is known of it. Seconds
are of the wall clock; memory is the largest that the run and any one of its children held at a time, each by itself.
A run over as many files again follows, for which all outcomes are remembered.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
#: Runs a command, and tells the most memory, in kB, that the command and what it started held.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, nargs="+", default=[2000, 20000])
    parser.add_argument("--option", action="append", default=[], help="of the run, such as --option=--check")
    parser.add_argument("--format", nargs="+", default=["text", "json"])
    options = parser.parse_args()
    sources = [path for path in sorted(options.folder.rglob("*.py")) if b"tensorflow" in path.read_bytes()]
    print(f"{len(sources)} files of {options.folder}, {' '.join(options.option) or 'plain'}")
    print(f"{'':24}{'seconds':>9}{'memory':>9}")
    for number in options.files:
        with tempfile.TemporaryDirectory(prefix="memory-") as folder:
            write_tree(sources, Path(folder, "tree"), number)
            for form in options.format:
                for state in ("cold", "warm"):
                    seconds, megabytes = measured(Path(folder), form, options.option)
                    print(f"{number:>6} {form:6} {state:9} {seconds:>9.1f}{megabytes:>6.0f} MB", flush=True)


def write_tree(sources: list[Path], folder: Path, number: int) -> None:
    """So many files that are all different."""
    for at in range(number):
        place = folder / f"part{at // 500}" / f"file{at}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(sources[at % len(sources)].read_bytes() + f"\n\n_COPY = {at}\n".encode())


def measured(folder: Path, form: str, options: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of one run, with a cache folder that is kept for each format."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": str(folder / f"cache-{form}")}
    command = [sys.executable, "-m", "tfloss_migrate", "--exit-zero", "--format", form, *options, "tree"]
    begun = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - begun
    code, kilobytes = ran.stdout.split()
    if code != "0":
        sys.exit(f"the run ended with {code}")
    return seconds, int(kilobytes) / 1024


if __name__ == "__main__":
    main()
