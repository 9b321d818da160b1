"""Operators beside the functions: how they bind, what types they give, literals, and times moved by INTERVALs."""

import itertools

import inputs
from area import Area, pairs, single

# Numbers as they are written, where they meet a DECIMAL; typeof shows the precision that comes of it.
LITERALS = ["CAST(x AS DECIMAL(10,3)) %s %s" % (op, n) for op in "+-*/%" for n in ("2", "2L", "-700", "1.50", "0", "12345678901", "(1 + 1)", "CAST(y AS INT)")] + [
    "%s / CAST(y AS DECIMAL(20,5))" % n for n in ("2", "-2", "700L", "1.5", "0")] + ["1.5 / 2", "1.0 / 3", "10 % 3.5", "1.0 / CAST(3 AS INT)", "mod(CAST(x AS DECIMAL(10,3)), 2)", "abs(-3) / 1.50", "2 * 1.5 * CAST(x AS DECIMAL(5,2))",
                                                                                  "coalesce(CAST(x AS DECIMAL(5,2)), 7)", "greatest(CAST(x AS DECIMAL(5,2)), 7)", "CAST(x AS DECIMAL(10,3)) IN (1, 1.5)", "CAST(x AS DECIMAL(10,3)) <=> 1.5"]
CONSTANTS = ["1.", "(.5)", "5.0D", "5L", "1.50BD", "1e3", "1e3BD", "2147483648", "9223372036854775808", "-9223372036854775808", "-2147483648", "X'1F' = x'1f'", "r'a\\d'", "'a' 'b'", "\"it's\"", "'it\\'s'", "'\\u0041\\101'", "1 || 2", "DATE '2020-1-1'", "DATE '2020'", "TIMESTAMP '2020-01-01'",
             "TIMESTAMP '2020-01-01T10:00:00Z'", "TIMESTAMP '2020-01-01 10:00:00 Europe/Paris'", "0.1 + 0.2", "0.1D + 0.2D", "-0.0D = 0.0D", "'a' < 'B'", "CAST('NaN' AS DOUBLE) > 1e308", "CAST(1e20 AS INT)", "CAST(-1.999D AS INT)", "CAST(3000000000 AS INT)", "5 DIV -2", "-5 % 3", "5.5 % 2"]
BINDING = ["2 + 3 * 4", "2 - 3 - 4", "10 / 2 / 5", "10 % 4 * 2", "5 & 3 | 4 ^ 1", "5 | 3 & 4", "1 + 2 || 3", "NOT 1 = 2", "NOT TRUE AND FALSE", "TRUE OR TRUE AND FALSE", "1 < 2 = TRUE", "- - 5", "-(-5)", "! (x = y)", "NOT x = y", "NOT x = y AND y = x", "x = y OR x < y AND y < x", "x || y || 1", "-x", "~CAST(y AS INT) + 1",
           "x BETWEEN 0 AND 5 AND y > 1", "x NOT BETWEEN y AND 5", "x NOT IN (1, y)", "x NOT LIKE '1%'", "x NOT RLIKE '^1' OR y IS NULL", "x IS NOT DISTINCT FROM y", "CASE WHEN x < y THEN 'a' WHEN x > y THEN 'b' ELSE 'c' END || 'd'", "IF(x IS NULL, 'n', x) = y", "x = y <=> y = x", "x::INT"]
BINDING.remove("x::INT")  # not in open-source Spark 3.5

UNITS = ["INTERVAL 1 DAY", "INTERVAL '1' MONTH", "INTERVAL 13 MONTHS", "INTERVAL -1 YEAR", "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL 1 WEEK", "INTERVAL 36 HOURS", "INTERVAL '1 02:03:04.5' DAY TO SECOND", "INTERVAL '1 day -2 hours'", "INTERVAL 90 MINUTES", "INTERVAL 1 DAY 2 HOURS",
         "INTERVAL '02:03' HOUR TO MINUTE", "INTERVAL 1.5 SECONDS", "INTERVAL 1 MICROSECOND", "INTERVAL '7 days'", "INTERVAL -'1 2' DAY TO HOUR", "INTERVAL +1 DAY"]
