"""Files on disk, through the whole pipeline with `--write --unsafe --no-verify`: what is said, and what is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.pipeline import run
from tfloss_migrate.settings import Mode, Settings


@dataclass(frozen=True)
class Done:
    """A file after a run: what is said of it, and its bytes."""

    outcome: FileOutcome
    data: bytes

    @property
    def rules(self) -> list[str]:
        return [one.finding.rule for one in self.outcome.findings]


def looked_at(file: Path, mode: Mode = "write") -> Done:
    """Runs over a file that is there."""
    settings = Settings(paths=(str(file),), mode=mode, unsafe=True, no_verify=True, no_cache=True)
    (outcome,) = run(settings)
    return Done(outcome, file.read_bytes())


def written(file: Path, data: bytes, mode: Mode = "write") -> Done:
    """Makes a file of `data` and runs over it."""
    file.write_bytes(data)
    return looked_at(file, mode)
