"""The pipeline on one real broker in KRaft mode: every command, other clients beside ours, and what is told when something is amiss."""
import contextlib
import json
import re
import signal
import subprocess
import time
import urllib.request

import pytest
from kafka import TopicPartition

from brokers import Brokers, running
from conftest import clean_environment, wait_for


@pytest.fixture(scope="module")
def broker():
    with running(Brokers("kafka")) as one:
        yield one


def user(number, email="a@b.cc"):
    return {"login": {"uuid": f"00000000-0000-4000-8000-{number:012}"}, "name": {"first": "n", "last": str(number)}, "email": email,
            "gender": "male", "location": {"street": {"number": 1, "name": "s"}, "coordinates": {"latitude": "1", "longitude": "2"}},
            "dob": {"date": "1990-01-01T00:00:00.000Z"}, "registered": {"date": "2010-01-01T00:00:00.000Z"}}


def lines(*users):
    return [(one["login"]["uuid"].encode(), json.dumps(one).encode()) for one in users]


def test_contract(broker):
    broker.contract()


def test_contract_after_a_restart(broker, make_program):
    """What was acknowledged is there, and positions are where they were."""
    program = make_program(broker)
    program.run("produce", "--source", "simulator:", "--count", 300, "--every", 0)
    program.run("process", "--until-caught-up")
    broker.services("down")
    broker.services("up")
    program.run("produce", "--source", "simulator:", "--count", 200, "--every", 0)
    program.run("process", "--until-caught-up")
    assert len(program.account()) == 500
    broker.contract("test_committed*")


# ---- produce

def test_produced_records(broker, make_program):
    """As another client reads them: key, time, headers, no secrets; each key in the partition where Java's clients put it."""
    program = make_program(broker)
    done = program.run("produce", "--source", "simulator:", "--count", 250, "--results", 50, "--every", 0)
    seed = re.search(r"seed=(\S+)", done.stderr).group(1)
    records = broker.read(program.topic)
    assert len(records) == 250
    assert {record.partition for record in records} == {0, 1, 2, 3}
    for record in records:
        value, headers = json.loads(record.value), dict(record.headers)
        assert record.key.decode() == value["login"]["uuid"]
        assert not {"password", "salt", "md5", "sha1", "sha256"} & value["login"].keys()
        assert record.partition == murmur2(record.key) % 4
        assert headers["seed"].decode() == seed and 1 <= int(headers["page"]) <= 5
        assert headers["source"].startswith(b"http://127.0.0.1:")
        fetched = headers["fetched_at"].decode()
        assert time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record.timestamp / 1000)) == fetched[:19]


