"""Replace a file in one step: whoever looks sees the old bytes or the new ones, whatever goes wrong."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress

from tfloss_migrate.source.failures import WriteFailure

_ADVICE = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EFBIG: "raise the limit of file sizes (ulimit -f)",
    errno.EACCES: "make the file and its folder writable",
    errno.EPERM: "make the file and its folder writable",
    errno.EROFS: "copy it to where it can be written",
}


def replace(path: str, old: bytes, new: bytes) -> WriteFailure | None:
    """Make the file at `path`, which held `old` when it was read, hold `new`; None when that is done.

    A file that changed since it was read, or that may not be written, is left alone. The new bytes go to a file beside
    it, which takes over mode and, where that is allowed, owner, and then the name. A link stays a link: its target is
    replaced. Of hard links, this name gets the new bytes and the others keep the old.
    """
    return _attempt(path, old, (new,))


def create(path: str, pieces: Iterable[bytes]) -> WriteFailure | None:
    """Make the file at `path` hold what comes in pieces, whether or not there was one; None when that is done."""
    return _attempt(path, None, pieces)


class _ChangedError(Exception):
    pass


def _attempt(path: str, old: bytes | None, new: Iterable[bytes]) -> WriteFailure | None:
    try:
        if old is None and os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as device:  # a terminal, a pipe: nothing to replace
                device.writelines(new)
        else:
            _swap(os.path.realpath(path), old, new)
    except _ChangedError:
        return WriteFailure(path, "was not written: it changed since it was read; run again")
    except BrokenPipeError:
        raise  # whoever reads is gone, of this file or of what else comes with its pieces
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "mend that")
        return WriteFailure(path, f"was not written: {error.strerror}; {advice} and run again")
    return None


def _swap(target: str, old: bytes | None, new: Iterable[bytes]) -> None:
    folder = os.path.dirname(target)
    beside = os.path.join(folder, f".tfloss-migrate-{os.urandom(8).hex()}")
    try:
        _fill(beside, new)
        if os.path.exists(target):
            _take_over(beside, target)
        if old is not None and _bytes_of(target) != old:
            raise _ChangedError
        os.replace(beside, target)
    finally:
        with suppress(OSError):
            os.unlink(beside)
    _sync(folder)


def _fill(path: str, pieces: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb") as stream:
        stream.writelines(pieces)
        stream.flush()
        os.fsync(stream.fileno())


def _take_over(beside: str, target: str) -> None:
    state = os.stat(target)
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only")
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(beside, state.st_uid, state.st_gid)
    os.chmod(beside, stat.S_IMODE(state.st_mode))


def _bytes_of(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _sync(folder: str) -> None:
    """Make the new name last through a power cut, where folders can be synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
