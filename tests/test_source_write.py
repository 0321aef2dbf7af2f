"""Whatever goes wrong while writing, the old bytes are on disk, all of them, and nothing else is."""

import errno
import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from another_user import as_nobody, public_folder

from tfloss_migrate.source import write
from tfloss_migrate.source.failures import WriteFailure

OLD, NEW = b"old = 1\r\n" * 1000, b"new = 2\r\n" * 1000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "loss.py").write_bytes(OLD)
    return tmp_path / "loss.py"


def refused(failure: WriteFailure | None) -> str:
    assert failure is not None
    assert failure.rule_id == "TFL907"
    return failure.message


def untouched(file: Path) -> bool:
    return file.read_bytes() == OLD and os.listdir(file.parent) == [file.name]


def replace_in_a_process(file: Path, before: str) -> subprocess.CompletedProcess[str]:
    """Run `write.replace` in a process of its own, where `before` is done first."""
    code = "import os, resource, signal\nfrom tfloss_migrate.source import write\n"
    code += (
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell starts what is in its background without
    )
    code += f"{textwrap.dedent(before)}\n"
    code += f"print(write.replace({str(file)!r}, {OLD!r}, {NEW!r}).message)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_the_new_bytes_take_the_place_of_the_old(file: Path) -> None:
    assert write.replace(str(file), OLD, NEW) is None
    assert file.read_bytes() == NEW
    assert os.listdir(file.parent) == ["loss.py"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert write.replace(str(file), OLD, NEW) is None
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 1234, 2345)
    assert write.replace(str(file), OLD, NEW) is None
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 2345)


def test_a_link_stays_a_link_and_its_target_is_replaced(file: Path) -> None:
    (file.parent / "elsewhere").mkdir()
    link = file.parent / "elsewhere" / "link.py"
    link.symlink_to("../loss.py")
    assert write.replace(str(link), OLD, NEW) is None
    assert link.is_symlink()
    assert file.read_bytes() == NEW


def test_other_hard_links_keep_the_old_bytes(file: Path) -> None:
    os.link(file, file.parent / "cached.py")
    assert write.replace(str(file), OLD, NEW) is None
    assert (file.parent / "cached.py").read_bytes() == OLD


def test_a_file_that_changed_since_it_was_read_is_left_alone(file: Path) -> None:
    assert "changed since it was read" in refused(write.replace(str(file), b"something else", NEW))
    assert untouched(file)


def test_a_file_that_went_away_is_not_made_again(file: Path) -> None:
    file.unlink()
    assert "No such file" in refused(write.replace(str(file), OLD, NEW))
    assert os.listdir(file.parent) == []


def test_a_full_disk_leaves_the_old_bytes(file: Path) -> None:
    limit = len(NEW) // 2
    done = replace_in_a_process(
        file,
        f"signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))",
    )
    assert "File too large" in done.stdout
    assert untouched(file)


def test_a_file_system_without_room_leaves_the_old_bytes(tmp_path: Path) -> None:
    mount = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=16k none "$1" && shift && exec "$@"', "sh"]
    file = tmp_path / "loss.py"
    code = f"""
    import os
    from pathlib import Path
    from tfloss_migrate.source import write
    file = Path({str(file)!r})
    file.write_bytes({OLD!r})
    print(write.replace(str(file), {OLD!r}, {NEW!r}).message, file.read_bytes() == {OLD!r}, os.listdir(file.parent))
    """
    command = [*mount, str(tmp_path), sys.executable, "-c", textwrap.dedent(code)]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("may not mount here")
    assert done.stdout == (
        "was not written: No space left on device; free some space and run again True ['loss.py']\n"
    ), done.stderr


def test_a_read_only_folder_leaves_the_old_bytes() -> None:
    with public_folder() as folder:
        file = folder / "loss.py"
        file.write_bytes(OLD)
        file.chmod(0o666)
        folder.chmod(0o555)
        assert "make the file and its folder writable" in as_nobody(lambda: write.replace(str(file), OLD, NEW))
        assert untouched(file)
        folder.chmod(0o755)


def test_a_read_only_file_in_a_folder_that_can_be_written_is_left_alone() -> None:
    with public_folder() as folder:
        folder.chmod(0o777)
        file = folder / "loss.py"
        file.write_bytes(OLD)
        file.chmod(0o444)
        assert "the file is read-only" in as_nobody(lambda: write.replace(str(file), OLD, NEW))
        assert untouched(file)


def test_a_kill_between_writing_and_renaming_leaves_the_old_bytes(file: Path) -> None:
    done = replace_in_a_process(file, "os.replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == -signal.SIGKILL
    assert file.read_bytes() == OLD
    (left,) = set(os.listdir(file.parent)) - {"loss.py"}
    assert left.startswith(".tfloss-migrate-")
    assert not left.endswith(".py")


@pytest.mark.parametrize("moment", ["open", "fsync", "chmod", "replace"])
def test_ctrl_c_at_any_moment_leaves_the_old_bytes_and_nothing_else(file: Path, moment: str) -> None:
    done = replace_in_a_process(
        file,
        f"""
        real = os.{moment}
        def stopped(*arguments):
            result = None if {moment!r} == "replace" else real(*arguments)
            os.kill(os.getpid(), signal.SIGINT)
            return result
        os.{moment} = stopped
        """,
    )
    assert "KeyboardInterrupt" in done.stderr
    assert untouched(file)


def test_a_rename_that_fails_leaves_the_old_bytes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*names: str) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "replace", fail)
    assert "Read-only file system; copy it to where it can be written" in refused(write.replace(str(file), OLD, NEW))
    assert untouched(file)


def test_a_report_is_made_or_replaced_in_one_step_too(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    assert write.create(str(target), [b"{", b"}"]) is None
    target.chmod(0o600)
    assert write.create(str(target), [b"[]"]) is None
    assert target.read_bytes() == b"[]"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["report.json"]


def test_a_report_can_go_into_a_pipe_which_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR)
    assert write.create(str(pipe), [b"{", b"}"]) is None
    assert pipe.is_fifo()
    assert os.read(reader, 10) == b"{}"
    os.close(reader)


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no /dev/fd here")
def test_a_report_can_go_to_what_has_a_number_and_no_name() -> None:
    reading, writing = os.pipe()
    assert write.create(f"/dev/fd/{writing}", [b"{", b"}"]) is None
    assert os.read(reading, 10) == b"{}"
    os.close(reading)
    os.close(writing)


def test_a_report_gets_the_mode_that_new_files_get(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    assert write.create(str(tmp_path / "report"), []) is None
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "plain").stat().st_mode
