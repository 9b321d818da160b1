"""Helpers of the system tests: they run the program as a user would and look at what it left behind.

Only Python's standard library, so that what they expect owes nothing to the program's own code.
"""
import contextlib
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = str((ROOT / os.environ.get("USERSTREAM_BIN", "build/userstream")).resolve())


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: kills, load or limits; left out of the coverage run")


def clean_environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("USERSTREAM_")}
    env.update({k: str(v) for k, v in more.items()})
    return env


def output_of(*words, env, timeout=None):
    """What a command prints, errors among it; it must succeed."""
    done = subprocess.run(list(map(str, words)), env=env, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout)
    assert done.returncode == 0, done.stdout.decode()
    return done.stdout.decode()


class Program:
    """One data directory, and the commands run on it."""

    def __init__(self, directory):
        self.dir = pathlib.Path(directory)
        self.log = f"lmdb:{self.dir}/log"
        self.database = self.dir / "users.db"
        self.sink = f"sqlite:{self.database}"
        self.pipeline = str(ROOT / "pipelines" / "user_profiles.sql")

    def where(self, command):
        """The options that say where this directory's log, sink and pipeline are."""
        options = []
        if command in ("run", "produce", "process", "dlq", "verify", "log", "check"):
            options += ["--log", self.log]
        if command in ("run", "process", "dlq", "verify", "query", "check"):
            options += ["--sink", self.sink]
        if command in ("run", "process", "dlq", "verify", "check", "schema", "explain"):
            options += ["--pipeline", self.pipeline]
        if command in ("run", "produce", "process"):
            options += ["--listen", "none"]
        return options

    def argv(self, command, *args):
        return [BIN, command, *self.where(command), *map(str, args)]

    def run(self, command, *args, check=0, env=None, stdin=None, timeout=300):
        """Run to the end. check: the exit code it must have, None for any."""
        done = subprocess.run(self.argv(command, *args), cwd=self.dir, env=clean_environment(**(env or {})),
                              input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                              capture_output=True, timeout=timeout, check=False)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        if check is not None:
            assert done.returncode == check, f"{done.args}\nexit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, command, *args, env=None, stderr=None, enter=()):
        """enter: what to put before the command."""
        return subprocess.Popen([*enter, *self.argv(command, *args)], cwd=self.dir, env=clean_environment(**(env or {})),
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr or subprocess.DEVNULL)

    def rows(self, sql, *args):
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql, args).fetchall()

    def exported(self):
        """Every record of the log, as the log's own export gives it."""
        text = self.run("log", "export", "--format", "json").stdout
        return [json.loads(line) for line in text.splitlines()]

    def dead_letters(self):
        text = self.run("dlq", "list", "--format", "json").stdout
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def faultio():
    """The library for LD_PRELOAD that makes writing fail: see faultio.c."""
    directory = pathlib.Path(BIN).parent
    path = directory / "tests" / "faultio.so"
    subprocess.run(["make", "--no-print-directory", "-s", f"BUILD={directory.relative_to(ROOT)}",
                    str(path.relative_to(ROOT))], cwd=ROOT, check=True)
    return str(path)


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


class Simulator:
    def __init__(self, *args, enter=()):
        self.process = subprocess.Popen([*enter, BIN, "simulate", "--port", "0", *map(str, args)], env=clean_environment(),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://\S+/api/", line)
        assert found, f"the simulator printed no address: {line!r}"
        self.url = found.group(0)

    def get(self, query=""):
        request = urllib.request.Request(self.url + query)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        finally:
            self.process.stdout.close()


@pytest.fixture
def simulator():
    started = []

    def start(*args, **options):
        started.append(Simulator(*args, **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def wait_for(condition, seconds=60, what="the condition"):
    """Poll until condition() is true; fails after a generous time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s for {what}")
