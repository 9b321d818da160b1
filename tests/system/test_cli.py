"""The command line as a newcomer meets it."""
import json
import pathlib
import re
import shlex
import shutil
import sqlite3
import subprocess
import urllib.request

import pytest

from conftest import BIN, ROOT, clean_environment, wait_for

COMMANDS = ["run", "produce", "process", "simulate", "query", "dlq", "verify", "log", "schema", "explain", "sql", "test", "check", "bench"]


def call(*args, **kwargs):
    return subprocess.run([BIN, *args], capture_output=True, text=True, env=kwargs.pop("env", clean_environment()),
                          stdin=subprocess.DEVNULL, timeout=60, check=False, **kwargs)


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command):
    done = call(command, "--help")
    assert done.returncode == 0
    assert f"userstream {command}" in done.stdout
    assert "--" in done.stdout


def test_overview_and_version():
    overview = call()
    assert all(command in overview.stdout + overview.stderr for command in COMMANDS)
    version = call("--version").stdout
    for library in ("libcurl", "LMDB", "SQLite", "simdjson", "ICU", "PCRE2"):
        assert library.lower() in version.lower()


def test_unknown_command_suggests():
    done = call("rnu")
    assert done.returncode == 64
    assert "did you mean" in done.stderr and "run" in done.stderr


def test_all_mistakes_at_once(tmp_path):
    done = call("run", "--evry", "5", "--results", "many", "--log-format", "xml", cwd=tmp_path,
                env=clean_environment(USERSTREAM_RATE_LIMIT="-3"))
    assert done.returncode in (64, 78)
    for said in ("--every", "many", "xml", "USERSTREAM_RATE_LIMIT"):
        assert said in done.stderr


def test_env_file_and_precedence(program):
    """A flag wins, then the environment, then .env."""
    (program.dir / ".env").write_text(f"USERSTREAM_SOURCE=simulator:\nUSERSTREAM_RESULTS=10\nUSERSTREAM_EVERY=0\n"
                                      f"USERSTREAM_LISTEN=none\nUSERSTREAM_COUNT=30\n", encoding="utf-8")
    program.run("run")
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 30


def test_secrets_do_not_reach_the_log(program, simulator):
    """Password, salt and hashes are cut out before anything is written."""
    simulator_answer = simulator().get("?results=50&seed=secret")
    (program.dir / "answer.json").write_bytes(simulator_answer)
    program.run("run", "--source", "file:answer.json")
    stored = b"".join(p.read_bytes() for p in program.dir.rglob("*") if p.is_file() and p.name != "answer.json")
    secrets = re.findall(rb'"(?:salt|md5|sha1|sha256)":"([^"]+)"', simulator_answer)
    assert len(secrets) == 200
    assert not [s for s in secrets if s in stored]
    assert re.search(rb"example\.com", stored)


def test_man_page_and_completion(tmp_path):
    page = call("help", "--man").stdout
    (tmp_path / "userstream.1").write_text(page, encoding="utf-8")
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(tmp_path / "userstream.1")], capture_output=True,
                          text=True, check=False)
    assert lint.returncode == 0, lint.stdout
    for command in COMMANDS:
        assert command in page
    script = call("help", "--completion", "bash").stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    done = subprocess.run(["bash", "-c", script + "\nCOMP_WORDS=(userstream ver); COMP_CWORD=1; _userstream; echo ${COMPREPLY[@]}"],
                          capture_output=True, text=True, check=False)
    assert "verify" in done.stdout, done.stderr
    assert "#compdef" in call("help", "--completion", "zsh").stdout


def test_query_is_read_only(program):
    program.run("run", "--source", "simulator:", "--count", 20, "--every", 0)
    for statement in ("DELETE FROM user_profiles", "DROP TABLE user_profiles", "PRAGMA user_version = 7",
                      "ATTACH 'x.db' AS x"):
        done = program.run("query", statement, check=None)
        assert done.returncode != 0 and done.stderr
    assert "20" in program.run("query", "SELECT count(*) AS n FROM user_profiles").stdout
    assert program.run("query", "SELECT 1 AS a, 'x,y' AS b", "--format", "csv").stdout.split() == ["a,b", '1,"x,y"']
    assert '"a":1' in program.run("query", "SELECT 1 AS a", "--format", "json").stdout.replace(" ", "")


