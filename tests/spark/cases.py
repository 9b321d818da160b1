"""What is compared with Spark: areas of expressions, each over inputs of its own."""

import cases_branches
import cases_document
import cases_math
import cases_operators
import cases_time
import inputs
from area import Area, pairs, quote, single

CAST_NUMBERS = ["CAST(x AS %s)" % t for t in ("INT", "BIGINT", "DOUBLE", "BOOLEAN", "DECIMAL(10,0)", "DECIMAL(38,18)", "DECIMAL(20,5)", "DECIMAL(38,38)", "DECIMAL(5,2)", "DECIMAL(38,0)")] + [
    "CAST(CAST(x AS DOUBLE) AS INT)", "CAST(CAST(x AS DOUBLE) AS BIGINT)", "CAST(CAST(x AS DOUBLE) AS BOOLEAN)", "CAST(CAST(x AS DOUBLE) AS DECIMAL(20,5))", "CAST(CAST(x AS DOUBLE) AS DECIMAL(38,18))",
    "CAST(CAST(x AS DOUBLE) AS TIMESTAMP)", "CAST(CAST(x AS BIGINT) AS INT)", "CAST(CAST(x AS BIGINT) AS DOUBLE)", "CAST(CAST(x AS BIGINT) AS TIMESTAMP)", "CAST(CAST(x AS INT) AS TIMESTAMP)",
    "CAST(CAST(x AS BIGINT) AS DECIMAL(15,3))", "CAST(CAST(x AS DECIMAL(38,18)) AS INT)", "CAST(CAST(x AS DECIMAL(38,18)) AS BIGINT)", "CAST(CAST(x AS DECIMAL(38,18)) AS DOUBLE)", "CAST(CAST(x AS DECIMAL(38,0)) AS DOUBLE)",
    "CAST(CAST(x AS DECIMAL(38,0)) AS BIGINT)", "CAST(CAST(x AS DECIMAL(38,0)) AS INT)", "CAST(CAST(x AS DECIMAL(38,18)) AS DECIMAL(10,3))", "CAST(CAST(x AS DECIMAL(20,5)) AS BOOLEAN)",
    "CAST(CAST(x AS DECIMAL(20,5)) AS TIMESTAMP)", "CAST(CAST(x AS DECIMAL(38,18)) AS TIMESTAMP)", "CAST(CAST(x AS BOOLEAN) AS INT)", "CAST(CAST(x AS BOOLEAN) AS DOUBLE)", "CAST(CAST(x AS BOOLEAN) AS DECIMAL(5,2))", "CAST(CAST(x AS BOOLEAN) AS TIMESTAMP)",
    "hex(CAST(CAST(x AS INT) AS BINARY))", "hex(CAST(CAST(x AS BIGINT) AS BINARY))", "CAST(CAST(x AS INT) AS DOUBLE)", "CAST(CAST(x AS INT) AS DECIMAL(8,2))", "CAST(x AS DOUBLE) = CAST(x AS DOUBLE)"]

CAST_TIMES = ["CAST(x AS DATE)", "CAST(x AS TIMESTAMP)", "to_timestamp(x)", "to_date(x)", "CAST(CAST(x AS TIMESTAMP) AS DATE)", "CAST(CAST(x AS TIMESTAMP) AS BIGINT)", "CAST(CAST(x AS TIMESTAMP) AS INT)",
              "CAST(CAST(x AS TIMESTAMP) AS DOUBLE)", "CAST(CAST(x AS TIMESTAMP) AS DECIMAL(20,6))", "CAST(CAST(x AS TIMESTAMP) AS BOOLEAN)",
              "CAST(CAST(x AS DATE) AS INT)", "CAST(CAST(x AS DATE) AS BOOLEAN)", "CAST(x AS TIMESTAMP) < TIMESTAMP '2000-01-01 00:00:00'", "CAST(x AS DATE) >= DATE '1990-01-01'", "x < DATE '1990-01-01'", "x > TIMESTAMP '1990-01-01 00:00:00'"]

