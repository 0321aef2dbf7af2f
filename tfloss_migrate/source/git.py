"""What git says of a folder."""

from __future__ import annotations

import os
import subprocess

#: What git tells the hooks that it runs, and what would mislead a git that is asked elsewhere.
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


def run_git(path: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """A git command in a folder, or in that of a file. Raises FileNotFoundError where there is no git."""
    folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
    surroundings = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    command = ["git", "-c", "core.fsmonitor=false", "-C", folder, *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=surroundings)


def ignored_below(folder: str) -> frozenset[str]:
    """The files and folders below a folder that its repository ignores (`.gitignore` and all else that git reads).

    They are paths from the folder; what is below an ignored folder is not among them. Files that are tracked are not
    ignored. Where there is no git, and in a folder that is ignored itself, nothing is.
    """
    try:
        ran = run_git(folder, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    except OSError:
        return frozenset()
    names = ran.stdout.split(b"\0") if ran.returncode == 0 else ()
    return frozenset(os.path.normpath(os.fsdecode(name)) for name in names if name not in (b"", b"./"))
