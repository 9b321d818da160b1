"""The package as its users call it. Expectations come from Python."""
import concurrent.futures
import doctest
import gc
import json
import pathlib
import resource

import pyarrow as pa
import pytest

import userstream
from userstream import Pipeline, Record, select

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWO_TABLES = """
CREATE STREAMING TABLE people (id BIGINT PRIMARY KEY, name TEXT, at TIMESTAMP, CONSTRAINT named EXPECT (name <> '') ON VIOLATION DROP ROW)
  AS SELECT id, name, _timestamp AS at FROM STREAM s;
CREATE STREAMING TABLE strict (id BIGINT PRIMARY KEY, CONSTRAINT low EXPECT (id < 10) ON VIOLATION FAIL UPDATE)
  AS SELECT id FROM STREAM s;
"""


def test_examples_in_the_documentation():
    for module in (userstream, userstream._pipeline):
        assert doctest.testmod(module).failed == 0
    readme = doctest.testfile(str(ROOT / "python" / "README.md"), module_relative=False)
    assert readme.attempted > 3 and readme.failed == 0


def test_default_pipeline():
    pipeline = Pipeline.from_file(ROOT / "pipelines" / "user_profiles.sql")
    assert pipeline.tables == ["user_profiles"] and pipeline.warnings == ""
    schema = pipeline.schema()
    assert schema.field("id").type == pa.binary(16) and not schema.field("id").nullable
    assert schema.field("dob").type == pa.timestamp("us", "UTC") and schema.field("latitude").type == pa.float64()
    user = {"login": {"uuid": "0b7a1c2e-1111-4222-8333-444455556666"}, "email": " A@Example.com", "nat": "es",
            "location": {"coordinates": {"latitude": "1.5", "longitude": "-2"}, "postcode": 28013},
            "dob": {"date": "1990-01-01T00:00:00Z"}, "registered": {"date": "2020-01-01T00:00:00Z"}}
    result = pipeline.transform([user, {**user, "email": "nobody"}])
    assert result.rows.schema == schema
    row = result.rows.to_pylist()[0]
    assert row["id"] == bytes.fromhex("0b7a1c2e111142228333444455556666")
    assert (row["email"], row["nat"], row["latitude"], row["postcode"]) == ("a@example.com", "ES", 1.5, "28013")
    assert [r.record for r in result.rejected] == [1] and result.rejected[0].reason.startswith("valid_email: ")


@pytest.mark.parametrize("type_", [None, pa.string(), pa.binary(), pa.large_string(), pa.large_binary()], ids=str)
def test_records_of_every_kind(type_):
    """More than a batch, with NULLs and what is no JSON; which row came from which record."""
    texts = [None if i % 7 == 3 else "{" if i % 11 == 5 else json.dumps({"n": i, "s": "é" * (i % 40)}) for i in range(10000)]
    pipeline = Pipeline("SELECT CAST(n AS BIGINT) AS n, s, _offset AS o FROM STREAM x")
    records = texts if type_ is None else pa.array(texts, type_)
    result = pipeline.transform(records, first_offset=500)
    good = [i for i in range(10000) if i % 7 != 3 and i % 11 != 5]
    assert result.records.to_pylist() == good
    assert result.rows.column("n").to_pylist() == good
    assert result.rows.column("s").to_pylist() == ["é" * (i % 40) for i in good]
    assert result.rows.column("o").to_pylist() == [500 + i for i in good]
    assert [r.record for r in result.rejected] == [i for i in range(10000) if i not in set(good)]


def test_slices_and_chunks():
    texts = pa.chunked_array([[f'{{"n":{i}}}' for i in range(a, a + 10)] for a in (0, 10, 20)])
    pipeline = Pipeline("SELECT CAST(n AS INT) AS n FROM STREAM x")
    assert pipeline.transform(texts).rows.column("n").to_pylist() == list(range(30))
    assert pipeline.transform(texts.chunk(1).slice(3, 4)).rows.column("n").to_pylist() == [13, 14, 15, 16]
    assert pipeline.transform(pa.chunked_array([], pa.string())).rows.num_rows == 0
    assert pipeline.transform([]).rows.num_rows == 0
    with pytest.raises(TypeError, match="int64"):
        pipeline.transform(pa.array([1]))


def test_metadata():
    sql = "SELECT _key AS k, _topic AS t, _partition AS p, _offset AS o, _timestamp AS at FROM STREAM x"
    records = [Record({"a": 1}, key="k", topic="users", partition=3, offset=7, timestamp_us=1_000_001), Record("{}"), b"{}"]
    rows = Pipeline(sql).transform(records).rows.to_pylist()
    assert (rows[0]["k"], rows[0]["t"], rows[0]["p"], rows[0]["o"]) == ("k", "users", 3, 7)
    assert rows[0]["at"].isoformat() == "1970-01-01T00:00:01.000001+00:00"
    assert rows[1]["k"] is None and rows[2]["t"] is None
    with pytest.raises(userstream.TransformError):
        Pipeline(TWO_TABLES).transform([Record({"id": 3}), Record({"id": 12})], "strict")


def test_tables():
    pipeline = Pipeline(TWO_TABLES)
    assert pipeline.tables == ["people", "strict"]
    assert pipeline.transform([{"id": 1, "name": "a"}, {"id": 2, "name": ""}], "people").rows.column("id").to_pylist() == [1]
    with pytest.raises(ValueError, match="people, strict"):
        pipeline.transform([])
    with pytest.raises(KeyError, match="no table 'x'"):
        pipeline.schema("x")
    with pytest.raises(userstream.TransformError, match="record 1: low"):
        pipeline.transform([{"id": 3}, {"id": 12}], "strict")
    assert pipeline.transform([{"id": 3}], "strict").rows.num_rows == 1


def test_mistakes_are_all_told():
    with pytest.raises(userstream.PipelineError) as told:
        Pipeline("SELECT nope(a), trim(1, 2, 3, 4) FROM STREAM x", name="mine.sql")
    assert "mine.sql:1:8: error: there is no function nope" in str(told.value) and str(told.value).count("mine.sql:1:") == 2
    with pytest.raises(userstream.PipelineError, match="NAT"):
        Pipeline("SELECT ${NAT}")


def test_variables_and_select():
    assert select("SELECT ${A} AS a, ${B} AS b", variables={"A": "x'; --", "B": ""}).rows.to_pylist() == [{"a": "x'; --", "b": ""}]
    assert userstream.__version__ == userstream.library_version()


def test_results_outlive_everything():
    result = Pipeline("SELECT s FROM STREAM x").transform([{"s": "text" * 100}] * 5000)
    gc.collect()
    assert set(result.rows.column("s").to_pylist()) == {"text" * 100}
    assert result.records.to_pylist() == list(range(5000))


def test_many_threads():
    pipeline = Pipeline("SELECT CAST(n AS BIGINT) AS n FROM STREAM x WHERE CAST(n AS INT) % 2 = 0")

    def work(seed):
        numbers = [seed * 1000 + i for i in range(2000)]
        found = pipeline.transform([json.dumps({"n": n}) for n in numbers]).rows.column("n").to_pylist()
        return found == [n for n in numbers if n % 2 == 0]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(64)))


def test_nothing_is_leaked():
    """Many calls and many pipelines stay in the same memory."""
    records = pa.array([json.dumps({"s": "x" * 500})] * 2000)

    def round_():
        for _ in range(20):
            Pipeline("SELECT s, upper(s) AS u FROM STREAM x").transform(records)
        gc.collect()

    round_()
    round_()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(10):
        round_()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB: a tenth of what passed through
