"""Runs a program by an interpreter, in a scratch copy of its folder, as long as it may take."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tfloss_migrate.record import dataclass

#: So many seconds a program may take, and so much of what it prints is compared.
TIME_LIMIT, LARGEST_OUTPUT = 300, 4_000_000
#: What TensorFlow 2 leaves behind in a process that has imported it: it makes TensorFlow 1.15 compute eagerly.
_OF_TENSORFLOW = frozenset({"TF2_BEHAVIOR"})
#: Larger files beside a program are not copied, nor is more than so much in all.
_LARGEST_FILE, _LARGEST_FOLDER = 2 << 20, 64 << 20
_LEFT_OUT = frozenset(".git .hg .svn .tox .nox .venv venv __pycache__ build dist node_modules site-packages".split())
#: Makes what programs draw at random alike; a `sitecustomize` that the user's PYTHONPATH holds goes first.
_ALIKE = Path(__file__).parent / "alike"


@dataclass(frozen=True)
class Ran:
    """What a program printed; why it did not end well, None where it did."""

    printed: str
    fault: str | None


def ran(python: str, script: Path, texts: Mapping[Path, bytes]) -> Ran:
    """Runs a script in a copy of its folder, in which some files have other contents.

    Args:
        python: the interpreter.
        script: where the script is; the folder that holds it is copied, with what is below.
        texts: contents by the resolved paths of files, that of the script among them.
    """
    with tempfile.TemporaryDirectory(prefix="tfloss-programs-") as scratch:
        folder = Path(scratch, "program")
        _copied(script.parent, folder, texts)
        return _run(python, folder, script.name)


def _copied(source: Path, target: Path, texts: Mapping[Path, bytes]) -> None:
    """Copies a folder without links, large files, and folders that hold no programs."""
    left = _LARGEST_FOLDER
    for where, folders, files in os.walk(source):
        folders[:] = sorted(one for one in folders if one not in _LEFT_OUT and not Path(where, one).is_symlink())
        to = target / Path(where).relative_to(source)
        to.mkdir(parents=True, exist_ok=True)
        for name in sorted(files):
            file = Path(where, name)
            if file.resolve() in texts:
                (to / name).write_bytes(texts[file.resolve()])
            elif file.is_file() and not file.is_symlink() and file.stat().st_size <= min(_LARGEST_FILE, left):
                left -= file.stat().st_size
                shutil.copyfile(file, to / name)


def _run(python: str, folder: Path, name: str) -> Ran:
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0"}
    quiet |= {"PYTHONDONTWRITEBYTECODE": "1", "TF_ENABLE_ONEDNN_OPTS": "0", "PYTHONIOENCODING": "utf-8"}
    quiet["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(_ALIKE))))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [python, name],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name not in _OF_TENSORFLOW} | quiet,
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        out.seek(0)
        err.seek(0)
        printed = out.read(LARGEST_OUTPUT).decode("utf-8", "replace")
        lines = [line for line in err.read().decode("utf-8", "replace").splitlines() if line.strip()]
    if code is None:
        return Ran(printed, f"it did not end within {TIME_LIMIT} seconds")
    return Ran(printed, None if code == 0 else f"it ended with {code}: {lines[-1][:300] if lines else 'nothing said'}")
