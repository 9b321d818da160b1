"""The Kafka log beside kcat, on one broker and the same topic, in turns; figures are medians of ROUNDS.

    tests/bench/kafka      USERS=1000000 is how many users the topic holds that is read; a quarter of them is written in each round
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from brokers import Brokers, running
from conftest import BIN, ROOT, clean_environment, wait_for

USERS = int(os.environ.get("USERS", "1000000"))
ROUNDS = 5
WORKERS = os.cpu_count()
missed = 0


def report(what, ours, reference, theirs, unit, at_least=None, at_most=None):
    global missed
    ratio = ours / theirs
    wrong = (at_least is not None and ratio < at_least) or (at_most is not None and ratio > at_most)
    missed += wrong
    wanted = f"(at least {at_least:.2f} is wanted" if at_least is not None else f"(at most {at_most:.2f} is wanted"
    print(f"{what:<30} {ours:12.1f} {unit:<8} {reference:<28} {theirs:12.1f}   ratio {ratio:.2f} {wanted}{': MISSED' if wrong else ''})", flush=True)


def seconds(*command, **options):
    start = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


class Started:
    """The program, with its metrics."""

    def __init__(self, *words):
        self.process = subprocess.Popen([BIN, *map(str, words), "--listen", "127.0.0.1:0"], env=clean_environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        found = None
        while not found:
            line = self.process.stderr.readline().decode()
            assert line, "the program ended at once"
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        self.url = found.group(0)
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def metric(self, name):
        with urllib.request.urlopen(self.url + "/metrics", timeout=60) as answer:
            return float(re.search(rf"^userstream_{name} (\S+)$", answer.read().decode(), re.M).group(1))

    def stop(self):
        self.process.terminate()
        self.process.wait()


def users_file(directory, users):
    """Simulated users, a line each."""
    part, path = directory / "part.jsonl", directory / "users.jsonl"
    subprocess.run([str(ROOT / "build" / "bench" / "bench_transform"), "--write", str(part)], check=True)
    lines = part.read_bytes().splitlines(keepends=True)
    with open(path, "wb") as file:
        for at in range(0, users, len(lines)):
            file.writelines(lines[:users - at])
    return path


def produce(broker, topic, path):
    return seconds(BIN, "produce", "--source", f"file:{path}", "--every", 0, "--log", broker.uri(topic), "--listen", "none")


def bench_produce(broker, path, users):
    ours, theirs = [], []
    for number in range(ROUNDS):
        for topic in (f"ours-{number}", f"theirs-{number}"):
            broker.create_topic(topic)
        ours.append(users / produce(broker, f"ours-{number}", path))
        theirs.append(users / seconds("kcat", "-P", "-b", broker.address(), "-t", f"theirs-{number}", "-z", "lz4", "-l", path))
        for topic in (f"ours-{number}", f"theirs-{number}"):
            broker.delete_topic(topic)
    report("produce", statistics.median(ours), "kcat -P -z lz4", statistics.median(theirs), "users/s", at_least=0.6)


def consume_ours(broker, topic):
    """Users a second while they flow: starting and joining the group is not in it."""
    program = Started("process", "--workers", WORKERS, "--log", broker.uri(topic), "--stream", "user_topic", "--sink", "discard:", "--pipeline",
                      ROOT / "pipelines" / "user_profiles.sql")
    first = wait_for(lambda: program.metric("read_total"), what="the first users")
    start = time.perf_counter()
    while program.metric("read_total") < USERS:
        time.sleep(0.01)
    took = time.perf_counter() - start
    program.stop()
    return (USERS - first) / took


def bench_consume(broker, topic):
    """kcat's start is taken off, too: what it needs for the first user."""
    kcat = ["kcat", "-C", "-b", broker.address(), "-t", topic, "-q", "-o", "beginning", "-c"]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(consume_ours(broker, topic))
        theirs.append(USERS / (seconds(*kcat, USERS) - seconds(*kcat, 1)))
    report(f"process into discard: ({WORKERS} workers)", statistics.median(ours), "kcat -C to /dev/null", statistics.median(theirs), "users/s", at_least=0.6)


def bench_idle(broker, topic):
    """Of one core, when nothing flows."""
    program = Started("process", "--workers", WORKERS, "--log", broker.uri(topic), "--stream", "user_topic", "--sink", "discard:", "--pipeline",
                      ROOT / "pipelines" / "user_profiles.sql")
    wait_for(lambda: program.metric("read_total") >= USERS, 120, "the topic to be read")

    def used():
        fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before, start = used(), time.perf_counter()
    time.sleep(20)
    report("idle, share of a core", (used() - before) / (time.perf_counter() - start) * 100, "a core", 100, "%", at_most=0.01)
    program.stop()


def main():
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory, running(Brokers("kafka")) as broker:
        directory = pathlib.Path(directory)
        bench_produce(broker, users_file(directory, USERS // 4), USERS // 4)
        broker.create_topic("users")
        produce(broker, "users", users_file(directory, USERS))
        bench_consume(broker, "users")
        bench_idle(broker, "users")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
