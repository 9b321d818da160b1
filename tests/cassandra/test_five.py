"""One node of Cassandra 5.0."""
import pytest

import columns
from cluster import USERS, Server, running


@pytest.fixture(scope="module")
def server():
    with running(Server("cassandra-5")) as one:
        yield one


def test_version(server):
    with server.session() as session:
        assert session.execute("SELECT release_version AS v FROM system.local").one()["v"].startswith("5.0.")


def test_contract(server):
    server.contract()


def test_every_column_of_many_users(server, make_program, simulator):
    columns.check(make_program(server), simulator(), USERS)


def test_types_that_the_pipeline_has_not(server, make_program):
    """Whatever else is in a keyspace can be read: as text that says what it is."""
    program = make_program(server)
    program.run("run", "--source", "simulator:", "--count", 1, "--every", 0)
    program.execute(
        "CREATE TYPE place (street text, number int)",
        "CREATE TABLE odd (k int PRIMARY KEY, s set<text>, l list<int>, m map<text, int>, p frozen<place>, t time, d decimal, v varint, "
        "b blob, i inet, u timeuuid, f float, e vector<float, 3>)",
        "INSERT INTO odd (k, s, l, m, p, t, d, v, b, i, f, e) VALUES (1, {'a'}, [1, 2], {'x': 3}, {street: 'High', number: 4}, '08:12:54', "
        "12.50, 123456789012345678901234567890, 0xCAFE, '10.0.0.1', 0.5, [1, 2, 3])")
    row = program.json_rows("SELECT * FROM odd")[0]
    assert row["k"] == 1 and row["u"] is None
    for column, part in {"s": "a", "l": "1", "m": "x", "p": "High", "t": "08:12:54", "d": "12.50", "v": "123456789012345678901234567890",
                         "i": "10.0.0.1", "e": "3"}.items():
        assert part in str(row[column]), f"{column}: {row[column]}"
    assert row["f"] == 0.5
