"""Kafka -> SQL -> Cassandra, and PySpark with the spark-cassandra-connector on the same topic in the same run: 5 times its defaults, 2.3 times tuned.

    tests/bench/servers cassandra-spark      (`make bench BENCH=cassandra-spark`); USERS=100000 users in the topic, ROUNDS=3

One broker, one node, a topic of 4 partitions. Spark runs as local[*] and reads the topic as one batch, with the schema and the SELECT that
`userstream schema spark` prints, after a round that is not counted (compiled, warm). Rounds of ours, of the connector's defaults and of
the settings printed take turns, each into a keyspace of its own whose tables are there already; the figures are medians.
"""
import os
import statistics
import sys
import time

from cassandra_side import place
from conftest import BIN
from measure import Figures, fill_topic
from spark_side import jar_list, open_session, read_topic, schema_and_select

USERS = int(os.environ.get("USERS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
WARM = 4  # rounds of ours until the node is as fast as it gets
# More requests under way, one row in each: rows of one table have keys, and so partitions, of their own. NULLs are written as ours are.
TUNED = {"spark.cassandra.output.concurrent.writes": "64", "spark.cassandra.output.batch.grouping.key": "none",
         "spark.cassandra.output.batch.size.rows": "1", "spark.cassandra.output.ignoreNulls": "false",
         "spark.cassandra.connection.localConnectionsPerExecutor": "2"}


def main():
    figures = Figures()
    schema, select = schema_and_select(BIN)
    with place() as here:
        fill_topic(here.broker, "users", USERS)
        # before Spark connects, which learns of new ones late
        keyspaces = [here.keyspace() for _ in range(1 + 2 * ROUNDS)]
        spark = open_session("local[*]", spark__jars=jar_list(), spark__cassandra__connection__host="127.0.0.1",
                             spark__cassandra__connection__port=str(here.server.port))

        def theirs(settings, check=False):
            keyspace = keyspaces.pop()
            start = time.perf_counter()
            read_topic(spark, here.broker.address(), "users", schema)
            (spark.sql(select).write.format("org.apache.spark.sql.cassandra").options(table="user_profiles", keyspace=keyspace, **settings)
             .mode("append").save())
            took = time.perf_counter() - start
            rows = here.count_rows(keyspace) if check else USERS
            assert rows == USERS, f"Spark wrote {rows} rows of {USERS}"
            here.drop(keyspace)
            return USERS / took

        def ours():
            keyspace = here.keyspace()
            rate, _, _ = here.ours("users", USERS, keyspace)
            here.drop(keyspace)
            return rate

        for _ in range(WARM):
            ours()
        theirs({}, check=True)
        mine, plain, tuned = zip(*((ours(), theirs({}), theirs(TUNED)) for _ in range(ROUNDS)))
        print("tuned: " + ", ".join(f"{name}={value}" for name, value in TUNED.items()))
        for rates, name, at_least in ((plain, "defaults", 5), (tuned, "tuned", 2.3)):
            figures.report("Kafka -> Cassandra", statistics.median(mine), f"PySpark {spark.version} {spark.sparkContext.master}, connector, {name}",
                           statistics.median(rates), "rows/s", at_least=at_least)
        spark.stop()
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
