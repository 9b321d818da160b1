"""With every n-th write, sync or change of size failing: no crash, nothing lost, and the next start needs no help.

The program runs with faultio.c put before the C library. In `make test` some n are tried; with USERSTREAM_FAULT_IO=all,
as in `make soak`, many, and every single call of a short run alone. Where there is a build with AddressSanitizer
(build/asan/userstream), it takes part: no leak either.
"""
import os
import pathlib
import subprocess

import pytest

from conftest import BIN, ROOT, Program, clean_environment
from test_kill import account

ALL = os.environ.get("USERSTREAM_FAULT_IO") == "all"
ASAN = ROOT / "build" / "asan" / "userstream"
# what a run may end with by itself: done, input or output, try again
GOOD_ENDS = (0, 74, 75)


def preload(faultio, binary):
    """AddressSanitizer's own library wants to be the first."""
    if binary == BIN:
        return faultio
    asan = subprocess.run(["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{asan}:{faultio}"


class Trial:
    """One directory: a run with faults, then one without, then the account."""

    def __init__(self, program, server, faultio, binary=BIN):
        self.program, self.binary = program, binary
        self.source = ["--source", server.url, "--every", 0, "--rate-limit", 0]
        self.environment = {"LD_PRELOAD": preload(faultio, binary), "FAULTIO_REPORT": program.dir / "report"}

    def run(self, patience, results, count, **faults):
        """Run with faults; its exit code, None where it was killed after `patience` seconds. It must not crash."""
        environment = self.environment | {f"FAULTIO_{name.upper()}": value for name, value in faults.items()}
        argv = self.program.argv("run", *self.source, "--results", results, "--count", count)
        messages = self.program.dir / "messages"
        with open(messages, "wb") as errors:
            process = subprocess.Popen([self.binary, *argv[1:]], cwd=self.program.dir, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=errors, env=clean_environment(**environment))
            try:
                code = process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                return None
        text = messages.read_text(encoding="utf-8")
        assert code in GOOD_ENDS and "Sanitizer" not in text, f"{faults}: exit code {code}\n{text}"
        assert code == 0 or "userstream: " in text, f"{faults}: nothing is said\n{text}"
        return code

    def failed(self):
        """How many calls failed, as the library reported it at exit."""
        return int((self.program.dir / "report").read_text(encoding="ascii").split()[1])

    def check(self, users=None):
        """A start without faults needs no help, and everything appended is accounted for."""
        self.program.run("run", *self.source, "--results", 50, "--count", 50)
        appended = account(self.program)
        assert users is None or appended == users + 50
        return appended


def sampled(every, some):
    return every if ALL else some


@pytest.mark.slow
@pytest.mark.parametrize("every", sampled([*range(1, 40), *range(41, 400, 13)], [1, 4, 19, 97]))
@pytest.mark.parametrize("error, calls", [("ENOSPC", "write,size"), ("EIO", "write,sync,size")])
def test_faults_that_end(program, simulator, faultio, error, calls, every):
    """Once it runs, a disk that is full or broken for a while is waited for: the run ends well by itself.

    A full disk is told by writing and by reserving room, never by syncing.
    """
    trial = Trial(program, simulator(), faultio)
    code = trial.run(60, 20, 1000, every=every, error=error, calls=calls, start=60, limit=6)
    assert code == 0
    assert trial.failed() > 0
    trial.check(1000)


@pytest.mark.slow
@pytest.mark.parametrize("every", sampled([*range(1, 40), 53, 101, 211], [1, 3, 11, 29]))
@pytest.mark.parametrize("faults", [{"error": "ENOSPC"}, {"error": "EIO"}, {"error": "ENOSPC", "short": 1}],
                         ids=["full", "broken", "short"])
def test_faults_without_end(program, simulator, faultio, faults, every):
    """From the first call on, for ever: it goes on, waits, or ends with the reason."""
    trial = Trial(program, simulator(), faultio)
    trial.run(1.5, 20, 1000, every=every, **faults)
    trial.check()


@pytest.mark.slow
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_each_call_alone(tmp_path, simulator, faultio, error):
    """A run of few calls, in which one of them fails."""
    server = simulator()
    for call in range(0, 180, 1 if ALL else 23):
        directory = tmp_path / str(call)
        directory.mkdir()
        trial = Trial(Program(directory), server, faultio)
        trial.run(60, 100, 200, every=1, error=error, start=call, limit=1)
        trial.check()


@pytest.mark.slow
@pytest.mark.skipif(not ASAN.exists(), reason="make MODE=asan BUILD=build/asan all")
@pytest.mark.parametrize("every", sampled(range(1, 60, 3), [2, 13]))
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_no_leak(program, simulator, faultio, error, every):
    """Under AddressSanitizer, whose complaint would be the exit code."""
    trial = Trial(program, simulator(), faultio, str(ASAN))
    code = trial.run(60, 20, 1000, every=every, error=error, start=60, limit=6)
    assert code == 0 and trial.failed() > 0
    trial.check(1000)
