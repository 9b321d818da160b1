"""Real Spark's answers: the session that everything is compared with, and what it gives for expressions over inputs."""

import glob
import gzip
import json
import os
import shutil
import sys
import tempfile

GROUP = 40  # expressions in a job: Spark compiles a plan for each


def session():
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession
    spark = (SparkSession.builder.master("local[2]").appName("oracle")
             .config("spark.sql.session.timeZone", "UTC").config("spark.sql.ansi.enabled", "false")
             .config("spark.sql.variable.substitute", "false").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1")
             .config("spark.ui.showConsoleProgress", "false").config("spark.driver.memory", "2g")
             .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC -Duser.language=en -Duser.country=US")
             .getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    import functions
    functions.register(spark)
    return spark


def frame_of(spark, columns, rows):
    from pyspark.sql.types import StringType, StructField, StructType
    return spark.createDataFrame([tuple(row) for row in rows], StructType([StructField(c, StringType()) for c in columns]))


def ask(frame, expressions, path):
    """Write a golden file (see make_golden.py) of one group of expressions: Spark makes the lines."""
    wanted = ["`%s`" % c for c in frame.columns] + ["CAST((%s) AS STRING) AS `=%d`" % (e, n) for n, e in enumerate(expressions)]
    scratch = tempfile.mkdtemp(prefix="userstream-oracle.")
    try:
        frame.selectExpr(*wanted).write.mode("overwrite").json(scratch)
        with open(path, "wb") as file:
            for e in expressions:
                file.write(("# %s\n" % e).encode())
            for part in sorted(glob.glob(os.path.join(scratch, "part-*"))):
                with open(part, "rb") as lines:
                    shutil.copyfileobj(lines, file)
    finally:
        shutil.rmtree(scratch)


def answers(spark, columns, rows, expressions):
    """A list of result texts for each row."""
    frame = frame_of(spark, columns, rows).coalesce(1)
    out = [[] for _ in rows]
    for start in range(0, len(expressions), GROUP):
        group = expressions[start:start + GROUP]
        for at, row in enumerate(frame.selectExpr(*["CAST((%s) AS STRING) AS e%d" % (e, n) for n, e in enumerate(group)]).collect()):
            out[at].extend(row)
    return out


RAISES = object()


def literal(value):
    if value is None:
        return "CAST(NULL AS STRING)"
    return "'" + "".join(c if c.isalnum() and ord(c) < 128 else "\\u%04x" % ord(c) if ord(c) < 0x10000 else c for c in value) + "'"


def answers_or_errors(spark, columns, rows, expressions):
    """As answers, for expressions that make a query fail over some inputs: each is asked alone, and gives RAISES where it fails. Spark
    computes over a row of literals while it plans, without a job."""
    out = []
    for row in rows:
        results = []
        table = "(SELECT %s)" % ", ".join("%s AS %s" % (literal(v), c) for c, v in zip(columns, row))
        for e in expressions:
            try:
                results.append(spark.sql("SELECT CAST((%s) AS STRING) FROM %s" % (e, table)).collect()[0][0])
            except Exception as error:  # of the JVM: many classes
                if "AnalysisException" in type(error).__name__ or "ParseException" in type(error).__name__:
                    raise
                results.append(RAISES)
        out.append(results)
    return out


def write_golden(path, columns, rows, expressions, results):
    lines = ["# " + e for e in expressions]
    for row, result in zip(rows, results):
        record = {c: v for c, v in zip(columns, row) if v is not None}
        record.update({"!%d" % n: True for n, v in enumerate(result) if v is RAISES})
        record.update({"=%d" % n: v for n, v in enumerate(result) if v is not None and v is not RAISES})
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    with open(path, "wb") as file:
        file.write(gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), 9, mtime=0))
