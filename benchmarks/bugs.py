"""How many labelled bugs of public programs are found, and how many findings are right, by rule.

    python benchmarks/bugs.py PROGRAM_BUGS NEURALINT [--part dev|test] [--wrong]

PROGRAM_BUGS is a checkout of ForeverZyh/TensorFlow-Program-Bugs, NEURALINT one of neuralint/neuralint. What is wrong in
which file stands in `labelled_bugs.json`, with whether one file shows it, and what else the tool may rightly say of
these programs. A bug is found where a finding of one of its rules stands in its file. A finding of TFL4xx or TFL6xx, in
broken and in mended programs alike, is right where a label says so of its file; any other counts as false, and
`--wrong` shows it. Copies of one finding, in programs that share a file, count once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

LABELS = Path(__file__).with_name("labelled_bugs.json")


@dataclass(frozen=True)
class Found:
    """A finding: its path below the checkout, and what does not hang on where a copy of the program lies."""

    path: str
    rule: str
    line: int
    old: str

    @property
    def copy(self) -> tuple[str, str, str]:
        return (Path(self.path).name, self.rule, " ".join(self.old.split()))


def findings(folders: dict[str, Path]) -> list[Found]:
    """What a lint of the checkouts tells, by the interpreter that runs this."""
    found = []
    for name, folder in folders.items():
        command = [sys.executable, "-m", "tfloss_migrate", "--check", "--exit-zero", "--format", "json", str(folder)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        for file in json.loads(run.stdout)["files"]:
            path = f"{name}/{Path(file['path']).relative_to(folder).as_posix()}"
            found += [Found(path, f["rule"], f["line"], f["old"]) for f in file["findings"]]
    return found


def said(labels: dict) -> set[tuple[str, str]]:
    """What the labels call right: files, each with a rule."""
    bugs = {(bug["file"], rule) for bug in labels["bugs"] for rule in bug["rules"]}
    return bugs | {(one["file"], one["rule"]) for one in labels["also_right"]}


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program_bugs", type=Path)
    parser.add_argument("neuralint", type=Path)
    parser.add_argument("--part", choices=("dev", "test"), help="only bugs of this part")
    parser.add_argument("--wrong", action="store_true", help="show what is missed and what is false")
    options = parser.parse_args()
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    told = findings({"program_bugs": options.program_bugs, "neuralint": options.neuralint})

    by_rule = {(finding.path, finding.rule) for finding in told}
    bugs = [bug for bug in labels["bugs"] if options.part in (None, bug["part"])]
    shown = [bug for bug in bugs if "hidden" not in bug]
    met = [bug for bug in shown if any((bug["file"], rule) in by_rule for rule in bug["rules"])]
    print(f"labelled bugs that one file shows: {share(len(met), len(shown))} found")
    print(f"all labelled bugs of losses: {share(len(met), len(bugs))} found")

    distinct = {one.copy: one for one in told if one.rule[:4] in ("TFL4", "TFL6")}
    right = {one.copy for one in told if (one.path, one.rule) in said(labels)} & distinct.keys()
    print(f"findings of TFL4xx and TFL6xx, copies counted once: {share(len(right), len(distinct))} right")
    each, good = Counter(copy[1] for copy in distinct), Counter(copy[1] for copy in right)
    wanted = Counter(bug["rules"][0] for bug in shown)
    hit = Counter(bug["rules"][0] for bug in met)
    for rule in sorted(each | wanted):
        print(f"  {rule}: {good[rule]} of {each[rule]} findings right, {hit[rule]} of {wanted[rule]} bugs found")
    if options.wrong:
        for bug in shown:
            if bug not in met:
                print(f"missed: {bug['file']}: {bug['wrong']}")
        for copy, one in sorted(distinct.items()):
            if copy not in right:
                print(f"false: {one.path}:{one.line}: {one.rule} {' '.join(one.old.split())[:80]}")


if __name__ == "__main__":
    main()
