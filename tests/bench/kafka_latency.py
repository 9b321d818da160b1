"""From acknowledged by Kafka to stored in SQLite, beside a bare loop that consumes and inserts, in the same run.

    tests/bench/servers kafka-latency      (`make bench BENCH=kafka-latency`); SECONDS=20 is how long each round lasts

One broker, a topic of one partition for each round, whose records carry the broker's own time of their append; a producer that keeps
time sends them one by one. The bare loop (bare_kafka.c) is librdkafka and SQLite alone: it inserts key and value as they are, all that have come in
one transaction, with the same pragmas, so that each commit is as durable as ours. Rounds take turns; the figures are medians of ROUNDS.
Kafka's clock has milliseconds, cut: both have up to one more than it took.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from brokers import Brokers, running
from conftest import ROOT, wait_for
from measure import BARE_KAFKA, Figures, PacedTopics, Started, quantiles_ms

SECONDS = int(os.environ.get("SECONDS", "20"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def ours(topics, rate, directory):
    topic = topics.make()
    program = Started("process", "--log", topics.broker.uri(topic), "--stream", "user_topic", "--sink", f"sqlite:{directory}/{topic}.db",
                      "--pipeline", ROOT / "pipelines" / "user_profiles.sql")
    topics.produce(topic, rate, 1)
    wait_for(lambda: program.metric("stored_total") == 1, what="the first user")
    topics.produce(topic, rate, rate * SECONDS)
    wait_for(lambda: program.metric("stored_total") == 1 + rate * SECONDS, what="all users")
    return quantiles_ms(program.stop())


def bare(topics, rate, directory):
    topic, count = topics.make(), 1 + rate * SECONDS
    with subprocess.Popen([BARE_KAFKA, "store", topics.broker.address(), topic, f"{directory}/{topic}.db", str(count)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True) as process:
        topics.produce(topic, rate, 1)
        assert process.stdout.readline() == "stored\n"
        topics.produce(topic, rate, count - 1)
        p50, p99 = process.stdout.read().split()
    assert process.returncode == 0
    return int(p50) / 1e3, int(p99) / 1e3


def main():
    figures = Figures()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory, running(Brokers("kafka")) as broker:
        topics = PacedTopics(broker, pathlib.Path(directory))
        for rate in (200, 2000):
            mine, theirs = zip(*((ours(topics, rate, directory), bare(topics, rate, directory)) for _ in range(ROUNDS)))
            for place, name in enumerate(("p50", "p99")):
                figures.report(f"acknowledged -> stored, {rate}/s, {name}", statistics.median(one[place] for one in mine), "bare consume and insert",
                               statistics.median(one[place] for one in theirs), "ms", at_most=3)
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
