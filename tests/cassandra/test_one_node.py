"""One node of Cassandra 4.1 that asks for a password, and for a client's certificate where TLS is spoken."""
import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

import certificates
import columns
from cluster import ROOT, USERS, Server, running
from conftest import BIN, clean_environment, wait_for

PASSWORD = "pass word#1"
SMALL = """
CREATE STREAMING TABLE people (id TEXT, name TEXT, city TEXT, PRIMARY KEY (id)) {properties}
AS SELECT id, name, city FROM STREAM user_topic;
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    directory = ROOT / "build" / "test-certificates"
    certificates.make(directory)
    extra = ("authenticator: PasswordAuthenticator\nauthorizer: CassandraAuthorizer\n"
             + certificates.yaml(directory, optional=True, client=True))
    with running(Server("cassandra", extra)) as one:
        one.certificates = directory
        one.authenticate("cassandra", "cassandra", tmp_path_factory.mktemp("first"))
        wait_for(lambda: can_log_in(one), seconds=120, what="the first user")
        with one.session() as session:
            session.execute(f"CREATE ROLE IF NOT EXISTS loader WITH PASSWORD = '{PASSWORD}' AND LOGIN = true AND SUPERUSER = true")
        one.authenticate("loader", PASSWORD, tmp_path_factory.mktemp("second"))
        yield one


def can_log_in(one):
    try:
        with one.session():
            return True
    except Exception:  # pylint: disable=broad-except
        return False


def test_contract(server):
    server.contract()


def test_every_column_of_many_users(server, make_program, simulator):
    columns.check(make_program(server), simulator(), USERS)


def test_tables_made_beforehand(server, make_program):
    """cassandra/init.cql makes what the program would make: it finds nothing to add, and takes no table for a lost one."""
    program = make_program(server)
    text = (ROOT / "cassandra" / "init.cql").read_text()
    statements = [s for s in re.sub(r"^--.*$", "", text, flags=re.M).replace('"userstream"', f'"{program.keyspace}"')
                  .split(";") if s.strip()]
    with server.session() as session:
        for statement in statements:
            session.execute(statement)
    done = program.run("run", "--source", "simulator:", "--count", 50, "--every", 0)
    assert "added" not in done.stderr and "missing" not in done.stderr and "made" not in done.stderr, done.stderr
    assert len(program.rows("SELECT id FROM user_profiles")) == 50
    check = program.run("check", "--source", "simulator:")
    assert re.search(r"ok +sink .*its tables fit the pipeline file", check.stdout)


def test_drift(server, make_program):
    program = make_program(server)
    source = program.records({"id": "1", "name": "Ada", "city": "London", "age": "36"})
    program.write_pipeline(SMALL.format(properties=""))
    program.run("run", *source)
    # a new column is added
    program.write_pipeline("CREATE STREAMING TABLE people (id TEXT, name TEXT, city TEXT, age INT, PRIMARY KEY (id)) AS SELECT "
                           "id, name, city, CAST(age AS INT) AS age FROM STREAM user_topic;")
    done = program.run("process", "--from", "earliest", "--until-caught-up")
    assert re.search(r'"new column added" table=people column=age', done.stderr)
    assert [(r["id"], r["age"]) for r in program.rows("SELECT * FROM people")] == [("1", 36)]
    # another type, another key: refused, with what to do
    for columns, key, says in [
        ("id TEXT, name INT", "(id)", r"name .*TEXT.*INT"),
        ("id TEXT, name TEXT", "(id, name)", r"primary key is stored as \(\(?id\)?\), declared as"),
    ]:
        program.write_pipeline(f"CREATE STREAMING TABLE people ({columns}, PRIMARY KEY {key}) AS SELECT id, "
                               f"{'CAST(name AS INT) AS name' if 'INT' in columns else 'name'} FROM STREAM user_topic;")
        done = program.run("process", "--until-caught-up", check=78)
        assert re.search(says, done.stderr, flags=re.S) and "drop the table" in done.stderr, done.stderr
    assert len(program.rows("SELECT id FROM people")) == 1


def test_several_tables(server, make_program):
    """Users by nationality and day, newest first, beside the main table; and a table that reads the first one."""
    program = make_program(server)
    program.write_pipeline("""