def test_second_run_is_refused(program):
    """One run a directory: the second is told who holds it."""
    first = program.start("run", "--source", "simulator:")
    try:
        wait_for(lambda: program.database.exists() and program.rows("SELECT 1 FROM sqlite_master WHERE name='user_profiles'"),
                 what="the first run")
        second = program.run("run", "--source", "simulator:", check=None)
        assert second.returncode not in (0, None)
        assert str(first.pid) in second.stderr
    finally:
        first.terminate()
        assert first.wait(30) == 0


def test_health_and_metrics(program, tmp_path):
    process = subprocess.Popen([BIN, "run", "--source", "simulator:", "--every", "0.1", "--log", program.log, "--sink", program.sink,
                                "--pipeline", program.pipeline, "--listen", "127.0.0.1:0"], cwd=tmp_path,
                               env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    try:
        address = None
        for line in process.stderr:
            # the simulator's own address is told too, perhaps before
            if found := re.search(r"component=server .*url=(http://127\.0\.0\.1:\d+)", line):
                address = found.group(1)
                break
        assert address

        def get(path):
            with urllib.request.urlopen(address + path, timeout=10) as answer:
                return answer.status, answer.read().decode()

        def ready():
            try:
                return get("/readyz")[0] == 200
            except OSError:
                return False

        wait_for(ready, what="readiness")
        assert get("/healthz")[0] == 200

        def stored():
            found = re.search(r"^userstream_stored_total\S* (\d+)", get("/metrics")[1], re.M)
            return found and int(found.group(1)) > 0

        wait_for(stored, what="stored records in the metrics")
    finally:
        process.terminate()
        process.stderr.read()
        assert process.wait(30) == 0
        process.stderr.close()


def test_rebuilt_from_the_log(program):
    """Deleting the database and running again rebuilds it from the log."""
    program.run("run", "--source", "simulator:", "--results", 500, "--count", 3000, "--every", 0)
    before = [tuple(r) for r in program.rows("SELECT id, email, address FROM user_profiles ORDER BY id")]
    for path in program.dir.glob("users.db*"):
        path.unlink()
    program.run("process", "--until-caught-up")
    assert [tuple(r) for r in program.rows("SELECT id, email, address FROM user_profiles ORDER BY id")] == before
    program.run("process", "--from", "earliest", "--until-caught-up")
    assert [tuple(r) for r in program.rows("SELECT id, email, address FROM user_profiles ORDER BY id")] == before
    program.run("verify", "--deep")


def test_changed_pipeline_file(program):
    """A new column is added and told; rows get it when they are made anew. Anything else is refused with what to do."""
    program.run("run", "--source", "simulator:", "--count", 100, "--every", 0)
    text = (ROOT / "pipelines" / "user_profiles.sql").read_text(encoding="utf-8")
    added = text.replace("PRIMARY KEY (id)", "full_name TEXT, PRIMARY KEY (id)", 1).replace(
        "\nFROM STREAM", ", concat_ws(' ', name.first, name.last) AS full_name\nFROM STREAM")
    program.pipeline = str(program.dir / "changed.sql")
    (program.dir / "changed.sql").write_text(added, encoding="utf-8")

    def named():
        return program.rows("SELECT count(full_name) n FROM user_profiles WHERE full_name <> ''")[0]["n"]

    said = program.run("run", "--source", "simulator:", "--count", 100, "--every", 0).stderr
    assert "new column added" in said and "column=full_name" in said and "the pipeline file has changed" in said
    assert named() == 100
    program.run("process", "--from", "earliest", "--until-caught-up")
    assert named() == 200
    program.run("verify", "--deep")
    assert "has changed" not in program.run("run", "--source", "simulator:", "--count", 100, "--every", 0).stderr

    program.pipeline = str(ROOT / "pipelines" / "user_profiles.sql")  # the column is gone again
    for command in (["run", "--source", "simulator:"], ["process"], ["check", "--source", "simulator:"], ["verify"]):
        done = program.run(*command, check=78)
        assert "column full_name is stored, and no longer declared" in done.stdout + done.stderr
        assert "Rename the table" in done.stdout + done.stderr
    other = text.replace("latitude        DOUBLE", "latitude TEXT").replace("gender          TEXT", "gender TEXT NOT NULL")
    (program.dir / "changed.sql").write_text(other, encoding="utf-8")
    program.pipeline = str(program.dir / "changed.sql")
    said = program.run("run", "--source", "simulator:", check=78).stderr  # all of it at once
    assert "column latitude is stored as DOUBLE, declared as TEXT" in said
    assert "column gender is stored without NOT NULL, declared with it" in said
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 300


def test_another_log_is_refused_at_start(program):
    """The log is deleted, the table is not: refused before anything is fetched; a run that is told so goes on."""
    program.run("run", "--source", "simulator:", "--count", 100, "--every", 0)
    shutil.rmtree(program.dir / "log")
    for command in ("run", "check"):
        done = program.run(command, "--source", "simulator:", *(["--count", 10, "--every", 0] if command == "run" else []), check=None)
        assert done.returncode == (65 if command == "run" else 78)
        assert "--accept-gap" in done.stdout + done.stderr and "made anew" in done.stdout + done.stderr
    assert not program.exported()
    program.run("run", "--source", "simulator:", "--count", 50, "--every", 0, "--accept-gap")
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 150
    program.run("verify", "--deep")


def test_compile_error_shows_the_place(program):
    text = (ROOT / "pipelines" / "user_profiles.sql").read_text(encoding="utf-8").replace("lower(gender)", "lwoer(gender)")
    (program.dir / "bad.sql").write_text(text, encoding="utf-8")
    program.pipeline = "bad.sql"
    done = program.run("run", "--source", "simulator:", check=None)
    assert done.returncode == 78 or done.returncode == 65
    line = next(i for i, l in enumerate(text.splitlines(), 1) if "lwoer" in l)
    assert f"bad.sql:{line}:" in done.stderr
    assert "^" in done.stderr and "lower" in done.stderr


def test_dead_letters_and_replay(program):
    """A poison record stops nothing; after the pipeline is mended a replay stores it, once."""
    good = ('{"login":{"uuid":"%08x-0000-4000-8000-000000000000"},"email":"%s","location":{"coordinates":{"latitude":"%s",'
            '"longitude":"1"}},"nat":"de"}')
    lines = [good % (1, "a@b.cc", "1"), good % (2, "no mail", "1"), "{broken", good % (3, "c@d.ee", "95"), good % (4, "e@f.gg", "2")]
    (program.dir / "users.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    program.run("run", "--source", "file:users.jsonl")
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 2
    letters = program.dead_letters()
    assert sorted(l["reason"] for l in letters) == ["valid_coordinates", "valid_email"]
    text = (ROOT / "pipelines" / "user_profiles.sql").read_text(encoding="utf-8").replace("BETWEEN -90 AND 90", "BETWEEN -99 AND 99")
    (program.dir / "mended.sql").write_text(text, encoding="utf-8")
    program.pipeline = str(program.dir / "mended.sql")
    program.run("dlq", "replay", check=1)  # one of the two fails again, and says so
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 3
    assert [l["reason"] for l in program.dead_letters()] == ["valid_email"]
    program.run("dlq", "replay", check=1)
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 3
    program.run("verify")


def test_gate(program):
    program.run("run", "--source", "simulator:", "--count", 200, "--every", 0)
    program.run("verify", "--gate", "rows>=100, rejected_share<0.01, nulls(email)=0")
    failing = program.run("verify", "--gate", "rows>=1000, nulls(email)=5", check=1)
    assert "rows" in failing.stdout + failing.stderr and "nulls(email)" in failing.stdout + failing.stderr


def test_env_example_is_the_option_table():
    """.env.example is what the program prints: userstream help --env > .env.example."""
    assert call("help", "--env").stdout == (ROOT / ".env.example").read_text(encoding="utf-8")


def test_secrets_of_a_url_are_kept_nowhere(program, simulator):
    """A password or key in the source's URL is neither printed nor written."""
    url = simulator().url.replace("http://", "http://user:hunter2@") + "?apikey=topsecret"
    printed = []
    for command, *args in (["run", "--count", 20, "--every", 0], ["check"], ["run", "--count", 20, "--every", 0, "--log-level", "debug"]):
        done = program.run(command, "--source", url, *args)
        printed += [done.stdout, done.stderr]
    printed.append(program.run("verify").stdout)
    printed.append(program.run("log", "export", "--format", "json").stdout)
    printed.append(program.run("run", "--source", url.replace("/api/", "/nothing/"), "--for", "1s", check=None).stderr)
    written = [path.read_bytes().decode("latin-1") for path in program.dir.rglob("*") if path.is_file()]
    for text in printed + written:
        assert "hunter2" not in text and "topsecret" not in text
    assert "user:***@" in printed[0]


def test_log_lines(program):
    """key=value, or JSON, one line each, on standard error; the summary alone is on standard output."""
    options = ["--source", "simulator:", "--count", 400, "--every", 0, "--results", 20, "--fault", "502=0.5", "--log-level", "debug"]
    plain = program.run("run", *options)
    for line in plain.stderr.splitlines():
        assert re.fullmatch(r'time=\S+Z level=(debug|info|warn|error) component=[a-z]+ msg=("([^"\\]|\\.)*"|\S+)( [a-z_]+=("([^"\\]|\\.)*"|\S*))*', line), line
    assert "userstream run" in plain.stdout and "level=" not in plain.stdout
    lines = [json.loads(line) for line in program.run("run", *options, "--log-format", "json").stderr.splitlines()]
    assert lines and all({"time", "level", "component", "msg"} <= line.keys() for line in lines)
    assert {"warn"} == {line["level"] for line in lines if line["msg"] == "degraded"}


def test_summary_and_what_to_try_next(program):
    """Counts, rates, latency, rejected by reason, five rows; and each command that it says to try next works as it stands."""
    text = (ROOT / "pipelines" / "user_profiles.sql").read_text(encoding="utf-8").replace("BETWEEN -90 AND 90", "BETWEEN -45 AND 45")
    (program.dir / "strict.sql").write_text(text, encoding="utf-8")
    program.pipeline = "strict.sql"
    said = program.run("run", "--source", "simulator:", "--count", 400, "--results", 100, "--every", 0).stdout
    rows = program.rows("SELECT count(*) n FROM user_profiles")[0]["n"]
    assert 0 < rows < 400
    for pattern in (r"  fetched +400  \([\d,.]+/s\)", r"  appended to the log +400", rf"  stored +{rows}  \([\d,.]+/s\)",
                    rf"  rejected +{400 - rows}", rf"    valid_coordinates +{400 - rows}",
                    r"  fetched -> stored +p50 [\d.]+ \S+, p99 [\d.]+ \S+, max [\d.]+ \S+", r"\(5 rows\)"):
        assert re.search(rf"^{pattern}$", said, re.M), f"{pattern}\n{said}"
    title, first = program.rows("SELECT title, first_name FROM user_profiles LIMIT 1")[0]
    assert re.search(rf"^{title} +{re.escape(first[:4])}", said, re.M), f"{title} {first}\n{said}"  # long names are cut
    commands = [line.strip() for line in said.split("Try next:\n")[1].splitlines()]
    assert [shlex.split(command)[1] for command in commands] == ["query", "dlq", "verify"]
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=program.dir, env=clean_environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    produced = program.run("produce", "--source", "simulator:", "--count", 10, "--every", 0).stdout
    for command in produced.split("Try next:\n")[1].splitlines():
        assert subprocess.run(command + f" --listen none --sink {program.sink} --pipeline strict.sql" * ("process" in command), shell=True,
                              cwd=program.dir, env=clean_environment(), capture_output=True, check=False).returncode == 0, command


@pytest.mark.parametrize("command, log, sink, kept", [("run", "lmdb:log", "memory:", False), ("run", "memory:", "discard:", False),
                                                      ("run", "memory:", "sqlite:users.db", True), ("produce", "memory:", None, False)])
def test_what_goes_with_the_program_is_not_offered(program, command, log, sink, kept):
    """Nothing to look at where rows or records went with the program; `check` says so before."""
    places = ["--log", log] + (["--sink", sink] if sink else [])
    said = program.run(command, "--source", "simulator:", "--count", 10, "--every", 0, *places).stdout
    assert ("Try next:" in said) == kept, said
    told = program.run("check", "--source", "simulator:", *places).stdout
    for place in (log, sink):
        if place in ("memory:", "discard:"):
            assert f"{place} is made at the start, and gone at the end" in told


def test_a_run_that_fails_at_once_has_no_summary(program):
    program.run("run", "--source", "simulator:", "--count", 10, "--every", 0)
    done = program.run("process", "--from", 700, "--until-caught-up", check=64)
    assert done.stdout == "" and "holds the offsets 0 to 10" in done.stderr


@pytest.mark.slow
def test_bench(tmp_path):
    """Each figure beside its reference; the exit code tells whether every goal is met."""
    done = call("bench", "--count", "20000", "--pipeline", str(ROOT / "pipelines" / "user_profiles.sql"), cwd=tmp_path,
                env=clean_environment(TMPDIR=tmp_path))
    names = re.findall(r"^-- (\w+): ", done.stdout, re.M)
    assert names == ["startup", "latency", "pipeline", "growth"], done.stderr
    figures = re.findall(r"^(.*?)  +[\d.]+ \S+ +(.*?)  +[\d.]+   ratio [\d.]+( \(at (?:least|most) [\d.]+ is wanted(: MISSED)?\))?$", done.stdout, re.M)
    assert len(figures) == len(done.stdout.splitlines()) - len(names)
    assert {reference for _, reference, _, _ in figures} == {"the goal", "two bare commits", "the same upserts, bare", "bare SQLite"}
    assert done.returncode == any(missed for _, _, _, missed in figures)
    assert not list(tmp_path.iterdir())  # nothing is left behind
    assert call("bench", "startpu").returncode == 64


@pytest.mark.slow
def test_installed(tmp_path):
    """make install PREFIX=… DESTDIR=…: the program works from anywhere, with man page, completion and the default pipeline file."""
    for prefix, dest in ((tmp_path / "prefix", ""), (pathlib.Path("/opt/userstream"), tmp_path / "dest")):
        subprocess.run(["make", "--no-print-directory", "install", f"PREFIX={prefix}", f"DESTDIR={dest}"], cwd=ROOT, check=True,
                       capture_output=True)
        top = pathlib.Path(f"{dest}{prefix}")
        files = {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}
        assert files >= {"bin/userstream", "share/man/man1/userstream.1", "share/bash-completion/completions/userstream",
                         "share/zsh/site-functions/_userstream", "share/userstream/pipelines/user_profiles.sql"}
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        done = subprocess.run([top / "bin" / "userstream", "run", "--source", "simulator:", "--count", "10", "--every", "0", "--listen", "none"],
                              cwd=elsewhere, env=clean_environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert sqlite3.connect(elsewhere / "data" / "users.db").execute("SELECT count(*) > 0 FROM user_profiles").fetchone() == (1,)
    mode = (tmp_path / "prefix" / "bin" / "userstream").stat().st_mode & 0o777
    assert mode == 0o755
