"""Values that make a query fail, where Spark looks at them and where it does not: branches that are not taken, and arguments
behind one that is NULL. url_decode fails over '%'; `{f}`, `{g}` are such calls, `{b}` is a BOOLEAN that is TRUE, FALSE or NULL."""

import itertools

from area import Area

CHOICES = [
    "CASE WHEN {b} THEN {f} END", "CASE WHEN {b} THEN {f} ELSE {g} END", "CASE WHEN {b} THEN 'a' ELSE {g} END", "CASE WHEN {f} = '1' THEN 'a' WHEN {g} = '2' THEN 'b' END",
    "CASE WHEN {b} THEN 'a' WHEN {g} = '2' THEN 'b' ELSE {f} END", "CASE {f} WHEN '1' THEN 'a' WHEN {g} THEN 'b' END", "CASE y WHEN 'true' THEN {f} WHEN 'false' THEN {g} END",
    "if({b}, {f}, {g})", "if({b}, if({f} = '1', {g}, 'a'), 'b')", "if(NOT {b}, 'a', {f})", "if({f} IS NULL, 'a', {f})", "if({b}, {f}, 'a') || if({b}, 'b', {f})",
    "coalesce(y, {f})", "coalesce({f}, {g})", "coalesce(nullif(y, 'true'), nullif({f}, '1'), {g})", "nvl(y, {f})", "ifnull({f}, {g})", "nvl2(y, {f}, {g})", "nvl2({f}, y, {g})", "nullif({f}, {g})", "nullif(y, {f})",
    "{b} AND {f} = '1'", "{f} = '1' AND {b}", "{b} OR {f} = '1'", "{f} = '1' OR {g} = '2'", "{f} = '1' AND {g} = '2'", "NOT ({b} AND {f} = '1')", "{b} AND ({f} = '1' OR {g} = '2')", "{b} OR NOT {b} AND {f} = '1'",
    "y = 'x' OR y IS NOT NULL AND {f} = '1'", "if({b} AND {f} = '1', {g}, 'a')", "coalesce({b} AND {f} = '1', {g} = '2')",
    "y IN ({f}, {g})", "{f} IN (y, {g})", "'1' IN ({f}, {g})", "{f} NOT IN ('1', {g})", "{f} IN ('1', '2')", "y BETWEEN {f} AND {g}", "'1' NOT BETWEEN {f} AND {g}", "greatest(y, {f})", "least({f}, {g})", "y <=> {f}", "{f} <=> {g}",
    "CASE WHEN {b} THEN CASE WHEN {g} = '2' THEN {f} END ELSE 'a' END", "coalesce(if({b}, {f}, NULL), {g})", "size(split(if({b}, {f}, 'a'), 'b'))", "isnull({f})", "isnotnull(if({b}, 'a', {f}))",
]

# The first or the second argument may be NULL, and the other fail.
ARGUMENTS = [
    "{0} || {1}", "concat({0}, 'a', {1})", "concat_ws('-', {0}, {1})", "concat_ws({0}, {1})", "{0} = {1}", "{0} < {1}", "{0} != {1}", "contains({0}, {1})", "startswith({0}, {1})", "endswith({0}, {1})", "instr({0}, {1})", "locate({0}, {1})",
    "locate('1', {0}, CAST({1} AS INT))", "position({0}, {1})", "replace({0}, '1', {1})", "replace('1', {0}, {1})", "translate({0}, {1}, 'a')", "translate({0}, '1', {1})", "lpad({0}, 5, {1})", "rpad({0}, CAST({1} AS INT), 'a')", "repeat({0}, CAST({1} AS INT))",
    "left({0}, CAST({1} AS INT))", "right({0}, CAST({1} AS INT))", "substring({0}, CAST({1} AS INT))", "substring({0}, 1, CAST({1} AS INT))", "split_part({0}, {1}, 1)", "split_part({0}, '1', CAST({1} AS INT) + 1)", "element_at(split({0}, '1'), CAST({1} AS INT) + 1)",
    "trim(BOTH {0} FROM {1})", "ltrim({0}, {1})", "btrim({0}, {1})", "sha2({0}, CAST({1} AS INT))", "CAST({0} AS INT) + CAST({1} AS INT)", "CAST({0} AS INT) * CAST({1} AS INT)", "CAST({0} AS INT) / CAST({1} AS INT)", "CAST({0} AS INT) % CAST({1} AS INT)",
    "CAST({0} AS INT) DIV CAST({1} AS INT)", "pmod(CAST({0} AS INT), CAST({1} AS INT))", "CAST({0} AS DECIMAL(5,2)) / CAST({1} AS DECIMAL(5,2))", "CAST({0} AS INT) & CAST({1} AS INT)", "pow({0}, {1})", "{0} LIKE {1}", "{0} RLIKE {1}", "regexp_replace({0}, '1', {1})",
    "date_add({0}, CAST({1} AS INT))", "date_sub({0}, CAST({1} AS INT))", "datediff({0}, {1})", "add_months({0}, CAST({1} AS INT))", "months_between({0}, {1})", "trunc({0}, {1})",
    "date_trunc({0}, {1})", "make_date(CAST({0} AS INT), CAST({1} AS INT), 1)", "make_date(2020, CAST({0} AS INT), CAST({1} AS INT))", "from_utc_timestamp({0}, 'UTC' || left({1}, 0))", "parse_url({0}, {1})",
    "xxhash64({0}, {1})", "decode(encode({0}, 'UTF-8'), 'UTF-8') || {1}", "round(CAST({0} AS DOUBLE), 1) + CAST({1} AS DOUBLE)", "CAST({0} AS BOOLEAN) AND CAST({1} AS BOOLEAN)", "CAST({0} AS BOOLEAN) OR CAST({1} AS BOOLEAN)",
]

ROWS = list(itertools.product(["1", "%", None], ["true", "false", None], ["2", "0", "%", None]))
FAILING = {"f": "url_decode(x)", "g": "url_decode(z)", "b": "CAST(y AS BOOLEAN)"}
AREAS = [
    Area("raises_branches", ["x", "y", "z"], lambda: ROWS, [e.format(**FAILING) for e in CHOICES]),
    Area("raises_arguments", ["x", "z"], lambda: list(itertools.product(["1", "%", None], ["2", "0", "%", None])), [e.format("url_decode(x)", "url_decode(z)") for e in ARGUMENTS]),
]
