"""Three nodes of Cassandra 4.1, three replicas, LOCAL_QUORUM, and a Kafka broker: what tests on them share."""
import json

import pytest

import brokers as kafka
from cluster import Server, running

KEYS, RECORDS, PARTITIONS = 400, 20_000, 4
PIPELINE = """
CREATE STREAMING TABLE people (id TEXT, n BIGINT NOT NULL, name TEXT, PRIMARY KEY (id))
AS SELECT id, CAST(n AS BIGINT) AS n, name FROM STREAM {topic};
"""


@pytest.fixture(scope="session")
def nodes():
    with running(Server("cassandra-3")) as three:
        yield three


@pytest.fixture(scope="session")
def broker():
    one = kafka.Brokers("kafka")
    one.extra = "group.min.session.timeout.ms=1000\n"
    with kafka.running(one):
        yield one


def log_uri(one, topic):
    """Members that say nothing are given up after two seconds, so that trials are short."""
    return one.uri(topic, partitions=PARTITIONS, session__timeout__ms=2000, heartbeat__interval__ms=500)


def is_up(server, node):
    try:
        with server.session(node) as session:
            return session.execute("SELECT now() FROM system.local").one() is not None
    except Exception:  # pylint: disable=broad-except
        return False


def numbered(program, count):
    """Options: a file of records over and over again of the same people, each with its number; and what is to be stored in the end."""
    path, last, refused = program.dir / "numbered.jsonl", {}, 0
    with path.open("w") as file:
        for n in range(count):
            key, good = f"k{n * 7919 % KEYS}", n % 97 != 0
            file.write(json.dumps({"id": key, "n": n if good else "many", "name": f"name {n}"}) + "\n")
            refused += not good
            if good:
                last[key] = n
    return ["--source", f"file:{path}", "--key", "id"], last, refused


def assert_account(program, last, refused):
    """Each key has its last record, each refused record its dead letter, and the program's own account agrees."""
    rows = {row["id"]: (row["n"], row["name"]) for row in program.rows("SELECT * FROM people")}
    assert rows == {key: (n, f"name {n}") for key, n in last.items()}
    letters = program.dead_letters()
    assert len({letter["record"] for letter in letters}) == len(letters) == refused
    assert "everything adds up" in program.run("verify").stdout
    assert "everything adds up" in program.run("verify", "--deep").stdout
