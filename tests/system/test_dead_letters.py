"""Dead letters as a user meets them: looked at, replayed once the pipeline file is mended, killed on the way, purged."""
import json
import re
import signal

import pytest

from conftest import ROOT, wait_for

PIPELINE = (ROOT / "pipelines" / "user_profiles.sql").read_text(encoding="utf-8")
STRICT = PIPELINE.replace("BETWEEN -90 AND 90", "BETWEEN -45 AND 45")  # drops about half of the simulated users
assert STRICT != PIPELINE


def user(number, email="a@b.cc", latitude="1", name="first"):
    return json.dumps({"login": {"uuid": f"{number:08x}-0000-4000-4000-000000000000"}, "email": email, "name": {"first": name},
                       "location": {"coordinates": {"latitude": latitude, "longitude": "1"}}})


def counts(program):
    """Rows of the table, and what the ledger says of stored, rejected and replayed records."""
    rows = program.rows("SELECT count(*) n FROM user_profiles")[0]["n"]
    ledger = program.rows("SELECT stored, rejected, replayed FROM userstream_ledger")[0]
    return rows, ledger["stored"], ledger["rejected"], ledger["replayed"]


@pytest.fixture
def rejected(program):
    """A function: run users through the strict pipeline file; how many it rejected."""
    def run(users, *args):
        (program.dir / "strict.sql").write_text(STRICT, encoding="utf-8")
        (program.dir / "mended.sql").write_text(PIPELINE, encoding="utf-8")
        program.pipeline = "strict.sql"
        program.run("run", "--source", "simulator:", "--clean", "--results", 500, "--every", 0, "--rate-limit", 0, "--count", users, *args)
        rows, stored, letters, replayed = counts(program)
        assert rows == stored and stored + letters == users and letters > users / 4 and replayed == 0
        return letters
    return run


def test_list_and_show(program, rejected):
    letters = rejected(500)
    text = program.run("dlq", "list").stdout
    assert text.startswith(f"{letters} dead letters\n")
    assert re.search(rf"^ +{letters}  valid_coordinates +#+$", text, re.M)
    assert f"the first 20 of {letters}; --limit 0 shows all" in text
    assert len(re.findall(r"^0:\d+ ", text, re.M)) == 20
    assert len(re.findall(r"^0:\d+ ", program.run("dlq", "list", "--limit", 0).stdout, re.M)) == letters
    listed = program.dead_letters()
    assert len(listed) == letters and {one["attempts"] for one in listed} == {0}
    assert "there are\n" in program.run("dlq", "list", "--reason", "valid_coordinate").stdout

    exported = {record["offset"]: record for record in program.exported()}
    offset = int(listed[0]["record"].split(":")[1])
    shown = dict(line.split(None, 1) for line in program.run("dlq", "show", f"0:{offset}").stdout.splitlines())
    assert shown["reason"] == "valid_coordinates" and shown["attempts"] == "0" and shown["topic"] == "user_topic"
    assert json.loads(shown["value"]) == exported[offset]["value"]
    assert "password" not in shown["value"] and "sha256" not in shown["value"]
    ledger = program.rows("SELECT stamp_base, fingerprint, log_identity FROM userstream_ledger")[0]
    assert int(shown["stamp"]) == ledger["stamp_base"] + offset
    assert (shown["pipeline"], shown["log"]) == (ledger["fingerprint"], ledger["log_identity"])
    assert "latitude = " in shown["text"]


def test_attempts_are_counted(program, rejected):
    letters = rejected(500)
    for attempt in (1, 2):
        done = program.run("dlq", "replay", check=1)
        assert f"{letters} of {letters} dead letters replayed: 0 stored, {letters} failed again" in done.stdout
        assert re.search(rf"^ +{letters}  valid_coordinates$", done.stdout, re.M)
        assert {one["attempts"] for one in program.dead_letters()} == {attempt}
    program.run("verify", "--deep")


