"""Three nodes of Cassandra 4.1, three replicas, LOCAL_QUORUM: what happens when some of them end, stand still, and come back."""
import os
import signal

import columns
import three
from cluster import USERS
from conftest import wait_for


def test_contract(nodes):
    nodes.contract()


def test_every_column_of_many_users(nodes, make_program, simulator):
    program = make_program(nodes)
    columns.check(program, simulator(), USERS)
    with nodes.session() as session:
        replication = session.execute("SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = %s",
                                      [program.keyspace]).one()["replication"]
    assert replication["datacenter1"] == "3", replication


def test_one_node_less(nodes, make_program):
    """A node that is killed is not missed: two of three replicas are enough. It comes back and has everything."""
    program = make_program(nodes)
    program.write_pipeline(three.PIPELINE.format(topic="user_topic"))
    source, last, refused = three.numbered(program, three.RECORDS)
    process = program.start("run", *source, "--batch", 500)
    try:
        wait_for(lambda: program.count_rows("people"), what="the first rows")
        os.kill(nodes.pid(2), signal.SIGKILL)
        assert process.wait(240) == 0
    finally:
        nodes.services("up")
    three.assert_account(program, last, refused)


def test_no_quorum(nodes, make_program):
    """With two of three nodes standing still nothing is stored; health says so, and it goes on when they do."""
    program = make_program(nodes, timeout="1s")
    program.write_pipeline(three.PIPELINE.format(topic="user_topic"))
    source, last, refused = three.numbered(program, three.RECORDS)
    errors = program.dir / "errors"
    with errors.open("w") as file:
        process = program.start("run", *source, "--batch", 100, stderr=file)
        wait_for(lambda: program.count_rows("people"), what="the first rows")
        for node in (2, 3):
            os.kill(nodes.pid(node), signal.SIGSTOP)
        try:
            wait_for(lambda: "degraded" in errors.read_text(), what="a warning")
            assert process.poll() is None
        finally:
            for node in (2, 3):
                os.kill(nodes.pid(node), signal.SIGCONT)
        assert process.wait(240) == 0, errors.read_text()
    three.assert_account(program, last, refused)


def test_rows_are_sent_to_their_replica(nodes, make_program):
    """Token-aware: where each row has one replica, the nodes have next to nothing to pass on to each other."""
    def passed_on():
        total = 0
        for node in (1, 2, 3):
            with nodes.session(node) as session:
                total += sum(row["sent_count"] for row in session.execute("SELECT sent_count FROM system_views.internode_outbound"))
        return total

    program = make_program(nodes, replication=1, in_flight=16)
    program.run("run", "--source", "simulator:", "--count", 1, "--every", 0)
    before = passed_on()
    program.run("run", "--source", "simulator:", "--count", 10_000, "--every", 0, "--rate-limit", 0, "--results", 5000)
    # else two of three rows were passed on, and acknowledged
    assert passed_on() - before < 5_000
    assert len(program.rows("SELECT id FROM user_profiles")) == 10_001


def test_nodes_that_speak_no_tls(nodes, make_program):
    program = make_program(nodes, tls="on", wait="1s")
    done = program.run("run", "--source", "simulator:", "--count", 1, check=None)
    assert done.returncode in (69, 78) and "TLS" in done.stderr, done.stderr
