"""Random typed expressions over random inputs: what a fuzzer asks Spark and the engine.

An expression is made of templates. A hole in one is a type ({S} STRING, {I} INT, {L} BIGINT, {D} DOUBLE, {M} DECIMAL, {B} BOOLEAN, {A} DATE,
{T} TIMESTAMP, {Y} BINARY, {R} ARRAY<STRING>) or a kind of literal in small letters.
"""

import os
import random
import re
import time

import engine
import inputs
import oracle
from area import quote

COLUMNS = ["x", "n", "d"]  # texts, numbers as texts, times as texts
PATTERNS = [r"\s+", r"[a-z]+", r"\d", r"[^0-9A-Za-z]", r"(\w)(\w)?", r"^\S", r"é|a", r"(?i)an", r"[\p{L}&&[^a-c]]", r".", r"\b", r"-", r"[aeiou]{1,2}", r"(?<=a).", r"x*", r"\p{Lu}", r"$", r"[.,]"]
LITERALS = {
    "text": ["''", "' '", "'a'", "'é'", "'ab'", "'-'", "'1'", "'1.5'", "'ß'", "NULL", "'Ada Lovelace'", "'a,b,,c'", "'%'", "'İ'"],
    "int": ["0", "1", "-1", "2", "3", "7", "-5", "10", "31", "64", "100", "-2147483648", "2147483647", "CAST(NULL AS INT)"],
    "few": ["0", "1", "2", "3", "-1"],
    "place": ["1", "2", "3", "-1", "-2"],
    "long": ["0L", "1L", "-1L", "3000000000", "86400", "9223372036854775807", "1458889990667"],
    "double": ["0e0", "-0e0", "1.5D", "1e308", "-1e-300", "0.1D", "1e7", "123456.789D", "CAST('NaN' AS DOUBLE)", "CAST('-inf' AS DOUBLE)"],
    "decimal": ["1.5", "0.00", "-2.345", "100BD", "99999999999999999999", "0.000001", "12345.6789"],
    "pattern": [quote(p) for p in PATTERNS],
    "like": ["'a%'", "'%a%'", "'_%'", "''", "'%é'", "'%1_'", "'A%a'", "'%\\\\%%'"],
    "unit": ["'YEAR'", "'quarter'", "'MON'", "'WEEK'", "'day'", "'HOUR'", "'minute'", "'SECOND'", "'MILLISECOND'", "'x'"],
    "zone": ["'Europe/Paris'", "'America/New_York'", "'Asia/Kolkata'", "'Australia/Lord_Howe'", "'UTC'", "'+05:30'", "'PST'", "'America/Sao_Paulo'"],
    "format": ["'yyyy-MM-dd'", "'d MMM yyyy'", "'HH:mm:ss.SSS'", "'EEEE'", "'QQQ yy'", "'DDD'", "'hh a'", "'yyyyMMdd'"],
    "charset": ["'UTF-8'", "'UTF-16'", "'UTF-16BE'", "'UTF-16LE'", "'US-ASCII'", "'ISO-8859-1'"],
    "interval": ["INTERVAL 1 DAY", "INTERVAL '1' MONTH", "INTERVAL -1 YEAR", "INTERVAL 36 HOURS", "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL 1.5 SECONDS", "INTERVAL 1 WEEK"],
    "json": ["'{\"a\":1,\"b\":[true,{\"c\":\"é\"}]}'", "'[1,2,{\"a\":null}]'", "'x'", "'{}'"],
    "path": ["'$.a'", "'$.b[1].c'", "'$.b[*]'", "'$'", "'$[2].a'", "'$.b[0]'"],
    "url": ["'https://user@example.com:80/a/b?k=v&l=w#r'", "'http://x.y'", "'mailto:a@b'", "'no url'"],
    "part": ["'HOST'", "'PATH'", "'QUERY'", "'REF'", "'PROTOCOL'", "'FILE'", "'AUTHORITY'", "'USERINFO'"],
    "form": ["'NFC'", "'NFD'", "'NFKC'", "'NFKD'"],
}

