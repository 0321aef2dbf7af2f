"""Which files a run looks at, in the order in which it reports them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from tfloss_migrate.record import dataclass
from tfloss_migrate.source.failures import ReadFailure

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.source.globs import Excludes

SUFFIXES = (".py", ".pyw", ".pyi", ".ipynb")

#: Folders that hold other people's code, or none. One with a pyvenv.cfg in it is left out whatever its name.
LEFT_OUT = frozenset(
    [
        *(".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "__pycache__", "build", "dist", "node_modules"),
        *(".eggs", "site-packages", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints"),
    ]
)


@dataclass(frozen=True)
class Found:
    """A file to look at: reported as `path`, read from and written to `real`.

    `writable` is False for a link that leads out of the folder that was given: it is looked at, and never written.
    """

    path: str
    real: str
    writable: bool = True


class DiscoveryError(Exception):
    """What to look at cannot be told; the message says why."""


class MissingPathError(DiscoveryError):
    """There is nothing at a path that was given."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path or repr(path)}: no such file or folder")
        self.path = path


def discover(
    paths: Sequence[str], exclude: Sequence[str] = (), force_exclude: bool = False, respect_gitignore: bool = True
) -> Iterator[Found | ReadFailure]:
    """The files of `paths`: those named, and the Python files and notebooks of the folders named, in sorted order.

    Each file comes once, under the first path that leads to it. `exclude` holds globs (see `globs.Excludes`) for what
    is met in folders; with `force_exclude` also for what is named. With `respect_gitignore`, what the repository of a
    folder ignores is left out of it too.

    Raises:
        MissingPathError: one of `paths` does not exist; raised before anything is looked at.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise MissingPathError(path)
    if not exclude:
        return _each_once(paths, None, False, respect_gitignore)
    from tfloss_migrate.source.globs import Excludes

    return _each_once(paths, Excludes.of(exclude), force_exclude, respect_gitignore)


def _each_once(
    paths: Sequence[str], excludes: Excludes | None, force_exclude: bool, respect_gitignore: bool
) -> Iterator[Found | ReadFailure]:
    seen: set[str] = set()
    for path in paths:
        if force_exclude and excludes and excludes.cover(path, os.path.basename(os.path.normpath(path))):
            continue
        ignored = _ignored(path) if respect_gitignore and os.path.isdir(path) else frozenset()
        for found in _walk(path, excludes, ignored) if os.path.isdir(path) else (_named(path),):
            if isinstance(found, ReadFailure):
                yield found
            elif found.real not in seen:
                seen.add(found.real)
                yield found


def _named(path: str) -> Found | ReadFailure:
    if path.endswith(SUFFIXES) or not os.path.isfile(path) or _calls_python(path):
        return Found(path, os.path.realpath(path))
    return ReadFailure(path, "TFL906", "is no Python source and no notebook, by its ending or its first line")


def _calls_python(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            first = stream.readline(256)
    except OSError:
        return True  # reading it will tell why not
    return first.startswith(b"#!") and b"python" in first


def _ignored(folder: str) -> frozenset[str]:
    """What git ignores below a folder, where that is in a repository."""
    top, above = os.path.realpath(folder), ""
    while top != above:
        if os.path.lexists(os.path.join(top, ".git")):
            from tfloss_migrate.source.git import ignored_below

            return ignored_below(folder)
        top, above = os.path.dirname(top), top
    return frozenset()


def _walk(argument: str, excludes: Excludes | None, ignored: frozenset[str]) -> Iterator[Found | ReadFailure]:
    """Files below a folder, sorted as strings are. No recursion: folders nest deeper than calls."""
    root = os.path.realpath(argument)
    pending: list[tuple[str, bool]] = [("", True)]
    while pending:
        below, is_folder = pending.pop()
        path = os.path.join(argument, below) if below else argument
        if is_folder:
            try:
                pending.extend(reversed(_entries(path, below, excludes, ignored)))
            except OSError as error:
                yield ReadFailure(path, "TFL903", f"cannot be read: {error.strerror}")
        elif os.path.islink(path):
            real = os.path.realpath(path)
            yield Found(path, real, writable=os.path.join(real, "").startswith(os.path.join(root, "")))
        else:
            yield Found(path, os.path.join(root, below))


def _entries(path: str, below: str, excludes: Excludes | None, ignored: frozenset[str]) -> list[tuple[str, bool]]:
    with os.scandir(path) as scan:
        entries = list(scan)
    if below and any(entry.name == "pyvenv.cfg" for entry in entries):
        return []
    kept: list[tuple[str, bool]] = []
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder:
            if entry.name in LEFT_OUT or entry.name.endswith(".egg-info"):
                continue
        elif not entry.name.endswith(SUFFIXES) or (entry.is_symlink() and os.path.isdir(entry.path)):
            continue
        inner = os.path.join(below, entry.name)
        if inner not in ignored and not (excludes and excludes.cover(entry.path, inner)):
            kept.append((inner, is_folder))
    return sorted(kept, key=lambda entry: os.path.join(entry[0], "") if entry[1] else entry[0])
