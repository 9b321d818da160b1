"""Ask real Spark for the answers that the engine must give, and keep them as golden files.

    tools/python-env spark                                   (Java 17: tools/deps spark)
    build/venv/bin/python tests/spark/make_golden.py [AREA ...]

A golden file, golden/AREA.jsonl.gz, holds one line "# <expression>" for each expression, then one JSON object for each input: the input
columns (NULL: absent), and under "=0", "=1", ... what Spark gives for each expression, cast to STRING; "!0" where the expression makes
Spark's query fail over that input, so that the engine has to reject the record. The engine reads these very lines as its records:
tests/unit/sql/test_spark_golden.c.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "spark")]
import cases  # noqa: E402
import oracle  # noqa: E402


def write(area, spark):
    rows = area.rows()
    path = os.path.join(HERE, "golden", area.name + ".jsonl.gz")
    oracle.write_golden(path, area.columns, rows, area.expressions, oracle.answers(spark, area.columns, rows, area.expressions))
    print("%-16s %4d expressions x %5d inputs, %7d bytes" % (area.name, len(area.expressions), len(rows), os.path.getsize(path)), flush=True)


def main():
    wanted = sys.argv[1:]
    spark = oracle.session()
    for area in cases.AREAS:
        if not wanted or area.name in wanted:
            write(area, spark)


if __name__ == "__main__":
    main()
