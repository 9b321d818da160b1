"""From acknowledged by Kafka to acknowledged by Cassandra, at 200 users/s, beside a bare loop that inserts one row after the other at that rate.

    tests/bench/servers cassandra-latency      (`make bench BENCH=cassandra-latency`); SECONDS=20 is how long each round lasts

One broker and one node. A producer that keeps time sends users one by one to a topic whose records carry the broker's time of their append;
Kafka's clock has milliseconds, cut, so ours is told up to one longer than it was. A row counts as acknowledged when its ledger row is, too.
The bare loop has its rows in memory, ready, and is told the time of its INSERT alone. Rounds take turns; the figures are medians of ROUNDS.
"""
import os
import pathlib
import statistics
import sys
import tempfile

from cassandra_side import place
from conftest import ROOT, wait_for
from measure import Figures, PacedTopics, fill_topic, quantiles_ms

SECONDS = int(os.environ.get("SECONDS", "20"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
RATE = 200
WARM = 20000  # rows that the node takes before


def ours(here, topics):
    topic, keyspace = topics.make(), here.keyspace()
    program = here.process(topic, keyspace)
    topics.produce(topic, RATE, 1)
    wait_for(lambda: program.metric("stored_total") == 1, what="the first row")
    topics.produce(topic, RATE, RATE * SECONDS)
    wait_for(lambda: program.metric("stored_total") == 1 + RATE * SECONDS, what="all rows")
    figures = quantiles_ms(program.stop())
    here.drop(keyspace)
    return figures


def bare(here, source):
    keyspace = here.keyspace()
    p50, p99 = here.bare(source, keyspace, "latency", RATE, SECONDS).split()
    here.drop(keyspace)
    return int(p50) / 1e3, int(p99) / 1e3


def main():
    figures = Figures()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory, place() as here:
        topics = PacedTopics(here.broker, pathlib.Path(directory))
        fill_topic(here.broker, "warm", WARM)
        source = here.keyspace()
        here.ours("warm", WARM, source)
        mine, theirs = zip(*((ours(here, topics), bare(here, source)) for _ in range(ROUNDS)))
        for place_of, name in enumerate(("p50", "p99")):
            figures.report(f"Kafka's to Cassandra's, {RATE}/s, {name}", statistics.median(one[place_of] for one in mine), "bare insert loop",
                           statistics.median(one[place_of] for one in theirs), "ms", at_most=2)
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