ANY = "coalesce({0}, {0})|nvl({0}, {0})|ifnull({0}, {0})|nvl2({any}, {0}, {0})|nullif({0}, {0})|greatest({0}, {0})|least({0}, {0}, {0})|CASE WHEN {B} THEN {0} ELSE {0} END|CASE WHEN {B} THEN {0} WHEN {B} THEN {0} END|if({B}, {0}, {0})"
NUMBER = "{0} + {0}|{0} - {0}|{0} * {0}|{0} % {0}|mod({0}, {0})|pmod({0}, {0})|-({0})|negative({0})|positive({0})|abs({0})"
LEAVES = {"S": "x|x|x|n|d|{text}", "I": "CAST(n AS INT)|length(x)|{int}", "L": "CAST(n AS BIGINT)|{long}", "D": "CAST(n AS DOUBLE)|{double}", "M": "CAST(n AS DECIMAL(12,3))|CAST(n AS DECIMAL(38,10))|CAST(n AS DECIMAL(5,0))|{decimal}",
          "B": "CAST(n AS BOOLEAN)|x IS NULL|TRUE|FALSE|x = n", "A": "CAST(d AS DATE)|to_date(d)|DATE '2016-02-29'|DATE '1999-12-31'", "T": "CAST(d AS TIMESTAMP)|to_timestamp(d)|TIMESTAMP '2016-03-25 07:13:10.667'", "Y": "CAST(x AS BINARY)|X'C3A9FF00'", "R": "split(x, {pattern})|split(x, ' ')"}
