"""From acknowledged by Kafka to acknowledged by Cassandra, at 200 users/s, beside a bare loop that inserts one row after the other at that rate.

    tests/bench/servers cassandra-latency      (`make bench BENCH=cassandra-latency`); SECONDS=20 is how long each round lasts

One broker and one node. A producer that keeps time sends users one by one, and notes when each was acknowledged; when a row was acknowledged is
what the program says of it at --log-level debug. The ledger row follows it: until that stands too is printed
beside it, without a goal (it is what the summary calls stored, and begins with the broker's time of the record, of whole milliseconds). The bare loop has
its rows in memory, ready, and waits for one INSERT before the next; the time of a row that is due before that begins when it is due, as ours
does. Rounds take turns; the figures are medians of ROUNDS.
"""
import os
import pathlib
import re
import statistics
import sys
import tempfile

from cassandra_side import place
from conftest import ROOT, wait_for
from measure import Figures, PacedTopics, fill_topic, quantiles_ms

SECONDS = int(os.environ.get("SECONDS", "20"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
RATE = 200
WARM_RATE = 1000  # users a second for one round, which a server needs to compile what it does for a single record
WARM = 100000     # rows that the node takes before that, many at a time


def quantiles(values):
    values = sorted(values)
    return values[len(values) // 2], values[len(values) * 99 // 100]


def ours(here, topics, rate=RATE):
    """(p50, p99) of the rows, then (p50, p99) with their ledger; milliseconds"""
    topic, keyspace = topics.make(), here.keyspace()
    program = here.process(topic, keyspace, "--log-level", "debug", notes=b"rows are acknowledged")
    topics.produce(topic, rate, 1)
    wait_for(lambda: program.metric("stored_total") == 1, what="the first row")
    sent = topics.produce(topic, rate, rate * SECONDS)
    wait_for(lambda: program.metric("stored_total") == 1 + rate * SECONDS, what="all rows")
    with_ledger = quantiles_ms(program.stop())
    here.drop(keyspace)
    stood, at = {}, 0
    for line in program.noted:
        next_offset, at_us = map(int, re.search(r" next=(\d+) at_us=(\d+)", line).groups())
        for offset in range(at, next_offset):
            stood[offset] = at_us
        at = next_offset
    return *quantiles([(stood[offset] - time_us) / 1e3 for offset, time_us in sent]), *with_ledger


def bare(here, source, rate=RATE):
    keyspace = here.keyspace()
    p50, p99 = here.bare(source, keyspace, "latency", rate, SECONDS).split()
    here.drop(keyspace)
    return int(p50) / 1e3, int(p99) / 1e3


def main():
    figures = Figures()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as directory, place() as here:
        topics = PacedTopics(here.broker, pathlib.Path(directory))
        fill_topic(here.broker, "warm", WARM)
        source = here.keyspace()
        for keyspace in (source, here.keyspace(), here.keyspace()):
            here.ours("warm", WARM, keyspace)
        for rate in (WARM_RATE, RATE):
            ours(here, topics, rate)
            bare(here, source, rate)
        mine, theirs = zip(*((ours(here, topics), bare(here, source)) for _ in range(ROUNDS)))
        p50, p99, all50, all99 = (statistics.median(column) for column in zip(*mine))
        bare50, bare99 = (statistics.median(column) for column in zip(*theirs))
        figures.report(f"Kafka's to Cassandra's, {RATE}/s, p50", p50, "bare insert loop", bare50, "ms", at_most=2)
        figures.report(f"Kafka's to Cassandra's, {RATE}/s, p99", p99, "bare insert loop", bare99, "ms", at_most=2)
        print(f"until the ledger's row stands, too: p50 {all50:.1f} ms, p99 {all99:.1f} ms")
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
