"""Which of the files that were found a run looks at: those that changed since a revision, those of one shard."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Sequence

from tfloss_migrate.source.discover import DiscoveryError, Found
from tfloss_migrate.source.failures import ReadFailure
from tfloss_migrate.source.git import run_git

TYPE_CHECKING = False

if TYPE_CHECKING:
    import subprocess


def narrowed(
    found: Sequence[Found | ReadFailure], paths: Sequence[str], since: str | None, shard: tuple[int, int] | None
) -> list[Found | ReadFailure]:
    """The files that are wanted by both. Raises DiscoveryError, as `changed_since`."""
    wanted = [changed_since(since, paths)] if since is not None else []
    wanted += [in_shard(shard)] if shard is not None else []
    return [entry for entry in found if all(want(entry) for want in wanted)]


def in_shard(shard: tuple[int, int]) -> Callable[[Found | ReadFailure], bool]:
    """Whether a file is in shard I of N, by its path from the current folder: whatever other files there are."""
    which, of = shard

    def is_in(entry: Found | ReadFailure) -> bool:
        path = os.path.relpath(entry.path).replace(os.sep, "/")
        return zlib.crc32(os.fsencode(path)) % of == which - 1

    return is_in


def changed_since(revision: str, paths: Sequence[str]) -> Callable[[Found | ReadFailure], bool]:
    """Whether a file is not as it was where the branch left `revision`, or is new and not ignored, by its repository.

    Raises:
        DiscoveryError: there is no git, no repository at one of `paths`, or no such revision in it.
    """
    changed: set[str] = set()
    for top in {_git(path, "rev-parse", "--show-toplevel").decode().rstrip("\n"): None for path in paths}:
        changed.update(os.path.join(os.path.realpath(top), name) for name in _changed(top, revision))
    folders = tuple(os.path.join(path, "") for path in changed if os.path.isdir(path))  # repositories within

    def is_changed(entry: Found | ReadFailure) -> bool:
        folder, name = os.path.split(entry.path)
        places = {os.path.realpath(entry.path), os.path.join(os.path.realpath(folder), name)}
        return not places.isdisjoint(changed) or any(place.startswith(folders) for place in places)

    return is_changed


def _changed(top: str, revision: str) -> Iterator[str]:
    if revision.startswith("-") or _try(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is None:
        raise DiscoveryError(f"--since {revision}: the repository {top} has no such revision")
    base = _try(top, "merge-base", revision, "HEAD")
    since = base.decode().strip() if base else revision
    named = _git(top, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--diff-filter=d", "-z", since, "--")
    untracked = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    yield from (os.fsdecode(name).rstrip("/") for name in (named + untracked).split(b"\0") if name)


def _try(path: str, *arguments: str) -> bytes | None:
    """What git answers in the folder of a path; None if it refuses."""
    ran = _run(path, *arguments)
    return ran.stdout if ran.returncode == 0 else None


def _git(path: str, *arguments: str) -> bytes:
    ran = _run(path, *arguments)
    if ran.returncode != 0:
        said = os.fsdecode(ran.stderr).strip().partition("\n")[0]
        raise DiscoveryError(f"--since needs a git repository at {path}: {said}")
    return ran.stdout


def _run(path: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return run_git(path, *arguments)
    except FileNotFoundError:
        raise DiscoveryError("--since needs git, and there is none on PATH") from None