def murmur2(data):
    """Kafka's hash of a key, made positive, from its definition."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    value = 0x9747B28C ^ len(data)
    for at in range(0, len(data) - 3, 4):
        word = int.from_bytes(data[at:at + 4], "little") * m & mask
        word = (word ^ word >> 24) * m & mask
        value = value * m & mask ^ word
    rest = data[len(data) & ~3:]
    if rest:
        value = (value ^ int.from_bytes(rest, "little")) * m & mask
    value = (value ^ value >> 13) * m & mask
    return (value ^ value >> 15) & 0x7FFFFFFF


@pytest.mark.parametrize("codec", ["zstd", "lz4", "none"])
def test_compression(broker, make_program, codec):
    program = make_program(broker, compression__codec=codec)
    program.run("run", "--source", "simulator:", "--count", 200, "--every", 0)
    assert len(program.exported()) == 200
    program.run("verify", "--deep")


def test_killed_while_producing(broker, make_program, simulator):
    """At most one page is fetched again, none is left out, and what was repeated is told."""
    program = make_program(broker)
    server = simulator()
    for trial in range(8):
        process = program.start("produce", "--source", server.url, "--results", 20, "--every", 0, "--rate-limit", 0)
        before = sum(broker.ends(program.topic).values()) if trial else 0
        wait_for(lambda: trial == 0 and "missing" or sum(broker.ends(program.topic).values()) > before, what="records")
        time.sleep(0.05 * trial)  # the moment is arbitrary
        process.send_signal(signal.SIGKILL)
        process.wait()
    program.run("produce", "--source", server.url, "--results", 20, "--every", 0, "--rate-limit", 0, "--count", 20)
    pages = {}
    for record in broker.read(program.topic):
        page = int(dict(record.headers)["page"])
        pages.setdefault(page, []).append(record.key)
    assert sorted(pages) == list(range(1, len(pages) + 1))
    assert all(len(set(keys)) == 20 for keys in pages.values())
    repeated = sum(len(keys) - 20 for keys in pages.values())
    assert repeated <= 8 * 20
    program.run("process", "--until-caught-up")
    assert program.count_rows() == 20 * len(pages)
    told = program.run("verify").stdout
    assert "everything adds up" in told
    if repeated:
        exported = [json.loads(text) for text in program.run("log", "export", "--format", "json").stdout.splitlines()]
        assert len(exported) == 20 * len(pages) + repeated


# ---- process

def test_other_clients_records_are_processed(broker, make_program):
    """Of kcat and of kafka-python; with keys or without; a tombstone and what is no JSON become dead letters."""
    program = make_program(broker)
    broker.create_topic(program.topic, partitions=3)
    broker.send(program.topic, lines(*map(user, range(40))) + [(b"gone", None), (None, b"{no json"), (None, json.dumps(user(40)).encode())])
    text = "".join(f"key{number}|{json.dumps(user(number))}\n" for number in range(100, 150))
    subprocess.run(["kcat", "-P", "-b", broker.address(), "-t", program.topic, "-K", "|", "-H", "from=kcat"], input=text.encode(), check=True)
    program.run("process", "--until-caught-up")
    assert program.count_rows() == 91
    letters = {letter["reason"]: letter for letter in program.dead_letters()}
    assert letters.keys() == {"tombstone", "malformed_json"}, letters
    assert letters["tombstone"]["key"] == "gone"
    program.run("verify", "--deep")


def test_other_clients_read_ours(broker, make_program):
    program = make_program(broker)
    program.run("produce", "--source", "simulator:", "--count", 120, "--results", 60, "--every", 0)
    done = subprocess.run(["kcat", "-C", "-b", broker.address(), "-t", program.topic, "-e", "-q", "-f", "%k %s\n"], check=True,
                          capture_output=True)
    read = [line.split(b" ", 1) for line in done.stdout.splitlines()]
    assert len(read) == 120 and all(json.loads(value)["login"]["uuid"].encode() == key for key, value in read)


def test_metadata_columns(broker, make_program):
    program = make_program(broker)
    path = program.dir / "meta.sql"
    path.write_text("CREATE STREAMING TABLE user_profiles (id TEXT, k TEXT, t TEXT, p INT, o BIGINT, at TIMESTAMP, PRIMARY KEY (id)) AS\n"
                    "SELECT login.uuid AS id, _key AS k, _topic AS t, _partition AS p, _offset AS o, _timestamp AS at\n"
                    "FROM STREAM user_topic;\n")
    program.pipeline = str(path)
    program.run("run", "--source", "simulator:", "--count", 80, "--every", 0)
    expected = {(r.key.decode(), r.key.decode(), program.topic, r.partition, r.offset, r.timestamp) for r in broker.read(program.topic)}
    rows = program.rows("SELECT *, CAST(round((julianday(at) - 2440587.5) * 86400000.0) AS INT) ms FROM user_profiles")
    assert {(r["id"], r["k"], r["t"], r["p"], r["o"], r["ms"]) for r in rows} == expected
    program.run("verify", "--deep")


def test_workers_share_and_start_over(broker, make_program):
    program = make_program(broker)
    program.run("produce", "--source", "simulator:", "--count", 2000, "--results", 500, "--every", 0)
    program.run("process", "--workers", 3, "--until-caught-up")
    assert {row["generation"] for row in program.ledger().values()} == {0}
    done = program.run("process", "--workers", 2, "--until-caught-up", "--from", "earliest")
    assert done.stderr.count("starting over") == 4
    ledger = program.ledger()
    assert {row["generation"] for row in ledger.values()} == {1}
    assert sum(row["read"] for row in ledger.values()) == 2000
    # from a time: the newest page only
    newest = max(record.timestamp for record in broker.read(program.topic))
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(newest / 1000)) + f".{newest % 1000:03}Z"
    program.run("process", "--until-caught-up", "--from", moment)
    assert sum(row["read"] for row in program.ledger().values()) == 500
    assert program.count_rows() == 2000
    program.run("verify")


def test_from_an_offset(broker, make_program):
    program = make_program(broker, partitions=1)
    program.run("produce", "--source", "simulator:", "--count", 100, "--every", 0)
    program.run("process", "--until-caught-up")
    done = program.run("process", "--until-caught-up", "--from", "60")
    assert "starting over" in done.stderr and "offset=60" in done.stderr
    row = program.ledger()[0]
    assert (row["generation"], row["first"], row["next"], row["read"]) == (1, 60, 100, 40)
    assert "holds the offsets 0 to 100" in program.run("process", "--until-caught-up", "--from", "101", check=64).stderr
    assert program.count_rows() == 100
    program.run("verify")


def owners(program):
    """How many partitions each member of the group has; none while it rebalances."""
    with program.brokers.admin() as admin:
        group, = admin.describe_consumer_groups([f"{program.topic}.process"])
    return group.state == "Stable" and sorted(sum(len(parts) for _, parts in member.member_assignment.assignment)
                                              for member in group.members if member.member_assignment)


def test_two_processes_share_and_one_takes_over(broker, make_program):
    """Four partitions, two each; within the session's time-out all belong to the one that is left."""
    program = make_program(broker, session__timeout__ms=6000, heartbeat__interval__ms=500)
    program.run("produce", "--source", "simulator:", "--count", 400, "--every", 0)

    one, two = program.start("process"), program.start("process")
    try:
        wait_for(lambda: owners(program) == [2, 2], what="an even share")
        program.run("produce", "--source", "simulator:", "--count", 400, "--every", 0)
        wait_for(lambda: program.count_rows() == 800, what="all rows")
        one.send_signal(signal.SIGKILL)
        program.run("produce", "--source", "simulator:", "--count", 400, "--every", 0)
        wait_for(lambda: owners(program) == [4], what="one to have all")
        wait_for(lambda: program.count_rows() == 1200, what="all rows")
    finally:
        for process in (one, two):
            process.kill()
            process.wait()
    program.run("process", "--until-caught-up")
    assert len(program.account()) == 1200


