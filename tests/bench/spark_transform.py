"""The default pipeline in Spark and in the engine, on the same records in the same run: at least 10 times as fast.

    tests/bench/spark_transform.py BENCH_PROGRAM USERSTREAM      (build/venv/bin/python; `make bench BENCH=spark`)

Spark runs as local[1], warm, over cached input (the JSON texts, in memory), with the schema and the SELECT that
`userstream schema spark` prints, into the noop sink. Rounds of both take turns; printed are medians.

Compared are wall times and, since other work on the machine stretches those, the processor time of the one thread that does the
work: Spark's own figure for its task (garbage collection and compilation, on other threads, are not in it) and the engine's.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from spark_side import open_session, schema_and_select

ROUNDS = 5
REPEAT = 4  # the records so many times over, so that Spark's cost of a job does not count


def open_spark(records, schema, events):
    spark = open_session("local[1]", spark__eventLog__enabled="true", spark__eventLog__dir="file://" + events)
    from pyspark.sql.functions import col, explode, from_json, lit, sequence

    texts = spark.read.text(records)
    cached = texts.select(explode(sequence(lit(1), lit(REPEAT))), col("value")).select("value").coalesce(1).cache()
    count = cached.count()
    cached.select(from_json(col("value"), schema).alias("r")).select("r.*").createOrReplaceTempView("user_topic")
    return spark, count


def spark_wall_ns(spark, select, count):
    start = time.perf_counter()
    spark.sql(select).write.format("noop").mode("overwrite").save()
    return (time.perf_counter() - start) / count * 1e9


def task_cpu_ns(events, count):
    """Of each task that wrote, in order: the processor time of its thread for a record."""
    found = []
    for path in sorted(os.path.join(root, name) for root, _, names in os.walk(events) for name in names if "events" in root + name or name.startswith("local-")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                if event["Event"] == "SparkListenerTaskEnd":
                    found.append(event["Task Metrics"]["Executor CPU Time"] / count)
    return found


def engine_ns(program):
    """Of the bench's own program, one thread: (wall time, processor time) for a record."""
    text = subprocess.run([program, "--one"], check=True, capture_output=True, text=True).stdout
    return tuple(float(part) for part in text.split())


def report(what, theirs, ours):
    """Is the goal reached?"""
    print(f"{what:<16} Spark {1e9 / theirs:8.0f} records/s  {theirs:7.0f} ns each   transform {1e9 / ours:8.0f} records/s  {ours:6.0f} ns each   "
          f"{theirs / ours:5.1f} times (at least 10)")
    return theirs / ours >= 10


def main():
    program, userstream = sys.argv[1:]
    schema, select = schema_and_select(userstream)
    with tempfile.TemporaryDirectory() as directory:
        records, events = os.path.join(directory, "users.jsonl"), os.path.join(directory, "events")
        os.mkdir(events)
        subprocess.run([program, "--write", records], check=True)
        spark, count = open_spark(records, schema, events)
        for _ in range(4):  # compiled, warm
            spark_wall_ns(spark, select, count)
        theirs, ours = [], []
        for _ in range(ROUNDS):
            theirs.append(spark_wall_ns(spark, select, count))
            ours.append(engine_ns(program))
        version = spark.version
        spark.stop()
        task = task_cpu_ns(events, count)[-ROUNDS:]
    assert len(task) == ROUNDS
    print(f"Spark {version} local[1], {count} records")
    reached = [report("wall time", statistics.median(theirs), statistics.median(wall for wall, _ in ours)),
               report("processor time", statistics.median(task), statistics.median(cpu for _, cpu in ours))]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
