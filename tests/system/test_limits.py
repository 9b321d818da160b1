"""A full disk is back-pressure, and memory stays small however long the run."""
import contextlib
import os
import pathlib
import re
import subprocess

import pytest

from conftest import BIN, Program, wait_for
from test_kill import account

USERS = int(os.environ.get("USERSTREAM_LONG_RUN", "200000"))


@contextlib.contextmanager
def full_disk(directory, faultio):
    """A disk that is full after about half of a run; what the run's environment must have; the file to remove to make room.

    A small disk of its own where that may be mounted (root, not in every container), else writes that fail as on one.
    """
    directory.mkdir()
    filler = directory / "filler"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(directory)], capture_output=True, check=False).returncode:
        filler.touch()
        yield filler, {"LD_PRELOAD": faultio, "FAULTIO_EVERY": 1, "FAULTIO_ERROR": "ENOSPC", "FAULTIO_CALLS": "write,size",
                       "FAULTIO_START": 300, "FAULTIO_WHILE": filler}
        return
    try:
        filler.write_bytes(bytes(34 << 20))
        yield filler, {}
    finally:
        subprocess.run(["umount", str(directory)], check=True)


@pytest.mark.slow
def test_disk_full_pauses_and_goes_on(tmp_path, simulator, faultio):
    """With the disk full it says so and waits; when there is room it goes on by itself; nothing is lost."""
    server = simulator()
    with full_disk(tmp_path / "disk", faultio) as (filler, environment):
        program = Program(filler.parent)
        messages = tmp_path / "messages"
        with open(messages, "wb") as errors:
            process = program.start("run", "--source", server.url, "--results", 200, "--every", 0, "--rate-limit", 0,
                                    "--count", 6000, env=environment, stderr=errors)
        try:
            def said_full():
                assert process.poll() is None, messages.read_text(encoding="utf-8")
                return re.search(r"full|no space", messages.read_text(encoding="utf-8"), re.I)

            wait_for(said_full, what="a word about the full disk")
            stored = len(program.exported())
            assert 0 < stored < 6000
            assert process.poll() is None
            filler.unlink()
            assert process.wait(120) == 0, messages.read_text(encoding="utf-8")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        assert account(program) == 6000


def anonymous_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"RssAnon:\s+(\d+) kB", status).group(1))


@pytest.mark.slow
def test_memory_stays_small(program):
    """Anonymous memory never passes 64 MiB, looked at throughout a run."""
    process = program.start("run", "--source", "simulator:", "--results", 5000, "--every", 0, "--rate-limit", 0,
                            "--count", USERS)
    peak, looks = 0, 0
    while process.poll() is None:
        with contextlib.suppress(FileNotFoundError, AttributeError, ProcessLookupError):
            peak = max(peak, anonymous_kib(process.pid))
            looks += 1
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    assert process.returncode == 0
    assert looks > 10
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == USERS
    assert peak <= 64 * 1024, f"{peak} KiB"


@pytest.mark.skipif("USERSTREAM_BIN" in os.environ, reason="of the program that is released")
def test_the_program_is_small():
    assert os.path.getsize(BIN) <= 5_000_000
