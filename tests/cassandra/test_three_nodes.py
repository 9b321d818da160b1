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