def test_stopped_while_joining(broker, make_program):
    """A worker that is told to end before it has its part of the group ends well, and the others go on."""
    program = make_program(broker, session__timeout__ms=6000, heartbeat__interval__ms=200)
    program.run("produce", "--source", "simulator:", "--count", 400, "--every", 0)
    process = program.start("process")
    try:
        wait_for(lambda: program.count_rows() == 400, what="the rows")
        for trial in range(6):
            joining = program.start("process")
            time.sleep(0.2 * trial)  # the moment is arbitrary
            joining.terminate()
            assert joining.wait(60) in (0, -signal.SIGTERM)  # before it heard signals: it had not begun
        program.run("produce", "--source", "simulator:", "--count", 400, "--every", 0)
        wait_for(lambda: program.count_rows() == 800, what="all rows")
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    assert len(program.account()) == 800


def test_static_members(broker, make_program):
    """A restart within the session's time-out moves nothing: the group does not rebalance."""
    program = make_program(broker, group__instance__id="member", session__timeout__ms=30000)
    program.run("produce", "--source", "simulator:", "--count", 100, "--every", 0)

    process = program.start("process", "--workers", 2)
    wait_for(lambda: owners(program) == [2, 2], what="two members")
    wait_for(lambda: program.count_rows() == 100, what="the rows")
    process.terminate()
    assert process.wait(60) == 0
    assert owners(program) == [2, 2]  # they did not leave
    program.run("produce", "--source", "simulator:", "--count", 100, "--every", 0)
    program.run("process", "--workers", 2, "--until-caught-up")
    assert program.count_rows() == 200


# ---- gaps

