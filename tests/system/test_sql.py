"""userstream sql: any SELECT over any source; and userstream test: a pipeline's own tests."""
import gzip
import json
import re
import subprocess

from conftest import BIN, ROOT, clean_environment

USERS = [{"email": f"u{i}@example.com", "nat": "gb" if i % 2 else "es", "n": i, "big": "x" * (i % 50)} for i in range(10000)]


def call(*args, stdin=None, cwd=None):
    done = subprocess.run([BIN, *map(str, args)], input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                          capture_output=True, cwd=cwd, env=clean_environment(), timeout=120, check=False)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def write_users(path):
    path.write_text("".join(json.dumps(user) + "\n" for user in USERS), encoding="utf-8")
    return f"file:{path}"


def test_rows_of_a_file(tmp_path):
    """Every row of a file larger than a batch, typed, in order."""
    source = write_users(tmp_path / "users.jsonl")
    done = call("sql", "SELECT email, upper(nat) AS nat, CAST(n AS INT) * 2 AS twice, n % 3 = 0 AS third FROM STREAM u WHERE nat = 'gb'",
                "--source", source, "--format", "json")
    assert done.returncode == 0 and done.stderr == ""
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"email": u["email"], "nat": "GB", "twice": 2 * u["n"], "third": u["n"] % 3 == 0} for u in USERS if u["nat"] == "gb"]


def test_bounds(tmp_path):
    source = write_users(tmp_path / "users.jsonl")
    limited = call("sql", "SELECT n FROM u", "-s", source, "-f", "csv", "--limit", 3).stdout.split()
    assert limited == ["n", "0", "1", "2"]
    counted = call("sql", "SELECT n FROM u WHERE nat = 'gb'", "-s", source, "-f", "csv", "--count", 5000).stdout.split()
    assert counted == ["n", *[str(i) for i in range(1, 5000, 2)]]


