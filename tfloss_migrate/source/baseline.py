"""The baseline: a file of findings that are known, so that a run tells only those that are new.

It is JSON, made to be committed: for each file, below the folder of the baseline, the fingerprints of its errors and
warnings (see `source.fingerprint`), each with its rule. Lines and columns are not in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import replace
from tfloss_migrate.source.failures import WriteFailure
from tfloss_migrate.source.write import create

_VERSION = 1

#: Of one file, each fingerprint with "ID name" of its rule.
_Entries = dict[str, str]


class BaselineError(Exception):
    """The baseline cannot be used; the message says why, and what to do."""


class Baseline:
    """What is known, and what of it a run finds again.

    `lint`: the run only looks at how code is written, as the one that made the baseline must have done if what it does
    not find is to count as gone. `wants` tells whether the run looks for a rule, given by id and name.
    """

    def __init__(self, path: str, lint: bool, wants: Callable[[str, str], bool], make: bool = False) -> None:
        """Reads the baseline at `path`. With `make`, there need not be one: what is found will be known.

        Raises:
            BaselineError: there is none, or it cannot be read.
        """
        self._path, self._lint, self._wants, self._make = path, lint, wants, make
        self._folder = os.path.dirname(os.path.abspath(path))
        self._linted, self._files = _read(path) if not make or os.path.exists(path) else (lint, {})
        self._found: dict[str, _Entries] = {}
        if make and self._files and self._linted != lint:
            how = "with" if self._linted else "without"
            raise BaselineError(f"--baseline {path} was made {how} --check: update it so, or remove it and begin anew")

    def judged(self, outcome: FileOutcome) -> FileOutcome:
        """The same outcome, in which findings that are known are set apart from those that are new."""
        key = os.path.relpath(os.path.abspath(outcome.path), self._folder).replace(os.sep, "/")
        stay = [one for one in outcome.findings if not (outcome.status == "changed" and one.new is not None)]
        found = {one.fingerprint: f"{one.finding.rule} {one.finding.name}" for one in stay if one.severity != "info"}
        entries = found if self._make else self._files.get(key, {})
        self._found.setdefault(key, {}).update(found)
        known = tuple(one for one in stay if one.fingerprint in entries)
        if not known:
            return outcome
        known_here = set(map(id, known))
        rest = tuple(one for one in outcome.findings if id(one) not in known_here)
        if outcome.error is not None and any(outcome.error in one.finding.message for one in known):
            outcome = replace(outcome, status="unchanged", error=None)
        return replace(outcome, findings=rest, known=known)

    def gone(self) -> dict[str, int]:
        """How many entries of which files are in the code no longer, as far as the run can tell."""
        counts = {key: len(self._gone(key, entries)) for key, entries in self._files.items()}
        return {key: number for key, number in counts.items() if number}

    def write(self) -> WriteFailure | None:
        """Makes the baseline hold what was found, and what it held of files and rules that were not looked at."""
        files: dict[str, _Entries] = {}
        for key in sorted({*self._files, *self._found}):
            before = self._files.get(key, {})
            gone = self._gone(key, before)
            kept = {mark: rule for mark, rule in before.items() if mark not in gone}
            if entries := {**kept, **self._found.get(key, {})}:
                files[key] = dict(sorted(entries.items(), key=lambda entry: (entry[1], entry[0])))
        whole = {"version": _VERSION, "made-by": "--check" if self._lint else "a full run", "files": files}
        return create(self._path, [f"{json.dumps(whole, indent=2)}\n".encode()])

    def _gone(self, key: str, entries: _Entries) -> set[str]:
        if key not in self._found:
            return set() if os.path.lexists(os.path.join(self._folder, key)) else set(entries)
        if self._lint and not self._linted:
            return set()
        looked_for = (mark for mark, rule in entries.items() if self._wants(*rule.partition(" ")[::2]))
        return set(looked_for) - set(self._found[key])


def _read(path: str) -> tuple[bool, dict[str, _Entries]]:
    """Whether a lint made it, and the entries of each file."""
    try:
        with open(path, "rb") as stream:
            whole = json.loads(stream.read())
    except FileNotFoundError:
        raise BaselineError(f"--baseline {path}: there is no such file; --update-baseline makes it") from None
    except OSError as error:
        raise BaselineError(f"--baseline {path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"--baseline {path} is not valid JSON: {error}") from None
    version = whole.get("version") if isinstance(whole, dict) else None
    files = whole.get("files") if version == _VERSION else None
    if not isinstance(files, dict) or not all(map(_are_entries, files.values())):
        told = f"its version is {version!r}, not {_VERSION}" if version not in (None, _VERSION) else "it is none"
        raise BaselineError(f"--baseline {path} is no baseline that can be read ({told}); remove it and make it anew")
    return whole.get("made-by") == "--check", files


def _are_entries(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(rule, str) for rule in value.values())