def test_a_lost_range(broker, make_program):
    program = make_program(broker, partitions=1)
    program.run("produce", "--source", "simulator:", "--count", 100, "--results", 20, "--every", 0)
    program.run("process", "--until-caught-up")
    program.run("produce", "--source", "simulator:", "--count", 100, "--results", 20, "--every", 0)
    with broker.admin() as admin:
        admin.delete_records({TopicPartition(program.topic, 0): 130})
    done = program.run("process", "--until-caught-up", check=65)
    assert "partition 0" in done.stderr and "offsets 100 to 129" in done.stderr and "--accept-gap" in done.stderr
    assert program.ledger()[0]["next"] == 100
    program.run("process", "--until-caught-up", "--accept-gap")
    row = program.ledger()[0]
    assert (row["next"], row["read"], row["lost"]) == (200, 170, 30)
    assert program.count_rows() == 170
    program.run("verify")


def test_a_topic_made_anew(broker, make_program):
    program = make_program(broker, partitions=1)
    program.run("produce", "--source", "simulator:", "--count", 100, "--results", 50, "--every", 0)
    program.run("process", "--until-caught-up")
    for topic in (program.topic, f"{program.topic}_dlq"):
        broker.delete_topic(topic)
    program.run("produce", "--source", "simulator:", "--count", 50, "--results", 50, "--every", 0)
    done = program.run("process", "--until-caught-up", check=65)
    assert f"partition 0 of the topic {program.topic}" in done.stderr and "offset 100" in done.stderr and "made anew" in done.stderr
    program.run("process", "--until-caught-up", "--accept-gap")
    assert program.count_rows() == 150
    program.run("verify")


# ---- dead letters

def test_dead_letters(broker, make_program):
    program = make_program(broker)
    broker.create_topic(program.topic, partitions=2)
    good, bad = map(user, range(30)), [user(number, email="nonsense") for number in range(100, 110)]
    broker.send(program.topic, lines(*good, *bad))
    program.run("process", "--until-caught-up")
    assert program.count_rows() == 30
    letters = broker.read(f"{program.topic}_dlq")
    assert len(letters) == 10
    origin = {(record.partition, record.offset): record for record in broker.read(program.topic)}
    ledger = program.ledger()
    for letter in letters:
        headers = {name: value.decode() for name, value in letter.headers}
        record = origin[int(headers["partition"]), int(headers["offset"])]
        assert letter.partition == record.partition
        assert (letter.key, letter.value) == (record.key, record.value)
        assert headers["reason"] == headers["name"] == "valid_email"
        assert headers["topic"] == program.topic and headers["table"] == "user_profiles"
        assert headers["identity"] == ledger[record.partition]["log_identity"]
        assert headers["fingerprint"] == ledger[record.partition]["fingerprint"]
        assert int(headers["stamp"]) == ledger[record.partition]["stamp_base"] + record.offset
        assert headers["attempts"] == "0"
    listed = program.dead_letters()
    assert len(listed) == 10 and {letter["reason"] for letter in listed} == {"valid_email"}
    shown = program.run("dlq", "show", listed[0]["record"]).stdout
    assert "nonsense" in shown and program.topic in shown
    # replayed through a mended pipeline file
    text = open(program.pipeline, encoding="utf-8").read()
    path = program.dir / "mended.sql"
    path.write_text(re.sub(r"  CONSTRAINT valid_email .*\n", "", text))
    program.run("dlq", "replay", check=1)  # the same again
    assert {letter["attempts"] for letter in program.dead_letters()} == {1}
    program.pipeline = str(path)
    program.run("dlq", "replay")
    assert program.dead_letters() == [] and program.count_rows() == 40
    program.run("verify")
    program.run("dlq", "purge")
    assert broker.read(f"{program.topic}_dlq") == []
    program.run("verify")


# ---- the log's own commands