def test_an_endless_source_ends():
    """Twenty rows are shown, and it is said that there are more; a condition that never holds ends too."""
    done = call("sql", "SELECT login.uuid, nat FROM STREAM users", "--source", "simulator:", "--every", 0, "-f", "json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(rows) == 20 and all(len(r["uuid"]) == 36 for r in rows)
    assert "--limit" in done.stderr
    none = call("sql", "SELECT nat FROM STREAM users WHERE nat = 'XX'", "--source", "simulator:", "--every", 0, "--results", 5000,
                "-f", "json")
    assert none.returncode == 0 and none.stdout == ""


def test_standard_input_and_rejections():
    """What is no record is told with line and reason, what a constraint drops with its name."""
    lines = b'{"id":"a","n":1}\n{"id":"b","n":-1}\nnot json\n{"id":"c","n":2}\n'
    plain = call("sql", "SELECT id FROM STREAM s", "-s", "-", "-f", "csv", stdin=lines)
    assert plain.stdout.split() == ["id", "a", "b", "c"]
    assert "line=3" in plain.stderr and "refused_by_the_source=1" in plain.stderr
    table = ("CREATE STREAMING TABLE t (id TEXT PRIMARY KEY, n INT, CONSTRAINT positive EXPECT (n > 0) ON VIOLATION DROP ROW) "
             "AS SELECT id, n FROM STREAM s")
    checked = call("sql", table, "-s", "-", "-f", "csv", stdin=lines)
    assert checked.stdout.split() == ["id,n", "a,1", "c,2"]
    assert "record=2" in checked.stderr and "positive" in checked.stderr


def test_statements_and_mistakes():
    constant = call("sql", "SELECT 1 + 1 AS two, upper('ß') AS ss", "-f", "json")
    assert json.loads(constant.stdout) == {"two": 2, "ss": "SS"}
    from_input = call("sql", "-", "-f", "json", stdin=b"SELECT 'a' AS x")
    assert json.loads(from_input.stdout) == {"x": "a"}
    for args, said, code in ((["SELECT nope(1)"], "there is no function nope", 78), ([], "one statement", 64),
                             (["SELECT a FROM s", "-s", "file:nowhere.jsonl"], "nowhere.jsonl", 78),
                             (["-", "-s", "-"], "not both", 64)):
        done = call("sql", *args)
        assert done.returncode == code and said in done.stderr, (args, done.returncode, done.stderr)


def test_the_default_pipeline_passes_its_tests():
    done = call("test", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pipelines/tests/user_profiles.test" in done.stdout and done.stdout.strip().endswith("0 failed")


def test_a_changed_pipeline_fails_them(tmp_path):
    """A mistake put into a copy of the pipeline is found, with exit code 1 and both values."""
    (tmp_path / "tests").mkdir()
    sql = (ROOT / "pipelines" / "user_profiles.sql").read_text(encoding="utf-8")
    assert "upper(nat)" in sql
    (tmp_path / "user_profiles.sql").write_text(sql.replace("upper(nat)", "lower(nat)"), encoding="utf-8")
    suite = (ROOT / "pipelines" / "tests" / "user_profiles.test").read_text(encoding="utf-8")
    (tmp_path / "tests" / "user_profiles.test").write_text(suite, encoding="utf-8")
    done = call("test", "--pipeline", tmp_path / "user_profiles.sql")
    assert done.returncode == 1
    assert '"ES"' in done.stdout and '"es"' in done.stdout and "a user as the API sends it" in done.stdout


def test_bad_test_files_are_told(tmp_path):
    (tmp_path / "one.test").write_text("tset a\n", encoding="utf-8")
    assert call("test", tmp_path / "one.test").returncode == 65
    (tmp_path / "one.test").write_text("pipeline nowhere.sql\ntest a\nrecord {}\nfiltered\n", encoding="utf-8")
    done = call("test", tmp_path)
    assert done.returncode == 78 and "nowhere.sql" in done.stderr
    (tmp_path / "empty").mkdir()
    assert call("test", tmp_path / "empty").returncode == 78


def operators(text):
    """{operator: (rows in, rows out)} of what --analyze prints."""
    lines = [line.replace(",", "").split(None, 5) for line in text.split("operators:", 1)[1].splitlines() if line.startswith("  ")]
    return {line[5]: (int(line[0]), int(line[1])) for line in lines if line[0].isdigit()}


def test_explain_analyze(tmp_path):
    """Rows of each operator over a gzip file that takes several batches; nothing is stored."""
    pipeline, users = tmp_path / "p.sql", tmp_path / "users.jsonl.gz"
    pipeline.write_text("CREATE STREAMING TABLE t (n INT PRIMARY KEY, mail TEXT, CONSTRAINT even EXPECT (n % 2 = 0) ON VIOLATION DROP ROW) "
                        "AS SELECT n, upper(email) AS mail FROM STREAM s WHERE nat = 'gb' OR n < 100", encoding="utf-8")
    users.write_bytes(gzip.compress("".join(json.dumps(user) + "\n" for user in USERS).encode() + b"not json\n"))
    done = call("explain", "--pipeline", pipeline, "--analyze", users, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    kept = [u for u in USERS if u["nat"] == "gb" or u["n"] < 100]
    even = [u for u in kept if u["n"] % 2 == 0]
    found = operators(done.stdout)
    read = [rows for what, rows in found.items() if what.startswith("JSON")]
    assert read == [(len(USERS), len(USERS))]
    assert [rows for what, rows in found.items() if what.startswith("rows where")] == [(len(USERS), len(kept))]
    assert [rows for what, rows in found.items() if "upper" in what] == [(len(kept), len(kept))]
    assert found["NOT NULL and constraints"] == (len(kept), len(even))
    assert re.search(r"table t: ([0-9,]+) records stored", done.stdout).group(1).replace(",", "") == str(len(even))
    assert "refused by the source: 1 records" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.sql", "users.jsonl.gz"]
    missing = call("explain", "--pipeline", pipeline, "--analyze", tmp_path / "none", cwd=tmp_path)
    assert missing.returncode != 0 and "none" in missing.stderr and missing.stdout == ""