# Spark leaves out a change of case under another one, so that ß stays ß in lower(upper(x)); but not in a value that it computes beforehand.
CASE = ["lower(x)", "upper(x)", "initcap(x)", "lcase(x)", "ucase(x)", "lower(trim(x))", "lower(upper(x))", "upper(lower(x))", "lower(lower(x))", "upper(upper(x))", "lcase(ucase((x)))", "lower(CAST(upper(x) AS STRING))", "lower(upper(lower(x)))", "initcap(upper(x))", "lower(initcap(x))", "lower(trim(upper(x)))", "lower(concat(upper(x)))",
        "lower(coalesce(upper(x), x))", "lower(upper(concat(x, 'ß')))", "lower(upper('ßſıﬁ'))", "upper(lower('İΑΣ'))"]

TRIM = ["trim(x)", "ltrim(x)", "rtrim(x)", "btrim(x)", "trim(BOTH FROM x)", "trim(LEADING FROM x)", "trim(TRAILING FROM x)", "trim(BOTH 'aZ ' FROM x)", "trim(LEADING 'aéß😀' FROM x)", "trim(TRAILING 'aé1ß😀.' FROM x)",
        "ltrim('a A', x)", "rtrim('z.1', x)", "btrim(x, 'ab')", "trim('' FROM x)", "concat_ws(', ', x, NULL, trim(x), '')", "concat_ws('', x)", "concat_ws(x, 'a', 'b')", "concat(x, '-', x)", "x || 1", "concat_ws('|', x, x, x)",
        "concat_ws(' ', concat_ws('-', x, NULL), NULL)"]

LOGIC = ["CAST(x AS BOOLEAN) AND CAST(y AS BOOLEAN)", "CAST(x AS BOOLEAN) OR CAST(y AS BOOLEAN)", "NOT CAST(x AS BOOLEAN)", "x IS NULL", "x IS NOT NULL", "x = y", "x <=> y", "x < y", "x <= y", "x > y", "x >= y", "x != y", "x <> y",
         "x IN (y, 'a', '1')", "x IN (y, NULL)", "x NOT IN ('a', y)", "coalesce(x, y, 'z')", "nvl(x, y)", "ifnull(x, y)", "nvl2(x, y, 'n')", "nullif(x, y)", "if(x = y, 'same', y)", "CASE WHEN x < y THEN x WHEN x > y THEN y END",
         "CASE x WHEN y THEN 1 WHEN '1' THEN 2 ELSE 3 END", "greatest(x, y)", "least(x, y, 'm')", "x = 1", "x < 2", "x >= 1.5", "x = 1.5", "x = TRUE", "x <=> 1", "x BETWEEN '1' AND y", "x BETWEEN 0 AND 10", "x IN (1, 2, 3)", "x IN (1.5, 2)",
         "CAST(x AS DOUBLE) < CAST(y AS DOUBLE)", "CAST(x AS DOUBLE) = CAST(y AS DOUBLE)", "CAST(x AS DOUBLE) <= CAST(y AS DOUBLE)", "CAST(x AS DOUBLE) > CAST(y AS DOUBLE)", "CAST(x AS DOUBLE) <=> CAST(y AS DOUBLE)",
         "greatest(CAST(x AS DOUBLE), CAST(y AS DOUBLE))", "least(CAST(x AS DOUBLE), CAST(y AS DOUBLE), 0.5D)", "CAST(x AS INT) < CAST(y AS INT)", "CAST(x AS INT) = CAST(y AS BIGINT)", "CAST(x AS BIGINT) <= CAST(y AS DOUBLE)",
         "CAST(x AS DECIMAL(20,5)) < CAST(y AS DECIMAL(10,2))", "CAST(x AS DECIMAL(20,5)) = CAST(y AS INT)", "CAST(x AS INT) BETWEEN 0 AND 100", "CAST(x AS BOOLEAN) = CAST(y AS BOOLEAN)", "CAST(x AS BOOLEAN) = 1", "CAST(x AS BOOLEAN) < CAST(y AS BOOLEAN)",
         "coalesce(CAST(x AS INT), 1.5)", "coalesce(CAST(x AS INT), CAST(y AS BIGINT))", "coalesce(CAST(x AS INT), y)", "if(CAST(x AS INT) > 0, CAST(x AS INT), 0.5)", "isnan(CAST(x AS DOUBLE))", "isnull(x)", "isnotnull(y)", "x IS TRUE", "CAST(x AS BOOLEAN) IS NOT TRUE",
         "x IS DISTINCT FROM y", "CAST(x AS BOOLEAN) IS UNKNOWN", "NOT (x = y AND y = '1')", "x = '1' OR y = '1' AND x = '0'"]
