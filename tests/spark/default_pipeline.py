"""The default pipeline over users of the simulator: Spark runs what `userstream schema spark` prints, the engine the file itself. Every column
of every row must be equal, and the same records must be rejected."""

import os
import random
import re
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BIN = os.path.join(ROOT, "build", "userstream")
PIPELINE = os.path.join(ROOT, "pipelines", "user_profiles.sql")
CHUNK = 20000  # records that the engine gets at a time


def compare(spark, scratch, count, seed):
    """(what differs, what was compared)."""
    path = make_users(scratch, count, seed)
    ours, rejected = of_the_engine(path)
    theirs, dropped = of_spark(spark, scratch, path)
    text = "%d users, %d rows of %d columns, %d rejected" % (ours.num_rows + rejected, ours.num_rows, ours.num_columns, rejected)
    differs = []
    if ours.num_rows + rejected < count or rejected == 0:
        differs.append("too few users, or none that is rejected: %s" % text)
    if rejected != dropped:
        differs.append("Spark drops %d" % dropped)
    if not ours["id"].equals(theirs["id"]):
        return [*differs, "other rows are kept"], text
    for name in ours.column_names:
        mine, spark_s = ours[name], theirs[name].cast(ours.schema.field(name).type)
        if not mine.equals(spark_s):
            differs.append(next("%s of %s is %r, in Spark %r" % (name, key.hex(), a, b)
                                for a, b, key in zip(mine.to_pylist(), spark_s.to_pylist(), ours["id"].to_pylist()) if a != b))
    return differs, text


def make_users(scratch, count, seed):
    log, path = "lmdb:" + os.path.join(scratch, "log"), os.path.join(scratch, "users.jsonl")
    quiet = {"cwd": scratch, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([BIN, "produce", "--source", "simulator:", "--seed", seed, "--count", str(count), "--results", "5000", "--every", "0", "--rate-limit", "0", "--listen", "none", "--log", log], **quiet)
    subprocess.run([BIN, "log", "export", "--log", log, "--output", path + ".clean"], **quiet)
    spoil(path + ".clean", path, random.Random(seed))
    return path


# What the simulator's users do not have, and the constraints are there for.
SPOILT = [(r'"email":"[^"]*"', ['"email":null', '"email":"no-at.example"', '"email":" Two@at@example.com "', '"email":"a b@example.com"', '"email":""']),
          (r'"latitude":"[^"]*"', ['"latitude":"90.0001"', '"latitude":"-91"', '"latitude":"north"', '"latitude":null', '"latitude":"NaN"', '"latitude":" 9e1 "']),
          (r'"longitude":"[^"]*"', ['"longitude":"180.1"', '"longitude":"1e400"', '"longitude":"-180"']),
          (r'"uuid":"([^"]*)"', ['"uuid":"no uuid"', r'"uuid":"{\1}"', '"uuid":null'])]


def spoil(source, target, choice):
    """One user in fifty."""
    with open(source, encoding="utf-8") as users, open(target, "w", encoding="utf-8") as out:
        for line in users:
            if choice.random() < 0.02:
                pattern, others = choice.choice(SPOILT)
                line = re.sub(pattern, choice.choice(others), line, count=1)
            out.write(line)


def of_the_engine(path):
    """The rows in the order of their ids, and how many records were rejected."""
    import pyarrow
    import userstream
    pipeline = userstream.Pipeline.from_file(PIPELINE)
    with open(path, "rb") as file:
        lines = file.read().splitlines()
    results = [pipeline.transform(pyarrow.array(lines[at:at + CHUNK], pyarrow.large_binary())) for at in range(0, len(lines), CHUNK)]
    return pyarrow.Table.from_batches([r.rows for r in results]).sort_by("id"), sum(len(r.rejected) for r in results)


def of_spark(spark, scratch, path):
    """The same of Spark: the SELECT, then what the table declares, which Spark has no words for."""
    import pyarrow.parquet
    printed = subprocess.run([BIN, "schema", "spark", "--pipeline", PIPELINE], check=True, capture_output=True, text=True).stdout
    schema = re.search(r"schema =\n-- (.*)\n", printed).group(1)
    select = re.search(r"^SELECT.*", printed, re.M | re.S).group(0).rstrip().rstrip(";")
    with open(PIPELINE, encoding="utf-8") as file:
        conditions = re.findall(r"EXPECT \((.*)\)\s+ON VIOLATION DROP ROW", file.read())
    assert len(conditions) == 2, conditions
    conditions.append("id RLIKE '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'")
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    spark.read.text(path).selectExpr("from_json(value, '%s') AS r" % schema).selectExpr("r.*").createOrReplaceTempView("user_topic")
    rows, out = spark.sql(select), os.path.join(scratch, "rows")
    rows.withColumn("kept", spark_condition(conditions)).write.parquet(out)
    table = pyarrow.parquet.read_table(out)
    kept = table.filter(table["kept"]).drop_columns(["kept"])
    ids = pyarrow.array([bytes.fromhex(i.replace("-", "")) for i in kept["id"].to_pylist()], pyarrow.binary(16))
    return kept.set_column(0, "id", ids).sort_by("id"), table.num_rows - kept.num_rows


def spark_condition(conditions):
    from pyspark.sql.functions import expr
    return expr(" AND ".join("coalesce(%s, false)" % c for c in conditions))
