"""Several processes on one log, signals, and what is refused before anything starts."""
import contextlib
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import time

from conftest import BIN, clean_environment, wait_for


def effort(pid):
    """Processor time in seconds, and how often its threads went to sleep."""
    ticks = sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[11:13]))
    sleeps = [re.search(r"^voluntary_ctxt_switches:\s+(\d+)", path.read_text(encoding="ascii"), re.M)
              for path in pathlib.Path(f"/proc/{pid}/task").glob("*/status")]
    return ticks / os.sysconf("SC_CLK_TCK"), sum(int(found.group(1)) for found in sleeps)


def test_produce_and_process_share_a_log(program):
    """A batch that one process appends wakes the other, which sleeps in between: it neither spins nor looks every few ms."""
    process = program.start("process", stderr=subprocess.PIPE)
    try:
        wait_for(lambda: program.database.exists() and program.rows("SELECT 1 FROM sqlite_master WHERE name='user_profiles'"),
                 what="the table")
        batches, pause = 20, 0.15
        spent, slept = effort(process.pid)
        program.run("produce", "--source", "simulator:", "--results", 10, "--count", 10 * batches, "--every", pause)
        wait_for(lambda: program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 10 * batches, what="the rows")
        spent, slept = (after - before for after, before in zip(effort(process.pid), (spent, slept)))
        assert spent < batches * pause / 2  # one thread that spins takes all of it
        assert slept < batches * 50  # looking every 2 ms would be 75 a batch
        ledger = program.rows("SELECT read, next FROM userstream_ledger")[0]
        assert ledger["read"] == ledger["next"] == 10 * batches
    finally:
        process.terminate()
        out = process.communicate(timeout=30)[1]
        assert process.returncode == 0, out
    program.run("verify", "--deep")


def latency_ms(text, which):
    number, unit = re.search(rf"fetched -> stored.*{which} ([\d.]+) (\S+?),?(?:\s|$)", text).groups()
    return float(number) * {"us": 0.001, "µs": 0.001, "ms": 1, "s": 1000}[unit]


def test_a_batch_is_not_waited_for(program):
    """A processor that only looks now and then would be half a second late in the mean, whatever the machine."""
    process = subprocess.Popen(program.argv("process"), cwd=program.dir, env=clean_environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wait_for(lambda: "process" in program.run("log", "readers", check=None).stdout, what="the reader")
    program.run("produce", "--source", "simulator:", "--results", 5, "--count", 100, "--every", "100ms")
    wait_for(lambda: program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 100, what="the rows")
    process.terminate()
    summary = process.communicate(timeout=30)[0]
    assert process.returncode == 0
    assert latency_ms(summary, "p50") < 400, summary


def test_run_beside_a_process_is_refused(program):
    """It could fetch, but the other one has the reader: told at once, and nothing is fetched."""
    process = program.start("process")
    try:
        wait_for(lambda: "process" in program.run("log", "readers", check=None).stdout, what="the reader")
        done = program.run("run", "--source", "simulator:", "--every", 0, "--count", 10, check=78, timeout=60)
        assert f"process {process.pid}" in done.stderr
        assert done.stdout == ""
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_a_port_in_use_is_told_before_anything_is_fetched(program):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = program.run("run", "--source", "simulator:", "--every", 0, "--count", 10, "--listen", address, check=69)
    assert f"--listen {address}" in done.stderr
    assert not program.exported()


def test_first_signal_drains_second_ends_hangup_is_harmless(program):
    process = program.start("run", "--source", "simulator:", "--every", "50ms", "--results", 10)
    wait_for(lambda: program.database.exists() and program.rows("SELECT 1 FROM sqlite_master WHERE name='user_profiles'")
             and program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] > 0, what="a row")
    process.send_signal(signal.SIGHUP)
    before = program.rows("SELECT count(*) n FROM user_profiles")[0]["n"]
    wait_for(lambda: program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] > before, what="more rows after SIGHUP")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert len(program.exported()) == program.rows("SELECT count(*) n FROM user_profiles")[0]["n"]
    program.run("verify", "--deep")


def test_a_request_that_hangs_does_not_hold_up_the_end(program, simulator):
    process = program.start("run", "--source", simulator("--fault", "hang=1").url, "--timeout", "1h", stderr=subprocess.PIPE)
    assert b"starting a new seed" in process.stderr.readline()
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert time.monotonic() - began < 30


def test_second_signal_ends_at_once(program):
    """Somebody else holds the database: the drain waits for it, and a second signal does not."""
    program.run("run", "--source", "simulator:", "--count", 10, "--every", 0)
    with contextlib.closing(sqlite3.connect(program.database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        process = program.start("run", "--source", "simulator:", "--count", 10, "--every", 0, "--seed", "again",
                                stderr=subprocess.PIPE)
        wait_for(lambda: len(program.exported()) == 20, what="the records in the log")
        process.send_signal(signal.SIGTERM)
        assert any(b"stopping" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        assert b"ending at once" in process.communicate(timeout=10)[1]
        assert process.returncode == 128 + signal.SIGTERM
    program.run("process", "--until-caught-up")
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 20
    program.run("verify", "--deep")


def test_simulate_says_what_it_does_at_the_end():
    process = subprocess.Popen([BIN, "simulate", "--port", "0"], env=clean_environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "requests under way are answered first" in err and "served 0 users" in out


def test_pages_are_neither_skipped_nor_repeated(program):
    """Runs one after the other ask for pages 1, 2, 3 … of one seed; other parameters begin another seed."""
    def started(*args):
        done = program.run("produce", "--source", "simulator:", "--results", 10, "--every", 0, *args)
        found = re.search(r"seed=(\S+) page=(\d+)", done.stderr)
        return found.group(1), int(found.group(2))

    seed, page = started("--count", 30)
    assert page == 1
    assert started("--count", 20) == (seed, 4)
    assert started("--count", 20) == (seed, 6)
    keys = [record["key"] for record in program.exported()]
    assert len(keys) == len(set(keys)) == 70
    other, page = started("--count", 10, "--nat", "gb")
    assert other != seed and page == 1
