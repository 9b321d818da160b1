"""Ask real Spark for the answers that the engine must give, and keep them as golden files.

    pip install pyspark==3.5.7            (and Java 17)
    python3 tests/spark/make_golden.py [AREA ...]

A golden file, golden/AREA.jsonl.gz, holds one line "# <expression>" for each expression, then one JSON object for each input: the input
columns (NULL: absent), and under "=0", "=1", ... what Spark gives for each expression, cast to STRING. The engine reads these very
lines as its records: tests/unit/sql/test_spark_golden.c.
"""

import gzip
import json
import os
import sys

import cases

HERE = os.path.dirname(os.path.abspath(__file__))


def session():
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession
    spark = (SparkSession.builder.master("local[2]").appName("golden")
             .config("spark.sql.session.timeZone", "UTC").config("spark.sql.ansi.enabled", "false")
             .config("spark.sql.variable.substitute", "false").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1")
             .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC -Duser.language=en")
             .getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def answers(spark, columns, rows, expressions):
    """A list of result texts for each row. Expressions go in groups: Spark compiles a plan per group."""
    from pyspark.sql.types import StringType, StructField, StructType
    schema = StructType([StructField("i", StringType())] + [StructField(c, StringType()) for c in columns])
    frame = spark.createDataFrame([(str(i),) + tuple(row) for i, row in enumerate(rows)], schema)
    out = [[] for _ in rows]
    for start in range(0, len(expressions), 40):
        group = expressions[start:start + 40]
        for row in frame.selectExpr("i", *["CAST((%s) AS STRING) AS e%d" % (e, n) for n, e in enumerate(group)]).collect():
            out[int(row[0])].extend(row[1:])
    return out


def write(area, spark):
    columns, rows, expressions = area.columns, area.rows(), area.expressions
    path = os.path.join(HERE, "golden", area.name + ".jsonl.gz")
    results = answers(spark, columns, rows, expressions)
    lines = ["# " + e for e in expressions]
    for row, result in zip(rows, results):
        record = {c: v for c, v in zip(columns, row) if v is not None}
        record.update({"=%d" % n: v for n, v in enumerate(result) if v is not None})
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    data = ("\n".join(lines) + "\n").encode("utf-8")
    with open(path, "wb") as file:
        file.write(gzip.compress(data, 9, mtime=0))
    print("%-16s %4d expressions x %5d inputs, %7d bytes" % (area.name, len(expressions), len(rows), os.path.getsize(path)))


def main():
    wanted = sys.argv[1:]
    spark = session()
    for area in cases.AREAS:
        if not wanted or area.name in wanted:
            write(area, spark)


if __name__ == "__main__":
    main()