LOGIC.remove("x IS TRUE")

DEFAULT = ["trim(regexp_replace(x, '\\\\s+', ' '))", "regexp_replace(x, '[^0-9A-Za-z+]', '')", "x RLIKE '^[^@ ]+@[^@ ]+[.][^@ ]+$'",
           "regexp_replace(concat_ws(', ', concat_ws(' ', x, trim(x)), trim(x), NULL, x), '\\\\s+', ' ')"]

PATTERNS = [r"a", r"abc", r"\s+", r"\s", r"\S+", r"\d+", r"\D", r"\w+", r"\W+", r"[a-z]+", r"[^a-z]", r"[A-Za-z0-9]", r"[^\w]", r"[\s\d]+", r"[\W_]", r".", r".+", r"^.", r".$", r"^\s+|\s+$", r"$", r"^", r"\Z", r"\z", r"\A.", r"(?m)^.", r"(?m).$",
            r"(?m)$", r"(?s).", r"(?d).", r"(?d)$", r"(?md).$", r"(?i)abc", r"(?i)[a-c]+", r"(?i)k", r"(?i)[^k]", r"(?i)ß", r"\b", r"\B", r"\ba", r"\w\b", r"\b\w+\b", r"a\b", r"\bé", r"é\b", r"[a-z&&[^b]]+", r"[a-z&&[def]]", r"[a-d[m-p]]", r"[^a-d[m-p]]", r"[a-z&&def]",
            r"[[:alpha:]]", r"[a&&b]", r"[&a]", r"[a&b]", r"[]a]", r"[^]a]", r"[a\]]", r"[a-]", r"[-a]", r"[\Qa-c\E]", r"\Q.\E", r"\Qa.b\Ec?", r"\.", r"\$", r"\\", r"\p{L}", r"\p{Lu}+", r"\P{L}", r"\pL", r"\p{IsLatin}", r"\p{IsGreek}", r"\p{InGreek}", r"\p{Alpha}", r"\p{Punct}",
            r"\p{javaLowerCase}", r"\p{javaUpperCase}", r"\p{javaWhitespace}", r"\p{Space}", r"\p{IsAlphabetic}", r"\p{IsWhite_Space}", r"\p{N}", r"\p{Nd}", r"\p{M}", r"\p{Cn}", r"\p{C}", r"\p{Sc}", r"\p{S}", r"\p{P}", r"\p{Z}", r"\p{LC}", r"\p{L1}", r"\p{ASCII}", r"\P{ASCII}", r"\p{Lower}",
            r"(?i)\p{Lower}", r"(?i)\p{Lu}", r"\p{script=Han}", r"\p{sc=Cyrillic}", r"\p{block=Hebrew}", r"\p{gc=Lu}", r"[\p{L}&&[^a-z]]", r"[\p{L}\d]+", r"[^\p{L}\p{N}]+", r"\x41", r"\x{1F600}", r"\u0041", r"\u00e9", r"\uD83D\uDE00", r"\0101", r"\t", r"\n", r"\r", r"\f", r"\a", r"\e",
            r"\cA", r"\h", r"\H", r"\v", r"\V", r"\R", r"a*b", r"a+?", r"(a|b)+", r"(?:ab)+", r"a{2}", r"a{1,2}", r"a{2,}", r"x?a", r"a++b", r"(?>a+)b", r"a*+a", r"(a)(b)?", r"(.)\1", r"(?<c>.)\k<c>", r"(?=a)", r"(?!a).", r"(?<=a).", r"(?<!a).", r"(?<=a{1,2})b", r"(?<=ab?|c)\w", r"(?<=^|\s)\w", r"foo|bar",
            r"(foo|foobar)$", r"^[^@ ]+@[^@ ]+[.][^@ ]+$", r"[0-9]{3}-[0-9]{4}", r"(\d+)-(\d+)", r"(\w+)@(\w+)\.(\w+)", r"^(\S+)\s+(.*)$", r"[,.]\s*", r"\s*,\s*", r"[éèê]", r"[α-ω]+", r"[😀-😃]", r"😀", r"[^\x00-\x7F]", r"[\u0300-\u036f]", r"[áa-e]", r"(?i)[é]", r"(?i)é", r"[\x{10000}-\x{10FFFF}]", r"\p{InBasicLatin}",
            r"a|", r"|a", r"()", r"(a*)*", r"(a|b*)+c?", r"(?i:A)b", r"(?i)a(?-i)b", r"a(?i)b|c", r"\[", r"\]", r"]", r"}", r"a}", r"\/", r"\-", r"\ ", r"[\d-x]", r"[a-c-e]", r"[\b]x?|b"]
