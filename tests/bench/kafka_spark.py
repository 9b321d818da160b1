"""Kafka -> SQL -> discard, and PySpark on the same topic in the same run: at least 10 times as fast.

    tests/bench/servers kafka-spark      (`make bench BENCH=kafka-spark`); USERS=500000 is how many the topic holds

One broker, a topic of 4 partitions. Spark runs as local[2] and reads the topic as one batch into the noop sink, with the schema and the SELECT that
`userstream schema spark` prints, after two rounds that are not counted (compiled, warm). Ours has two workers, and is measured from its first batch
on: joining the consumer group is not in it, as starting Spark is not. Rounds take turns; the figures are medians of ROUNDS.
"""
import os
import statistics
import sys
import time

from brokers import Brokers, running
from conftest import BIN, ROOT, wait_for
from measure import Figures, Started, fill_topic
from spark_side import jar_list, open_session, read_topic, schema_and_select

USERS = int(os.environ.get("USERS", "500000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
WORKERS = 2


def ours(broker, topic):
    """Users a second."""
    program = Started("process", "--workers", WORKERS, "--log", broker.uri(topic), "--stream", "user_topic", "--sink", "discard:",
                      "--pipeline", ROOT / "pipelines" / "user_profiles.sql")
    first = wait_for(lambda: program.metric("read_total"), what="the first users")
    start = time.perf_counter()
    while program.metric("read_total") < USERS:
        time.sleep(0.01)
    took = time.perf_counter() - start
    program.stop()
    return (USERS - first) / took


def main():
    figures = Figures()
    schema, select = schema_and_select(BIN)
    with running(Brokers("kafka")) as broker:
        fill_topic(broker, "users", USERS)
        spark = open_session(f"local[{WORKERS}]", spark__jars=jar_list())

        def theirs():
            start = time.perf_counter()
            read_topic(spark, broker.address(), "users", schema)
            spark.sql(select).write.format("noop").mode("overwrite").save()
            return USERS / (time.perf_counter() - start)

        def counted():
            read_topic(spark, broker.address(), "users", schema)
            return spark.sql(select).count()

        assert counted() == USERS, "Spark does not read what is in the topic"
        theirs()
        rounds = [(ours(broker, "users"), theirs()) for _ in range(ROUNDS)]
        figures.report(f"Kafka -> discard: ({WORKERS} workers)", statistics.median(one for one, _ in rounds),
                       f"PySpark {spark.version} local[{WORKERS}], noop sink", statistics.median(two for _, two in rounds), "users/s", at_least=10)
        spark.stop()
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