CREATE STREAMING TABLE users (id TEXT, nat TEXT, joined TIMESTAMP, PRIMARY KEY (id)) COMMENT 'it\\'s the main one'
AS SELECT id, nat, to_timestamp(joined) AS joined FROM STREAM user_topic;
CREATE STREAMING TABLE users_by_nat (nat TEXT, joined TIMESTAMP, id TEXT, PRIMARY KEY ((nat), joined, id))
CLUSTERING ORDER BY (joined DESC, id ASC) AS SELECT nat, joined, id FROM STREAM users;
CREATE STREAMING TABLE tags (tag TEXT, id TEXT, PRIMARY KEY ((tag), id))
AS SELECT explode(split(tags, ',')) AS tag, id FROM STREAM user_topic;
""")
    days = {"a": "2020-01-01T00:00:00Z", "b": "2022-01-01T00:00:00Z", "c": "2021-01-01T00:00:00.5Z"}
    program.run("run", *program.records(
        *[{"id": key, "nat": "FR", "joined": day, "tags": f"x,{key}"} for key, day in days.items()]))
    assert [r["id"] for r in program.rows("SELECT id FROM users_by_nat WHERE nat = 'FR'")] == ["b", "c", "a"]
    assert sorted(r["id"] for r in program.rows("SELECT id FROM tags WHERE tag = 'x'")) == ["a", "b", "c"]
    assert len(program.rows("SELECT id FROM tags")) == 6
    keyspace = f"keyspace_name = '{program.keyspace}'"
    order = program.rows("SELECT column_name, kind, clustering_order FROM system_schema.columns "
                         f"WHERE {keyspace} AND table_name = 'users_by_nat'")
    assert {(r["column_name"], r["kind"], r["clustering_order"]) for r in order} == {
        ("nat", "partition_key", "none"), ("joined", "clustering", "desc"), ("id", "clustering", "asc")}
    comment = program.rows(f"SELECT comment FROM system_schema.tables WHERE {keyspace} AND table_name = 'users'")
    assert comment[0]["comment"] == "it's the main one"
    assert "everything adds up" in program.run("verify", "--deep").stdout


@pytest.mark.parametrize("keep", [False, True])
def test_nulls(server, make_program, keep):
    """A NULL of a newer record replaces the value, or with nulls = keep leaves it as it is."""
    program = make_program(server)
    program.write_pipeline(SMALL.format(properties="TBLPROPERTIES ('nulls' = 'keep')" if keep else ""))
    program.run("run", *program.records({"id": "1", "name": "Ada", "city": "London"}, {"id": "1", "name": "Ada L."}))
    row = program.rows("SELECT * FROM people")[0]
    assert (row["name"], row["city"]) == ("Ada L.", "London" if keep else None)
    # with kept NULLs nothing is deleted, so that there is no tombstone
    written = program.rows("SELECT writetime(name) AS n, writetime(city) AS c FROM people")[0]
    assert written["c"] is None if not keep else written["c"] < written["n"]
    assert "everything adds up" in program.run("verify", "--deep").stdout


def test_a_refused_row_is_alone(server, make_program):
    """A key longer than Cassandra takes, and a value larger: each is a dead letter, all others are stored."""
    program = make_program(server)
    program.write_pipeline(SMALL.format(properties=""))
    records = [{"id": str(i), "name": "n"} for i in range(200)]
    records[17]["id"] = "k" * 70_000
    records[90]["name"] = "v" * 9_000_000  # above the largest mutation of this server
    done = program.run("run", *program.records(*records))
    assert len(program.rows("SELECT id FROM people")) == 198
    letters = program.dead_letters()
    assert sorted(letter["record"].split("@")[0] for letter in letters) == ["0:17", "0:90"], letters
    shown = program.run("dlq", "list").stdout
    assert re.search(r"Key length of 70000 is longer than maximum|70000", shown), shown
    assert "rejected" in done.stdout
    assert "everything adds up" in program.run("verify", "--deep", check=None).stdout


def test_too_much_for_one_request(server, make_program):
    """The server takes 50 KiB in a batch, and a row of any size alone: rows that are too many together are sent again, and none is a dead letter."""
    program = make_program(server, batch_bytes=1_000_000)
    program.write_pipeline(SMALL.format(properties=""))
    program.run("run", *program.records(*({"id": str(i), "name": "v" * 20_000} for i in range(100))))
    assert len(program.rows("SELECT id FROM people")) == 100
    assert not program.dead_letters()
    assert "everything adds up" in program.run("verify", "--deep").stdout


def test_time_to_live(server, make_program):
    program = make_program(server, ttl="1h")
    program.run("run", "--source", "simulator:", "--count", 20, "--every", 0)
    left = [row["t"] for row in program.rows("SELECT ttl(email) AS t FROM user_profiles")]
    assert len(left) == 20 and all(3000 < seconds <= 3600 for seconds in left)


def test_queries(server, make_program):
    program = make_program(server)
    program.run("run", "--source", "simulator:", "--count", 12_000, "--every", 0, "--rate-limit", 0, "--results", 4000)
    # as many as three pages of an answer, in each format
    assert len(program.json_rows("SELECT id FROM user_profiles")) == 12_000
    rows = list(csv.reader(io.StringIO(program.run("query", "SELECT id, dob FROM user_profiles", "--format", "csv").stdout)))
    assert len(rows) == 12_001 and rows[0] == ["id", "dob"] and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", rows[1][1])
    table = program.run("query", "SELECT first_name, latitude FROM user_profiles LIMIT 2").stdout.splitlines()
    assert re.match(r"first_name +latitude", table[0]) and table[-1] == "(2 rows)"
    assert program.json_rows("select count(*) as n from user_profiles") == [{"n": 12_000}]
    # collections and the server's own tables are text
    keyspaces = program.json_rows(f"SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = '{program.keyspace}'")
    assert "NetworkTopologyStrategy" in keyspaces[0]["replication"]
    tables = program.run("query").stdout
    assert "user_profiles" in tables and "userstream_ledger" in tables


@pytest.mark.parametrize("statement", [
    "DELETE FROM user_profiles WHERE id = 00000000-0000-4000-8000-000000000001", "TRUNCATE user_profiles", "DROP TABLE user_profiles",
    "/* SELECT */ INSERT INTO user_profiles (id) VALUES (uuid())", "-- x\nBEGIN BATCH APPLY BATCH", "USE system",
    "SELECT * FROM user_profiles; DROP TABLE user_profiles"])
def test_queries_only_read(server, make_program, statement):
    program = make_program(server)
    program.run("run", "--source", "simulator:", "--count", 1, "--every", 0)
    assert program.run("query", statement, check=64).stderr
    assert len(program.rows("SELECT id FROM user_profiles")) == 1


def test_wrong_queries_say_what_there_is(server, make_program):
    program = make_program(server)
    program.run("run", "--source", "simulator:", "--count", 1, "--every", 0)
    done = program.run("query", "SELECT * FROM user_profile", check=64)
    assert "did you mean user_profiles?" in done.stderr and "userstream_ledger" in done.stderr
    assert "SELEC" in program.run("query", "SELECT * FRM user_profiles", check=64).stderr
    missing = make_program(server)
    done = missing.run("query", "SELECT * FROM user_profiles", check=None)
    assert done.returncode != 0 and f"there is no keyspace {missing.keyspace}" in done.stderr


def test_replay_and_reprocess(server, make_program):
    """Dead letters go through a mended pipeline, below newer rows; then everything once more from the start."""
    program = make_program(server)
    strict = SMALL.replace("PRIMARY KEY (id)", "PRIMARY KEY (id), CONSTRAINT has_city EXPECT (city IS NOT NULL) ON VIOLATION DROP ROW")
    program.write_pipeline(strict.format(properties=""))
    program.run("run", *program.records({"id": "1", "name": "old"}, {"id": "2", "name": "b"},
                                                   {"id": "1", "name": "new", "city": "Paris"}))
    assert len(program.dead_letters()) == 2
    program.write_pipeline(SMALL.format(properties=""))
    program.run("dlq", "replay")
    rows = {row["id"]: (row["name"], row["city"]) for row in program.rows("SELECT * FROM people")}
    assert rows == {"1": ("new", "Paris"), "2": ("b", None)}
    program.run("dlq", "replay")  # nothing is left of them
    for command in (["verify"], ["verify", "--deep"], ["verify", "--gate", "rows>=2, nulls(city)<=2"]):
        program.run(*command)
    program.run("process", "--from", "earliest", "--until-caught-up")
    assert {row["id"]: row["name"] for row in program.rows("SELECT * FROM people")} == {"1": "new", "2": "b"}
    assert "everything adds up" in program.run("verify", "--deep").stdout


def test_a_dropped_table_is_rebuilt(server, make_program):
    program = make_program(server)
    program.run("run", "--source", "simulator:", "--count", 100, "--every", 0)
    program.execute("DROP TABLE user_profiles")
    done = program.run("process", "--until-caught-up")
    assert "rebuilt from the log" in done.stderr
    assert len(program.rows("SELECT id FROM user_profiles")) == 100
    assert "everything adds up" in program.run("verify", "--deep").stdout


def test_rows_whose_ledger_was_not_written(server, make_program):
    """What a processor leaves that is killed between rows and ledger is no difference; it is told, and done again."""
    program = make_program(server)
    program.write_pipeline(SMALL.format(properties=""))
    program.run("run", *program.records({"id": "1", "name": "old"}, {"id": "2", "name": "b"}))
    before = [row["[json]"] for row in program.rows("SELECT JSON * FROM userstream_ledger")]
    program.run("run", *program.records({"id": "1", "name": "new"}, {"id": "3", "name": "c"}, {"id": "4", "name": "d"}))
    program.execute(*(f"INSERT INTO userstream_ledger JSON '{row}'" for row in before))
    told = program.run("verify").stdout
    assert "2 rows more are stored, of records that are not done yet" in told and "lag: 3 records" in told, told
    told = program.run("verify", "--deep").stdout
    assert "3 rows are not as the records that are done give them" in told and "DIFFERS" not in told, told
    program.run("process", "--until-caught-up")
    assert {row["id"]: row["name"] for row in program.rows("SELECT * FROM people")} == {"1": "new", "2": "b", "3": "c", "4": "d"}
    told = program.run("verify", "--deep").stdout
    assert "everything adds up" in told and "rows more" not in told and "not as" not in told, told
    program.execute("UPDATE people SET name = 'forged' WHERE id = '2'")
    assert "another value in name" in program.run("verify", "--deep", check=1).stdout


# ---- who may come in


def said(done):
    return done.stdout + done.stderr


def test_authentication(server, make_program, tmp_path):
    program = make_program(server)
    wrong = tmp_path / "wrong"
    wrong.write_text("not-it-7\n")
    base = f"{server.base()}/{program.keyspace}"
    for query, env, says in [
        ("", {}, "asks for a user name and a password"),
        (f"?username=loader&password_file={wrong}", {}, "Provided username loader and/or password are incorrect"),
        ("?username=loader", {"USERSTREAM_CASSANDRA_PASSWORD": "not-it-7"}, "are incorrect"),
    ]:
        program.sink = base + query
        done = program.run("run", "--source", "simulator:", "--count", 1, check=78, env=env)
        assert says in done.stderr and "not-it-7" not in said(done), done.stderr
        assert "USERSTREAM_CASSANDRA_PASSWORD" in done.stderr
    program.sink = base
    done = program.run("run", "--source", "simulator:", "--count", 5, "--every", 0, "--log-level", "debug",
                       env={"USERSTREAM_CASSANDRA_USERNAME": "loader", "USERSTREAM_CASSANDRA_PASSWORD": PASSWORD})
    assert PASSWORD not in said(done)
    assert len(program.rows("SELECT id FROM user_profiles")) == 5


def test_permissions(server, make_program, tmp_path):
    program = make_program(server)
    with server.session() as session:
        session.execute("CREATE ROLE IF NOT EXISTS nobody WITH PASSWORD = 'x' AND LOGIN = true")
    (tmp_path / "p").write_text("x")
    program.sink = server.uri(program.keyspace, username="nobody", password_file=tmp_path / "p")
    done = program.run("run", "--source", "simulator:", "--count", 1, check=78)
    assert "User nobody has no CREATE permission" in done.stderr and "userstream schema cassandra" in done.stderr
    assert not [p for p in program.dir.iterdir() if p.name == "users.db"]


def test_tls_with_client_certificates(server, make_program):
    at = server.certificates
    program = make_program(server, tls_ca=at / "ca.pem", tls_cert=at / "client.pem", tls_key=at / "client.key",
                           tls_name="node.example")
    program.run("run", "--source", "simulator:", "--count", 5, "--every", 0)
    assert len(program.rows("SELECT id FROM user_profiles")) == 5
    clients = program.rows("SELECT ssl_enabled, username FROM system_views.clients")
    assert clients
    for parameters, says in [
        ({"tls_ca": at / "ca.pem"}, "certificate required|bad certificate|TLS|closed"),
        ({"tls_ca": at / "other.pem", "tls_cert": at / "client.pem", "tls_key": at / "client.key"}, "refused: unable to get local issuer certificate|refused: self-signed|refused: unable"),
        ({"tls_ca": at / "ca.pem", "tls_cert": at / "client.pem", "tls_key": at / "other.key"}, "key .*other.key cannot be used"),
        ({"tls_ca": at / "nothing.pem"}, "nothing.pem cannot be used"),
        ({"tls_ca": at / "ca.pem", "tls_cert": at / "client.pem", "tls_key": at / "client.key", "tls_name": "other.example"},
         "hostname mismatch"),
        ({"tls_ca": at / "ca.pem", "tls_cert": at / "client.pem", "tls_key": at / "client.key"}, "IP address mismatch .node.example."),
    ]:
        program.sink = server.uri(program.keyspace, wait="1s", **parameters)
        done = program.run("query", "SELECT id FROM user_profiles", check=None)
        assert done.returncode in (69, 78) and re.search(says, done.stderr), done.stderr


def test_datacenter_must_exist(server, make_program):
    program = make_program(server, datacenter="dc9")
    done = program.run("run", "--source", "simulator:", "--count", 1, check=78)
    assert 'the cluster has no datacenter "dc9"; there is: datacenter1' in done.stderr


# ---- without a server


def test_nobody_answers(make_program, server):
    program = make_program(server)
    program.sink = f"cassandra://127.0.0.1:1/{program.keyspace}?wait=500ms"
    for command in (["query", "SELECT 1"], ["run", "--source", "simulator:", "--count", 1], ["check", "--source", "simulator:"]):
        done = program.run(*command, check=69)
        assert "127.0.0.1:1" in said(done), said(done)


def test_settings_are_checked_before_anything(tmp_path):
    done = subprocess.run([BIN, "query", "SELECT 1", "--sink", "cassandra://h/k?consistancy=ONE&ttl=never"], cwd=tmp_path, check=False,
                          env=clean_environment(USERSTREAM_CASSANDRA_PASWORD="s3cret"), capture_output=True)
    text = done.stderr.decode()
    assert done.returncode == 78 and "did you mean consistency?" in text and "ttl must be" in text
    assert "did you mean USERSTREAM_CASSANDRA_PASSWORD?" in text and "s3cret" not in text


def test_a_stopped_server_is_waited_for(server, make_program):
    """The server stands still in the middle of a run: health says so, nothing is lost, it goes on by itself."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = make_program(server, timeout="1s")
    argv = [BIN, "run", "--source", "simulator:", "--every", "0.05s", "--results", "20", "--rate-limit", "0", "--log", program.log, "--sink",
            program.sink, "--pipeline", program.pipeline, "--listen", f"127.0.0.1:{port}"]

    def health():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())
        except OSError:
            return {}

    def stored():
        try:
            return program.rows("SELECT count(*) AS n FROM user_profiles")[0]["n"]
        except Exception:  # pylint: disable=broad-except
            return 0

    with (program.dir / "errors").open("w") as errors:
        process = subprocess.Popen(argv, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        wait_for(lambda: stored() > 100, 120, "the first rows")
        os.kill(server.pid(1), signal.SIGSTOP)
        try:
            wait_for(lambda: "degraded" in json.dumps(health()) and "cassandra" in json.dumps(health()).lower(), what="degraded health")
        finally:
            os.kill(server.pid(1), signal.SIGCONT)
        wait_for(lambda: "degraded" not in json.dumps(health()), 120, "good health")
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0, (program.dir / "errors").read_text()
    finally:
        process.kill()
        process.wait()
    assert "everything adds up" in program.run("verify", "--deep").stdout

