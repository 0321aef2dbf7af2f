"""The user's cache folder: files by key, each whole or not there, and together no larger than they may be."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

_DAY = 86400.0
#: So many files are kept between two looks at how large the folder is; there is one each day, too.
_BETWEEN_LOOKS = 2000
#: When a folder was last looked at is the age of this file in it.
_LOOKED = "looked"


def folder(name: str) -> str:
    """A folder of that name in XDG_CACHE_HOME, if that is an absolute path, or in the platform's place for caches."""
    if os.path.isabs(os.environ.get("XDG_CACHE_HOME", "")):
        base = os.environ["XDG_CACHE_HOME"]
    elif sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.path.expanduser("~/.cache")
    return os.path.join(base, "tfloss-migrate", name)


class Store:
    """A folder of files by key, which holds `limit` bytes: the files that were not used for longest go first.

    Any number of processes may use it at once. What cannot be read is not there; what cannot be written is let go.
    """

    def __init__(self, name: str, limit: int) -> None:
        self._name, self._limit, self._saved = name, limit, 0

    @property
    def folder(self) -> str:
        return folder(self._name)

    def path_of(self, key: str) -> str:
        return os.path.join(self.folder, key[:2], key)

    def load(self, key: str) -> bytes | None:
        """The bytes that were kept, which may have been damaged since."""
        path = self.path_of(key)
        try:
            with open(path, "rb") as stream:
                data = stream.read()
                age = time.time() - os.fstat(stream.fileno()).st_mtime
            if age > _DAY:
                os.utime(path)
        except OSError:
            return None
        return data

    def holds(self, key: str) -> bool:
        """Whether something is kept, without a look at it."""
        return os.path.exists(self.path_of(key))

    def save(self, key: str, data: bytes) -> None:
        """Keeps bytes, in place of those that were kept under that key."""
        path = self.path_of(key)
        part = f"{path}.{os.getpid()}.part"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(part, "wb") as stream:
                stream.write(data)
            os.replace(part, path)
            self._saved += 1
            if self._saved % _BETWEEN_LOOKS == 1:
                self._look(at_once=self._saved > 1)
        except OSError:
            return

    def _look(self, at_once: bool) -> None:
        """Makes room where there is none, once a day or `at_once`."""
        looked = os.path.join(self.folder, _LOOKED)
        if not at_once and os.path.exists(looked) and time.time() - os.stat(looked).st_mtime < _DAY:
            return
        with open(looked, "wb"):
            pass
        files = sorted(self._files())
        room = self._limit - sum(size for _, size, _ in files)
        if room >= 0:
            return
        for _, size, path in files:
            os.unlink(path)
            room += size
            if room > self._limit // 5:  # so that there is some for a while
                return

    def _files(self) -> Iterator[tuple[float, int, str]]:
        """When each file was last used, its size and its path."""
        for shelf in os.scandir(self.folder):
            for entry in os.scandir(shelf.path) if shelf.is_dir(follow_symlinks=False) else ():
                status = entry.stat(follow_symlinks=False)
                yield status.st_mtime, status.st_size, entry.path


OUTCOMES = Store("outcomes", limit=200_000_000)
VERDICTS = Store("verdicts", limit=50_000_000)


def digest(data: bytes) -> str:
    """What no other bytes have."""
    try:
        from _blake2 import blake2b  # hashlib loads OpenSSL besides, which takes longer than all of this
    except ImportError:
        from hashlib import blake2b
    return blake2b(data, digest_size=20).hexdigest()
