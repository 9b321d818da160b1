"""docs/sql.md on real Spark: what it says an expression gives, and its SELECTs over records. (The engine's answers to the same are
compared by tests/unit/sql/test_sql_docs.c and tests/system/test_docs.py.)"""

import json
import os
import re
import subprocess

import oracle

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "sql.md")
# What Spark has to be told of the records: the fields that the examples read.
PEOPLE = "id STRING, name STRUCT<first: STRING>, tags ARRAY<STRING>, age STRING, nat STRING"


def expressions(text):
    """(expression, what it gives) of every example within a line."""
    return re.findall(r"`([^`\n]+)` gives `([^`\n]+)`", text)


def selects(text):
    """The command that makes the records, and (SELECT, its lines) of every command that prints rows as JSON."""
    sessions = re.findall(r"^```console\n(.*?)^```", text, re.M | re.S)
    commands = [c.split("\n") for s in sessions for c in re.split(r"^\$ ", s, flags=re.M) if c]
    make = next(c[0] for c in commands if "people.jsonl" in c[0] and "userstream" not in c[0])
    found = [(re.match(r'userstream sql "(.*)" --source file:people.jsonl --format json$', c[0]), [line for line in c[1:] if line]) for c in commands]
    return make, [(match.group(1), lines) for match, lines in found if match]


def as_text(value):
    return "NULL" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def compare(spark, scratch):
    """(what differs, what was compared)."""
    with open(DOCS, encoding="utf-8") as file:
        text = file.read()
    differs = compare_expressions(spark, expressions(text)) + compare_selects(spark, scratch, *selects(text))
    return differs, "%d examples and %d SELECTs of docs/sql.md" % (len(expressions(text)), len(selects(text)[1]))


def compare_expressions(spark, pairs):
    if len(pairs) < 200:
        return ["docs/sql.md has only %d examples" % len(pairs)]
    got = oracle.answers(spark, ["x"], [(None,)], [e for e, _ in pairs])[0]
    return ["%s\n    gives %s in Spark, not %s" % (e, g if g is not oracle.RAISES else "an error", wanted)
            for (e, wanted), g in zip(pairs, got) if (g if g is not None else "NULL") != wanted]


def compare_selects(spark, scratch, make, wanted):
    subprocess.run(["sh", "-c", make], cwd=scratch, check=True)
    spark.read.schema(PEOPLE).json(os.path.join(scratch, "people.jsonl")).createOrReplaceTempView("people")
    out = [] if len(wanted) > 2 else ["docs/sql.md has only %d SELECTs" % len(wanted)]
    for query, lines in wanted:
        got = [{k: as_text(v) for k, v in row.asDict().items()} for row in spark.sql(query.replace("FROM STREAM", "FROM")).collect()]
        rows = [{k: as_text(v) for k, v in json.loads(line, parse_int=str, parse_float=str).items()} for line in lines]
        if got != rows:
            out.append("%s\n    gives %s in Spark, not %s" % (query, got, rows))
    return out
