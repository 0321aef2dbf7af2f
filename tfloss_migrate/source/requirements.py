"""Which Keras a project runs on, by what it requires: TensorFlow before 2.16 brings Keras 2, and Keras 3 since then."""

from __future__ import annotations

import os
from collections.abc import Iterator

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Literal

_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "environment.yml", "environment.yaml")
_OWN_TABLE = b"[tool.tfloss-migrate]"
_NAMES = (b"tensorflow", b"keras")
#: A package, and what stands behind its name up to the end of the quotes, the bracket or the line.
_REQUIRED = (
    r"(?<![\w./-])(?P<name>tensorflow(?:-cpu|-gpu|-macos|-intel|-rocm)?|tf[-_]keras|keras)(?![\w./-])"
    r"(?:\[[\w, -]*\])?\"?\s*(?P<versions>(?:=\s*\"|[=<>~!^(])[^\"'\]\n#;]*)?"
)
_BOUND = r"(===?|[<>~!]=|[=<>^])?\s*v?(\d+(?:\.\d+)*)"
_Version = tuple[int, ...]
_KERAS_3_CAME = (2, 16)
_TF2_CAME = (2,)


def keras_required(paths: tuple[str, ...]) -> Literal["2", "3"] | None:
    """Keras 2 or 3, None where it cannot be told: nothing is said, both fit, or the project is still one of TF1.

    What counts are the requirements in the nearest folder that has such files, in the folder that `paths` share or
    above it, up to the root of a git repository.
    """
    folder = os.path.commonpath([os.path.abspath(path) for path in paths])
    while True:
        files = [os.path.join(folder, name) for name in _names_in(folder)]
        above = os.path.dirname(folder)
        if files or above == folder or os.path.exists(os.path.join(folder, ".git")):
            return _told(b"\n".join(filter(None, map(_read, files))))
        folder = above


def _names_in(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:  # a file, or nobody's
        return []
    return [n for n in sorted(names) if n in _FILES or (n.startswith("requirements") and n.endswith(".txt"))]


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            before, _, ours = stream.read().partition(_OWN_TABLE)
    except OSError:
        return b""
    return before + ours[ours.find(b"\n[") :] if b"\n[" in ours else before


def _told(data: bytes) -> Literal["2", "3"] | None:
    """What requirements say, whatever kind of file they are in."""
    if not any(name in data for name in _NAMES):
        return None
    votes = set(_votes(data.decode("utf-8", "replace")))
    return "2" if votes == {"2"} else "3" if votes == {"3"} else None


def _votes(text: str) -> Iterator[str]:
    """What each requirement says that says something."""
    import re

    for line in text.splitlines():
        for found in re.finditer(_REQUIRED, line.partition(" #")[0] if not line.lstrip().startswith("#") else ""):
            name, (low, high) = found["name"], _range(found["versions"] or "")
            if name.startswith("tf"):
                yield "2"
            elif name == "keras":
                if low >= (3,):
                    yield "3"
                elif high <= (3,):
                    yield "2"
            elif high <= _TF2_CAME:
                yield "neither yet"
            elif low >= _KERAS_3_CAME:
                yield "3"
            elif high <= _KERAS_3_CAME:
                yield "2"


def _range(versions: str) -> tuple[_Version, _Version]:
    """The lowest version that is allowed, and the lowest that is too high."""
    import re

    low: _Version = (0,)
    high: _Version = (1_000_000,)
    for sign, text in re.findall(_BOUND, versions):
        version: _Version = tuple(map(int, text.split(".")))
        if sign in (">=", ">"):
            low = max(low, version)
        elif sign == "<":
            high = min(high, version)
        elif sign in ("==", "===", "=", "<=", ""):
            low = max(low, version) if sign != "<=" else low
            high = min(high, (*version[:-1], version[-1] + 1))
        elif sign == "~=":
            low, high = max(low, version), min(high, (*version[:-2], version[-2] + 1) if version[1:] else high)
        elif sign == "^":
            low, high = max(low, version), min(high, (version[0] + 1,))
    return low, high