def test_log_commands(broker, make_program):
    program = make_program(broker, partitions=2)
    program.run("run", "--source", "simulator:", "--count", 100, "--every", 0)
    stat = [json.loads(line) for line in program.run("log", "stat", "--format", "json").stdout.splitlines()]
    assert sum(row["high"] for row in stat if row["stream"] == "records") == 100
    readers = [json.loads(line) for line in program.run("log", "readers", "--format", "json").stdout.splitlines()]
    assert {(row["reader"], row["lag"]) for row in readers} == {("process", 0)}
    program.run("log", "trim", "latest")
    with_holes = [json.loads(line) for line in program.run("log", "stat", "--format", "json").stdout.splitlines()]
    assert sum(row["records"] for row in with_holes if row["stream"] == "records") == 0
    program.run("log", "drop", "process")
    assert program.run("log", "readers", "--format", "json").stdout == ""


def test_topics_are_made_as_configured(broker, make_program):
    program = make_program(broker, partitions=3, replication=1)
    program.run("produce", "--source", "simulator:", "--count", 10, "--every", 0, "--retain", "7d", "--retain-bytes", "300M")
    from kafka.admin import ConfigResource, ConfigResourceType  # pylint: disable=import-outside-toplevel
    with broker.admin() as admin:
        described = admin.describe_topics([program.topic, f"{program.topic}_dlq"])
        configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, program.topic)])
    assert {len(topic["partitions"]) for topic in described} == {3}
    values = {entry[0]: entry[1] for entry in configs[0].resources[0][4]}
    assert values["retention.ms"] == str(7 * 86400 * 1000)
    assert int(values["retention.bytes"]) * 3 >= 300e6
    # again: it is there, nothing is changed
    program.run("produce", "--source", "simulator:", "--count", 10, "--every", 0)


# ---- metrics

@contextlib.contextmanager
def watched(program, command, *args):
    """The program, and what its /metrics say of a name: {labels: value}."""
    argv = [arg for arg in program.argv(command, *args) if arg not in ("--listen", "none")]
    process = subprocess.Popen([*argv, "--listen", "127.0.0.1:0"], cwd=program.dir, env=clean_environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def metric(name):
        with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
            found = re.findall(rf"^userstream_{name}(?:{{(.*)}})? (\S+)$", answer.read().decode(), re.M)
        return {labels: float(value) for labels, value in found}

    try:
        url = next(found.group(1) for found in (re.search(r"url=(\S+)", line) for line in process.stderr) if found)
        yield metric
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_lag_of_each_partition(broker, make_program):
    program = make_program(broker)
    program.run("produce", "--source", "simulator:", "--count", 100, "--every", 0)
    with watched(program, "process") as metric:
        wait_for(lambda: metric("partition_lag_records") == {f'partition="{number}"': 0 for number in range(4)}, what="all partitions without a lag")


def test_statistics_of_the_client(broker, make_program):
    """What librdkafka tells of itself, of reading and of appending."""
    program = make_program(broker, statistics__interval__ms=100)
    program.run("produce", "--source", "simulator:", "--count", 100, "--every", 0)
    with watched(program, "process") as metric:
        def of_reader(name):
            return next((value for labels, value in metric(name).items() if "#consumer-" in labels), None)

        wait_for(lambda: of_reader("kafka_group_partitions") == 4 and of_reader("kafka_group_joined") == 1, what="the group's part")
        assert of_reader("kafka_group_rebalances_total") >= 1
        assert of_reader("kafka_fetch_queue_records") == of_reader("kafka_fetch_queue_bytes") == 0
        broker_label = f'broker="{broker.address()}/1"'
        wait_for(lambda: [value for labels, value in metric("kafka_broker_up").items() if "#consumer-" in labels and broker_label in labels] == [1],
                 what="its broker to be up")
        wait_for(lambda: any("#consumer-" in labels and 'quantile="0.99"' in labels and value > 0
                             for labels, value in metric("kafka_broker_round_trip_seconds").items()), what="a round trip")
    with watched(program, "produce", "--source", "simulator:", "--every", 0.1, "--results", 10) as metric:
        wait_for(lambda: any("#producer-" in labels and broker_label in labels and 'quantile="0.5"' in labels and value > 0
                             for labels, value in metric("kafka_broker_round_trip_seconds").items()), what="a round trip")
        assert set(metric("kafka_producer_queue_records")) == set(metric("kafka_producer_queue_bytes")) != set()
        assert not metric("kafka_group_joined")
        assert set(metric("kafka_broker_request_timeouts_total").values()) == {0}
