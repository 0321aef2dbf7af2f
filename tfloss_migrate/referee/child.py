"""A child process that runs expressions: started when first asked, killed when it hangs, started anew after it died."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from tfloss_migrate.referee.arrays import Array
from tfloss_migrate.referee.inside import frames

RUNNER = Path(__file__).parent / "inside" / "runner.py"
START_LIMIT = 180.0
#: Bytes that a child may hold; one that has grown larger, by graphs that TensorFlow keeps, is started anew.
LARGEST = 2 * 1024**3
STOPPED = "the run was stopped"
#: Kept from the surroundings; everything else could change what is imported or how it computes.
KEPT = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ChildError(Exception):
    """The child gave no answer: it crashed, hung or did not start. The text is a reason for a verdict."""


class NotStartedError(ChildError):
    """The child cannot even start, so that asking again is of no use."""


class Child:
    """One interpreter running runner.py. Not shared between threads, but `close` may come from any."""

    def __init__(self, python: str | None = None) -> None:
        self.python = python
        self.versions: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: str | None = None
        self._log: IO[bytes] | None = None
        self._closed = False
        self._failure: NotStartedError | None = None

    def ask(self, header: dict[str, Any], arrays: Sequence[Array], limit: float) -> tuple[dict[str, Any], list[Array]]:
        """The answer to one job. Raises ChildError when there is none within `limit` seconds."""
        if self._process is not None and held_by(self._process.pid) > LARGEST:
            self._sweep()
        process = self.start()
        return self._exchange(process, limit, header, arrays)

    def start(self) -> subprocess.Popen[bytes]:
        """The running process, started if need be. Raises NotStartedError, at once when it failed before."""
        if self._closed:
            raise NotStartedError(STOPPED)
        if self._failure is not None:
            raise self._failure
        if self._process is None or self._process.poll() is not None:
            self._sweep()
            try:
                self._process = self._started()
                self.versions = self._exchange(self._process, START_LIMIT)[0]
            except OSError as error:
                self._failure = NotStartedError(f"{self.python or sys.executable} does not start: {error.strerror}")
                raise self._failure from error
            except ChildError as error:
                self._failure = NotStartedError(f"TensorFlow does not start: {error}")
                raise self._failure from error
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        self._folder = tempfile.mkdtemp(prefix="tfloss-migrate-")
        self._log = open(os.path.join(self._folder, "log"), "w+b")  # noqa: SIM115
        isolated = ["-B", "-E", "-s"] if self.python else ["-B", "-I"]
        return subprocess.Popen(
            [self.python or sys.executable, *isolated, str(RUNNER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=self._folder,
            env=environment(self._folder),
            start_new_session=True,
        )

    def _exchange(
        self,
        process: subprocess.Popen[bytes],
        limit: float,
        header: dict[str, Any] | None = None,
        arrays: Sequence[Array] = (),
    ) -> tuple[dict[str, Any], list[Array]]:
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit, stop)
        timer.daemon = True
        timer.start()
        try:
            if header is not None:
                frames.write(process.stdin, header, arrays)
            answer: tuple[dict[str, Any], list[Array]] = frames.read(process.stdout)
            return answer
        except (OSError, EOFError, ValueError):
            process.kill()
            code = process.wait()
            if self._closed:
                raise NotStartedError(STOPPED) from None
            if late.is_set():
                raise ChildError(f"TensorFlow gave no answer within {limit:g} s") from None
            raise ChildError(self._last_words(code)) from None
        finally:
            timer.cancel()

    def _last_words(self, code: int) -> str:
        lines: list[str] = []
        if self._log is not None:
            self._log.seek(0)
            lines = [
                line.strip()
                for line in self._log.read()[-4000:].decode("utf-8", "replace").splitlines()
                if line.strip()
            ]
        ending = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"TensorFlow's process ended with {ending}" + (f": {lines[-1][:300]}" if lines and code > 0 else "")

    def close(self) -> None:
        """Kills the process and removes its folder."""
        self._closed = True
        self._sweep()

    def _sweep(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        continue
        if self._log is not None:
            self._log.close()
            self._log = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def environment(folder: str) -> dict[str, str]:
    """A small environment: no user settings of Python, TensorFlow or Keras, no GPU, no chatter."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": folder,
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def held_by(pid: int) -> int:
    """The bytes of memory that a process holds; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0
