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


def write_golden_of_many(spark, columns, rows, expressions, path):
    """As write_golden, but Spark itself writes the lines."""
    from pyspark.sql.functions import col, expr
    scratch, frame, inputs = tempfile.mkdtemp(prefix="userstream-oracle."), frame_of(spark, columns, rows), [col("`%s`" % c) for c in columns]
    try:
        try:
            frame.select(*inputs, *[expr(text) for text in as_texts(expressions)]).write.mode("overwrite").json(scratch)
        except Exception as error:
            if not of_the_jvm(error):
                raise
            spark.conf.set("spark.sql.subexpressionElimination.enabled", "false")  # what is computed beforehand is not guarded
            frame.select(*inputs, *[c for n, e in enumerate(expressions) for c in guarded(spark, n, e)]).write.mode("overwrite").json(scratch)
            spark.conf.unset("spark.sql.subexpressionElimination.enabled")
        with open(path, "wb") as file:
            file.write("".join("# %s\n" % e for e in expressions).encode())
            for part in sorted(glob.glob(os.path.join(scratch, "part-*"))):
                with open(part, "rb") as lines:
                    shutil.copyfileobj(lines, file)
    finally:
        shutil.rmtree(scratch)


RAISES = object()


def answers(spark, columns, rows, expressions):
    """A list of results for each row: a text, None, or RAISES where the expression makes a query over that row fail."""
    frame, out = frame_of(spark, columns, rows).coalesce(1), [[] for _ in rows]
    for start in range(0, len(expressions), GROUP):
        for at, results in enumerate(answers_of_group(spark, frame, rows, expressions[start:start + GROUP])):
            out[at].extend(results)
    return out


def answers_of_group(spark, frame, rows, group):
    """One query; where it fails, halves of the expressions, down to one: then without the rows that make it fail."""
    try:
        return [tuple(row) for row in frame.selectExpr(*as_texts(group)).collect()]
    except Exception as error:
        if not of_the_jvm(error):
            raise
    if len(group) > 1:
        middle = len(group) // 2
        return [a + b for a, b in zip(answers_of_group(spark, frame, rows, group[:middle]), answers_of_group(spark, frame, rows, group[middle:]))]
    fails = rows_that_fail(spark, frame, rows, group[0])
    good = iter(frame_of(spark, frame.columns, [row for row, fail in zip(rows, fails) if not fail]).coalesce(1).selectExpr(*as_texts(group)).collect())
    return [(RAISES,) if fail else tuple(next(good)) for fail in fails]


def answers_without_failing(spark, columns, rows, expressions):
    """(the expressions that Spark takes and no row makes fail, their results by row)."""
    from pyspark.errors import AnalysisException
    frame = frame_of(spark, columns, rows).coalesce(1)

    def ask(group):
        try:
            return group, [tuple(row) for row in frame.selectExpr(*as_texts(group)).collect()]
        except Exception as error:
            if not of_the_jvm(error) and not isinstance(error, AnalysisException):
                raise
        if len(group) == 1:
            return [], [()] * len(rows)
        (left, a), (right, b) = ask(group[:len(group) // 2]), ask(group[len(group) // 2:])
        return left + right, [x + y for x, y in zip(a, b)]
    return ask(expressions)


def guarded(spark, n, expression):
    """Two columns: what an expression gives where it gives something, and TRUE where it throws."""
    from pyspark.sql.column import Column
    from pyspark.sql.functions import expr, when

    def null_where_it_throws(text):
        return Column(spark._jvm.org.apache.spark.sql.Column(spark._jvm.org.apache.spark.sql.catalyst.expressions.TryEval(expr(text)._jc.expr())))
    return [null_where_it_throws("CAST((%s) AS STRING)" % expression).alias("=%d" % n),
            when(null_where_it_throws("isnull(CAST((%s) AS STRING))" % expression).isNull(), True).alias("!%d" % n)]


def cells_of(spark, row):
    """A row as Spark's expressions take it, in an Option."""
    cells = spark._sc._gateway.new_array(spark._jvm.java.lang.Object, len(row))
    for n, value in enumerate(row):
        cells[n] = None if value is None else spark._jvm.org.apache.spark.unsafe.types.UTF8String.fromString(value)
    return spark._jvm.scala.Some(spark._jvm.org.apache.spark.sql.catalyst.expressions.GenericInternalRow(cells))


def rows_that_fail(spark, frame, rows, expression):
    """The query's own projection, as Spark optimises and compiles it, is called for each row."""
    plan = frame.selectExpr(*as_texts([expression]))._jdf.queryExecution().optimizedPlan()
    projection = spark._jvm.org.apache.spark.sql.catalyst.expressions.UnsafeProjection.create(plan.expressions(), plan.child().output())
    read = [frame.columns.index(column) for column in names_of(plan.child().output())]  # the others are pruned
    out = []
    for row in rows:
        row = cells_of(spark, [row[n] for n in read])
        try:
            row.foreach(projection)  # not projection.apply: py4j finds methods by the name of a class, and all projections have the same
        except Exception as error:
            if not of_the_jvm(error):
                raise
            out.append(True)
        else:
            out.append(False)
    return out


def names_of(attributes):
    return [attributes.apply(n).name() for n in range(attributes.length())]


def of_the_jvm(error):
    """Whether it is what a row made Spark throw, and not a mistake of ours."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors.exceptions.captured import AnalysisException, CapturedException, ParseException
    return isinstance(error, (Py4JJavaError, CapturedException)) and not isinstance(error, (AnalysisException, ParseException))


def as_texts(expressions):
    return ["CAST((%s) AS STRING) AS `=%d`" % (e, n) for n, e in enumerate(expressions)]


def known_to_java(spark, columns, rows):
    """The rows with '?' for each character that Java 17 has no name for: it may be one of a later Unicode, which the engine knows."""
    frame = frame_of(spark, columns, rows).coalesce(1)
    return [tuple(row) for row in frame.selectExpr(*["regexp_replace(`%s`, r'\\p{Cn}', '?') AS `%s`" % (c, c) for c in columns]).collect()]


def write_golden(path, columns, rows, expressions, results):
    lines = ["# " + e for e in expressions]
    for row, result in zip(rows, results):
        record = {c: v for c, v in zip(columns, row) if v is not None}
        record.update({"!%d" % n: True for n, v in enumerate(result) if v is RAISES})
        record.update({"=%d" % n: v for n, v in enumerate(result) if v is not None and v is not RAISES})
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    with open(path, "wb") as file:
        file.write(gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), 9, mtime=0))
