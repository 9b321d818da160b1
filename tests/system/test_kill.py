"""Nothing lost, nothing double: SIGKILL at random moments over one data directory, with a source that misbehaves.

USERSTREAM_KILLS sets how many; `make soak` runs 500.
"""
import os
import random
import re
import signal
import subprocess
import time

import pytest

import reading
from conftest import wait_for

KILLS = int(os.environ.get("USERSTREAM_KILLS", "50"))
FAULTS = "429=0.03,502=0.03,empty=0.03,truncated=0.03,html=0.02,refused=0.02,slow=0.02"


def account(program):
    """The table, the dead letters and the ledger account for every user that the log holds."""
    records = program.exported()
    assert len({r["offset"] for r in records}) == len(records)
    expected, dropped = {}, 0
    for record in records:
        values = reading.row(reading.loads(record["value"]) if isinstance(record["value"], str) else record["value"])
        if reading.rejected(values):
            dropped += 1
        else:
            expected[values["id"]] = record["offset"]
    stored = {row["id"] for row in program.rows("SELECT id FROM user_profiles")}
    assert stored == expected.keys()
    assert len(program.dead_letters()) == dropped
    program.run("verify")
    program.run("verify", "--deep")
    return len(records)


@pytest.mark.slow
def test_kill_anywhere(program, simulator):
    rng = random.Random(KILLS)
    server = simulator("--fault", FAULTS)
    options = ["--source", server.url, "--results", 50, "--every", 0, "--rate-limit", 0]
    for trial in range(KILLS):
        process = program.start("run", *options, stderr=subprocess.PIPE)
        time.sleep(rng.uniform(0.005, 0.4))  # the random moment is the point
        assert process.poll() is None, f"trial {trial}: it ended by itself:\n{process.stderr.read().decode()}"
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
    # one more start, without help, drains what is left
    program.run("process", "--until-caught-up")
    users = account(program)
    assert users > 0
    # pages neither skipped nor repeated: uuids of one seed and page come once
    keys = [r["key"] for r in program.exported()]
    assert len(set(keys)) == len(keys)


@pytest.mark.slow
def test_terminate_drains(program, simulator):
    """SIGTERM stores what was fetched and ends with a summary and exit code 0."""
    server = simulator()
    process = subprocess.Popen(program.argv("run", "--source", server.url, "--results", 100, "--every", 0,
                                            "--rate-limit", 0), cwd=program.dir, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: program.database.exists() and program.rows(
        "SELECT count(*) n FROM sqlite_master WHERE name = 'user_profiles'")[0]["n"] and
        program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] > 500, what="500 rows")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()
    assert re.search(r"stored", out.decode())
    account(program)