PATTERNS.remove(r"[\b]x?|b")


# Over characters beyond U+FFFF: patterns that take at least one character and do not begin with a look-around. (Java finds positions
# within a surrogate pair, and tears the character apart; the engine does not.)
PLANES = [p for p in PATTERNS if not any(part in p for part in ["(?=", "(?!", "(?<=", "(?<!", "\\b", "\\B", "\\Z", "\\z", "$", "^", "*", "|", "()", "x?", "?a", "b?"])] + [r"[^a-z]", r"[^\w]+", r"[^\x00-\x7F]"]


REGEX_MATCH = ["x RLIKE " + quote(p) for p in PATTERNS]
REGEX_REPLACE = ["regexp_replace(x, %s, '#')" % quote(p) for p in PATTERNS]
REGEX_GROUPS = ["regexp_replace(x, %s, %s)" % (quote(p), quote(r)) for p, r in [
    (r"(\w+)@(\w+)", r"$2 at $1"), (r"(a)(b)?", r"[$1|$2]"), (r"(?<w>\w)", r"<${w}>"), (r"(.)(.)", r"$2$1"), (r"a", r"\$1\\"), (r"(\d)", r"$11"), (r"(\d)", r"$10"), (r"\s+", r""), (r"\s+", r"  "), (r"[a-z]", r"$0$0"), (r"(\S+)\s(\S+)", r"$2, $1"),
    (r"[^\p{L}]+", r"_"), (r"é", r"e"), (r"abc", r"é"), (r"[A-Z]", r"é"), (r"[^a]", r"é"), (r"[^a]+", r"é"), (r"\s+", r"\\")]]

LIKE = ["x LIKE %s" % quote(p) for p in ["a", "%", "_", "", "a%", "%a", "%a%", "a_", "_a", "__", "%_", "_%_", "a%b%c", "%.%", "%\\\\%%", "%\\_%", "\\\\%", "%é%", "_é%", "Σ", "%@%.%", "% %", "%a%a%", "%ab%b"]] + [
    "x ILIKE 'ANNA%'", "x ILIKE '%é%'", "x ILIKE '%ΣΑΣ'", "x LIKE '%!%%' ESCAPE '!'", "x LIKE '%!_%' ESCAPE '!'", "x NOT LIKE '%a%'", "x LIKE concat('%', substring(x, 2, 1), '%')", "x LIKE '1%'", "x LIKE '%é_%a%'", "x ILIKE '%ß%'"]

