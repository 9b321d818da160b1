"""One node of Cassandra 5.0, which speaks TLS and nothing else, and asks no client for a certificate."""
import re

import pytest

import certificates
import columns
from cluster import ROOT, USERS, CassandraProgram, Server, running


@pytest.fixture(scope="module")
def early(tmp_path_factory):
    """A server that is not up yet, and a program that was started before it."""
    directory = ROOT / "build" / "test-certificates"
    certificates.make(directory)
    server = Server("cassandra-5", certificates.yaml(directory, optional=False, client=False))
    server.certificates, server.tls_ca = directory, directory / "ca.pem"
    program = CassandraProgram(tmp_path_factory.mktemp("early"), server, wait="10m")
    program.run("produce", "--source", "simulator:", "--count", 200, "--every", 0)
    hasty = CassandraProgram(tmp_path_factory.mktemp("hasty"), server, wait="1s")
    refused = hasty.run("process", "--until-caught-up", check=69)
    process = program.start("process", "--until-caught-up")
    with running(server):
        yield server, program, process, refused
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def server(early):
    return early[0]


def test_started_before_its_server(early):
    """A Cassandra that is still starting is waited for, as long as was said."""
    _, program, process, refused = early
    assert re.search(r"degraded reason=.cannot connect to cassandra://127.0.0.1:\d+/.* \(waited 1 s; wait=TIME says how long\)", refused.stderr,
                     flags=re.S), refused.stderr
    assert process.wait(240) == 0
    assert program.count_rows("user_profiles") == 200


def test_version(server):
    with server.session() as session:
        assert session.execute("SELECT release_version AS v FROM system.local").one()["v"].startswith("5.0.")


def test_contract(server):
    server.contract()


def test_every_column_of_many_users(server, make_program, simulator):
    columns.check(make_program(server), simulator(), USERS)


def test_tls_without_client_certificates(server, make_program):
    at = server.certificates
    program = make_program(server, tls_ca=at / "ca.pem", tls_name="node.example")
    program.run("run", "--source", "simulator:", "--count", 5, "--every", 0)
    assert len(program.rows("SELECT id FROM user_profiles")) == 5
    assert all(row["ssl_enabled"] for row in program.rows("SELECT ssl_enabled FROM system_views.clients"))
    for parameters, says in [
        ({"tls": "off"}, "TLS is on .tls=on. at one end only"),
        ({"tls": "on"}, "refused: (unable to get local issuer certificate|self-signed certificate)"),
        ({"tls_ca": at / "other.pem"}, "refused: unable to get local issuer certificate"),
        ({"tls_ca": at / "ca.pem"}, "IP address mismatch .node.example."),
        ({"tls_ca": at / "ca.pem", "tls_name": "other.example"}, "hostname mismatch"),
        ({"tls_ca": at / "ca.pem", "tls_verify": "ca"}, None),
    ]:
        program.sink = server.uri(program.keyspace, wait="1s", **parameters)
        done = program.run("query", "SELECT id FROM user_profiles", check=None)
        if says:
            assert done.returncode in (69, 78) and re.search(says, done.stderr), done.stderr
        else:
            assert done.returncode == 0 and "(5 rows)" in done.stdout, done.stderr


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
