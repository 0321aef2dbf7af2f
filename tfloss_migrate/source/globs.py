"""Globs that say what is left out: `*` and `?` stay within a folder, `**` goes through any number of them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from tfloss_migrate.record import dataclass


@dataclass(frozen=True)
class Excludes:
    """Compiled globs. A glob that matches a folder leaves out everything below it.

    A glob without a slash matches a name at any depth; one with a slash matches a path from its start: the path as it
    is reported, or what is below the argument. One that begins with a slash (or drive) matches absolute paths.
    """

    relative: tuple[re.Pattern[str], ...]
    absolute: tuple[re.Pattern[str], ...]

    @staticmethod
    def of(globs: Sequence[str]) -> Excludes:
        """The globs, compiled."""
        clean = [glob.removeprefix("./").rstrip("/") for glob in globs if glob.strip("./")]
        return Excludes(
            tuple(re.compile(_pattern(glob)) for glob in clean if not os.path.isabs(glob)),
            tuple(re.compile(_pattern(glob)) for glob in clean if os.path.isabs(glob)),
        )

    def cover(self, path: str, below: str) -> bool:
        """Whether the file or folder `path`, at `below` under its argument, is left out."""
        names = [_posix(below)]
        if not os.path.isabs(path):
            names.append(_posix(os.path.normpath(path)))
        whole = _posix(os.path.abspath(path))
        return any(glob.fullmatch(name) for glob in self.relative for name in names) or any(
            glob.fullmatch(whole) for glob in self.absolute
        )


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")


def _pattern(glob: str) -> str:
    anywhere = "" if "/" in glob else "(?:.*/)?"
    return f"(?s:{anywhere}{''.join(_pieces(glob))}(?:/.*)?)"


_TOKEN = re.compile(
    r"(?P<folders>(?<![^/])\*\*/)|(?P<rest>\*\*)|(?P<star>\*)|(?P<one>\?)|\[(?P<set>[!^]?\]?[^]]*)\]|(?s:.)"
)


def _pieces(glob: str) -> list[str]:
    pieces = []
    for token in _TOKEN.finditer(glob):
        kind, characters = token.lastgroup, token["set"]
        if kind == "folders":
            pieces.append("(?:[^/]+/)*")
        elif kind == "rest":
            pieces.append(".*")
        elif kind == "star":
            pieces.append("[^/]*")
        elif kind == "one":
            pieces.append("[^/]")
        elif characters is not None:
            negated = characters.startswith(("!", "^"))
            listed = re.sub(r"([\\\[\]^&~|])", r"\\\1", characters[1:] if negated else characters)
            pieces.append(f"(?!/)[{'^' if negated else ''}{listed}]")
        else:
            pieces.append(re.escape(token[0]))
    return pieces