ARITHMETIC = ["CAST(x AS %s) %s CAST(y AS %s)" % (a, op, b) for op in "+-*/%" for a, b in [("INT", "INT"), ("BIGINT", "INT"), ("DOUBLE", "INT"), ("DOUBLE", "DOUBLE"), ("DECIMAL(20,5)", "DECIMAL(10,2)"), ("DECIMAL(38,18)", "DECIMAL(38,18)"), ("DECIMAL(38,0)", "DECIMAL(38,10)"), ("DECIMAL(5,2)", "INT"), ("BIGINT", "DECIMAL(12,3)")]] + [
    "x + y", "x - 1", "x * 1.5", "x / 2", "x % 3", "-x", "+x", "abs(x)", "CAST(x AS INT) + 1", "CAST(x AS INT) * 1.5", "CAST(x AS INT) / 3", "CAST(x AS INT) / 3.0", "1.5 * CAST(y AS BIGINT) - 2", "CAST(x AS INT) div CAST(y AS INT)", "CAST(x AS BIGINT) div CAST(y AS BIGINT)",
    "pmod(CAST(x AS INT), CAST(y AS INT))", "pmod(CAST(x AS BIGINT), 7)", "pmod(CAST(x AS DOUBLE), CAST(y AS DOUBLE))", "mod(CAST(x AS INT), CAST(y AS INT))", "CAST(x AS INT) & CAST(y AS INT)", "CAST(x AS INT) | CAST(y AS BIGINT)", "CAST(x AS BIGINT) ^ 5", "~CAST(x AS INT)", "~CAST(x AS BIGINT)",
    "-CAST(x AS INT)", "-CAST(x AS BIGINT)", "-CAST(x AS DOUBLE)", "-CAST(x AS DECIMAL(10,2))", "abs(CAST(x AS INT))", "abs(CAST(x AS BIGINT))", "abs(CAST(x AS DOUBLE))", "abs(CAST(x AS DECIMAL(10,2)))", "negative(x)", "positive(CAST(x AS INT))",
    "ceil(x)", "floor(x)", "ceil(CAST(x AS DOUBLE))", "floor(CAST(x AS INT))", "ceil(CAST(x AS BIGINT))", "ceil(CAST(x AS DECIMAL(20,5)))", "floor(CAST(x AS DECIMAL(20,5)))", "ceiling(CAST(y AS DOUBLE))", "sign(x)", "signum(CAST(x AS DOUBLE))", "sqrt(x)", "sqrt(CAST(x AS DOUBLE))",
    "round(x)", "round(x, 2)", "round(CAST(x AS DOUBLE), 1)", "round(CAST(x AS DOUBLE), -2)", "round(CAST(x AS DOUBLE), 10)", "round(CAST(x AS INT), -1)", "round(CAST(x AS INT), 2)", "round(CAST(x AS BIGINT), -3)", "round(CAST(x AS DECIMAL(20,5)))", "round(CAST(x AS INT), -10)", "round(CAST(x AS BIGINT), -19)",
    "CAST(x AS DECIMAL(20,5)) = CAST(y AS DECIMAL(38,18))", "CAST(x AS DECIMAL(5,2)) > 1.5", "CAST(x AS DATE) + 1", "coalesce(CAST(x AS DECIMAL(5,2)), CAST(y AS BIGINT))", "CAST(x AS DECIMAL(10,2)) IN (1, 2.5)", "1 + NULL", "x + NULL", "2147483647 + 1", "9223372036854775807 + 1", "1/0", "1 % 0"]

TEXT = ["length(x)", "char_length(x)", "octet_length(x)", "bit_length(x)", "len(x)"] + ["substring(x, %s)" % a for a in ["1", "0", "2", "-1", "-3", "2, 3", "0, 2", "-2, 1", "-5, 4", "3, 0", "2, -1", "100", "-100, 99", "2147483647", "-2147483648, 2147483647", "1, 2147483647"]] + [
    "substr(x, 2)", "substring(x FROM 2 FOR 2)", "left(x, 3)", "left(x, -1)", "right(x, 2)", "right(x, 0)", "replace(x, 'a', 'bb')", "replace(x, 'a')", "replace(x, ' ', '')", "replace(x, '', 'z')", "replace(x, 'é', 'e')", "replace(x, x, '!')", "translate(x, 'abcé', '12')", "translate(x, 'aa', 'bc')", "translate(x, ' ', '')", "translate(x, 'ß', '😀')",
    "reverse(x)", "repeat(x, 3)", "repeat(x, 0)", "repeat(x, -1)", "lpad(x, 5)", "lpad(x, 6, 'é0')", "rpad(x, 6, 'é0')", "rpad(x, 2)", "lpad(x, 3, '')", "lpad(x, -1, 'a')", "rpad(x, 8, x)", "ascii(x)", "chr(length(x) * 60)", "chr(-1)", "char(CAST(x AS BIGINT))", "instr(x, 'a')", "instr(x, '')", "instr(x, 'é')", "locate('a', x)", "locate('a', x, 3)", "locate('', x, 2)", "locate('a', x, 0)",
    "locate('a', x, NULL)", "position('b', x)", "position('b' IN x)", "startswith(x, 'a')", "endswith(x, '.')", "contains(x, 'é')", "contains(x, '')", "split_part(x, '.', 1)", "split_part(x, '.', 2)", "split_part(x, '.', -1)", "split_part(x, '@', -5)", "split_part(x, '', 1)", "split_part(x, ' ', 2)", "substring_index(x, '.', 1)", "substring_index(x, '.', -1)", "substring_index(x, ' ', 2)",
    "substring_index(x, ' ', -2)", "substring_index(x, '', 1)", "substring_index(x, 'a', 0)", "substring_index(x, 'aa', -1)", "space(length(x))", "length(123)", "concat(1, 2.50, TRUE)", "length(concat(x, x))", "upper(left(x, 1)) || lower(substring(x, 2))"]

