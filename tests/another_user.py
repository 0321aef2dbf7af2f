"""To be somebody whom file permissions hold back, even where the tests run as root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def public_folder() -> Iterator[Path]:
    """A folder that others can reach; pytest's own are private."""
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder)


def as_nobody(action: Callable[[], object]) -> str:
    """The result of `action` as text, run by a user without privileges: in a forked process, if we are root."""
    if os.geteuid() != 0:
        return str(action())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writing, str(action()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as stream:
        result = stream.read().decode()
    os.waitpid(child, 0)
    return result
