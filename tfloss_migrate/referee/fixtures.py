"""The user's own arrays: `.npz` files whose names match a question's inputs become ordinary cases."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tfloss_migrate.domains import ClassIds, Count
from tfloss_migrate.model import Question
from tfloss_migrate.referee.arrays import Array
from tfloss_migrate.referee.draws import Case, Group, counted

LARGEST = 1_000_000
NOT_READ = "cannot be read as arrays without pickled objects"

#: The arrays of a file by function (empty for keys without one) and argument.
Arrays = dict[str, dict[str, Array]]


class Fixtures:
    """The arrays of a folder. Keys are `argument` or `function.argument`; nothing is unpickled."""

    def __init__(self, folder: str) -> None:
        self._files = {file: read(file) for file in sorted(Path(folder).glob("*.npz"))}
        self._folder = folder
        self._matched: set[tuple[Path, str, str]] = set()

    def groups(self, question: Question) -> Iterator[Group]:
        """One group for each file, and each function in it, that has arrays for all inputs of the question.

        An array is for an input if it has the name of the input in the code or, where it has none, in the rule.
        """
        inputs = [each.name for each in question.inputs if each.domain.axes != "scalar"]
        counts = {each.name: each.domain for each in question.inputs if isinstance(each.domain, Count)}
        parameters = {each.name: 0.75 for each in question.inputs if each.name not in (*inputs, *counts)}
        whole = {each.name for each in question.inputs if isinstance(each.domain, ClassIds)}
        called = dict(question.source.names) if question.source is not None else {}
        around = question.source.function if question.source is not None else ""
        for file, arrays in self._files.items():
            for function, found in (arrays or {}).items():
                keys = {name: next((key for key in (called.get(name), name) if key in found), None) for name in inputs}
                if function not in ("", around) or not inputs or None in keys.values():
                    continue
                given = {name: found[key] for name, key in keys.items() if key is not None}
                self._matched.update((file, function, key) for key in keys.values() if key is not None)
                if max(array.size for array in given.values()) <= LARGEST:
                    dtypes = {name: np.int32 if name in whole else np.float32 for name in given}
                    cast = {name: array.astype(dtypes[name]) for name, array in given.items()}
                    shapes = {name: array.shape for name, array in cast.items()}
                    full = max(shapes.values(), key=len) or (1,)
                    scalars = parameters | {name: counted(domain, full) for name, domain in counts.items()}
                    title = f"{file.name}{': ' + function if function else ''}"
                    case = Case(f"fixture {title}", "ordinary", cast)
                    yield Group(title, False, None, shapes, scalars, (case,), origin="fixture")

    def unused(self) -> list[tuple[str, str]]:
        """What was given and never tried, with its path: files that cannot be read, arrays that match nothing."""
        if not self._files:
            return [(self._folder, "holds no .npz file")]
        told = []
        for file, arrays in self._files.items():
            if arrays is None:
                told.append((str(file), NOT_READ))
                continue
            keys = [(function, argument) for function, found in arrays.items() for argument in found]
            left = [".".join(filter(None, key)) for key in keys if (file, *key) not in self._matched]
            if left or not keys:
                told.append((str(file), f"matches no loss: {', '.join(left)}" if left else "holds no array of numbers"))
        return told


def read(file: Path) -> Arrays | None:
    """The numeric arrays of a file; None if it cannot be read."""
    found: Arrays = {}
    try:
        with np.load(file, allow_pickle=False) as content:
            for key in content.files:
                function, _, argument = key.rpartition(".")
                array = content[key]
                if array.dtype.kind in "fiub":
                    found.setdefault(function, {})[argument] = array
    except (OSError, EOFError, ValueError, AttributeError, zipfile.BadZipFile):
        return None
    return found