EXTRACT = ["%s(x, %s%s)" % (f, quote(p), g) for f in ["regexp_extract", "regexp_extract_all"] for p, g in [(r"(\w+)@(\w+)", ""), (r"(\w+)@(\w+)", ", 2"), (r"(\w)(\d)?", ", 2"), (r"\d+", ", 0"), (r"(a)|(b)", ", 1"), (r"(?<w>[^\s]+)\s", ", 1"), (r"(.)(.)(.)", ", 3"), (r"x*", ", 0"), (r"^(\S+)", "")]] + [
    "%s(x, %s)" % (f, quote(p)) for f in ["regexp_substr", "regexp_count", "regexp_instr"] for p in [r"\d+", r"[a-z]", r"x*", r"\s", r"é", r"(a)(b)?", r"[^\x00-\x7f]"]] + [
    "split(x, %s)" % a for a in [quote(","), quote(r"\s"), quote(r"[.@]"), quote(""), quote("") + ", 2", quote(",") + ", 2", quote(",") + ", 1", quote(",") + ", 0", quote(r"\s*"), quote(r"(?=[A-Z])"), quote("a|b") + ", 3", quote("x*"), quote(r"\."), quote("|"), quote(r"\|")]] + [
    "element_at(split(x, ','), 2)", "element_at(split(x, ' '), -1)", "split(x, ',')[1]", "split(x, ',')[-1]", "split(x, ',')[5]", "size(split(x, ' '))", "size(NULL)", "cardinality(split(x, 'a'))", "array_size(split(x, ','))", "array_contains(split(x, ','), 'b')", "concat_ws('-', split(x, ' '))", "concat_ws('-', split(x, ' '), x)", "get(split(x, '@'), 0)"]

DIGEST = ["md5(x)", "sha1(x)", "sha(x)", "sha2(x, 256)", "sha2(x, 0)", "sha2(x, 224)", "sha2(x, 384)", "sha2(x, 512)", "sha2(x, 1)", "crc32(x)", "xxhash64(x)", "xxhash64(x, 'a')", "xxhash64(repeat(x, 20))", "xxhash64(length(x))", "xxhash64(CAST(length(x) AS BIGINT), NULL)", "xxhash64(CAST(x AS DOUBLE))", "xxhash64(CAST(x AS BOOLEAN))",
          "xxhash64(CAST(length(x) AS DECIMAL(10,2)))", "xxhash64(CAST(-length(x) AS DECIMAL(38,10)))", "xxhash64(CAST(crc32(x) AS DECIMAL(30,10)) * 1000000007)", "xxhash64(CAST(x AS BINARY))", "xxhash64(date_from_unix_date(length(x)))", "hex(x)", "hex(length(x))", "hex(-length(x))", "hex(CAST(x AS BINARY))", "hex(crc32(x))", "hex(unhex(x))", "hex(unhex(hex(x)))", "hex(unhex(concat('f', hex(x))))",
          "base64(x)", "base64(CAST(repeat(x, 30) AS BINARY))", "url_encode(x)", "mask(x)", "mask(x, 'Q')", "mask(x, 'Q', 'q')", "mask(x, 'Q', 'q', 'd')", "mask(x, 'Q', 'q', 'd', 'o')", "mask(x, NULL, NULL, NULL, 'é')", "mask(x, 'Q', NULL)", "typeof(x)", "typeof(1)", "typeof(1.50)", "typeof(split(x, ','))", "typeof(NULL)", "typeof(CAST(x AS TIMESTAMP))", "typeof(CAST(x AS BIGINT))", "typeof(x = 'a')", "typeof(unhex(x))", "typeof(CAST(x AS DATE))", "typeof(2.0D)",
          "CAST(unhex(hex(x)) AS STRING)", "length(unhex(hex(x)))", "octet_length(CAST(x AS BINARY))", "hex(substring(CAST(x AS BINARY), 2, 3))", "hex(concat(CAST(x AS BINARY), CAST('a' AS BINARY)))"]
DIGEST.remove("xxhash64(date_from_unix_date(length(x)))")