GROWN = {
    "S": "lower({S})|upper({S})|lcase({S})|ucase({S})|initcap({S})|trim({S})|ltrim({S})|rtrim({S})|btrim({S})|btrim({S}, {S})|TRIM(BOTH {S} FROM {S})|TRIM(LEADING {S} FROM {S})|TRIM(TRAILING {S} FROM {S})|concat({S}, {S})|{S} || {I}|concat_ws({S}, {S}, {S})|concat_ws('-', {R}, {S})"
         "|substring({S}, {I}, {I})|substr({S}, {I})|left({S}, {I})|right({S}, {I})|replace({S}, {S}, {S})|replace({S}, {S})|translate({S}, {S}, {S})|reverse({S})|repeat({S}, {few})|lpad({S}, {few}, {S})|rpad({S}, 9, {S})|chr({L})|char({L})|space({few})|split_part({S}, {text}, {place})|substring_index({S}, {S}, {I})"
         "|regexp_replace({S}, {pattern}, 'é')|regexp_replace({S}, {pattern}, '<$0>')|regexp_extract({S}, {pattern}, 0)|regexp_substr({S}, {pattern})|element_at({R}, {place})|{R}[{few}]|get({R}, {few})|date_format({T}, {format})|from_unixtime({I}, {format})|get_json_object({json}, {path})|get_json_object({S}, {path})"
         "|url_encode({S})|url_decode(url_encode({S}))|parse_url({url}, {part})|parse_url({S}, {part}, 'k')|hex({S})|hex({L})|hex({Y})|base64({Y})|base64({S})|mask({S})|mask({S}, 'Q', NULL, 'd')|typeof({any})|decode({Y}, {charset})|decode({S}, {S}, {S}, {S})|normalize({S}, {form})|md5({Y})|sha1({S})|sha({S})|sha2({S}, 256)|hmac_sha256('key', {S})"
         "|CAST({I} AS STRING)|CAST({L} AS STRING)|CAST({D} AS STRING)|CAST({M} AS STRING)|CAST({B} AS STRING)|CAST({A} AS STRING)|CAST({T} AS STRING)|CAST({R} AS STRING)|CAST({M} / {M} AS STRING)|CAST({M} * {M} AS STRING)|nullif({S}, {number})|" + ANY,
    "I": NUMBER + "|nullif({I}, {number})|{I} & {I}|{I} \\| {I}|{I} ^ {I}|~{I}|length({S})|len({S})|char_length({S})|character_length({S})|octet_length({S})|bit_length({S})|length({Y})|ascii({S})|instr({S}, {S})|locate({S}, {S}, {I})|position({S}, {S})|position({S} IN {S})|size({R})|cardinality({R})|array_size({R})|regexp_count({S}, {pattern})|regexp_instr({S}, {pattern})"
         "|year({A})|quarter({A})|month({A})|day({A})|dayofmonth({A})|dayofweek({A})|weekday({A})|weekofyear({A})|dayofyear({A})|hour({T})|minute({T})|second({T})|datediff({A}, {A})|date_diff({A}, {A})|unix_date({A})|CAST({S} AS INT)|CAST({D} AS INT)|CAST({L} AS INT)|CAST({M} AS INT)|CAST({B} AS INT)|TRY_CAST({S} AS INT)|TRY_CAST({D} AS INT)|round({I}, {few})|" + ANY,
    "L": NUMBER + "|nullif({L}, {number})|{L} & {I}|{L} \\| {L}|{I} ^ {L}|~{L}|{L} div {L}|{I} div {I}|crc32({S})|crc32({Y})|xxhash64({any}, {any})|xxhash64({S})|unix_timestamp({T})|to_unix_timestamp({T})|unix_seconds({T})|unix_millis({T})|unix_micros({T})|CAST({S} AS BIGINT)|CAST({D} AS BIGINT)|CAST({M} AS BIGINT)|CAST({I} AS BIGINT)|CAST({T} AS BIGINT)|TRY_CAST({D} AS BIGINT)|ceil({D})|floor({D})|ceiling({I})|round({L}, {few})|" + ANY,
    "D": NUMBER + "|nullif({D}, {number})|{D} / {D}|{I} / {I}|{L} / {D}|{S} + {I}|{S} * {D}|{D} + {M}|sqrt({D})|exp({D})|pow({D}, {D})|power({D}, {I})|ln({D})|log({D})|log({D}, {D})|log10({D})|log2({D})|sign({D})|sign({I})|signum({D})|round({D}, {few})|months_between({T}, {T})|months_between({T}, {T}, FALSE)|CAST({S} AS DOUBLE)|CAST({L} AS DOUBLE)|CAST({M} AS DOUBLE)|CAST({T} AS DOUBLE)|TRY_CAST({S} AS DOUBLE)|" + ANY,
    "M": "nullif({M}, {number})|{M} + {M}|{M} - {M}|{M} * {M}|{M} / {M}|{M} % {M}|{M} + {I}|{M} * {L}|{M} / {I}|-({M})|abs({M})|ceil({M})|floor({M})|round({M})|CAST({S} AS DECIMAL(10,2))|CAST({D} AS DECIMAL(20,5))|CAST({L} AS DECIMAL(38,2))|CAST({M} AS DECIMAL(7,2))|CAST({T} AS DECIMAL(20,6))|TRY_CAST({S} AS DECIMAL(10,2))|" + ANY,
    "B": "{B} AND {B}|{B} OR {B}|NOT ({B})|{same} = {same}|{same} <> {same}|{same} <=> {same}|{same} < {same}|{same} <= {same}|{same} > {same}|{same} >= {same}|{S} = {I}|{S} < {D}|{M} >= {D}|{I} = {M}|{A} < {T}|{S} > {A}|{any} IS NULL|{any} IS NOT NULL|isnull({any})|isnotnull({any})|isnan({D})|{same} IN ({same}, {same})|{S} IN ({S}, {text}, NULL)|{I} NOT IN ({I}, 1)|{same} BETWEEN {same} AND {same}"
         "|{same} IS DISTINCT FROM {same}|{B} IS TRUE|{B} IS NOT FALSE|{B} IS UNKNOWN|{S} LIKE {like}|{S} ILIKE {like}|{S} NOT LIKE {like}|{S} RLIKE {pattern}|{S} REGEXP {pattern}|regexp_like({S}, {pattern})|startswith({S}, {S})|endswith({S}, {S})|contains({S}, {S})|array_contains({R}, {text})|CAST({S} AS BOOLEAN)|CAST({I} AS BOOLEAN)|CAST({D} AS BOOLEAN)|TRY_CAST({S} AS BOOLEAN)|" + ANY,
    "A": "nullif({A}, {time})|date_add({A}, {I})|date_sub({A}, {few})|add_months({A}, {few})|last_day({A})|trunc({A}, {unit})|make_date({I}, {few}, {few})|make_date(year({A}), month({A}), 29)|date_from_unix_date({I})|CAST({T} AS DATE)|to_date(date_format({T}, 'yyyy-MM-dd'), 'yyyy-MM-dd')|{A} + {few}|{A} - 7|{A} + {interval2}|" + ANY,
    "T": "nullif({T}, {time})|date_trunc({unit}, {T})|from_utc_timestamp({T}, {zone})|to_utc_timestamp({T}, {zone})|timestamp_seconds({I})|timestamp_millis({I})|timestamp_micros({L})|CAST({A} AS TIMESTAMP)|CAST({I} AS TIMESTAMP)|CAST({D} AS TIMESTAMP)|to_timestamp(date_format({T}, 'yyyy-MM-dd'), 'yyyy-MM-dd')|{T} + {interval}|{T} - {interval}|" + ANY,
    "Y": "CAST({S} AS BINARY)|unhex({S})|unhex(hex({S}))|unbase64(base64({S}))|encode({S}, {charset})|substring({Y}, {few}, 3)|concat({Y}, {Y})|coalesce({Y}, {Y})|if({B}, {Y}, {Y})",
    "R": "split({S}, {pattern})|split({S}, {pattern}, {few})|regexp_extract_all({S}, {pattern}, 0)|if({B}, {R}, {R})|coalesce({R}, {R})",
}
LITERALS["interval2"] = [i for i in LITERALS["interval"] if "HOUR" not in i and "SECOND" not in i]
TYPES = "SILDMBATYR"
GROUPS = {"any": "SSILDMBAT", "number": "ILDMS", "time": "ATS"}


