"""Real Spark beside the engine, in one session: tests/spark/run [PART ...]

    sample     expressions of cases.py, picked at random, over new inputs made from a seed that is printed
    examples   everything that docs/sql.md says an expression gives, and its SELECTs over records
    users      the default pipeline over users of the simulator: every column of every row, and who is rejected
    many       a million rows of new inputs: of each area as many as of the others, or all where it has fewer, with expressions
               picked at random
    fuzz       random typed expressions over random inputs, for --seconds

`make test` runs the first three, `make soak` the last three with full counts. Exit code 1 on a difference; the inputs and Spark's answers
are then kept in build/spark/PART.
"""

import argparse
import os
import random
import shutil
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
sys.path[:0] = [HERE, os.path.join(ROOT, "spark"), os.path.join(ROOT, "python")]
SCRATCH = os.path.join(ROOT, "build", "spark")
EXPRESSIONS_OF_MANY = 12  # to an area


def new_inputs(spark, area, seed, count):
    """So many rows of an area, or all where it has only edge cases."""
    import inputs
    import oracle
    inputs.SEED, inputs.SCALE = " " + seed, -(-count // 1000)
    rows = area.rows()
    random.Random(seed + area.name).shuffle(rows)
    return oracle.known_to_java(spark, area.columns, rows[:count])


def sample(spark, scratch, options):
    import cases
    import engine
    import oracle
    picked = random.Random(options.seed).sample([(a, e) for a in cases.AREAS for e in a.expressions], options.expressions)
    evaluated = 0
    for area in cases.AREAS:
        expressions = [e for a, e in picked if a is area]
        if expressions:
            rows = new_inputs(spark, area, options.seed, options.rows)
            oracle.write_golden(os.path.join(scratch, area.name + ".jsonl.gz"), area.columns, rows, expressions, oracle.answers(spark, area.columns, rows, expressions))
            evaluated += len(expressions) * len(rows)
    return engine.differences(scratch), "%d expressions over new inputs, %d values" % (len(picked), evaluated)


def examples(spark, scratch, options):
    import examples as documented
    return documented.compare(spark, scratch)


def users(spark, scratch, options):
    import default_pipeline
    return default_pipeline.compare(spark, scratch, options.users, options.seed)


def many(spark, scratch, options):
    import cases
    import engine
    import oracle
    areas = [a for a in cases.AREAS if not a.name.startswith("raises")]
    total, values = 0, 0
    for done, area in enumerate(areas):
        rows = new_inputs(spark, area, options.seed, -(-(options.many - total) // (len(areas) - done)))
        expressions = random.Random(options.seed + area.name).sample(area.expressions, min(EXPRESSIONS_OF_MANY, len(area.expressions)))
        oracle.write_golden_of_many(spark, area.columns, rows, expressions, os.path.join(scratch, area.name + ".jsonl"))
        differs = engine.differences(scratch)
        if differs:
            return differs, "stopped at %s" % area.name
        os.remove(os.path.join(scratch, area.name + ".jsonl"))
        total, values = total + len(rows), values + len(rows) * len(expressions)
    return [], "%d rows of new inputs, %d values" % (total, values)


def fuzz(spark, scratch, options):
    import random_cases
    return random_cases.fuzz(spark, scratch, options.seed, options.seconds)


PARTS = {"sample": sample, "examples": examples, "users": users, "many": many, "fuzz": fuzz}


def run_part(spark, part, options):
    """Whether there are differences."""
    scratch, started = os.path.join(SCRATCH, part), time.monotonic()
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    differs, text = PARTS[part](spark, scratch, options)
    print("%-5s %-9s %s: %s (%d s)" % ("FAIL" if differs else "ok", part, text, "they differ" if differs else "0 differences", time.monotonic() - started), flush=True)
    if differs:
        print("\n".join(differs), "The inputs and Spark's answers are in %s" % scratch, sep="\n", flush=True)
    else:
        shutil.rmtree(scratch)
    return bool(differs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", metavar="PART", choices=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--seed", default="%x" % random.SystemRandom().getrandbits(32))
    parser.add_argument("--expressions", type=int, default=100, help="of sample (%(default)s)")
    parser.add_argument("--rows", type=int, default=1000, help="of sample: inputs of an expression (%(default)s)")
    parser.add_argument("--users", type=int, default=20000, help="%(default)s")
    parser.add_argument("--many", type=int, default=1000000, help="rows (%(default)s)")
    parser.add_argument("--seconds", type=int, default=600, help="of fuzz (%(default)s)")
    options = parser.parse_args()
    import oracle
    print("seed %s (--seed makes the same inputs again)" % options.seed, flush=True)
    spark = oracle.session()
    failed = [part for part in options.parts if run_part(spark, part, options)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