PARTS = ["%s(x)" % f for f in ["year", "quarter", "month", "day", "dayofmonth", "dayofweek", "weekday", "weekofyear", "dayofyear", "hour", "minute", "second", "last_day"]] + ["%s(CAST(x AS TIMESTAMP))" % f for f in ["year", "dayofweek", "hour", "unix_timestamp", "unix_seconds", "unix_millis", "unix_micros"]] + [
    "%s(CAST(x AS DATE))" % f for f in ["hour", "unix_date", "second", "month"]] + ["unix_timestamp(CAST(CAST(x AS TIMESTAMP) AS DATE))", "date_add(x, 1)", "date_add(CAST(x AS DATE), -400)", "date_sub(x, 31)", "datediff(x, '2000-01-01')", "datediff('2000-01-01', CAST(x AS TIMESTAMP))", "date_diff(x, DATE '1999-12-31')", "add_months(x, 1)", "add_months(x, -13)", "add_months(CAST(x AS DATE), 12)",
    "months_between(x, '2001-01-31')", "months_between(x, '2001-02-28 12:00:00')", "months_between('2020-05-17 03:04:05.6', x, FALSE)", "make_date(year(x), 2, 29)", "make_date(2020, month(x), day(x))", "make_date(2020, -1, 1)", "date_from_unix_date(dayofyear(x) * 100)", "from_unixtime(unix_seconds(CAST(x AS TIMESTAMP)))", "from_unixtime(year(x))", "timestamp_seconds(year(x) * 1000)", "timestamp_millis(unix_millis(CAST(x AS TIMESTAMP)))",
    "timestamp_micros(unix_micros(CAST(x AS TIMESTAMP)))"] + ["date_trunc('%s', x)" % u for u in ["YEAR", "yyyy", "yy", "quarter", "MON", "MM", "month", "week", "DAY", "dd", "hour", "MINUTE", "second", "millisecond", "MICROSECOND", "decade", ""]] + ["trunc(x, '%s')" % u for u in ["YEAR", "yyyy", "YY", "quarter", "mon", "MM", "week", "day", "x"]] + [
    "%s(x, '%s')" % (f, z) for f in ["from_utc_timestamp", "to_utc_timestamp"] for z in ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "PST", "UTC", "+05:30", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu", "GMT-3"]] + [
    "CAST(x AS DATE) + 7", "CAST(x AS DATE) - 7", "year(CAST(x AS DATE)) * 100 + month(x)", "xxhash64(CAST(x AS DATE))", "xxhash64(CAST(x AS TIMESTAMP))", "greatest(CAST(x AS DATE), DATE '2000-01-01')", "least(CAST(x AS TIMESTAMP), DATE '2000-01-01')", "CAST(x AS DATE) IN (DATE '1975-04-04')"]

