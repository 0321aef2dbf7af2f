"""The user's own arrays: `.npz` files whose names match a question's inputs become ordinary cases."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tfloss_migrate.domains import ClassIds, Count
from tfloss_migrate.model import Question
from tfloss_migrate.verify.arrays import Array
from tfloss_migrate.verify.draws import Case, Group, counted

LARGEST = 1_000_000


def groups(folder: str, question: Question) -> Iterator[Group]:
    """One group for each file, and each function in it, that has arrays for all inputs of the question.

    Keys are `argument` or `function.argument`. Nothing is unpickled; a file that cannot be read is left out.
    """
    names = [each.name for each in question.inputs if each.domain.axes != "scalar"]
    counts = {each.name: each.domain for each in question.inputs if isinstance(each.domain, Count)}
    parameters = {each.name: 0.75 for each in question.inputs if each.name not in (*names, *counts)}
    whole = {each.name for each in question.inputs if isinstance(each.domain, ClassIds)}
    for file in sorted(Path(folder).glob("*.npz")):
        for function, arrays in functions(file).items():
            if all(name in arrays for name in names) and max(arrays[name].size for name in names) <= LARGEST:
                drawn = {name: arrays[name].astype(np.int32 if name in whole else np.float32) for name in names}
                shapes = {name: array.shape for name, array in drawn.items()}
                full = max(shapes.values(), key=len) or (1,)
                scalars = parameters | {name: counted(domain, full) for name, domain in counts.items()}
                title = f"{file.name}{': ' + function if function else ''}"
                yield Group(title, False, None, shapes, scalars, (Case(f"fixture {title}", "ordinary", drawn),))


def functions(file: Path) -> dict[str, dict[str, Array]]:
    """The numeric arrays of a file by function (empty for keys without one) and argument."""
    found: dict[str, dict[str, Array]] = {}
    try:
        with np.load(file, allow_pickle=False) as content:
            for key in content.files:
                function, _, argument = key.rpartition(".")
                array = content[key]
                if array.dtype.kind in "fiub":
                    found.setdefault(function, {})[argument] = array
    except (OSError, ValueError, zipfile.BadZipFile):
        return {}
    return found
