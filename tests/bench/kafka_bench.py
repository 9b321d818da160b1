"""The Kafka log beside kcat, on one broker and the same topic, in turns; figures are medians of ROUNDS.

    tests/bench/kafka      USERS=4000000 is how many users the topic holds that is read; an eighth of them is written in each round
"""
import itertools
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from brokers import Brokers, running
from conftest import BIN, ROOT, wait_for
from measure import Figures, Started

USERS = int(os.environ.get("USERS", "4000000"))
ROUNDS = int(os.environ.get("ROUNDS", "9"))
WORKERS = os.cpu_count()
# what the program does of itself, and kcat only when it is told to
KCAT_PRODUCE = ["-z", "lz4", "-X", "acks=all", "-X", "enable.idempotence=true"]
KCAT_CONSUME = ["-X", "check.crcs=true"]
figures = Figures()


def seconds(*command, **options):
    start = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


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


def medians(ours, theirs):
    """Of both sides in turns. The first round does not count: the broker has just begun, and compiles while it serves."""
    rounds = [(ours(), theirs()) for _ in range(ROUNDS + 1)]
    return [statistics.median(side) for side in zip(*rounds[1:])]


def bench_produce(broker, path, users):
    numbers = itertools.count()

    def into_new_topic(write):
        topic = f"produced-{next(numbers)}"
        broker.create_topic(topic)
        rate = users / write(topic)
        broker.delete_topic(topic)
        return rate

    ours, theirs = medians(
        lambda: into_new_topic(lambda topic: produce(broker, topic, path)),
        lambda: into_new_topic(lambda topic: seconds("kcat", "-P", "-b", broker.address(), "-t", topic, *KCAT_PRODUCE, "-l", path)))
    figures.report("produce", ours, "kcat -P", theirs, "users/s", at_least=0.6)


def consume_ours(broker, topic):
    """Users a second while they flow: starting and joining the group is not in it."""
    program = Started("process", "--workers", WORKERS, "--log", broker.uri(topic), "--stream", "user_topic", "--sink", "discard:", "--pipeline",
                      ROOT / "pipelines" / "user_profiles.sql")
    first = wait_for(lambda: program.metric("read_total"), what="the first users")
    start = time.perf_counter()
    while program.metric("read_total") < USERS:
        assert time.perf_counter() - start < 600, f"only {program.metric('read_total'):.0f} of {USERS} users were read"
        time.sleep(0.05)
    took = time.perf_counter() - start
    program.stop()
    return (USERS - first) / took


def bench_consume(broker, topic):
    """kcat's start is taken off, too: what it needs for the first user."""
    kcat = ["kcat", "-C", "-b", broker.address(), "-t", topic, "-q", *KCAT_CONSUME, "-o", "beginning", "-c"]
    ours, theirs = medians(lambda: consume_ours(broker, topic), lambda: USERS / (seconds(*kcat, USERS) - seconds(*kcat, 1)))
    figures.report(f"process into discard: ({WORKERS} workers)", ours, "kcat -C to /dev/null", theirs, "users/s", at_least=0.6)


def bench_idle(broker, topic):
    """Of one core, when nothing flows."""
    program = Started("process", "--workers", WORKERS, "--log", broker.uri(topic), "--stream", "user_topic", "--sink", "discard:", "--pipeline",
                      ROOT / "pipelines" / "user_profiles.sql")
    wait_for(lambda: program.metric("read_total") >= USERS, 120, "the topic to be read")

    before, start = program.cpu_seconds(), time.perf_counter()
    time.sleep(20)
    figures.report("idle, share of a core", (program.cpu_seconds() - before) / (time.perf_counter() - start) * 100, "a core", 100, "%", at_most=0.01)
    program.stop()


def one_broker():
    """All workers of the program have their part from the start, as they have where a broker is set up as by default."""
    broker = Brokers("kafka")
    broker.extra = "group.initial.rebalance.delay.ms=3000\n"
    return broker


def main():
    print("kcat -P", *KCAT_PRODUCE, "; kcat -C", *KCAT_CONSUME, "; the program and all else as by default")
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory, running(one_broker()) as broker:
        directory = pathlib.Path(directory)
        bench_produce(broker, users_file(directory, USERS // 8), USERS // 8)
        broker.create_topic("users")
        produce(broker, "users", users_file(directory, USERS))
        bench_consume(broker, "users")
        bench_idle(broker, "users")
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