AREAS = [
    Area("cast_number", ["x"], single(lambda: inputs.numbers("cast numbers", 1200)), [e for e in CAST_NUMBERS if not e.startswith("hex")]),
    Area("cast_zero", ["x"], single(inputs.zeros), ["CAST(x AS %s)" % t for t in ("DECIMAL(10,0)", "DECIMAL(38,18)", "DECIMAL(38,38)", "DECIMAL(38,0)", "DOUBLE")]),
    Area("far_date", ["x"], single(inputs.far_dates), ["weekofyear(CAST(x AS DATE))", "dayofyear(CAST(x AS DATE))", "dayofweek(CAST(x AS DATE))", "year(CAST(x AS DATE))", "TRY_CAST(CAST(x AS DATE) AS TIMESTAMP)", "TRY_CAST(CAST(x AS DATE) AS STRING)", "CAST(TRY_CAST(x AS DATE) AS STRING)", "TRY_CAST(x AS TIMESTAMP)"]),
    Area("far_time", ["x"], single(lambda: inputs.numbers("far times", 1000)), [
        e % u for u in ("MICROSECOND", "MILLISECOND", "SECOND")
        for e in ("date_trunc('%s', CAST(CAST(x AS DOUBLE) AS TIMESTAMP))", "unix_micros(date_trunc('%s', CAST(CAST(x AS DOUBLE) * 1e6 AS TIMESTAMP)))")]),
    Area("decimal_places", ["x", "y"], pairs(lambda: inputs.numbers("decimal places"), 1000, "decimal places"), [
        "round(CAST(x AS DECIMAL(%s)), %s)" % (t, n) for t in ("10,3", "38,18", "38,0", "5,2", "38,38", "20,5") for n in (0, 1, 2, -1, -3, 10, 30, -20, -38, -40)] + [
        "pmod(CAST(x AS DECIMAL(%s)), CAST(y AS DECIMAL(%s)))" % p for p in (("10,3", "10,3"), ("38,18", "20,5"), ("5,2", "38,0"), ("38,0", "5,2"))] + [
        "CAST(x AS DECIMAL(%s)) div CAST(y AS DECIMAL(%s))" % p for p in (("10,3", "10,3"), ("38,18", "20,5"), ("5,2", "20,5"), ("20,5", "5,2"))] + [
        "pmod(CAST(x AS DECIMAL(20,5)), 7)", "pmod(-7, CAST(x AS DECIMAL(10,3)))", "CAST(x AS DECIMAL(20,5)) div 3", "100 div CAST(x AS DECIMAL(10,3))", "typeof(round(CAST(x AS DECIMAL(10,3)), 2))",
        "CAST(x AS INT) div CAST(y AS DECIMAL(10,2))", "pmod(CAST(x AS BIGINT), CAST(y AS DECIMAL(10,2)))", "round(round(CAST(x AS DECIMAL(20,5)), 3) + 1, 1)"]),
    Area("whole", ["x"], single(lambda: inputs.numbers("whole", 1000)), [
        e % t for t in ("5,0", "38,0", "1,0", "10,2", "1,1", "38,38", "38,18", "20,5")
        for e in ("floor(CAST(x AS DECIMAL(%s)))", "ceil(CAST(x AS DECIMAL(%s)))", "typeof(floor(CAST(x AS DECIMAL(%s))))", "typeof(ceil(CAST(x AS DECIMAL(%s))))",
                  "CAST(x AS DECIMAL(10,2)) / floor(CAST(x AS DECIMAL(%s)))")]),
    Area("sigma", ["x"], single(inputs.sigmas), ["lower(x)", "lower(trim(x))", "initcap(x)", "upper(x)", "lower(reverse(x))"]),
    Area("cast_time", ["x"], single(lambda: inputs.dates("cast times", 1500)), CAST_TIMES),
    Area("case", ["x"], single(lambda: inputs.texts("case", 1500)), CASE),
    Area("trim", ["x"], single(lambda: inputs.texts("trim", 1000)), TRIM),
    Area("logic", ["x", "y"], pairs(lambda: [None, "", "0", "1", "true", "f", "a", "b", "1.5", "2", "-1", "10", "NaN", "Infinity", "-0.0", "é", "Z", "1e3", " 1 ", "yes", "no", "9999999999", "2147483647", "1.50", "01"], 1000, "logic"), LOGIC),
    Area("default", ["x"], single(lambda: inputs.texts("default", 2000)), DEFAULT),
    Area("regex_match", ["x"], single(lambda: inputs.plane_zero(inputs.texts("regex", 1200))), REGEX_MATCH),
    Area("regex_replace", ["x"], single(lambda: inputs.plane_zero(inputs.texts("regex", 1200))), REGEX_REPLACE),
    Area("regex_planes", ["x"], single(lambda: inputs.texts("planes", 1000)), ["regexp_replace(x, %s, '#')" % quote(p) for p in PLANES]),
    Area("regex_groups", ["x"], single(lambda: inputs.texts("groups", 1000)), REGEX_GROUPS),
    Area("like", ["x"], single(lambda: inputs.plane_zero(inputs.texts("like", 1200))), LIKE),
    Area("text", ["x"], single(lambda: inputs.texts("text", 1000)), TEXT),
    Area("arithmetic", ["x", "y"], pairs(lambda: inputs.small_numbers("arithmetic"), 1500, "arithmetic"), ARITHMETIC),
    Area("extract", ["x"], single(lambda: inputs.plane_zero(inputs.texts("extract", 1200))), EXTRACT),
    Area("digest", ["x"], single(lambda: inputs.texts("digest", 500)), DIGEST),
    Area("parts", ["x"], single(lambda: inputs.near_dates("parts", 1500)), PARTS),
] + cases_math.AREAS + cases_document.AREAS + cases_time.AREAS + cases_branches.AREAS + cases_operators.AREAS