def templates(text):
    return [t.replace("\\|", "|") for t in re.split(r"(?<!\\)(?<!\|)\|(?!\|)", text)]


LEAVES = {k: templates(v) for k, v in LEAVES.items()}
GROWN = {k: templates(v.replace("{0}", "{%s}" % k)) for k, v in GROWN.items()}


def expression(r, kind, depth):
    template = r.choice(LEAVES[kind] if depth <= 0 or r.random() < 0.15 else GROWN[kind])
    same = r.choice("SSIILDMBAT")

    def fill(hole):
        name = hole.group(1)
        if name in LITERALS:
            return r.choice(LITERALS[name])
        inner = expression(r, same if name == "same" else r.choice(GROUPS[name]) if name in GROUPS else name, depth - 1)
        return inner if re.fullmatch(r"\w+(\([^()]*\))?", inner) else "(%s)" % inner
    return re.sub(r"\{(\w+)\}", fill, template)


def expressions(r, count):
    """They end as a text, whatever their type is: bytes in hexadecimal."""
    out = []
    while len(out) < count:
        kind = r.choice(TYPES)
        made = expression(r, kind, r.randint(1, 4))
        if len(made) < 600:
            out.append("hex(%s)" % made if kind == "Y" else made)
    return out


def rows(seed, count):
    r = random.Random(seed)
    pools = [inputs.plane_zero(inputs.texts("fuzz texts")), inputs.numbers("fuzz numbers", 600) + inputs.small_numbers("fuzz"), inputs.near_dates("fuzz times", 800)]
    return [tuple(None if r.random() < 0.04 else r.choice(pool) for pool in pools) for _ in range(count)]


def not_reached(documented):
    """Functions of the table that no template calls."""
    text = " ".join(t for part in (LEAVES, GROWN) for ts in part.values() for t in ts).lower()
    return [name for name in documented if name + "(" not in text]


def documented_functions():
    with open(os.path.join(engine.ROOT, "docs", "sql.md"), encoding="utf-8") as file:
        return sorted({m.lower() for m in re.findall(r"^- \*\*`(\w+)\(.*->", file.read(), re.M)})


def fuzz(spark, scratch, seed, seconds):
    """Rounds until the time is over: (what differs, what was done). Each round is a file of its own; those with a difference stay."""
    missing = not_reached(documented_functions())
    if missing:
        return ["no random expression calls %s" % ", ".join(missing)], "nothing was done"
    end, done, count, values, differs = time.monotonic() + seconds, 0, 0, 0, []
    while time.monotonic() < end and len(differs) < 200:
        name = "%s.%d" % (seed, done)
        inputs.SEED = " " + name
        asked = oracle.known_to_java(spark, COLUMNS, rows(name, 400))
        path = os.path.join(scratch, "round")
        os.makedirs(path, exist_ok=True)
        golden = os.path.join(path, name + ".jsonl.gz")
        made, results = oracle.answers_without_failing(spark, COLUMNS, asked, expressions(random.Random(name), oracle.GROUP))
        oracle.write_golden(golden, COLUMNS, asked, made, results)
        found = engine.differences(path)
        if found:
            differs += ["round %s:" % name, *found]
            os.rename(golden, os.path.join(scratch, name + ".jsonl.gz"))
        else:
            os.remove(golden)
        done, count, values = done + 1, count + len(made), values + len(made) * len(asked)
    if count < done * oracle.GROUP * 0.7:
        differs.append("Spark refuses, or fails over, %d of %d random expressions: too many" % (done * oracle.GROUP - count, done * oracle.GROUP))
    return differs, "%d random expressions in %d rounds, %d values" % (count, done, values)