INTERVALS = ["CAST(x AS %s) %s %s" % (t, op, u) for t in ("DATE", "TIMESTAMP") for op in "+-" for u in UNITS] + [
    "INTERVAL 1 MONTH + CAST(x AS DATE)", "INTERVAL 1 HOUR + CAST(x AS DATE)", "CAST(x AS DATE) + INTERVAL 1 MONTH + INTERVAL 1 DAY", "CAST(x AS DATE) + INTERVAL 1 DAY > CAST(x AS TIMESTAMP)",
    "to_timestamp(x) BETWEEN DATE '2000-01-01' - INTERVAL 10 YEARS AND DATE '2000-01-01' + INTERVAL 10 YEARS", "DATE '2020-02-29' + INTERVAL 1 YEAR", "DATE '2020-01-31' + INTERVAL 1 MONTH"]
FAR = ["CAST(x AS DATE) + INTERVAL 14000000 YEARS", "CAST(x AS TIMESTAMP) + INTERVAL 400000 YEARS", "CAST(x AS TIMESTAMP) - INTERVAL 106751991 DAYS", "CAST(x AS DATE) - INTERVAL 106751991 DAYS", "CAST(x AS DATE) + INTERVAL 1 HOUR"]


def typed(expressions):
    return expressions + ["typeof(%s)" % e for e in expressions]


# Both sides of nullif are compared as one type, and the first is given as it was.
COMPARED = [("INT", "BIGINT", "DOUBLE", "DECIMAL(5,0)", "DECIMAL(10,2)", "DECIMAL(20,5)", "DECIMAL(38,18)", "STRING", "BOOLEAN"), ("DATE", "TIMESTAMP", "STRING")]
NULLIF = ["nullif(CAST(x AS %s), CAST(y AS %s))" % p for types in COMPARED for p in itertools.permutations(types, 2)] + [
    "nullif(CAST(x AS %s), %s)" % (a, b) for a in ("INT", "DECIMAL(10,2)", "STRING", "DOUBLE") for b in ("1", "1L", "1.5", "1e0", "'1'", "TRUE", "NULL", "y", "1.50000")] + [
    "nullif(%s, CAST(x AS %s))" % (a, b) for a in ("1", "1.5", "'1'") for b in ("DECIMAL(20,5)", "STRING")] + [
    "nullif(DATE '2016-02-29', x)",
    "nullif(NULL, x)", "nullif(x, NULL)", "nullif(1, 1.0)", "nullif(1.50, 1.5)", "nullif(2.0, 2)", "nullif(nullif(CAST(x AS INT), y), 2L)", "coalesce(nullif(CAST(x AS DECIMAL(5,0)), 1.5), 7.25)", "nullif(CAST(x AS BINARY), CAST(y AS BINARY)) IS NULL", "nullif(CAST(x AS BINARY), y) IS NULL"]


NUMBERS = [None, "", "0", "1", "-1", "1.5", "2", "7", "-3.25", "0.001", "1e3", " 2 ", "x", "NaN", "9999999.999", "12345678901", "-0.5", "true"]
TIMES = ["2016-02-29", "2016-02-29 00:00:00", "2016-02-29T00:00:00.000001", "2016-02-28 24:00:00", "2016", "9999-12-31 23:59:59.9"]

AREAS = [
    Area("operators", ["x", "y"], pairs(lambda: NUMBERS, 1000, "operators"), typed(LITERALS) + CONSTANTS + BINDING),
    Area("nullif", ["x", "y"], pairs(lambda: NUMBERS + TIMES, 1000, "nullif"), typed(NULLIF)),
    Area("interval", ["x"], single(lambda: inputs.near_dates("interval", 1000)), INTERVALS + ["typeof(%s)" % e for e in INTERVALS[:30]]),
    Area("raises_interval", ["x"], single(lambda: ["2020-01-31", "0001-01-01", "9999-12-31", "+200000-05-05", "-200000-05-05", None]), FAR),
]