@pytest.mark.slow
def test_replay_killed_again_and_again(program, rejected):
    """Each kill comes while rows are being stored; the next replay goes on, and each letter is stored once."""
    letters = rejected(16000)
    program.pipeline = "mended.sql"
    kills, stored = 0, counts(program)[0]
    while stored < 16000:
        process = program.start("dlq", "replay")
        try:
            wait_for(lambda: process.poll() is not None or counts(program)[0] > stored, what="a replayed row")
            kills += process.poll() is None
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        rows, accounted, left, replayed = counts(program)
        assert rows == accounted and rows + left == 16000 and replayed == letters - left
        stored = rows
        program.run("verify")
        assert len(program.dead_letters()) == left
    assert kills > 0
    done = program.run("dlq", "replay")
    assert re.search(r"replayed: 0 stored, 0 failed again", done.stdout)
    assert counts(program) == (16000, 16000, 0, letters)
    assert "0 of 0" in program.run("dlq", "replay").stdout
    program.run("verify", "--deep")


def test_replay_beside_a_run(program, rejected):
    """The processor and the replay move the same ledger in turn."""
    letters = rejected(3000)
    program.pipeline = "mended.sql"
    process = program.start("run", "--source", "simulator:", "--clean", "--results", 20, "--every", "20ms")
    try:
        wait_for(lambda: counts(program)[1] > 3000 - letters, what="a row of the run")
        assert f"{letters} stored, 0 failed again" in program.run("dlq", "replay").stdout
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    rows, stored, left, replayed = counts(program)
    assert (rows, left, replayed) == (stored, 0, letters)
    program.run("verify", "--deep")


def test_never_over_a_newer_row(program):
    """The user came again, and passed, after the record that was rejected: the newer row stays."""
    lines = [user(1, "no mail", name="older"), user(2, "no mail", name="alone"), user(1, name="newer")]
    (program.dir / "users.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    program.run("run", "--source", "file:users.jsonl")
    assert [row["first_name"] for row in program.rows("SELECT first_name FROM user_profiles")] == ["newer"]
    (program.dir / "mended.sql").write_text(PIPELINE.replace("[.][^@ ]+$'", "[.][^@ ]+$|no mail'"), encoding="utf-8")
    program.pipeline = "mended.sql"
    assert "2 stored, 0 failed again" in program.run("dlq", "replay").stdout
    assert sorted(row["first_name"] for row in program.rows("SELECT first_name FROM user_profiles")) == ["alone", "newer"]
    program.run("verify", "--deep")


def test_purge(program, rejected):
    letters = rejected(500)
    refused = program.run("dlq", "purge", check=64)
    assert f"{letters} dead letters are not replayed" in refused.stderr and "--force" in refused.stderr
    assert len(program.dead_letters()) == letters
    program.run("dlq", "purge", "--force")
    assert program.dead_letters() == []
    program.run("verify", "--deep")
    # what is rejected afterwards is listed alone
    program.run("run", "--source", "simulator:", "--clean", "--results", 500, "--every", 0, "--count", 500)
    assert len(program.dead_letters()) == counts(program)[2] - letters > 0
    program.pipeline = "mended.sql"
    program.run("dlq", "replay")
    program.run("dlq", "purge")
    program.run("verify", "--deep")


def test_what_is_no_json_is_withheld(program):
    """Such a record cannot be redacted, so its letter has length and SHA-256 alone, unless told to keep it."""
    lines = [user(1), '{"login":{"uuid":"00000002-0000-4000-4000-000000000000"},"password":"hunter2",}']
    (program.dir / "users.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = program.run("run", "--source", "file:users.jsonl")
    assert re.search(r"refused \(unreadable\) +1$", done.stdout, re.M)
    assert not [path for path in program.dir.rglob("*") if path.is_file() and path.name != "users.jsonl" and b"hunter2" in path.read_bytes()]
    program.run("verify", "--deep")
