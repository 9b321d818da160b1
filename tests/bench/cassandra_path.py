"""Kafka -> SQL -> Cassandra beside a bare loop of the same driver and statement at its best number of requests in flight, in the same run.

    tests/bench/servers cassandra      (`make bench BENCH=cassandra`); USERS=100000 users in the topic, ROUNDS=5

One broker and one node, the default pipeline. Ours and the bare loop take turns, each into a keyspace of its own whose tables are there already; the
figures are medians. Ours is measured from its first batch on: joining the consumer group is not in it. The bare loop has its rows in memory, ready,
and as scattered as those of the log. Beside the rate: our processor time a row, and our anonymous memory at most.
"""
import os
import statistics
import sys

from cassandra_side import place
from measure import Figures, fill_topic

USERS = int(os.environ.get("USERS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
IN_FLIGHT = (128, 256, 512, 1024)


def one_round(here, source, turn):
    """The figures of ours, and of the bare loop (rows a second by requests in flight); each into tables of its own, in another order each round."""
    takers = ["ours", *IN_FLIGHT]
    takers = takers[turn % len(takers):] + takers[:turn % len(takers)]
    figures, bare = None, {}
    for taker in takers:
        keyspace = here.keyspace()
        if taker == "ours":
            figures = here.ours("users", USERS, keyspace)
        else:
            bare[taker] = float(here.bare(source, keyspace, "throughput", taker))
        here.drop(keyspace)
    return figures, bare


def main():
    figures = Figures()
    with place() as here:
        fill_topic(here.broker, "users", USERS)
        source = here.keyspace()
        here.ours("users", USERS, source)  # the rows that the bare loop writes
        rows = here.count_rows(source)
        assert rows == USERS, f"{rows} rows of {USERS} are in the table"
        one_round(here, source, 0)  # the node is warm then
        rounds, bare = [], {number: [] for number in IN_FLIGHT}
        for turn in range(ROUNDS):
            mine, theirs = one_round(here, source, turn)
            rounds.append(mine)
            for number, rate in theirs.items():
                bare[number].append(rate)
        rate, cpu, memory = (statistics.median(column) for column in zip(*rounds))
        medians = {number: statistics.median(rates) for number, rates in bare.items()}
        best = max(medians, key=medians.get)
        print("bare loop, rows/s by requests in flight: " + ", ".join(f"{number}: {value:.0f}" for number, value in medians.items()))
        figures.report("Kafka -> Cassandra", rate, f"bare loop, {best} in flight", medians[best], "rows/s", at_least=0.85)
        figures.report("processor time of a row", cpu, "the goal", 25, "us", at_most=1)
        figures.report("anonymous memory", memory, "the goal", 64, "MiB", at_most=1)
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
